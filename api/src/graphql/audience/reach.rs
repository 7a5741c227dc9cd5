//! What an audience can ever reach: what its roles, each as the policy in force compiles it, may read, write, run and count. A person may
//! hold several of them, so what one of them may adds to what another may. Overlays of missions are left out: they can only
//! take away, and an audience has all missions.

use std::collections::BTreeSet;

use entity::CountryCode;

use crate::access::identity::{Membership, Place, RoleName, ViewerKind};
use crate::access::policy::{Action, Policy, field_of};

/// What an audience can ever reach. Fields are named as in the schema: `Individual.familyName`.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// The fields that policy governs.
    governed: BTreeSet<String>,
    read: BTreeSet<String>,
    written: BTreeSet<String>,
    /// The policy objects of commands that somebody runs or asks for.
    run: BTreeSet<String>,
    counts: bool,
}

impl Reach {
    /// What the roles of an audience may under a policy.
    ///
    /// # Errors
    /// What casbin says, for us alone.
    pub fn of(policy: &Policy, audience: ViewerKind) -> Result<Self, String> {
        let mut reach = Self { governed: objects_to_fields(policy), ..Self::default() };
        for role in roles(policy, audience) {
            let decisions = policy.compile_now(&[role.to_owned()], None).map_err(|error| error.to_string())?;
            reach.counts |= decisions.tier().is_some();
            for class in policy.classes().iter() {
                let fields = || policy.classes().objects(class).map(field_of).map(str::to_owned);
                if !decisions.scopes(class, Action::Read).is_none() {
                    reach.read.extend(fields());
                }
                if !decisions.scopes(class, Action::Write).is_none() {
                    reach.written.extend(fields());
                }
                if Action::WITH_COMMANDS.into_iter().any(|action| !decisions.scopes(class, action).is_none()) {
                    reach.run.extend(fields());
                }
            }
        }
        Ok(reach)
    }

    /// Whether policy governs the rows of a type, by its id.
    #[must_use]
    pub fn governs_type(&self, ty: &str) -> bool {
        self.governs(ty, "id")
    }

    /// Whether policy governs a field.
    #[must_use]
    pub fn governs(&self, ty: &str, field: &str) -> bool {
        self.governed.contains(&format!("{ty}.{field}"))
    }

    /// Whether somebody of the audience may see a governed field of some row: the row, and this in it.
    #[must_use]
    pub fn reads(&self, ty: &str, field: &str) -> bool {
        self.read.contains(&format!("{ty}.id")) && self.read.contains(&format!("{ty}.{field}"))
    }

    /// Whether somebody of the audience may write a governed field.
    #[must_use]
    pub fn writes(&self, ty: &str, field: &str) -> bool {
        self.written.contains(&format!("{ty}.{field}"))
    }

    /// Whether somebody of the audience may run a mutation, or ask for it.
    #[must_use]
    pub fn runs(&self, mutation: &str) -> bool {
        self.run.contains(&format!("command.{mutation}"))
    }

    /// Whether somebody of the audience may count.
    #[must_use]
    pub const fn counts(&self) -> bool {
        self.counts
    }
}

/// The roles of an audience: those that make who holds nothing else one of it, in a place where they may be held.
pub fn roles(policy: &Policy, audience: ViewerKind) -> impl Iterator<Item = &str> {
    let roles = policy.files().roles.iter().map(|row| row.role.as_str());
    roles.filter(move |role| audiences_of(policy, role).contains(&audience))
}

/// The audiences that a role can belong to: one that may be held in a mission and everywhere belongs to two.
fn audiences_of(policy: &Policy, role: &str) -> Vec<ViewerKind> {
    // A name that no token can have is nobody's.
    let Ok(role) = role.parse::<RoleName>() else { return Vec::new() };
    let membership = |place| Membership { role: role.clone(), place };
    let places = [Place::Mission(CountryCode::UNALLOCATED), Place::Region(String::new()), Place::Everywhere];
    let held = places.map(membership).into_iter();
    held.filter(|held| policy.may_be_held(held.role.as_str(), &held.place) == Some(true))
        .map(|held| ViewerKind::of(&[held]))
        .collect()
}

fn objects_to_fields(policy: &Policy) -> BTreeSet<String> {
    let classes = policy.classes();
    let of_fields = classes.iter().filter(|class| classes.actions(*class) == Action::WITH_FIELDS);
    of_fields.flat_map(|class| classes.objects(class)).map(field_of).map(str::to_owned).collect()
}

#[cfg(test)]
impl Reach {
    /// Of a policy that governs the same fields and lets nobody do anything.
    pub(super) fn nothing(&self) -> Self {
        Self { governed: self.governed.clone(), ..Self::default() }
    }

    /// The fields that policy governs.
    pub(super) const fn governed(&self) -> &BTreeSet<String> {
        &self.governed
    }

    /// The same, but that nobody may see or write a field.
    pub(super) fn without(&self, field: &str) -> Self {
        let mut reach = self.clone();
        reach.read.remove(field);
        reach.written.remove(field);
        reach
    }
}
