//! The arguments that choose a page of a list.

use super::questions::Arguments;
use crate::access::Window;
use crate::error::{ClientError, Result};

/// How many nodes a page has where the client does not say.
pub const DEFAULT_PAGE: i32 = 20;
/// The most nodes of one page.
pub const LARGEST_PAGE: i32 = 100;

/// The four arguments of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PageArguments {
    /// At most so many from the beginning.
    pub first: Option<i32>,
    /// Behind this cursor.
    pub after: Option<String>,
    /// At most so many from the end.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
}

impl PageArguments {
    /// Those of a field.
    ///
    /// # Errors
    /// `BAD_INPUT` for what is not of its type.
    pub(super) fn of(arguments: &Arguments) -> Result<Self, ClientError> {
        Ok(Self {
            first: arguments.number("first")?,
            after: arguments.text("after")?,
            last: arguments.number("last")?,
            before: arguments.text("before")?,
        })
    }

    /// The window that they describe.
    ///
    /// # Errors
    /// `BAD_INPUT` for a size that is negative or too large, and for both directions at once.
    pub fn window(self) -> Result<Window, ClientError> {
        let Self { first, after, last, before } = self;
        if (first.is_some() || after.is_some()) && (last.is_some() || before.is_some()) {
            return Err(ClientError::bad_input(
                "last",
                "first and after page forwards, last and before backwards: not both at once",
            ));
        }
        let backwards = last.is_some() || before.is_some();
        let (name, size) = if backwards { ("last", last) } else { ("first", first) };
        let size = size.unwrap_or(DEFAULT_PAGE);
        let limit = u64::try_from(size).ok().filter(|_| size <= LARGEST_PAGE);
        let refusal = || ClientError::bad_input(name, format!("must be from 0 to {LARGEST_PAGE}"));
        Ok(Window { limit: limit.ok_or_else(refusal)?, backwards, beyond: if backwards { before } else { after } })
    }
}
