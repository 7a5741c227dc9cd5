//! What a role has by itself and no more beside another one: whoever holds several roles in a mission is one set of roles, and
//! what one of them is denied, the set is denied. The cells of a matrix of roles can therefore not be added up.

use std::slice;

use entity::CountryCode;

use super::{Action, ClassId, Policy, RowScope, Rule};
use crate::scope::ScopeSet;

/// A scope that a role has by itself, and that a set of roles with this one does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostScope {
    /// The role that has it by itself.
    pub role: String,
    /// The class.
    pub class: ClassId,
    /// The action.
    pub action: Action,
    /// The scope.
    pub scope: RowScope,
}

impl LostScope {
    /// Whether a rule is a denial that takes this.
    #[must_use]
    pub fn is_by(&self, rule: &Rule, policy: &Policy) -> bool {
        rule.effect == "deny"
            && rule.class == policy.classes().name(self.class)
            && rule.action == self.action.name()
            && (rule.scope == "*" || rule.scope == self.scope.name())
    }
}

/// What the roles of a sorted set lose to each other, by the decisions that are compiled for the set and for each of them.
///
/// # Errors
/// What casbin says.
pub fn lost_scopes(policy: &Policy, roles: &[String], overlay: Option<CountryCode>) -> casbin::Result<Vec<LostScope>> {
    let together = policy.compile_now(roles, overlay)?;
    let mut lost = Vec::new();
    for role in roles {
        let alone = policy.compile_now(slice::from_ref(role), overlay)?;
        for class in policy.classes().iter() {
            for action in policy.classes().actions(class) {
                let left = together.scopes(class, action);
                let gone = alone.scopes(class, action).iter().filter(|scope| !left.covers(ScopeSet::NONE.with(*scope)));
                lost.extend(gone.map(|scope| LostScope { role: role.clone(), class, action, scope }));
            }
        }
    }
    Ok(lost)
}

/// The pairs of roles of which one may lose something to the other in a mission: to a denial of what the other one has.
///
/// # Errors
/// What casbin says.
pub(super) fn pairs(policy: &Policy, roles: &[&str], mission: CountryCode) -> casbin::Result<Vec<Vec<String>>> {
    let mut pairs = Vec::new();
    for rule in policy.all_rules().filter(|(of, _)| of.is_none_or(|of| of == mission)).map(|(_, rule)| rule) {
        let Some(class) = policy.classes().by_name(&rule.class).filter(|_| rule.effect == "deny") else { continue };
        let Some(action) = Action::from_name(&rule.action) else { continue };
        for other in roles.iter().filter(|other| **other != rule.role) {
            let alone = policy.compile_now(&[(*other).to_owned()], Some(mission))?;
            let mut pair = vec![rule.role.clone(), (*other).to_owned()];
            pair.sort();
            if !alone.scopes(class, action).is_none() && !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
    }
    pairs.sort();
    Ok(pairs)
}
