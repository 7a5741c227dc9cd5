//! The first pass over a file, before anything is imported: what separates its fields, which release it is, and how many rows
//! it has. The headings alone do not tell: the releases of 14 April 2020 and 15 July 2021 have the same ones.

use std::io::{BufRead, BufReader, Read};

use super::{
    HeaderProblem,
    columns::Field,
    header::{Header, recognise},
    lines::{Line, Lines, fields},
};
use crate::import::ImportError;

/// What is known of a file before it is imported.
#[derive(Debug)]
pub(super) struct Survey {
    /// The release and the columns.
    pub(super) header: Header,
    /// What separates fields: a comma or a tab.
    pub(super) delimiter: u8,
    /// Lines that are not blank, without the header.
    pub(super) rows: usize,
}

/// Looks a file through.
///
/// # Errors
/// A header that is not known, or a file that cannot be read to its end.
pub(super) fn survey(text: impl Read) -> Result<Survey, ImportError> {
    let mut lines = Lines::new(BufReader::new(text));
    let (mut header, delimiter) = header(&mut lines)?;
    let marks = Marks::of(&header, delimiter);
    let (mut rows, mut of_2020) = (0, 0);
    while let Some((_, line)) = next(&mut lines)? {
        rows += 1;
        let Line::Text(line) = line else { continue };
        of_2020 += usize::from(header.release.has_twin() && marks.are_in(line));
    }
    header.release = header.release.by_values(rows, of_2020);
    Ok(Survey { header, delimiter, rows })
}

/// The next line that is not blank, with its number.
///
/// # Errors
/// [`ImportError::Read`], with the last line that could be read.
pub(super) fn next(lines: &mut Lines<impl BufRead>) -> Result<Option<(u64, Line<'_>)>, ImportError> {
    let before = lines.number();
    lines.next().map_err(|cause| ImportError::Read { line: before, cause })
}

fn header(lines: &mut Lines<impl BufRead>) -> Result<(Header, u8), ImportError> {
    let Some((_, Line::Text(line))) = next(lines)? else {
        return Err(ImportError::Header(HeaderProblem::NoHeader));
    };
    // No heading holds a tab.
    let delimiter = if line.contains(&b'\t') { b'\t' } else { b',' };
    let record = fields(line, delimiter).map_err(|cause| ImportError::Read { line: 0, cause })?;
    let names: Vec<String> = record.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    let header = recognise(&names).map_err(ImportError::Header)?;
    Ok((header, delimiter))
}

/// The values that the release of 2020 has and that of 2021 has not.
struct Marks {
    delimiter: u8,
    /// Where the columns with countries are.
    countries: Vec<usize>,
}

impl Marks {
    fn of(header: &Header, delimiter: u8) -> Self {
        let is_country = |field: &Field| matches!(field, Field::Citizenship | Field::Country);
        let columns = header.columns.iter().enumerate();
        Self { delimiter, countries: columns.filter(|(_, (_, field))| is_country(field)).map(|(at, _)| at).collect() }
    }

    /// Whether a row has one of them: -99 for what is missing, 0 or 00 for a country that is unknown.
    fn are_in(&self, line: &[u8]) -> bool {
        let is_mark = |(at, value): (usize, &[u8])| {
            value == b"-99" || (matches!(value, b"0" | b"00") && self.countries.contains(&at))
        };
        match line.contains(&b'"') {
            true => fields(line, self.delimiter).is_ok_and(|record| record.iter().enumerate().any(is_mark)),
            false => line.split(|byte| *byte == self.delimiter).enumerate().any(is_mark),
        }
    }
}
