//! What follows from the rows of a case: its derived columns and its fact. Case management knows how; the trusted base asks it
//! whenever something was touched that they rest on, so that no command can forget it.

use entity::{Governed, fact, table::Column};
use futures::future::BoxFuture;
use uuid::Uuid;

use super::open_case::OpenCase;
use crate::error::Result;

/// How derived columns and facts follow from the rows of a case.
pub trait Derives: Send + Sync {
    /// Whether anything derived rests on a column, or on there being a row with a value in it.
    fn rests_on(&self, column: &Column) -> bool;

    /// Puts what is derived into the rows of one case, and gives its fact.
    ///
    /// # Errors
    /// Those of the database, where rows have to be read.
    fn derive<'a>(&'a self, case: CaseRows<'a, '_>) -> BoxFuture<'a, Result<fact::Model>>;
}

/// The rows of one opened case, as they become, unmasked: what is derived must not depend on who writes.
pub struct CaseRows<'a, 'w> {
    pub(super) open: &'a mut OpenCase<'w>,
    pub(super) case: Uuid,
}

impl CaseRows<'_, '_> {
    /// Its rows of a table, in the order of their ids; new ones last. Each table is read once.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of<E: Governed>(&mut self) -> Result<Vec<E::Model>> {
        self.open.rows_of::<E>(self.case).await
    }

    /// Its only row of a table.
    ///
    /// # Errors
    /// `NOT_FOUND` where there is none; those of the database.
    pub async fn one<E: Governed>(&mut self) -> Result<E::Model> {
        self.open.one_of::<E>(self.case).await
    }

    /// Puts a row into the place of the one with its id.
    ///
    /// # Errors
    /// `NOT_FOUND` where the case has no such row.
    pub fn put<E: Governed>(&mut self, row: E::Model) -> Result<()> {
        self.open.put::<E>(row)
    }
}
