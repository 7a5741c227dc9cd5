//! Opens a file to import, plain or compressed with gzip, and counts what is read of it. It looks at the first bytes, not at
//! the name.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use flate2::bufread::MultiGzDecoder;

/// The two bytes with which every gzip file begins (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// How much is read from the file at once, in bytes.
const BUFFER: usize = 64 * 1024;

/// An open file: its text, and how much of it has been read.
pub(super) struct Source {
    /// The text, uncompressed.
    pub(super) text: Box<dyn Read + Send>,
    /// How much of the file has been read.
    pub(super) meter: Meter,
}

/// How much of a file has been read.
#[derive(Clone)]
pub(super) struct Meter {
    read: Arc<AtomicU64>,
    /// The size of the file in bytes.
    pub(super) size: u64,
}

impl Meter {
    /// Bytes read so far.
    pub(super) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

impl Source {
    /// Opens a file.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let meter = Meter { read: Arc::default(), size: file.metadata()?.len() };
        let metered = Metered { file, read: Arc::clone(&meter.read) };
        let mut bytes = BufReader::with_capacity(BUFFER, metered);
        let compressed = bytes.fill_buf()?.starts_with(&GZIP);
        let text: Box<dyn Read + Send> =
            if compressed { Box::new(MultiGzDecoder::new(bytes)) } else { Box::new(bytes) };
        Ok(Self { text, meter })
    }
}

/// A file that counts what is read of it.
struct Metered {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
