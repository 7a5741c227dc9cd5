//! Imports the published data sets of the Counter-Trafficking Data Collaborative (CTDC): one case a row, in the mission of its
//! `CountryOfExploitation`, or in `ZZ` where there is none.
//!
//! A file goes through these steps: `lines` (fields) -> `header` (which release, what each column becomes: `columns`) -> `draft`
//! (codes: `values`) -> `case`, `episode`, `exploitations`, `perpetrators` (rows) -> `read` (batches) -> `write` (transactions).
//!
//! The flags count, not the texts that repeat them. They have three values: yes, no and not assessed, and keep them. What has no
//! place is counted as left behind. The rows have no identifier and most equal another one, so the line is part of the import key.

mod case;
mod columns;
mod draft;
mod episode;
mod exploitations;
mod header;
mod lines;
mod perpetrators;
mod problem;
mod read;
mod release;
mod values;
mod write;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use chrono::Datelike;
use entity::codes::MissionStatus;
use tokio::{sync::mpsc, task};

pub use header::HeaderProblem;
pub use release::Release;

use super::error::is_collision;
use super::file::{Meter, Source};
use super::{ImportError, ImportOptions, ImportReport, MOST_REJECTED_LISTED, Progress, RejectedRow};
use crate::access::Access;
use crate::clock;
use read::{Batch, Rules, Summary};
use write::{Writing, Written};

/// Batches that wait between the reading thread and the database.
const WAITING: usize = 2;

/// Imports a file, `.csv` or `.csv.gz`, as the operator of the machine. `progress` is called after each batch.
///
/// A batch is a transaction, so what was imported before an error lasts, and a second run goes on from there.
///
/// # Errors
/// A file that cannot be read or is no release that is known; those of the database. Rows that are not understood are no
/// error: they stand in the report.
pub async fn import_ctdc(
    access: &Access,
    file: &Path,
    options: ImportOptions,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<ImportReport, ImportError> {
    let source = Source::open(file).map_err(|cause| ImportError::Open { path: file.to_owned(), cause })?;
    let meter = source.meter.clone();
    let missions = access.missions().await?;
    let suspended = missions.iter().filter(|mission| mission.status == MissionStatus::Suspended);
    let rules = Rules {
        batch: options.batch.max(1),
        this_year: i16::try_from(clock::latest_day(clock::now()).year()).unwrap_or(i16::MAX),
        suspended: suspended.map(|mission| mission.id).collect(),
    };
    let (sender, batches) = mpsc::channel(WAITING);
    let reading =
        task::spawn_blocking(move || read::read(source.text, &rules, |batch| sender.blocking_send(batch).is_ok()));
    let known: BTreeSet<_> = missions.iter().map(|mission| mission.id).collect();
    let tally = write_all(Writing::new(access, known, options.dry_run), batches, &meter, progress).await?;
    let summary = reading.await.map_err(|_| ImportError::BrokenOff)??;
    Ok(tally.report(summary, options.dry_run))
}

async fn write_all(
    mut writing: Writing<'_>,
    mut batches: mpsc::Receiver<Batch>,
    meter: &Meter,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Tally, ImportError> {
    let mut tally = Tally::default();
    while let Some(batch) = batches.recv().await {
        let Batch { cases, rejected, lines: (first, last) } = batch;
        tally.rows += cases.len() + rejected.len();
        let written = writing.write(cases).await.map_err(|error| match is_collision(&error) {
            true => ImportError::Collision { first, last },
            false => error.into(),
        })?;
        tally.add(written, rejected);
        progress(Progress { rows: tally.rows, bytes: meter.read(), of_bytes: meter.size });
    }
    Ok(tally)
}

/// What has been counted so far.
#[derive(Default)]
struct Tally {
    rows: usize,
    already_there: usize,
    by_mission: BTreeMap<entity::CountryCode, usize>,
    rejected: Vec<RejectedRow>,
    rejected_total: usize,
}

impl Tally {
    fn add(&mut self, written: Written, rejected: Vec<RejectedRow>) {
        self.already_there += written.already_there;
        for (mission, cases) in written.added {
            *self.by_mission.entry(mission).or_default() += cases;
        }
        self.rejected_total += rejected.len();
        let room = MOST_REJECTED_LISTED - self.rejected.len();
        self.rejected.extend(rejected.into_iter().take(room));
    }

    fn report(self, summary: Summary, dry_run: bool) -> ImportReport {
        ImportReport {
            release: summary.release.title(),
            dry_run,
            rows: self.rows,
            imported: self.by_mission.values().sum(),
            already_there: self.already_there,
            rejected: self.rejected,
            rejected_total: self.rejected_total,
            left_behind: summary.left_behind,
            by_mission: self.by_mission,
        }
    }
}
