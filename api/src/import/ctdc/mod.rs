//! Imports the published data sets of the Counter-Trafficking Data Collaborative (CTDC): one case a row, in the mission of its
//! `CountryOfExploitation`, or in `ZZ` where there is none.
//!
//! A file is read twice. First `survey`: its `lines` are counted, and by `header` and values it is found out which release it is
//! and what each column becomes (`columns`). Then: `lines` (fields) -> `draft` (codes: `values`) -> `case`, `episode`,
//! `exploitations`, `perpetrators` (rows) -> `read` (batches) -> `write` (transactions). At the end every row that was counted must
//! be imported, there already, or reported as left out.
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
mod survey;
mod values;
mod write;

#[cfg(test)]
mod tests;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    io::Read,
    path::{Path, PathBuf},
};

use chrono::Datelike;
use entity::codes::MissionStatus;
use tokio::{sync::mpsc, task};

pub use header::HeaderProblem;
pub use release::Release;

use super::error::is_collision;
use super::file;
use super::{ImportError, ImportOptions, ImportReport, MOST_REJECTED_LISTED, Progress, Reason, RejectedRow};
use crate::access::Access;
use crate::clock;
use read::{Batch, Rules, Summary};
use survey::{Survey, survey};
use write::{Writing, Written};

/// Batches that wait between the reading thread and the database.
const WAITING: usize = 2;

/// Imports a file, separated by commas or tabs, compressed with gzip or not, as the operator of the machine. `progress` is called
/// before the first batch and after each.
///
/// A batch is a transaction, so what was imported before an error lasts, and a second run goes on from there.
///
/// # Errors
/// A file that cannot be read or is no release that is known; those of the database; rows that are unaccounted for. Rows that
/// are not understood are no error: they stand in the report.
pub async fn import_ctdc(
    access: &Access,
    file: &Path,
    options: ImportOptions,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<ImportReport, ImportError> {
    let survey = look_through(file.to_owned()).await?;
    let of_rows = survey.rows;
    progress(Progress { rows: 0, of_rows });
    let missions = access.missions().await?;
    let suspended = missions.iter().filter(|mission| mission.status == MissionStatus::Suspended);
    let rules = Rules {
        batch: options.batch.max(1),
        this_year: i16::try_from(clock::latest_day(clock::now()).year()).unwrap_or(i16::MAX),
        suspended: suspended.map(|mission| mission.id).collect(),
    };
    let (sender, batches) = mpsc::channel(WAITING);
    let text = open(file)?;
    let reading =
        task::spawn_blocking(move || read::read(text, &survey, &rules, |batch| sender.blocking_send(batch).is_ok()));
    let known: BTreeSet<_> = missions.iter().map(|mission| mission.id).collect();
    let writing = Writing::new(access, known, options.dry_run);
    let tally = write_all(writing, batches, &|rows| progress(Progress { rows, of_rows })).await?;
    let summary = reading.await.map_err(|_| ImportError::BrokenOff)??;
    tally.report(summary, of_rows, options.dry_run)
}

fn open(file: &Path) -> Result<Box<dyn Read + Send>, ImportError> {
    file::open(file).map_err(|cause| ImportError::Open { path: file.to_owned(), cause })
}

/// The first pass, on a thread that may wait for the disk.
async fn look_through(file: PathBuf) -> Result<Survey, ImportError> {
    task::spawn_blocking(move || survey(open(&file)?)).await.map_err(|_| ImportError::BrokenOff)?
}

async fn write_all(
    mut writing: Writing<'_>,
    mut batches: mpsc::Receiver<Batch>,
    done: &(dyn Fn(usize) + Send + Sync),
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
        done(tally.rows);
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
    reasons: BTreeMap<String, usize>,
}

impl Tally {
    fn add(&mut self, written: Written, rejected: Vec<RejectedRow>) {
        self.already_there += written.already_there;
        for (mission, cases) in written.added {
            *self.by_mission.entry(mission).or_default() += cases;
        }
        for row in rejected {
            *self.reasons.entry(row.problem.clone()).or_default() += 1;
            if self.rejected.len() < MOST_REJECTED_LISTED {
                self.rejected.push(row);
            }
        }
    }

    /// What the operator is told. `in_file` rows were counted before: each of them is accounted for, or it is an error.
    fn report(self, summary: Summary, in_file: usize, dry_run: bool) -> Result<ImportReport, ImportError> {
        let imported: usize = self.by_mission.values().sum();
        let rejected_total: usize = self.reasons.values().sum();
        let accounted = imported + self.already_there + rejected_total;
        if accounted != in_file {
            return Err(ImportError::Unaccounted { in_file, accounted });
        }
        let mut reasons: Vec<_> = self.reasons.into_iter().map(|(problem, count)| Reason { problem, count }).collect();
        reasons.sort_by_key(|reason| Reverse(reason.count));
        let mut report = ImportReport {
            release: summary.release.title(),
            dry_run,
            rows: in_file,
            imported,
            already_there: self.already_there,
            rejected: self.rejected,
            reasons,
            rejected_total,
            left_behind: summary.left_behind,
            by_mission: self.by_mission,
        };
        if report.only_reason().is_some() {
            report.rejected.truncate(1);
        }
        Ok(report)
    }
}
