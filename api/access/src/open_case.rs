//! The [`OpenCase`]: the one door for changing rows of a case. It is opened for a command that the viewer may run, takes the
//! case's turn, holds rows of the opened cases and of no others, and writes when it is closed: what differs, what is derived,
//! the fact, and the event with its before-images. Where one was not closed, nothing of the transaction lasts.
//!
//! An individual may have several cases, and a trafficker may be involved in several. Where a command changes one of these, all of
//! them are open, locked in the order of their ids, and all are derived.
//!
//! A row is written by nobody who has no case open:
//!
//! ```compile_fail,E0624
//! # async fn no(writer: &causeway_access::Writer, fact: entity::fact::Model) {
//! writer.put_facts(vec![fact]).await; // private to the trusted base, as all that writes
//! # }
//! ```
//!
//! A case is open for one command, and closed once:
//!
//! ```compile_fail,E0382
//! # async fn no(open: causeway_access::OpenCase<'_>) {
//! open.close().await;
//! open.close().await; // moved
//! # }
//! ```
//!
//! The same without the mistakes compiles, so that it is they that are refused:
//!
//! ```no_run
//! # async fn yes(mut open: causeway_access::OpenCase<'_>, row: entity::consent::Model) -> base::error::Result<()> {
//! open.add::<entity::consent::Entity>(row)?;
//! open.close().await
//! # }
//! ```

use entity::{CasePath, Governed, case_file, episode_trafficker, fact, table::Column};
use futures::future::BoxFuture;
use sea_orm::ModelTrait;
use sea_orm::sea_query::{Alias, Expr};
use uuid::Uuid;

use super::{
    conflict::Stale,
    derives::{CaseRows, Derives},
    held::{CASE_ID, case_of, uuid_of},
    holding::Holding,
    opening::Opening,
    sealing::RowId,
    writer::Writer,
};
use crate::error::{ClientError, Result};

/// A case, opened for one command. Dropped before it is closed, nothing of the transaction lasts.
#[must_use]
pub struct OpenCase<'w> {
    pub(super) holding: Holding<'w>,
    derives: &'w dyn Derives,
    /// The opened cases, in the order of their ids: the one that the command is about, and those that share with it what changes.
    cases: Vec<Uuid>,
    /// The facts of the cases, where they were derived since the last change.
    facts: Option<Vec<fact::Model>>,
}

impl<'w> OpenCase<'w> {
    pub(super) fn new(writer: &'w Writer, opening: Opening, cases: Vec<Uuid>, derives: &'w dyn Derives) -> Self {
        Self { holding: Holding::new(writer, opening), derives, cases, facts: None }
    }

    /// The case that the command is about.
    #[must_use]
    pub const fn case(&self) -> RowId {
        self.holding.opening.row
    }

    /// Rows of the case that the command is about, unmasked. Nothing of them leaves the command.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn rows<E: Governed>(&mut self) -> Result<Vec<E::Model>> {
        self.rows_of::<E>(self.case().id).await
    }

    /// The only row of a table that the case has: the case file itself, its individual.
    ///
    /// # Errors
    /// `NOT_FOUND` where there is none; those of the database.
    pub async fn one<E: Governed>(&mut self) -> Result<E::Model> {
        self.one_of::<E>(self.case().id).await
    }

    /// Puts a row into the place of the one with its id.
    ///
    /// # Errors
    /// `NOT_FOUND` where no such row of the opened cases was read: a row of another case is none. Neither is a trafficker of one of
    /// the other opened cases alone, whose cases are not all open.
    pub fn put<E: Governed>(&mut self, row: E::Model) -> Result<()> {
        let shared = E::TABLE.path == CasePath::Trafficker;
        let leads_here = |id| self.shared_by::<E>(&[self.case().id]).contains(&id);
        if shared && !uuid_of(&row.get(E::ID)).is_some_and(leads_here) {
            return Err(ClientError::NotFound.into());
        }
        self.holding.put::<E>(row)?;
        self.facts = None;
        Ok(())
    }

    /// Adds a row to the case.
    ///
    /// # Errors
    /// `NOT_FOUND` for a row of another mission or of another case.
    pub fn add<E: Governed>(&mut self, row: E::Model) -> Result<()> {
        let own = match E::TABLE.path {
            CasePath::Mission => false,
            CasePath::Itself => self.holding.opening.new.is_some() && case_of::<E>(&row) == Some(self.case().id),
            CasePath::Child => case_of::<E>(&row) == Some(self.case().id),
            // It leads to no case yet, and will lead to those whose rows refer to it.
            CasePath::Individual | CasePath::Trafficker => true,
        };
        if !own {
            return Err(ClientError::NotFound.into());
        }
        self.holding.add::<E>(row)?;
        self.facts = None;
        Ok(())
    }

    /// Derives every opened case again, where something was touched on which anything derived rests. Closing does it, too; a
    /// command asks for it where its checks look at what is derived.
    ///
    /// # Errors
    /// Those of the database.
    pub fn derive(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            if self.facts.is_some() || !self.is_touched() {
                return Ok(());
            }
            let derives = self.derives;
            let mut facts = Vec::with_capacity(self.cases.len());
            for case in self.cases.clone() {
                facts.push(derives.derive(CaseRows { open: self, case }).await?);
            }
            self.facts = Some(facts);
            Ok(())
        })
    }

    /// Whether anything derived rests on what differs.
    fn is_touched(&self) -> bool {
        let rests = |column: &Column| self.derives.rests_on(column);
        self.holding.tables.iter().any(|table| {
            table.changes().iter().any(|row| row.columns.iter().any(|changed| rests(changed.column)))
                || table.added().iter().any(|row| row.columns.iter().any(|(column, _)| rests(column)))
        })
    }

    /// Derives what follows from what was touched, writes all that differs and the facts, and notes the event. Even a command that
    /// changes nothing leaves its entry in the audit.
    ///
    /// # Errors
    /// `NOT_FOUND` for a reference to a row that was not read for the opened cases; `CONFLICT`, with the name of the type as its field, for a value that
    /// has to be its own alone; an internal error for a value of which the command did not announce that it is said; those of the database. Nothing
    /// of the transaction lasts then.
    pub fn close(mut self) -> BoxFuture<'w, Result<()>> {
        Box::pin(async move {
            self.derive().await?;
            self.holding.close(self.facts.take().unwrap_or_default()).await
        })
    }

    /// What changed of the only row that the case has in a table since it had this version; none where it still has it.
    ///
    /// # Errors
    /// `NOT_FOUND` where the case has no such row; those of the database.
    pub async fn changed_since<E: Governed>(&mut self, version: i32) -> Result<Option<Stale>> {
        let row = self.one::<E>().await?;
        self.holding.writer.changed_since::<E>(row, version).await
    }

    pub(super) async fn one_of<E: Governed>(&mut self, case: Uuid) -> Result<E::Model> {
        let mut rows = self.rows_of::<E>(case).await?;
        rows.pop().filter(|_| rows.is_empty()).ok_or_else(|| ClientError::NotFound.into())
    }

    /// The rows of one opened case, in the order of their ids; new ones last.
    pub(super) async fn rows_of<E: Governed>(&mut self, case: Uuid) -> Result<Vec<E::Model>> {
        match E::TABLE.path {
            CasePath::Itself | CasePath::Child => {}
            CasePath::Mission => return Ok(Vec::new()),
            CasePath::Individual => self.read::<case_file::Entity>(Expr::col(case_file::Column::Id)).await?,
            CasePath::Trafficker => {
                self.read::<episode_trafficker::Entity>(Expr::col(episode_trafficker::Column::CaseId)).await?;
            }
        }
        let read = match E::TABLE.path {
            CasePath::Itself | CasePath::Individual | CasePath::Trafficker | CasePath::Mission => Expr::col(E::ID),
            CasePath::Child => Expr::col(Alias::new(CASE_ID)),
        };
        self.read::<E>(read).await?;
        let shared = self.shared_by::<E>(&[case]);
        let of_case = |row: &E::Model| match E::TABLE.path {
            CasePath::Itself | CasePath::Child => case_of::<E>(row) == Some(case),
            CasePath::Individual | CasePath::Trafficker | CasePath::Mission => {
                uuid_of(&row.get(E::ID)).is_some_and(|id| shared.contains(&id))
            }
        };
        let held = self.holding.held::<E>().map(|table| table.rows.as_slice()).unwrap_or_default();
        Ok(held.iter().map(|held| &held.after).filter(|row| of_case(row)).cloned().collect())
    }

    /// The rows of a shared table to which these cases lead.
    fn shared_by<E: Governed>(&self, cases: &[Uuid]) -> Vec<Uuid> {
        match E::TABLE.path {
            CasePath::Itself | CasePath::Child | CasePath::Mission => Vec::new(),
            CasePath::Individual => {
                let files =
                    self.holding.held::<case_file::Entity>().map(|table| table.rows.as_slice()).unwrap_or_default();
                let files = files.iter().map(|held| &held.after).filter(|file| cases.contains(&file.id));
                files.filter_map(|file| file.individual_id).collect()
            }
            CasePath::Trafficker => {
                let all = self.holding.held::<episode_trafficker::Entity>().map(|table| table.rows.as_slice());
                let all = all.unwrap_or_default().iter().map(|held| &held.after);
                let own = all.filter(|row| row.case_id.is_some_and(|case| cases.contains(&case)));
                own.filter_map(|row| row.trafficker_id).collect()
            }
        }
    }

    /// Reads the rows of all opened cases, once.
    async fn read<E: Governed>(&mut self, key: Expr) -> Result<()> {
        if self.holding.held::<E>().is_some_and(|table| table.are_all) {
            return Ok(());
        }
        let keys = match E::TABLE.path {
            CasePath::Itself | CasePath::Child => self.cases.clone(),
            CasePath::Individual | CasePath::Trafficker | CasePath::Mission => self.shared_by::<E>(&self.cases),
        };
        self.holding.read::<E>(key, keys).await
    }
}
