//! Opens a file to import, plain or compressed with gzip. It looks at the first bytes, not at the name, and refuses what can
//! be read once only: a file is read twice.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;

/// The two bytes with which every gzip file begins (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// How much is read from the file at once, in bytes.
const BUFFER: usize = 64 * 1024;

/// The text of a file, uncompressed.
///
/// # Errors
/// Those of the file system, and one for what is no regular file.
pub(super) fn open(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no regular file, and it has to be read twice; save it to a file first"));
    }
    let mut bytes = BufReader::with_capacity(BUFFER, file);
    let compressed = bytes.fill_buf()?.starts_with(&GZIP);
    Ok(if compressed { Box::new(MultiGzDecoder::new(bytes)) } else { Box::new(bytes) })
}
