//! Reads a file that was surveyed from its first line to its last and hands over cases in batches, so that memory holds a
//! few batches and never the file. It runs on a thread of its own and knows nothing of a database.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufReader, Read},
};

use csv::{ByteRecord, StringRecord};
use entity::CountryCode;
use sha2::{Digest, Sha256};

use super::{
    Release,
    case::{self, Origin},
    draft::{Draft, Drafter},
    header::Header,
    lines::{Line, Lines, fields},
    problem::Problem,
    survey::{Survey, next},
};
use crate::casework::bundle::CaseBundle;
use crate::import::{ImportError, LeftBehind, RejectedRow};

/// So many bytes of a row's SHA-256 are part of its import key.
const DIGEST: usize = 8;

/// Some rows of the file, in its order.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The cases that they became.
    pub(super) cases: Vec<CaseBundle>,
    /// Those that were left out.
    pub(super) rejected: Vec<RejectedRow>,
    /// The lines of the first and the last one.
    pub(super) lines: (u64, u64),
}

impl Batch {
    /// How many rows it holds.
    pub(super) const fn rows(&self) -> usize {
        self.cases.len() + self.rejected.len()
    }
}

/// What is known when the whole file has been read.
#[derive(Debug)]
pub(super) struct Summary {
    /// The release.
    pub(super) release: Release,
    /// What no place was found for.
    pub(super) left_behind: Vec<LeftBehind>,
}

/// What holds for every row.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// Rows a batch.
    pub(super) batch: usize,
    /// Years after this one cannot be.
    pub(super) this_year: i16,
    /// Missions in which nobody writes.
    pub(super) suspended: BTreeSet<CountryCode>,
}

/// Reads a file that was surveyed. `deliver` takes each batch and says whether to go on.
///
/// # Errors
/// A file that cannot be read to its end.
pub(super) fn read(
    text: impl Read,
    survey: &Survey,
    rules: &Rules,
    mut deliver: impl FnMut(Batch) -> bool,
) -> Result<Summary, ImportError> {
    let mut lines = Lines::new(BufReader::new(text));
    let mut reading =
        Reading { drafter: Drafter::new(&survey.header, rules.this_year), survey, rules, left: BTreeMap::new() };
    let mut batch = Batch::default();
    // The header, which was understood before.
    next(&mut lines)?;
    while let Some((number, line)) = next(&mut lines)? {
        if batch.rows() == 0 {
            batch.lines.0 = number;
        }
        batch.lines.1 = number;
        match reading.case(number, &line) {
            Ok(case) => batch.cases.push(case),
            Err(problem) => batch.rejected.push(RejectedRow { line: number, problem: problem.to_string() }),
        }
        if batch.rows() >= rules.batch && !deliver(std::mem::take(&mut batch)) {
            break;
        }
    }
    if batch.rows() > 0 {
        deliver(batch);
    }
    Ok(Summary { release: survey.header.release, left_behind: in_order(&survey.header, &reading.left) })
}

/// A column and why it is left behind.
type Behind = (&'static str, &'static str);

/// What was left behind, in the order of the columns.
fn in_order(header: &Header, left: &BTreeMap<Behind, usize>) -> Vec<LeftBehind> {
    let of_column = |column: &'static str| left.iter().filter(move |((behind, _), _)| *behind == column);
    let all = header.columns.iter().flat_map(|(column, _)| of_column(column));
    all.map(|((column, why), count)| LeftBehind { column, why, count: *count }).collect()
}

/// One file being read.
struct Reading<'a> {
    survey: &'a Survey,
    drafter: Drafter<'a>,
    rules: &'a Rules,
    left: BTreeMap<Behind, usize>,
}

impl Reading<'_> {
    fn case(&mut self, line: u64, text: &Line<'_>) -> Result<CaseBundle, Problem> {
        let Line::Text(text) = text else { return Err(Problem::TooLong) };
        let record = fields(text, self.survey.delimiter).map_err(|_| Problem::Unreadable)?;
        let digest = digest(&record);
        let draft = self.draft(record)?;
        for behind in &draft.left_behind {
            *self.left.entry(*behind).or_default() += 1;
        }
        Ok(case::bundle(&draft, &Origin { release: self.survey.header.release, line, digest }))
    }

    fn draft(&self, record: ByteRecord) -> Result<Draft, Problem> {
        let columns = &self.survey.header.columns;
        if record.len() != columns.len() {
            return Err(Problem::Columns { found: record.len(), expected: columns.len() });
        }
        let record = StringRecord::from_byte_record(record).map_err(|error| {
            let at = error.utf8_error().field();
            Problem::Encoding(columns.get(at).map_or("", |(column, _)| column))
        })?;
        let draft = self.drafter.draft(&record)?;
        if self.rules.suspended.contains(&case::mission_of(&draft)) {
            return Err(Problem::Suspended);
        }
        Ok(draft)
    }
}

/// The beginning of SHA-256 over the fields, each with its length before it, lower-case hexadecimal.
fn digest(record: &ByteRecord) -> String {
    let mut hash = Sha256::new();
    for field in record {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field);
    }
    hex::encode(&hash.finalize()[..DIGEST])
}
