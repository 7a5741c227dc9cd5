//! One open transaction: a read-only snapshot or a write. Opening it and setting the missions in scope is one round trip.
//! Only `Reader` and `Writer` have one.

#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a session is where transactions are opened and statements run"
)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use entity::CountryCode;
use entity::table::Table;
use sea_orm::sea_query::{QueryStatementWriter, Values};
use sea_orm::{DbBackend, EntityName, QueryResult};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Postgres, Sqlite, Transaction};
use tokio::sync::Mutex;

use super::{pool::Pool, postgres::PostgresPool, sql::sql};
use crate::error::{ClientError, Error, InternalError, Result};
use crate::telemetry::spans::Statement;

/// A statement with more parameters than this, or a longer text, is not kept prepared: it hardly comes back, and a hundred of them
/// would fill the memory of the connection at both its ends.
const MOST_KEPT: usize = 1_000;

/// In bytes. A case file with all that hangs below it, as its own people see it, takes some 10,000.
const LONGEST_KEPT: usize = 64 * 1024;

/// No question has more parameters than this: SQLite takes 32,766 at most, PostgreSQL twice as many, and what is above that would be
/// told as a fault of ours.
const MOST_ASKED: usize = 32_000;

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Case data, one read-only snapshot.
    Read,
    /// Facts alone: on PostgreSQL under a role that can read nothing else.
    Statistics,
    /// Commands.
    Write,
    /// Bulk loads by the operator.
    Load,
}

enum Open {
    Postgres(Transaction<'static, Postgres>),
    Sqlite(Transaction<'static, Sqlite>),
}

/// One open transaction. Dropped without [`Session::commit`], it is rolled back, and the statement that runs is stopped: by
/// SQLite soon, by PostgreSQL when its time is up.
pub(super) struct Session {
    open: Mutex<Open>,
    backend: DbBackend,
    watch: Option<Arc<Watch>>,
    contended: AtomicBool,
    keeps_statements: bool,
}

impl Session {
    /// Opens a transaction and sets the missions in scope.
    pub(super) async fn open(pool: &Pool, purpose: Purpose, missions: &[CountryCode]) -> Result<Self> {
        let begin = async {
            let open = match pool {
                Pool::Postgres(pool) => Open::Postgres(begin(Arc::clone(pool), opening(purpose, missions)).await?),
                Pool::Sqlite { readers, .. } if matches!(purpose, Purpose::Read | Purpose::Statistics) => {
                    Open::Sqlite(readers.begin().await?)
                }
                Pool::Sqlite { writer, .. } => Open::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            };
            let (open, watch) = watched(open, pool, purpose).await?;
            Ok(Self {
                open: Mutex::new(open),
                backend: pool.backend(),
                watch,
                contended: AtomicBool::new(false),
                keeps_statements: pool.keeps_statements(),
            })
        };
        told(pool.backend(), "BEGIN", "", begin).await
    }

    /// All rows of a statement about a table.
    pub(super) async fn query(
        &self,
        table: impl EntityName,
        statement: &impl QueryStatementWriter,
    ) -> Result<Vec<QueryResult>> {
        self.query_named(table.table_name(), statement).await
    }

    /// All rows of a statement about a governed table.
    pub(super) async fn query_table(
        &self,
        table: &Table,
        statement: &impl QueryStatementWriter,
    ) -> Result<Vec<QueryResult>> {
        self.query_named(table.table, statement).await
    }

    async fn query_named(
        &self,
        table: &'static str,
        statement: &impl QueryStatementWriter,
    ) -> Result<Vec<QueryResult>> {
        let (sql, values) = self.build(statement);
        if values.0.len() > MOST_ASKED {
            let message = "too many values are asked for at once, with what decides what you may see: ask for less";
            return Err(ClientError::TooCostly(message.to_owned()).into());
        }
        self.note(told(self.backend, first_word(&sql), table, self.fetch(sql, values)).await)
    }

    async fn fetch(&self, sql: String, values: Values) -> Result<Vec<QueryResult>> {
        let kept = self.keeps(&sql, &values);
        let query = AssertSqlSafe(sql);
        let rows = match &mut *self.open.lock().await {
            Open::Postgres(open) => {
                let rows = sqlx::query_with(query, SqlxValues(values)).persistent(kept).fetch_all(&mut **open).await?;
                rows.into_iter().map(Into::into).collect()
            }
            Open::Sqlite(open) => {
                self.statement_begins();
                let rows = sqlx::query_with(query, SqlxValues(values)).persistent(kept).fetch_all(&mut **open).await?;
                rows.into_iter().map(Into::into).collect()
            }
        };
        Ok(rows)
    }

    /// Runs a statement about a table; the number of rows it touched.
    pub(super) async fn execute(&self, table: impl EntityName, statement: &impl QueryStatementWriter) -> Result<u64> {
        self.execute_on(table.table_name(), statement).await
    }

    /// The same, about a table of this name.
    pub(super) async fn execute_on(&self, table: &'static str, statement: &impl QueryStatementWriter) -> Result<u64> {
        let (sql, values) = self.build(statement);
        self.note(told(self.backend, first_word(&sql), table, self.touch(sql, values)).await)
    }

    async fn touch(&self, sql: String, values: Values) -> Result<u64> {
        let kept = self.keeps(&sql, &values);
        let query = AssertSqlSafe(sql);
        Ok(match &mut *self.open.lock().await {
            Open::Postgres(open) => {
                sqlx::query_with(query, SqlxValues(values)).persistent(kept).execute(&mut **open).await?.rows_affected()
            }
            Open::Sqlite(open) => {
                self.statement_begins();
                sqlx::query_with(query, SqlxValues(values)).persistent(kept).execute(&mut **open).await?.rows_affected()
            }
        })
    }

    /// Whether the database ended the transaction because others were at the same rows: nothing of it lasts, and the same
    /// may go through now.
    pub(super) fn is_contended(&self) -> bool {
        self.contended.load(Ordering::Relaxed)
    }

    /// Others were at the same rows, as the program finds out itself: what is done in this transaction may go through if it is done
    /// again.
    pub(super) fn lost_to_others(&self) -> Error {
        self.contended.store(true, Ordering::Relaxed);
        ClientError::Contended.into()
    }

    fn note<T>(&self, outcome: Result<T>) -> Result<T> {
        if matches!(outcome, Err(Error::Client(ClientError::Contended))) {
            self.contended.store(true, Ordering::Relaxed);
        }
        outcome
    }

    /// Commits; without it nothing that was written lasts.
    pub(super) async fn commit(self) -> Result<()> {
        self.statement_begins();
        let commit = async {
            match self.open.into_inner() {
                Open::Postgres(open) => open.commit().await?,
                Open::Sqlite(open) => open.commit().await?,
            }
            Ok(())
        };
        told(self.backend, "COMMIT", "", commit).await
    }

    /// Whether a statement with these parameters is kept prepared.
    fn keeps(&self, sql: &str, values: &Values) -> bool {
        self.keeps_statements && values.0.len() <= MOST_KEPT && sql.len() <= LONGEST_KEPT
    }

    fn statement_begins(&self) {
        if let Some(watch) = &self.watch {
            watch.statement_begins();
        }
    }

    fn build(&self, statement: &impl QueryStatementWriter) -> (String, Values) {
        let (sql, values) = sql(statement, self.backend);
        tracing::debug!(target: "causeway::sql", statement = %sql);
        (sql, values)
    }
}

/// Tells of a statement: in a span of its own, and measured.
async fn told<T>(
    backend: DbBackend,
    operation: &'static str,
    table: &'static str,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let system = if backend == DbBackend::Postgres { "postgresql" } else { "sqlite" };
    Statement { system, operation, table }.run(work, |outcome| outcome.as_ref().err().map(Error::code)).await
}

/// What a statement does.
fn first_word(sql: &str) -> &'static str {
    let words = ["SELECT", "INSERT", "UPDATE", "DELETE"];
    words.into_iter().find(|word| sql.starts_with(word)).unwrap_or("OTHER")
}

/// Begins in a task of its own, which a client that goes away cannot cut off: a connection that went back to the pool in the
/// middle of a transaction would carry it into somebody else's request.
async fn begin(pool: Arc<PostgresPool>, opening: String) -> Result<Transaction<'static, Postgres>> {
    let begun = tokio::spawn(async move { pool.begin(opening).await });
    Ok(begun.await.map_err(InternalError::new)??)
}

/// The statements that open a transaction on PostgreSQL. Mission codes are two letters by construction.
fn opening(purpose: Purpose, missions: &[CountryCode]) -> String {
    let missions: Vec<&str> = missions.iter().map(CountryCode::as_str).collect();
    let begin = match purpose {
        Purpose::Write => "BEGIN",
        // A connection keeps its plans for checking references. One that was made over an empty table reads the whole
        // table for each row once it is full, so that a load plans anew.
        Purpose::Load => "BEGIN; DISCARD PLANS",
        Purpose::Read | Purpose::Statistics => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    let role = if purpose == Purpose::Statistics { "; SET LOCAL ROLE causeway_statistics" } else { "" };
    format!("{begin}; SET LOCAL causeway.missions = '{}'{role}", missions.join(","))
}

/// How many steps of its virtual machine SQLite takes before it asks whether to go on: some tenths of a millisecond.
const STEPS: i32 = 10_000;

/// The time of the statement that runs on SQLite, which has no limit of its own.
struct Watch {
    opened: Instant,
    limit: Duration,
    /// When the statement began, in milliseconds after the transaction.
    began: AtomicU64,
}

impl Watch {
    fn statement_begins(&self) {
        let elapsed = self.opened.elapsed().as_millis();
        self.began.store(u64::try_from(elapsed).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn is_in_time(&self) -> bool {
        let began = Duration::from_millis(self.began.load(Ordering::Relaxed));
        self.opened.elapsed().saturating_sub(began) < self.limit
    }
}

/// On SQLite a statement goes on while its session is there and its time is not up. A session is dropped when its client goes
/// away; bulk loads by the operator may take as long as they take.
async fn watched(mut open: Open, pool: &Pool, purpose: Purpose) -> Result<(Open, Option<Arc<Watch>>)> {
    let (Open::Sqlite(transaction), Pool::Sqlite { statement_timeout, .. }) = (&mut open, pool) else {
        return Ok((open, None));
    };
    let mut handle = transaction.lock_handle().await?;
    if purpose == Purpose::Load {
        handle.remove_progress_handler();
        drop(handle);
        return Ok((open, None));
    }
    let watch = Arc::new(Watch { opened: Instant::now(), limit: *statement_timeout, began: AtomicU64::new(0) });
    let session = Arc::downgrade(&watch);
    handle.set_progress_handler(STEPS, move || session.upgrade().is_some_and(|watch| watch.is_in_time()));
    drop(handle);
    Ok((open, Some(watch)))
}

#[cfg(test)]
mod tests;
