//! What an import is told and what it tells: counts, lines, columns and kinds of problem. Never a value of a row.

use std::collections::BTreeMap;

use entity::CountryCode;
use serde::Serialize;

/// So many rejected rows are listed; all of them are counted.
pub const MOST_REJECTED_LISTED: usize = 100;

/// How to import.
#[derive(Clone, Copy, Debug)]
pub struct ImportOptions {
    /// Check everything and write nothing.
    pub dry_run: bool,
    /// Rows a transaction. At least one.
    pub batch: usize,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self { dry_run: false, batch: 2_000 }
    }
}

/// How far an import is: at its beginning, and after each batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rows that are done with: imported, already there or rejected.
    pub rows: usize,
    /// Rows of the file, without the header.
    pub of_rows: usize,
}

/// What an import did; of a dry run, what it would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// The release, in words.
    pub release: &'static str,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// Rows of the file, without the header.
    pub rows: usize,
    /// Cases added.
    pub imported: usize,
    /// Rows that an earlier import of the same file has brought in.
    pub already_there: usize,
    /// Rows left out, the first [`MOST_REJECTED_LISTED`] of them; one where every row is left out for the same reason.
    pub rejected: Vec<RejectedRow>,
    /// Why rows were left out, the most frequent reason first.
    pub reasons: Vec<Reason>,
    /// How many rows were left out in all.
    pub rejected_total: usize,
    /// What no place was found for, over all rows that were not rejected.
    pub left_behind: Vec<LeftBehind>,
    /// The cases added, by the mission that holds them.
    pub by_mission: BTreeMap<CountryCode, usize>,
}

impl ImportReport {
    /// The one reason for which every row of the file was left out, if it is so: then the file is not what it was taken for.
    #[must_use]
    pub fn only_reason(&self) -> Option<&str> {
        let all = self.rows > 0 && self.rejected_total == self.rows;
        match self.reasons.as_slice() {
            [one] if all => Some(&one.problem),
            _ => None,
        }
    }
}

/// Why rows were left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// A kind of problem and the column.
    pub problem: String,
    /// How many rows.
    pub count: usize,
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RejectedRow {
    /// The line on which it begins; the header is line 1.
    pub line: u64,
    /// What is wrong with it: a kind of problem and the column.
    pub problem: String,
}

/// Values of one column for which there is no place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftBehind {
    /// The column.
    pub column: &'static str,
    /// In how many rows.
    pub count: usize,
    /// Why.
    pub why: &'static str,
}
