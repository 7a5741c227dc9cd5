//! The connection pool, and what must hold of the database before anything is served from it.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the pool asks the database about itself, with constant statements"
)]

use std::{str::FromStr, sync::Arc, time::Duration};

use sea_orm::DbBackend;
use sqlx::{
    ConnectOptions, Connection, Database, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::postgres::PostgresPool;
use crate::config::{DatabaseConfig, DatabaseKind};
use crate::telemetry::instruments;

/// Connections to one database. SQLite has one writer at a time, so that a writer waits in the pool and not in the file.
pub(super) enum Pool {
    Postgres(Arc<PostgresPool>),
    Sqlite { readers: SqlitePool, writer: SqlitePool, statement_timeout: Duration },
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// It cannot be opened.
    #[error("cannot open the database: {0}")]
    Open(#[from] sqlx::Error),
    /// Nobody answers there, or lets us in.
    #[error("cannot open the database at {address}: {cause}")]
    Unreachable {
        /// Host and port, or the path of a socket.
        address: String,
        /// What came of it. No password is in it.
        cause: String,
        /// PostgreSQL's SQLSTATE, where it answered with one.
        code: Option<String>,
    },
    /// A pooler that gives a session to others between two transactions.
    #[error(
        "{address} is a pooler that keeps no session: set database.pooler = \"transaction\", or connect to PostgreSQL itself"
    )]
    Pooler {
        /// Its host and port, or the path of its socket.
        address: String,
    },
    /// The URL names neither of the two databases.
    #[error("database url must begin with sqlite: or postgres:")]
    Scheme,
    /// The role could go round row-level security.
    #[error(
        "the database role {0}: row-level security would not hold. Connect as a role that is a member of causeway_gateway and nothing more"
    )]
    Role(String),
}

impl Pool {
    pub(super) async fn open(config: &DatabaseConfig) -> Result<Self, PoolError> {
        match DatabaseConfig::kind_of(&config.url) {
            Some(DatabaseKind::Postgres) => Ok(Self::Postgres(Arc::new(PostgresPool::open(config).await?))),
            Some(DatabaseKind::Sqlite) => sqlite(config).await,
            None => Err(PoolError::Scheme),
        }
    }

    /// Which of the two databases it is.
    pub(super) const fn backend(&self) -> DbBackend {
        match self {
            Self::Postgres(_) => DbBackend::Postgres,
            Self::Sqlite { .. } => DbBackend::Sqlite,
        }
    }

    /// Whether a statement that was prepared under a name is there the next time.
    pub(super) fn keeps_statements(&self) -> bool {
        match self {
            Self::Postgres(pool) => pool.keeps_statements(),
            Self::Sqlite { .. } => true,
        }
    }

    /// Whether the database takes writes; an error where it does not even answer. An SQLite file that nobody may write to is
    /// noticed by whoever writes.
    pub(super) async fn takes_writes(&self) -> Result<bool, PoolError> {
        match self {
            Self::Postgres(pool) => pool.takes_writes().await,
            Self::Sqlite { readers, .. } => {
                sqlx::query("SELECT 1").execute(readers).await?;
                Ok(true)
            }
        }
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Postgres(pool) => pool.close().await,
            Self::Sqlite { readers, writer, .. } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }
}

/// How many connections of a pool are idle and in use.
pub(super) fn usage<D: Database>(pool: &sqlx::Pool<D>) -> (u64, u64) {
    let idle = u64::try_from(pool.num_idle()).unwrap_or(u64::MAX);
    (idle, u64::from(pool.size()).saturating_sub(idle))
}

async fn sqlite(config: &DatabaseConfig) -> Result<Pool, PoolError> {
    let options = SqliteConnectOptions::from_str(config.url.expose())?
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .disable_statement_logging()
        .busy_timeout(Duration::from_millis(config.acquire_timeout_ms));
    let wait = Duration::from_millis(config.acquire_timeout_ms);
    // The writer first: it turns the write-ahead log on, which a read-only connection cannot.
    let writer = writer_pool(wait);
    let writer = writer.connect_with(options.clone()).await?;
    let readers = SqlitePoolOptions::new().max_connections(config.max_connections).acquire_timeout(wait);
    let readers = readers.connect_with(options.read_only(true)).await?;
    for (name, pool) in [("readers", readers.clone()), ("writer", writer.clone())] {
        instruments::connections(name, move || usage(&pool));
    }
    Ok(Pool::Sqlite { readers, writer, statement_timeout: Duration::from_millis(config.statement_timeout_ms) })
}

/// The one connection that writes. SQLite ends a transaction by itself when it cannot go on, on a full disk or because its time
/// is up. The library then takes the transaction for open, and no other could begin: such a connection is not used again.
fn writer_pool(wait: Duration) -> SqlitePoolOptions {
    let options = SqlitePoolOptions::new().max_connections(1).acquire_timeout(wait);
    options.after_release(|connection, _| {
        Box::pin(async move {
            let begun = connection.begin_with("BEGIN").await;
            Ok(match begun {
                Ok(empty) => empty.rollback().await.is_ok(),
                Err(_) => false,
            })
        })
    })
}
