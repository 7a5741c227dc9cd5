//! Splits a file into lines, and a line into fields. No row of CTDC runs over several lines, so a quotation mark that is
//! never closed spoils its own row and no other, and a line has a greatest length, so that memory stays flat.

use std::io::{self, BufRead, Read};

use csv::{ByteRecord, ReaderBuilder};

/// The longest line, in bytes. The rows of CTDC are a few hundred long.
const LONGEST: u64 = 64 * 1024;

/// The lines of a file, numbered from 1.
pub(super) struct Lines<R> {
    text: R,
    number: u64,
    line: Vec<u8>,
}

/// One line that is not blank.
pub(super) enum Line {
    /// Its fields.
    Fields(ByteRecord),
    /// Longer than can be.
    TooLong,
}

impl<R: BufRead> Lines<R> {
    /// The lines of a text.
    pub(super) const fn new(text: R) -> Self {
        Self { text, number: 0, line: Vec::new() }
    }

    /// The number of the line that was read last.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// The next line that is not blank; none at the end.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            self.line.clear();
            let read = (&mut self.text).take(LONGEST).read_until(b'\n', &mut self.line)?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            if read as u64 == LONGEST && !self.line.ends_with(b"\n") {
                self.skip_to_the_end()?;
                return Ok(Some(Line::TooLong));
            }
            if !self.line.trim_ascii().is_empty() {
                return fields(&self.line).map(Some);
            }
        }
    }

    fn skip_to_the_end(&mut self) -> io::Result<()> {
        self.text.skip_until(b'\n').map(|_| ())
    }
}

fn fields(line: &[u8]) -> io::Result<Line> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(line.len()).from_reader(line);
    let mut record = ByteRecord::new();
    reader.read_byte_record(&mut record)?;
    Ok(Line::Fields(record))
}
