//! Writes one batch in one transaction: the missions that it needs, the cases that are not there yet with their facts, and
//! one audit and one change entry a mission.

use std::collections::{BTreeMap, BTreeSet};

use entity::CountryCode;

use crate::access::{Access, Command};
use crate::casework::{batch, bundle::CaseBundle, empty};
use crate::clock;
use crate::error::Result;

/// What became of a batch.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Cases added, or that would be.
    pub(super) added: BTreeMap<CountryCode, usize>,
    /// Cases that an earlier import brought in.
    pub(super) already_there: usize,
}

/// Writes batches.
pub(super) struct Writing<'a> {
    access: &'a Access,
    missions: BTreeSet<CountryCode>,
    dry_run: bool,
}

impl<'a> Writing<'a> {
    /// Into a database that has these missions.
    pub(super) const fn new(access: &'a Access, missions: BTreeSet<CountryCode>, dry_run: bool) -> Self {
        Self { access, missions, dry_run }
    }

    /// Writes the cases that are not there yet; in a dry run, finds out which these are.
    ///
    /// # Errors
    /// Those of the database; nothing of the batch lasts then.
    pub(super) async fn write(&mut self, cases: Vec<CaseBundle>) -> Result<Written> {
        let needed: BTreeSet<CountryCode> = cases.iter().map(|case| case.case.mission_id).collect();
        if needed.is_empty() {
            return Ok(Written::default());
        }
        self.set_up(&needed).await?;
        #[expect(clippy::disallowed_methods, reason = "an import is the operator's")]
        let writer = self.access.everything_as_operator("import", needed.into_iter().collect());
        let keys: Vec<_> = cases.iter().filter_map(key).collect();
        #[expect(clippy::disallowed_methods, reason = "a second import adds nothing")]
        let there = writer.import_keys_there_as_operator(&keys).await?;
        let mut fresh: BTreeMap<CountryCode, Vec<CaseBundle>> = BTreeMap::new();
        let mut written = Written::default();
        for case in cases {
            match key(&case).is_some_and(|key| there.contains(&key)) {
                true => written.already_there += 1,
                false => fresh.entry(case.case.mission_id).or_default().push(case),
            }
        }
        written.added = fresh.iter().map(|(mission, cases)| (*mission, cases.len())).collect();
        if self.dry_run || fresh.is_empty() {
            return Ok(written);
        }
        for (mission, cases) in fresh {
            batch::add(writer.open_batch(Command::ImportCtdc, mission)?, cases).await?;
        }
        writer.commit().await?;
        Ok(written)
    }

    async fn set_up(&mut self, needed: &BTreeSet<CountryCode>) -> Result<()> {
        let new: Vec<CountryCode> = needed.difference(&self.missions).copied().collect();
        if !self.dry_run && !new.is_empty() {
            let now = clock::now();
            let new_missions = new.iter().map(|mission| empty::mission(*mission, now)).collect();
            #[expect(clippy::disallowed_methods, reason = "an import is the operator's")]
            self.access.set_up_missions_as_operator(new_missions).await?;
            self.missions.extend(new);
        }
        Ok(())
    }
}

fn key(case: &CaseBundle) -> Option<(CountryCode, String)> {
    case.case.import_key.clone().map(|key| (case.case.mission_id, key))
}
