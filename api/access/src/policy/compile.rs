//! Casbin decisions, compiled: for one set of roles and one mission's rules, every class and action with its scopes.
//! Compiled for each *set* of roles, because or-ing the results of single roles would lose a denial.

use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use entity::CountryCode;

use super::{Action, Classes, DisclosureTier, Rule, class::ClassId};
use crate::scope::{RowScope, ScopeSet};

/// What one set of roles may do in one mission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decisions {
    /// By the number of the class: read, write, run, ask.
    of_class: Vec<[ScopeSet; 4]>,
    tier: Option<DisclosureTier>,
    is_operator: bool,
}

impl Decisions {
    /// Nothing at all.
    #[must_use]
    pub fn nothing(classes: &Classes) -> Self {
        Self { of_class: vec![[ScopeSet::NONE; 4]; classes.iter().count()], tier: None, is_operator: false }
    }

    /// Everything, for commands that the operator runs: imports and demo data.
    #[must_use]
    pub fn everything(classes: &Classes) -> Self {
        let of_class = vec![[ScopeSet::MISSION; 4]; classes.iter().count()];
        Self { of_class, tier: Some(DisclosureTier::Exact), is_operator: true }
    }

    /// Whether these are the operator's, who also runs commands that policy gives nobody.
    #[must_use]
    pub const fn is_operator(&self) -> bool {
        self.is_operator
    }

    /// The rows for which a class may be read or written, or a command run or asked for.
    #[must_use]
    pub fn scopes(&self, class: ClassId, action: Action) -> ScopeSet {
        let at = match action {
            Action::Read => 0,
            Action::Write => 1,
            Action::Run => 2,
            Action::Ask => 3,
            Action::Count => return ScopeSet::NONE,
        };
        self.of_class.get(usize::from(class.0)).map_or(ScopeSet::NONE, |scopes| scopes[at])
    }

    /// How exact the figures are that may be seen; none where statistics may not be asked for.
    #[must_use]
    pub const fn tier(&self) -> Option<DisclosureTier> {
        self.tier
    }
}

/// An enforcer over rules, with casbin's own semantics.
///
/// # Errors
/// What casbin says of the model or a rule.
pub fn enforcer(model: &str, rules: &[(Option<CountryCode>, &Rule)]) -> casbin::Result<Enforcer> {
    futures::executor::block_on(async {
        let mut enforcer = Enforcer::new(DefaultModel::from_str(model).await?, MemoryAdapter::default()).await?;
        let rows = rules.iter().map(|(mission, rule)| {
            let mission = mission.map_or_else(|| "*".to_owned(), |mission| mission.to_string());
            [&rule.role, &mission, &rule.class, &rule.action, &rule.scope, &rule.effect].map(String::clone).to_vec()
        });
        enforcer.add_policies(unique(rows)).await?;
        Ok(enforcer)
    })
}

/// Casbin refuses a batch that has the same rule twice.
fn unique(rows: impl Iterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    let mut seen = std::collections::HashSet::new();
    rows.filter(|row| seen.insert(row.clone())).collect()
}

/// The name under which casbin knows a set of roles.
#[must_use]
pub fn role_set_name(roles: &[String]) -> String {
    format!("set:{}", roles.join("+"))
}

/// Makes a set of roles known to the enforcer.
///
/// # Errors
/// What casbin says.
pub fn add_role_set(enforcer: &mut Enforcer, roles: &[String]) -> casbin::Result<()> {
    let name = role_set_name(roles);
    let links = roles.iter().map(|role| vec![name.clone(), role.clone()]).collect();
    futures::executor::block_on(enforcer.add_grouping_policies(links)).map(|_| ())
}

/// Asks casbin for every class, action and scope. About a microsecond a rule for each question: never in a request.
///
/// # Errors
/// What casbin says.
pub fn compile(
    enforcer: &Enforcer,
    classes: &Classes,
    roles: &[String],
    mission: CountryCode,
) -> casbin::Result<Decisions> {
    let subject = role_set_name(roles);
    let allowed = |class: &str, action: Action, scope: &str| {
        enforcer.enforce((subject.as_str(), mission.as_str(), class, action.name(), scope))
    };
    let scopes = |class: ClassId, action: Action| -> casbin::Result<ScopeSet> {
        let mut set = ScopeSet::NONE;
        // What cannot be done with a class no rule gives: it would not load.
        for scope in RowScope::ALL.into_iter().filter(|_| classes.actions(class).contains(&action)) {
            if allowed(classes.name(class), action, scope.name())? {
                set = set.with(scope);
            }
        }
        Ok(set)
    };
    let mut tier = None;
    for candidate in DisclosureTier::ALL {
        if allowed("statistics", Action::Count, candidate.name())? {
            tier = tier.or(Some(candidate));
        }
    }
    let of_class = classes.iter().map(|class| {
        let [read, write, run, ask] = [Action::Read, Action::Write, Action::Run, Action::Ask].map(|a| scopes(class, a));
        Ok([read?, write?, run?, ask?])
    });
    Ok(Decisions { of_class: of_class.collect::<casbin::Result<_>>()?, tier, is_operator: false })
}
