//! The schema as it is published: the whole, and for each audience what it can ever see of it by the policy in force. Whatever no role
//! of an audience may read, write or run is absent, and what is there, some role may. Operations run on the whole schema: policy
//! decides there, for each viewer and row; these texts are for tools.

mod absent;
mod cut;
mod lists;
mod reach;
mod reachable;

use std::sync::{Arc, OnceLock};

use apollo_compiler::Schema;

use self::{cut::cut, reach::Reach};
use crate::access::{identity::ViewerKind, policy::Policy};

/// The text of a schema, of the whole and for each audience.
pub struct Texts {
    policy: Arc<Policy>,
    whole: Arc<str>,
    /// Made when one is first asked for: most gateways are never asked, and it takes a while. None where it cannot be made.
    audiences: [OnceLock<Option<Arc<str>>>; ViewerKind::ALL.len()],
}

impl Texts {
    /// The texts of a schema under a policy.
    #[must_use]
    pub fn of(whole: &str, policy: Arc<Policy>) -> Self {
        Self { policy, whole: whole.into(), audiences: Default::default() }
    }

    /// The whole, or what the audience of this name can ever see of it; none where there is no such audience.
    #[must_use]
    pub fn text(&self, audience: Option<&str>) -> Option<Arc<str>> {
        let Some(name) = audience else { return Some(Arc::clone(&self.whole)) };
        let at = ViewerKind::ALL.iter().position(|audience| audience.name() == name)?;
        let make = || match left(&self.whole, &self.policy, ViewerKind::ALL[at]) {
            Ok(left) => Some(left.to_string().into()),
            Err(cause) => {
                tracing::error!(%cause, "the schema of an audience cannot be made");
                None
            }
        };
        self.audiences[at].get_or_init(make).clone()
    }
}

/// What an audience can ever see of a schema.
///
/// # Errors
/// What is wrong with the schema or the policy, for us alone.
pub fn left(whole: &str, policy: &Policy, audience: ViewerKind) -> Result<Schema, String> {
    Ok(cut(&parsed(whole)?, &Reach::of(policy, audience)?))
}

/// What an audience can never see of a schema, by its coordinates.
///
/// # Errors
/// What is wrong with the schema or the policy, for us alone.
pub fn absent(whole: &str, policy: &Policy, audience: ViewerKind) -> Result<Vec<String>, String> {
    Ok(absent::absent(&parsed(whole)?, &left(whole, policy, audience)?))
}

fn parsed(text: &str) -> Result<Schema, String> {
    Schema::parse(text, "schema").map_err(|wrong| wrong.errors.to_string())
}

#[cfg(test)]
mod tests;
