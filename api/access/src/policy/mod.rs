//! Policy as data: casbin decides who may do what with which class of fields, under which row scope. It is loaded and
//! checked as a whole at the start, compiled once for each set of roles, and looked up after that.
//! It refuses to load with a single problem in it.

mod check;
mod class;
mod compile;
mod files;
mod lost_scopes;
mod matrix;
mod model;

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use entity::CountryCode;
use entity::table::Table;

pub use class::{ClassId, Classes, CodeClass, Governing, field_of, governed_commands, governed_objects};
pub use compile::{Decisions, add_role_set, compile, enforcer, role_set_name};
pub use files::{PolicyFiles, RoleRow, Rule};
pub use lost_scopes::{LostScope, lost_scopes};
pub use matrix::matrix;

use super::identity::Place;
use super::scope::RowScope;
use crate::error::{InternalError, Result};

/// What one may do with a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// See it.
    Read,
    /// Change it.
    Write,
    /// Count by it, in statistics.
    Count,
    /// Run the command.
    Run,
    /// Ask for the command, which somebody else has to confirm.
    Ask,
}

impl Action {
    /// What one may do with a field.
    pub const WITH_FIELDS: [Self; 2] = [Self::Read, Self::Write];
    /// What one may do with a command.
    pub const WITH_COMMANDS: [Self; 2] = [Self::Run, Self::Ask];

    /// The action with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Read, Self::Write, Self::Count, Self::Run, Self::Ask].into_iter().find(|action| action.name() == name)
    }

    /// The name in the policy files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Count => "count",
            Self::Run => "run",
            Self::Ask => "ask",
        }
    }
}

/// How exact the figures are that a viewer may see, from the most to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, async_graphql::Enum)]
pub enum DisclosureTier {
    /// The figures as they are.
    Exact,
    /// For analysts of a mission.
    Mission,
    /// For headquarters and regional offices.
    Headquarters,
    /// For everybody else.
    External,
}

impl DisclosureTier {
    /// Every tier, the most exact first.
    pub const ALL: [Self; 4] = [Self::Exact, Self::Mission, Self::Headquarters, Self::External];

    /// The name in the policy files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Mission => "mission",
            Self::Headquarters => "headquarters",
            Self::External => "external",
        }
    }
}

/// A policy that does not load, with everything that is wrong with it.
#[derive(Debug, thiserror::Error)]
#[error("the policy does not load:\n{}", .0.join("\n"))]
pub struct PolicyError(pub Vec<String>);

/// One set of roles under the rules of one mission; `None`: a mission without an overlay.
type CompileKey = (Vec<String>, Option<CountryCode>);

/// The policy that is in force.
pub struct Policy {
    files: PolicyFiles,
    classes: Classes,
    compiled: Mutex<HashMap<CompileKey, Arc<Decisions>>>,
}

impl Policy {
    /// Reads and checks a folder.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn load(folder: &Path) -> Result<Self, PolicyError> {
        let place = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        if !folder.is_dir() {
            return Err(PolicyError(vec![format!("policy_dir: there is no folder {}", place.display())]));
        }
        let loaded = PolicyFiles::read(folder).map_err(PolicyError).and_then(Self::new);
        loaded.map_err(|PolicyError(mut problems)| {
            problems.insert(0, format!("in the folder {}:", place.display()));
            PolicyError(problems)
        })
    }

    /// The policy that ships with the program.
    ///
    /// # Errors
    /// None that a released program has: the suite loads it.
    pub fn shipped() -> Result<Self, PolicyError> {
        Self::new(PolicyFiles::shipped().map_err(PolicyError)?)
    }

    /// Checks what was read.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn new(files: PolicyFiles) -> Result<Self, PolicyError> {
        Self::over(entity::TABLES, files)
    }

    /// The same over these tables.
    pub(crate) fn over(tables: &[&'static Table], files: PolicyFiles) -> Result<Self, PolicyError> {
        let classes = Classes::over(tables, &files.classes).map_err(PolicyError)?;
        let problems = [check::problems(&files, &classes), model::problems(&files.model)].concat();
        if !problems.is_empty() {
            return Err(PolicyError(problems));
        }
        let policy = Self { files, classes, compiled: Mutex::default() };
        // A model that cannot answer must stop the start, not the first request.
        policy
            .compile_now(&["case_worker".to_owned()], None)
            .map_err(|error| PolicyError(vec![format!("model.conf: {error}")]))?;
        Ok(policy)
    }

    /// The classes.
    #[must_use]
    pub const fn classes(&self) -> &Classes {
        &self.classes
    }

    /// The files as they were read.
    #[must_use]
    pub const fn files(&self) -> &PolicyFiles {
        &self.files
    }

    /// The missions that have rules of their own.
    pub fn overlays(&self) -> impl Iterator<Item = CountryCode> {
        self.files.overlays.keys().copied()
    }

    /// Whether a role may be held in such a place; none for a role that does not exist.
    #[must_use]
    pub fn may_be_held(&self, role: &str, place: &Place) -> Option<bool> {
        let row = self.files.roles.iter().find(|row| row.role == role)?;
        let kind = match place {
            Place::Mission(_) => "mission",
            Place::Region(_) => "region",
            Place::Everywhere => "everywhere",
        };
        Some(row.held_in.split_ascii_whitespace().any(|held| held == kind))
    }

    /// The decisions for a sorted set of roles in a mission; compiled off the async threads when they are first asked for.
    ///
    /// # Errors
    /// An internal error where casbin cannot decide: the answer is then no.
    pub async fn decisions(self: &Arc<Self>, roles: Vec<String>, mission: CountryCode) -> Result<Arc<Decisions>> {
        let overlay = self.files.overlays.contains_key(&mission).then_some(mission);
        if let Some(decisions) = self.lookup(&(roles.clone(), overlay)) {
            return Ok(decisions);
        }
        let policy = Arc::clone(self);
        let compiled = tokio::task::spawn_blocking(move || policy.compile_now(&roles, overlay)).await;
        Ok(compiled.map_err(InternalError::new)?.map_err(InternalError::new)?)
    }

    fn lookup(&self, key: &CompileKey) -> Option<Arc<Decisions>> {
        self.compiled.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// The same on this thread, for start-up and the command line.
    ///
    /// # Errors
    /// What casbin says.
    pub fn compile_now(&self, roles: &[String], overlay: Option<CountryCode>) -> casbin::Result<Arc<Decisions>> {
        let key = (roles.to_vec(), overlay);
        if let Some(decisions) = self.lookup(&key) {
            return Ok(decisions);
        }
        let rules: Vec<_> = self.rules_for(overlay).filter(|(_, rule)| roles.contains(&rule.role)).collect();
        let mut enforcer = enforcer(&self.files.model, &rules)?;
        add_role_set(&mut enforcer, roles)?;
        let mission = overlay.unwrap_or(CountryCode::UNALLOCATED);
        let decisions = Arc::new(compile(&enforcer, &self.classes, roles, mission)?);
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        compiled.insert(key, Arc::clone(&decisions));
        Ok(decisions)
    }

    /// The common rules and those of one overlay.
    fn rules_for(&self, overlay: Option<CountryCode>) -> impl Iterator<Item = (Option<CountryCode>, &Rule)> {
        let own = overlay.and_then(|mission| self.files.overlays.get(&mission)).into_iter().flatten();
        self.files.rules.iter().map(|rule| (None, rule)).chain(own.map(move |rule| (overlay, rule)))
    }

    /// Every rule, each with the mission it is for; none: every mission.
    pub fn all_rules(&self) -> impl Iterator<Item = (Option<CountryCode>, &Rule)> {
        let overlays =
            self.files.overlays.iter().flat_map(|(mission, rules)| rules.iter().map(|rule| (Some(*mission), rule)));
        self.files.rules.iter().map(|rule| (None, rule)).chain(overlays)
    }
}
