//! The [`OpenMission`]: the door for changing a row that belongs to a mission and leads to no case. As an [`OpenCase`] it is
//! opened for a command that the viewer may run, locks what is there, holds that row and no other, and writes when it is closed.
//!
//! It is open for one command, and closed once:
//!
//! ```compile_fail,E0382
//! # async fn no(open: causeway_access::OpenMission<'_>) {
//! open.close().await;
//! open.close().await; // moved
//! # }
//! ```
//!
//! The same without the mistake compiles, so that it is the mistake that is refused:
//!
//! ```no_run
//! # async fn yes(mut open: causeway_access::OpenMission<'_>, row: entity::organisation::Model) -> base::error::Result<()> {
//! open.add::<entity::organisation::Entity>(row)?;
//! open.close().await
//! # }
//! ```
//!
//! [`OpenCase`]: super::OpenCase

use entity::Governed;
use futures::future::BoxFuture;
use sea_orm::ModelTrait;
use sea_orm::sea_query::Expr;

use super::{conflict::Stale, held::uuid_of, holding::Holding, opening::Opening, sealing::RowId, writer::Writer};
use crate::error::{ClientError, Result};

/// A mission, opened for one command about one of its rows. Dropped before it is closed, nothing of the transaction lasts.
#[must_use]
pub struct OpenMission<'w> {
    holding: Holding<'w>,
}

impl<'w> OpenMission<'w> {
    pub(super) fn new(writer: &'w Writer, opening: Opening) -> Self {
        Self { holding: Holding::new(writer, opening) }
    }

    /// The row that the command is about.
    #[must_use]
    pub const fn row(&self) -> RowId {
        self.holding.opening.row
    }

    /// The row that the command is about, unmasked. Nothing of it leaves the command.
    ///
    /// # Errors
    /// `NOT_FOUND` where it is a row of another table, or not there; those of the database.
    pub async fn one<E: Governed>(&mut self) -> Result<E::Model> {
        if !self.is_about::<E>() {
            return Err(ClientError::NotFound.into());
        }
        if self.holding.held::<E>().is_none() {
            let id = self.row().id;
            self.holding.read::<E>(Expr::col(E::ID), vec![id]).await?;
        }
        let row = self.holding.held::<E>().and_then(|table| table.rows.first()).map(|held| held.after.clone());
        row.ok_or_else(|| ClientError::NotFound.into())
    }

    /// What changed of the row since it had this version; none where it still has it.
    ///
    /// # Errors
    /// As for [`OpenMission::one`].
    pub async fn changed_since<E: Governed>(&mut self, version: i32) -> Result<Option<Stale>> {
        let row = self.one::<E>().await?;
        self.holding.writer.changed_since::<E>(row, version).await
    }

    /// Puts the row into the place of what was read.
    ///
    /// # Errors
    /// `NOT_FOUND` for any other row, and where it was not read.
    pub fn put<E: Governed>(&mut self, row: E::Model) -> Result<()> {
        self.holding.put::<E>(row)
    }

    /// Adds the row that the command makes.
    ///
    /// # Errors
    /// `NOT_FOUND` for any other row.
    pub fn add<E: Governed>(&mut self, row: E::Model) -> Result<()> {
        let is_new =
            self.holding.opening.new.is_some() && self.holding.held::<E>().is_none_or(|table| table.rows.is_empty());
        if !is_new || !self.is_about::<E>() || uuid_of(&row.get(E::ID)) != Some(self.row().id) {
            return Err(ClientError::NotFound.into());
        }
        self.holding.add::<E>(row)
    }

    /// Writes what differs, and notes the event. Even a command that changes nothing leaves its entry in the audit.
    ///
    /// # Errors
    /// As for [`OpenCase::close`].
    ///
    /// [`OpenCase::close`]: super::OpenCase::close
    pub fn close(self) -> BoxFuture<'w, Result<()>> {
        Box::pin(self.holding.close(Vec::new()))
    }

    fn is_about<E: Governed>(&self) -> bool {
        *E::TABLE == *self.holding.opening.table
    }
}
