//! What a set of roles may do with one field or command, by the decisions that are compiled for that very set, beside what each of the roles
//! may by itself. What the set has lost to a denial is said, with the rule: a denial of one role takes from another one.

use std::{collections::BTreeMap, fmt, slice};

use entity::CountryCode;
use serde::Serialize;

use crate::access::{
    RowScope,
    policy::{Action, ClassId, LostScope, Policy, Rule, lost_scopes},
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What a set of roles may do with a field in one mission, and why.
#[derive(Serialize)]
pub(super) struct Explanation {
    field: String,
    class: String,
    mission: CountryCode,
    roles: Vec<String>,
    #[serde(flatten)]
    together: Scopes,
    /// What each role may by itself; of one role it is what it may.
    each: BTreeMap<String, Scopes>,
    lost: Vec<Lost>,
    rules: Vec<String>,
}

/// The row scopes under which something is allowed, by action.
#[derive(Clone, Serialize)]
#[serde(transparent)]
struct Scopes(BTreeMap<&'static str, Vec<&'static str>>);

/// A scope that a role has by itself and the set does not have, and the denials that take it.
#[derive(Serialize)]
struct Lost {
    role: String,
    action: &'static str,
    scope: &'static str,
    by: Vec<String>,
}

impl Explanation {
    /// Explains a sorted set of roles.
    pub(super) fn of(policy: &Policy, roles: &[String], field: &str, mission: CountryCode) -> Result<Self> {
        let class = policy.classes().of(field).ok_or_else(|| format!("{field} is no governed field and no command"))?;
        if let Some(unknown) = roles.iter().find(|role| !policy.files().roles.iter().any(|row| row.role == **role)) {
            return Err(format!("no such role: {unknown}").into());
        }
        let name = policy.classes().name(class);
        let about = |of: Option<CountryCode>, rule: &Rule| {
            of.is_none_or(|of| of == mission) && rule.class == name && roles.contains(&rule.role)
        };
        let rules: Vec<_> = policy.all_rules().filter(|(of, rule)| about(*of, rule)).collect();
        let each =
            roles.iter().map(|role| Ok((role.clone(), Scopes::of(policy, class, slice::from_ref(role), mission)?)));
        let lost = lost_scopes(policy, roles, overlay(policy, mission))?.into_iter().filter(|loss| loss.class == class);
        let by = |loss: &LostScope| {
            rules.iter().filter(|(_, rule)| loss.is_by(rule, policy)).map(|rule| line(*rule)).collect()
        };
        let lost = lost.map(|loss| Lost {
            by: by(&loss),
            role: loss.role,
            action: loss.action.name(),
            scope: loss.scope.name(),
        });
        Ok(Self {
            field: field.to_owned(),
            class: name.to_owned(),
            mission,
            roles: roles.to_vec(),
            together: Scopes::of(policy, class, roles, mission)?,
            each: each.collect::<Result<_>>()?,
            lost: lost.collect(),
            rules: rules.iter().map(|rule| line(*rule)).collect(),
        })
    }
}

/// The mission, where it has rules of its own.
fn overlay(policy: &Policy, mission: CountryCode) -> Option<CountryCode> {
    policy.overlays().find(|overlay| *overlay == mission)
}

fn line((of, rule): (Option<CountryCode>, &Rule)) -> String {
    let source = of.map_or_else(|| "rules.csv".to_owned(), |of| format!("missions/{of}.csv"));
    format!("{source}: {},{},{},{},{}", rule.role, rule.class, rule.action, rule.scope, rule.effect)
}

impl Scopes {
    /// What is compiled for this very set.
    fn of(policy: &Policy, class: ClassId, roles: &[String], mission: CountryCode) -> Result<Self> {
        let decisions = policy.compile_now(roles, overlay(policy, mission))?;
        let under =
            |action: Action| (action.name(), decisions.scopes(class, action).iter().map(RowScope::name).collect());
        Ok(Self(policy.classes().actions(class).map(under).into()))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |scopes: &[&str]| if scopes.is_empty() { "never".to_owned() } else { scopes.join(", ") };
        let actions: Vec<String> =
            self.0.iter().map(|(action, scopes)| format!("{action}: {}", list(scopes))).collect();
        formatter.write_str(&actions.join("; "))
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, class, mission, roles, together, each, lost, rules } = self;
        writeln!(formatter, "{field} is in class {class}")?;
        writeln!(formatter, "{} in {mission}: {together}", roles.join(" + "))?;
        if roles.len() > 1 {
            for (role, alone) in each {
                writeln!(formatter, "  {role} alone: {alone}")?;
            }
        }
        for Lost { role, action, scope, by } in lost {
            writeln!(formatter, "lost: {action} {scope} of {role}, by {}", by.join(" and "))?;
        }
        writeln!(formatter, "rules:")?;
        rules.iter().try_for_each(|rule| writeln!(formatter, "  {rule}"))
    }
}
