//! The state of the tables: applying and undoing steps, and what a gateway must know before it serves. Steps run as the role
//! that owns the tables; the gateway's role only reads which of them ran.

#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "migrations run as the owner of the tables, before anything is served"
)]

use std::time::Duration;

use futures::future::BoxFuture;
use migration::{Migrator, MigratorTrait, seaql_migrations};
use sea_orm::sea_query::{Alias, Query};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqlxPostgresConnector, Statement,
};
use sqlx::{Connection, postgres::PgPoolOptions};

pub use super::loss::{Loss, loss};
use super::{
    Access, DatabaseUnusable, PoolError, postgres,
    session::{Purpose, Session},
    unkeyed,
};
use crate::config::{DatabaseConfig, DatabaseKind};
use crate::error::Result;

/// One step and whether it has run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// Whether it has run.
    pub applied: bool,
}

/// What became of the tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The names of the steps that ran now.
    pub steps: Vec<String>,
    /// How many rows were given matching keys.
    pub keyed: usize,
}

/// Why steps cannot be applied or undone. The text is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// There is no way into the database.
    #[error(transparent)]
    Unusable(#[from] DatabaseUnusable),
    /// The database says so.
    #[error("the database cannot be changed: {0}")]
    Database(DbErr),
    /// The database says so, and nothing was to be changed.
    #[error("the steps that have run cannot be read: {0}")]
    Unreadable(DbErr),
    /// The login owns no tables and may make none.
    #[error("{login} may not make or change tables: {advice}")]
    NotTheOwner {
        /// The login.
        login: String,
        /// What to do.
        advice: &'static str,
    },
}

// Not derived: it would be told as its own cause once more.
impl From<DbErr> for MigrationError {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

/// What to do, where `database.owner_url` is configured and where it is not.
const fn advice(named: bool) -> &'static str {
    match named {
        true => "database.owner_url must name the role that owns the database and its tables, not the gateway's login",
        false => {
            "set database.owner_url (CAUSEWAY_DATABASE__OWNER_URL) to the role that owns the database and its tables, such as \
             postgres://causeway_owner@db/causeway; database.url is the gateway's login, which owns nothing"
        }
    }
}

/// How far applying has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// So many steps ran, of so many.
    Steps(usize, usize),
    /// So many rows have got their matching keys, of so many.
    Keys(usize, usize),
}

/// Applies every step that has not run, then makes the matching keys that rows lack.
///
/// # Errors
/// A login that may not, or what the database says; steps before the failing one stay applied.
pub fn up(config: &DatabaseConfig) -> BoxFuture<'_, Result<Applied, MigrationError>> {
    Box::pin(async move { up_telling(config, |_| ()).await })
}

/// As [`up`], and tells how far it has come: before the first step and after each, and after each batch of rows.
///
/// # Errors
/// As for [`up`].
pub async fn up_telling(config: &DatabaseConfig, mut tell: impl FnMut(Reached)) -> Result<Applied, MigrationError> {
    let connection = connect_as_owner(config).await?;
    let pending = Migrator::get_pending_migrations(&connection).await?;
    for done in 0..pending.len() {
        tell(Reached::Steps(done, pending.len()));
        Migrator::up(&connection, Some(1)).await?;
    }
    tell(Reached::Steps(pending.len(), pending.len()));
    let keyed = unkeyed::fill(&connection, |done, total| tell(Reached::Keys(done, total))).await?;
    connection.close().await?;
    Ok(Applied { steps: pending.iter().map(|step| step.name().to_owned()).collect(), keyed })
}

/// Undoes the last `steps`.
///
/// # Errors
/// A login that may not, or what the database says.
pub fn down(config: &DatabaseConfig, steps: u32) -> BoxFuture<'_, Result<(), MigrationError>> {
    Box::pin(async move {
        let connection = connect_as_owner(config).await?;
        Migrator::down(&connection, Some(steps)).await?;
        Ok(connection.close().await?)
    })
}

/// Every step, in order. It changes nothing, so that the gateway's login may ask.
///
/// # Errors
/// What the database says.
pub fn status(config: &DatabaseConfig) -> BoxFuture<'_, Result<Vec<Step>, MigrationError>> {
    Box::pin(async move {
        let connection = connect(config).await?;
        let pending =
            Migrator::get_pending_migrations_read_only(&connection).await.map_err(MigrationError::Unreadable)?;
        let pending: Vec<String> = pending.iter().map(|step| step.name().to_owned()).collect();
        connection.close().await.map_err(MigrationError::Unreadable)?;
        let steps = Migrator::migrations();
        Ok(steps
            .iter()
            .map(|step| Step { name: step.name().to_owned(), applied: !pending.contains(&step.name().to_owned()) })
            .collect())
    })
}

/// What PostgreSQL says of a login: its name, and whether it may make tables and is the owner of those that are there.
const OWNS: &str = "SELECT current_user::text AS login, has_schema_privilege('public', 'CREATE') \
     AND NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') \
     AND NOT pg_has_role(relowner, 'MEMBER')) AS owns";

/// Connects, and refuses a login that could change nothing: the database's own words would name a table and no remedy.
pub(super) async fn connect_as_owner(config: &DatabaseConfig) -> Result<DatabaseConnection, MigrationError> {
    let connection = connect(config).await?;
    if connection.get_database_backend() != DbBackend::Postgres {
        return Ok(connection);
    }
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, OWNS)).await?;
    let (login, owns): (String, bool) = match row {
        Some(row) => (row.try_get("", "login")?, row.try_get("", "owns")?),
        None => (String::new(), false),
    };
    let advice = advice(config.owner_url.is_some());
    if owns { Ok(connection) } else { Err(MigrationError::NotTheOwner { login, advice }) }
}

/// Puts every mission in scope until the transaction ends. Row-level security holds for the owner of the tables, too: without
/// missions in scope every table would seem empty.
pub(super) async fn see_every_mission(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    const SCOPE: &str = "SELECT set_config('causeway.missions', COALESCE(string_agg(id, ','), ''), true) FROM mission";
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared(SCOPE).await?;
    }
    Ok(())
}

/// Connects as whoever makes the tables.
async fn connect(config: &DatabaseConfig) -> Result<DatabaseConnection, DatabaseUnusable> {
    let url = config.owner().expose();
    let connected = match DatabaseConfig::kind_of(config.owner()) {
        Some(DatabaseKind::Postgres) => owner(url, config).await,
        Some(DatabaseKind::Sqlite) => file(url, config).await,
        None => Err(PoolError::Scheme),
    };
    connected.map_err(|cause| DatabaseUnusable { address: config.owner_address(), cause })
}

/// SQLite makes the file where there is none; nothing else does.
async fn file(url: &str, config: &DatabaseConfig) -> Result<DatabaseConnection, PoolError> {
    let path = config.sqlite_file();
    let url = match &path {
        Some(_) if !url.contains('?') => format!("{url}?mode=rwc"),
        _ => url.to_owned(),
    };
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.map_err(|error| {
        let address = path.unwrap_or_default().display().to_string();
        let DbErr::Conn(RuntimeErr::SqlxError(said)) = &error else {
            return PoolError::Unreachable { address, cause: error.to_string(), code: None };
        };
        let code = said.as_database_error().and_then(|said| said.code()).map(Into::into);
        PoolError::Unreachable { address, cause: said.to_string(), code }
    })
}

/// The connection of the owner of the tables, made as a gateway's are. One beside it tells at once what is wrong.
async fn owner(url: &str, config: &DatabaseConfig) -> Result<DatabaseConnection, PoolError> {
    let (options, wait) = (postgres::options(url)?, Duration::from_millis(config.acquire_timeout_ms));
    postgres::connect(&options, wait).await?.close().await?;
    let one = PgPoolOptions::new().max_connections(1).acquire_timeout(wait).connect_lazy_with(options);
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(one))
}

impl Access {
    /// The steps that have not run. Not empty: this gateway and the tables do not fit together.
    ///
    /// # Errors
    /// Those of the database.
    pub fn pending_migrations(&self) -> BoxFuture<'_, Result<Vec<String>>> {
        Box::pin(async move {
            let applied = self.applied().await?;
            let steps = Migrator::migrations();
            Ok(steps.iter().map(|step| step.name().to_owned()).filter(|step| !applied.contains(step)).collect())
        })
    }

    /// Whether steps of a newer program have run, as they have while gateways are brought up to it one after the other.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn is_older_than_its_tables(&self) -> Result<bool> {
        let steps = Migrator::migrations();
        Ok(self.applied().await?.iter().any(|applied| steps.iter().all(|step| step.name() != applied)))
    }

    /// The steps that have run.
    async fn applied(&self) -> Result<Vec<String>> {
        let session = Session::open(&self.inner.pool, Purpose::Read, &[]).await?;
        let mut statement = Query::select();
        statement.column(Alias::new("version")).from(seaql_migrations::Entity);
        let rows = session.query(seaql_migrations::Entity, &statement).await?;
        Ok(rows.iter().map(|row| row.try_get::<String>("", "version")).collect::<Result<Vec<_>, _>>()?)
    }
}
