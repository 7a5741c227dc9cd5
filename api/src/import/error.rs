//! Why an import stops. What it wrote before lasts; running it again goes on from there.

use std::{fmt, io, path::PathBuf};

use super::HeaderProblem;
use crate::error::{ClientError, Error};

/// Why an import stops. Its `Debug` is its `Display`: the causes of a database may hold a row.
#[derive(thiserror::Error)]
pub enum ImportError {
    /// The file cannot be opened.
    #[error("cannot open {path}: {cause}", path = path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// The file cannot be read to its end; a compressed one may be cut off.
    #[error("cannot read on after line {line}: {cause}")]
    Read {
        /// The last line that could be read.
        line: u64,
        /// Why not.
        cause: io::Error,
    },
    /// The first line is not the header of a release.
    #[error("{0}")]
    Header(HeaderProblem),
    /// Cases with these numbers are there, but from other rows.
    #[error(
        "lines {first} to {last} collide with cases that are there already: either another import is running, or this \
         release was imported from a file with other rows"
    )]
    Collision {
        /// The first line of the batch.
        first: u64,
        /// Its last line.
        last: u64,
    },
    /// Some rows were neither imported nor reported.
    #[error(
        "the file has {in_file} rows and {accounted} are accounted for: it was changed while it was read, or rows were lost. \
         What was imported lasts; import it again when nobody changes it"
    )]
    Unaccounted {
        /// Rows that were counted before anything was read.
        in_file: usize,
        /// Rows imported, there already or left out.
        accounted: usize,
    },
    /// The database; the text is the one for clients, the cause is in the log.
    #[error("database: {0}")]
    Database(String),
    /// The thread that reads the file is gone.
    #[error("reading the file broke off")]
    BrokenOff,
}

impl fmt::Debug for ImportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

impl From<Error> for ImportError {
    fn from(error: Error) -> Self {
        if let Error::Internal(internal) = &error {
            tracing::error!(reference = %internal.reference(), cause = %internal.cause(), "import");
        }
        Self::Database(error.to_string())
    }
}

/// Whether a row was refused because one with the same key exists.
pub(super) const fn is_collision(error: &Error) -> bool {
    matches!(error, Error::Client(ClientError::Conflict { .. }))
}
