//! Why a command did nothing, where whoever sent it can do something about it.

use super::mistakes::Mistakes;
use crate::access::Stale;

/// What became of a command: what it made, or why it did nothing.
pub type Outcome<T> = Result<T, Refused>;

/// Why a command did nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// What is wrong with its input, all of it.
    Mistakes(Mistakes),
    /// It was made against a version that is no longer the record's.
    Stale(Conflict),
}

/// What changed since.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conflict {
    /// Of the record that the command is about, such as the case, where it did.
    pub record: Option<Stale>,
    /// Of the individual of a case, where it did.
    pub individual: Option<Stale>,
}

impl From<Mistakes> for Refused {
    fn from(mistakes: Mistakes) -> Self {
        Self::Mistakes(mistakes)
    }
}
