//! Splits a file into lines, and a line into fields. A line ends with LF, CR LF or CR. No row of CTDC runs over several lines,
//! so a quotation mark that is never closed spoils its own row and no other, and a line has a greatest length, so that memory
//! stays flat.

use std::io::{self, BufRead, ErrorKind};

use csv::{ByteRecord, ReaderBuilder};

/// The longest line, in bytes. The rows of CTDC are a few hundred long.
const LONGEST: usize = 64 * 1024;

/// The lines of a file, numbered from 1.
pub(super) struct Lines<R> {
    text: R,
    number: u64,
    line: Vec<u8>,
    /// The last line ended with CR: an LF that follows belongs to it.
    returned: bool,
}

/// One line that is not blank.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Its text, without its end.
    Text(&'a [u8]),
    /// Longer than can be.
    TooLong,
}

impl<R: BufRead> Lines<R> {
    /// The lines of a text.
    pub(super) const fn new(text: R) -> Self {
        Self { text, number: 0, line: Vec::new(), returned: false }
    }

    /// The number of the line that was read last.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// The next line that is not blank, with its number; none at the end.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, Line<'_>)>> {
        loop {
            let Some(whole) = self.read()? else { return Ok(None) };
            self.number += 1;
            if !whole {
                return Ok(Some((self.number, Line::TooLong)));
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(Some((self.number, Line::Text(&self.line))));
            }
        }
    }

    /// Reads a line; whether it was kept whole. None at the end.
    fn read(&mut self) -> io::Result<Option<bool>> {
        self.line.clear();
        let (mut began, mut whole) = (false, true);
        loop {
            let text = match self.text.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                text => text?,
            };
            let Some(first) = text.first() else { return Ok(began.then_some(whole)) };
            if std::mem::take(&mut self.returned) && *first == b'\n' {
                self.text.consume(1);
                continue;
            }
            began = true;
            let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let part = &text[..end.unwrap_or(text.len())];
            let room = LONGEST - self.line.len();
            whole &= part.len() <= room;
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            self.returned = end.is_some_and(|end| text[end] == b'\r');
            let read = end.map_or(text.len(), |end| end + 1);
            self.text.consume(read);
            if end.is_some() {
                return Ok(Some(whole));
            }
        }
    }
}

/// The fields of a line.
///
/// # Errors
/// None that a line in memory could cause.
pub(super) fn fields(line: &[u8], delimiter: u8) -> io::Result<ByteRecord> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(line.len())
        .from_reader(line);
    let mut record = ByteRecord::new();
    reader.read_byte_record(&mut record)?;
    Ok(record)
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    /// The lines of a text with their numbers, read through a buffer of so many bytes.
    fn lines(text: &str, buffer: usize) -> Vec<(u64, String)> {
        let mut lines = Lines::new(BufReader::with_capacity(buffer, text.as_bytes()));
        let mut all = Vec::new();
        while let Some((number, line)) = lines.next().unwrap() {
            let Line::Text(text) = line else { panic!("a line is too long") };
            all.push((number, String::from_utf8(text.to_vec()).unwrap()));
        }
        all
    }

    #[test]
    fn each_of_three_ends_ends_a_line() {
        let wanted = [(1, "a,b".to_owned()), (2, "1,2".to_owned()), (4, "3,4".to_owned())];
        for end in ["\n", "\r\n", "\r"] {
            for last in [end, ""] {
                let text = format!("a,b{end}1,2{end} {end}3,4{last}");
                for buffer in [1, 2, 3, 4, 5, 64] {
                    assert_eq!(lines(&text, buffer), wanted, "{end:?} {buffer}");
                }
            }
        }
        assert_eq!(lines("a\r\rb\n\rc", 2), [(1, "a".to_owned()), (3, "b".to_owned()), (5, "c".to_owned())]);
    }
}
