//! What everything that is opened for a command has in common: what was announced, and rows that are held until it is closed, of
//! any table. Which rows these may be is for the door to say.

use entity::{CountryCode, Governed};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{FromQueryResult, Iterable, ModelTrait};
use uuid::Uuid;

use super::{
    held::{Held, HeldTable, Rows, mission_of, uuid_of},
    one_of::one_of,
    opening::Opening,
    writer::{Writer, Writing},
};
use crate::error::{ClientError, Result};

/// What is open for one command.
pub(super) struct Holding<'w> {
    pub(super) writer: &'w Writer,
    pub(super) opening: Opening,
    /// From the opening on: what is not closed does not commit.
    pub(super) writing: Writing<'w>,
    /// In the order in which they were first asked for.
    pub(super) tables: Vec<Box<dyn HeldTable>>,
}

impl<'w> Holding<'w> {
    pub(super) fn new(writer: &'w Writer, opening: Opening) -> Self {
        Self { writer, opening, writing: writer.begin_to_write(), tables: Vec::new() }
    }

    pub(super) const fn mission(&self) -> CountryCode {
        self.opening.row.mission
    }

    /// Puts a row into the place of the one with its id; `NOT_FOUND` where none is held.
    pub(super) fn put<E: Governed>(&mut self, row: E::Model) -> Result<()> {
        let (mission, id) = (mission_of::<E>(&row), uuid_of(&row.get(E::ID)));
        let own = mission == Some(self.mission());
        let held = self.held_mut::<E>().and_then(|table| table.rows.iter_mut().find(|held| held.id() == id));
        held.filter(|_| own).ok_or(ClientError::NotFound)?.after = row;
        Ok(())
    }

    /// Adds a row; `NOT_FOUND` where it is of another mission.
    pub(super) fn add<E: Governed>(&mut self, row: E::Model) -> Result<()> {
        if mission_of::<E>(&row) != Some(self.mission()) {
            return Err(ClientError::NotFound.into());
        }
        match self.held_mut::<E>() {
            Some(table) => table.rows.push(Held::added(row)),
            None => self.tables.push(Box::new(Rows::<E> { rows: vec![Held::added(row)], are_all: false })),
        }
        Ok(())
    }

    /// Reads the rows with these values of a key, unmasked, and holds them before those that were added. Of what is new nothing is
    /// there to be read.
    pub(super) async fn read<E: Governed>(&mut self, key: Expr, keys: Vec<Uuid>) -> Result<()> {
        let rows = match self.opening.new.is_some() || keys.is_empty() {
            true => Vec::new(),
            false => self.writer.unmasked::<E>(self.mission(), key, keys).await?,
        };
        let mut rows: Vec<Held<E>> = rows.into_iter().map(Held::read).collect();
        match self.held_mut::<E>() {
            Some(table) => {
                rows.append(&mut table.rows);
                *table = Rows { rows, are_all: true };
            }
            None => self.tables.push(Box::new(Rows { rows, are_all: true })),
        }
        Ok(())
    }

    pub(super) fn held<E: Governed>(&self) -> Option<&Rows<E>> {
        self.tables.iter().find_map(|table| table.as_any().downcast_ref())
    }

    fn held_mut<E: Governed>(&mut self) -> Option<&mut Rows<E>> {
        self.tables.iter_mut().find_map(|table| table.as_any_mut().downcast_mut())
    }
}

impl Writer {
    /// Rows, unmasked, in the order of their ids.
    async fn unmasked<E: Governed>(&self, mission: CountryCode, key: Expr, keys: Vec<Uuid>) -> Result<Vec<E::Model>> {
        let mut statement = Query::select();
        statement.columns(E::Column::iter()).from(E::default());
        statement.and_where(Expr::col(E::MISSION_ID).eq(mission)).order_by(E::ID, Order::Asc);
        statement.and_where(match keys.as_slice() {
            [one] => key.eq(*one),
            several => one_of(self.inner.pool.backend(), key, several.iter().copied()),
        });
        let rows = self.session().await?.query(E::default(), &statement).await?;
        rows.iter().map(|row| Ok(E::Model::from_query_result(row, "")?)).collect()
    }
}
