//! How what hangs below rows is read, once it was selected with them: the row that a link leads to, a page of the rows that refer to
//! a row.

use entity::table::Column;

use super::{keyset::Keyset, projection::Projection, question::Window};
use crate::error::ClientError;

/// What hangs below each row.
pub(super) enum Hanging {
    /// Nothing, whatever row it is: what the link leads to cannot be seen.
    NoLink,
    /// Nothing, since the column by which rows refer to it cannot be seen.
    NoList(&'static Column),
    /// Nothing, since the question about the list is refused.
    Refused(ClientError),
    /// What a link leads to.
    Link(Box<Linked>),
    /// The rows that refer to it.
    List(Box<Listed>),
}

/// What a link leads to.
pub(super) struct Linked {
    pub(super) link: &'static Column,
    pub(super) projection: Projection,
}

/// A page of the rows that refer to a row.
pub(super) struct Listed {
    pub(super) projection: Projection,
    pub(super) keyset: Keyset,
    pub(super) window: Window,
    pub(super) cursors: bool,
}
