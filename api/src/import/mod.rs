//! Imports: case records that come from outside, as the operator brings them in on the command line. It owns reading the
//! file and what a row becomes; it refuses to guess: a row that is not understood is reported by its line and left out.
//! No value of a row ever stands in a report, an error or a log.

mod ctdc;
mod error;
mod file;
mod report;

pub use ctdc::{HeaderProblem, Release, import_ctdc};
pub use error::ImportError;
pub use report::{ImportOptions, ImportReport, LeftBehind, MOST_REJECTED_LISTED, Progress, Reason, RejectedRow};
