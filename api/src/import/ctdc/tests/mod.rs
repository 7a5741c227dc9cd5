//! Rows that are made up here, one trap at a time. No row of CTDC is or may be among them.

mod database;
mod headers;
mod perpetrators;
mod published;
mod rejected;
mod rows;
mod surveyed;

use super::read::{Rules, Summary, read};
use super::survey::{Survey, survey};
use super::{Batch, HeaderProblem, Release};
use crate::casework::bundle::CaseBundle;
use crate::import::{ImportError, RejectedRow};

/// A made-up row: the columns that have a value.
type Row<'a> = &'a [(&'a str, &'a str)];

/// A file of a release with these rows.
fn file(release: Release, rows: &[Row<'_>]) -> String {
    let columns: Vec<&str> = release.columns().iter().map(|(column, _)| *column).collect();
    let mut text = columns.join(",") + "\n";
    for row in rows {
        assert!(
            row.iter().all(|(column, _)| columns.contains(column)),
            "a made-up row names a column that is not there"
        );
        let value = |column: &&str| row.iter().find(|(own, _)| own == column).map_or("", |(_, value)| *value);
        text += &columns.iter().map(value).collect::<Vec<_>>().join(",");
        text += "\n";
    }
    text
}

fn k_anonymised(rows: &[Row<'_>]) -> String {
    file(Release::KAnonymised2021, rows)
}

/// What a file becomes, all in one batch.
#[derive(Debug)]
struct Outcome {
    survey: Survey,
    cases: Vec<CaseBundle>,
    rejected: Vec<RejectedRow>,
    summary: Summary,
}

fn outcome(text: impl AsRef<[u8]>) -> Result<Outcome, ImportError> {
    let rules = Rules { batch: 1_000, this_year: 2026, suspended: ["BY".parse().unwrap()].into() };
    let survey = survey(text.as_ref())?;
    let mut all = Batch::default();
    let summary = read(text.as_ref(), &survey, &rules, |batch| {
        all = batch;
        true
    })?;
    assert_eq!(all.rows(), survey.rows, "each row that was counted is a case or left out");
    Ok(Outcome { survey, cases: all.cases, rejected: all.rejected, summary })
}

/// The one case of a file with one row.
fn only(text: &str) -> CaseBundle {
    let outcome = outcome(text).unwrap();
    assert_eq!(outcome.rejected, []);
    let mut cases = outcome.cases;
    assert_eq!(cases.len(), 1);
    cases.remove(0)
}

/// The columns left behind, with how many rows.
fn left_behind(outcome: &Outcome) -> Vec<(&'static str, usize)> {
    outcome.summary.left_behind.iter().map(|behind| (behind.column, behind.count)).collect()
}
