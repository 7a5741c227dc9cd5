//! What travels with one operation: a [`Reader`], or in a mutation a [`Writer`], made when the first resolver asks for it. A
//! query resolver cannot get a writer.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_graphql::{DataContext, parser::types::OperationType};
use entity::{CountryCode, case_file, mission};
use tokio::sync::OnceCell;

use super::attempts::{Attempts, Trace};
use crate::access::{Access, Command, Reader, RowId, Writer, identity::Viewer};
use crate::error::{ClientError, Error, InternalError, Result};
use crate::knowledge::Knowledge;

/// One operation of one viewer. It is one transaction: a mutation happens as a whole or not at all.
pub struct RequestContext {
    access: Access,
    knowledge: Arc<Knowledge>,
    viewer: Arc<Viewer>,
    operation: OperationType,
    /// The ids of what a mutation changes.
    ids: Vec<String>,
    reader: OnceCell<Reader>,
    writer: OnceCell<Writer>,
    turns: OnceCell<()>,
    missions: OnceCell<Vec<mission::Model>>,
    refused: AtomicBool,
    attempts: Arc<Attempts>,
}

impl RequestContext {
    /// Prepares an operation; nothing is opened yet. `ids` are those of what a mutation changes.
    #[must_use]
    pub fn new(
        access: Access,
        knowledge: Arc<Knowledge>,
        viewer: Arc<Viewer>,
        operation: OperationType,
        ids: Vec<String>,
        attempts: Arc<Attempts>,
    ) -> Self {
        Self {
            access,
            knowledge,
            viewer,
            operation,
            ids,
            reader: OnceCell::new(),
            writer: OnceCell::new(),
            turns: OnceCell::new(),
            missions: OnceCell::new(),
            refused: AtomicBool::new(false),
            attempts,
        }
    }

    /// Reads; in a mutation within its transaction, so that a payload shows what was written.
    ///
    /// # Errors
    /// `FORBIDDEN` for a viewer whose roles policy does not know.
    pub async fn reader(&self) -> Result<&Reader> {
        if self.operation == OperationType::Mutation {
            return Ok(self.writer().await?);
        }
        self.reader.get_or_try_init(|| self.access.reader(Arc::clone(&self.viewer))).await
    }

    /// Writes.
    ///
    /// # Errors
    /// `FORBIDDEN` in a query, and as for [`RequestContext::reader`]; those of the database.
    pub async fn writer(&self) -> Result<&Writer> {
        if self.operation != OperationType::Mutation {
            return Err(ClientError::Forbidden("only a mutation writes".to_owned()).into());
        }
        let writer = self.writer.get_or_try_init(|| self.access.writer(Arc::clone(&self.viewer))).await?;
        let turns = self.turns.get_or_try_init(|| async { writer.take_turns(&self.cases(writer)).await });
        // What comes after would only find a transaction that has ended.
        turns.await.inspect_err(|_| self.refuse())?;
        Ok(writer)
    }

    /// The cases that a mutation changes, each once.
    fn cases(&self, writer: &Writer) -> Vec<RowId> {
        let ids = self.ids.iter().filter_map(|text| writer.seal().open_id(text));
        let cases: HashSet<RowId> =
            ids.filter(|(of_type, _)| of_type == case_file::TABLE.name).map(|(_, row)| row).collect();
        cases.into_iter().collect()
    }

    /// Whether the database ended the operation's transaction because others were at the same rows.
    #[must_use]
    pub fn is_contended(&self) -> bool {
        let contended = |reader: &Reader| reader.is_contended();
        self.writer.get().is_some_and(|writer| contended(writer)) || self.reader.get().is_some_and(contended)
    }

    /// The missions of the viewer, read once, for all objects that lead to one.
    ///
    /// # Errors
    /// As for [`RequestContext::reader`], and those of the database.
    pub async fn missions(&self) -> Result<&[mission::Model]> {
        let read = || async { self.reader().await?.missions().await };
        Ok(self.missions.get_or_try_init(read).await?)
    }

    /// The statistics.
    #[must_use]
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// The policy objects that were asked for and withheld.
    #[must_use]
    pub fn withheld(&self) -> Vec<&'static str> {
        let reader = self.writer.get().map_or_else(|| self.reader.get(), |writer| Some(&**writer));
        reader.map(|reader| reader.withheld().into_iter().collect()).unwrap_or_default()
    }

    /// Notes that a command begins, before it asks for anything.
    pub fn begin(&self, command: Command, mission: Option<CountryCode>) {
        self.attempts.begin(command, mission);
    }

    /// Notes what came of the command that began last. One that failed refuses the operation.
    pub fn end(&self, refused: Option<&'static str>) {
        if refused.is_some() {
            self.refuse();
        }
        self.attempts.end(refused);
    }

    /// Notes that a command failed: nothing of the operation may last.
    fn refuse(&self) {
        self.refused.store(true, Ordering::Relaxed);
    }

    /// Whether a command of the operation was refused. Nothing more need be tried then, and PostgreSQL would not let it.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Ends the operation: commits what a mutation wrote, if `keep`; else nothing lasts but that it was attempted.
    ///
    /// # Errors
    /// Those of the database. The operation must not be answered then: nothing of it has left a trace.
    pub async fn finish(self, keep: bool, trace: &mut Trace) -> Result<()> {
        let writer = self.writer.into_inner();
        if keep && !self.refused.into_inner() {
            if let Some(writer) = writer {
                writer.commit().await?;
            }
            trace.lasts();
            return Ok(());
        }
        // Rolled back first: SQLite has one writer.
        drop(writer);
        trace.count().await
    }
}

/// The request that a resolver runs in.
///
/// # Errors
/// An internal error where the schema is run without one.
pub fn request<'a>(context: &impl DataContext<'a>) -> Result<&'a RequestContext> {
    let request: Option<&Arc<RequestContext>> = context.data_opt();
    request.map(|request| &**request).ok_or_else(|| Error::from(InternalError::new("no request context")))
}
