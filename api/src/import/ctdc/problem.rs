//! What can be wrong with a row. It refuses to hold a value of the row, so that none can be shown.

use std::fmt;

/// What is wrong with a row. It names columns and counts, never a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// Too many or too few columns.
    Columns { found: usize, expected: usize },
    /// Longer than any row of CTDC.
    TooLong,
    /// Cannot be split into columns.
    Unreadable,
    /// Not UTF-8.
    Encoding(&'static str),
    /// Not 1, 0 or empty.
    Flag(&'static str),
    /// Not a year, or not a possible one.
    Year(&'static str),
    /// Not in the code list.
    Code(&'static str),
    /// Its mission is suspended: nobody writes there.
    Suspended,
}

impl Problem {
    /// The code of a column, or the problem that there is none.
    pub(super) fn known<T>(column: &'static str, code: Option<T>) -> Result<T, Self> {
        code.ok_or(Self::Code(column))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Columns { found, expected } => write!(formatter, "{found} columns, not {expected}"),
            Self::TooLong => formatter.write_str("the line is far too long"),
            Self::Unreadable => formatter.write_str("the line cannot be split into columns"),
            Self::Encoding(column) => write!(formatter, "{column}: not UTF-8"),
            Self::Flag(column) => write!(formatter, "{column}: neither 1 nor 0 nor empty"),
            Self::Year(column) => write!(formatter, "{column}: no year, or one that cannot be"),
            Self::Code(column) => write!(formatter, "{column}: a value that is in no code list"),
            Self::Suspended => formatter.write_str("its mission is suspended"),
        }
    }
}
