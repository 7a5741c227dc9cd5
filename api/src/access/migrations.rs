//! The state of the tables: applying and undoing steps, and what a gateway must know before it serves. Steps run as the role
//! that owns the tables; the gateway's role only reads which of them ran.

#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "migrations run as the owner of the tables, before anything is served"
)]

use std::time::Duration;

use migration::{Migrator, MigratorTrait, seaql_migrations};
use sea_orm::sea_query::{Alias, Query};
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr, SqlxPostgresConnector};
use sqlx::{Connection, postgres::PgPoolOptions};

use super::{
    Access, PoolError, postgres,
    session::{Purpose, Session},
    unkeyed,
};
use crate::config::DatabaseConfig;
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
    pub keyed: u64,
}

/// Applies every step that has not run, then makes the matching keys that rows lack.
///
/// # Errors
/// What the database says; steps before the failing one stay applied.
pub async fn up(config: &DatabaseConfig) -> Result<Applied, DbErr> {
    up_with(config, |_| ()).await
}

/// The same; `progress` is told how many rows have got their keys so far.
///
/// # Errors
/// As for [`up`].
pub async fn up_with(config: &DatabaseConfig, progress: impl FnMut(u64)) -> Result<Applied, DbErr> {
    let connection = connect(config).await?;
    let pending = Migrator::get_pending_migrations(&connection).await?;
    Migrator::up(&connection, None).await?;
    let keyed = unkeyed::fill(&connection, progress).await?;
    connection.close().await?;
    Ok(Applied { steps: pending.iter().map(|step| step.name().to_owned()).collect(), keyed })
}

/// Undoes the last `steps`.
///
/// # Errors
/// What the database says.
pub async fn down(config: &DatabaseConfig, steps: u32) -> Result<(), DbErr> {
    let connection = connect(config).await?;
    Migrator::down(&connection, Some(steps)).await?;
    connection.close().await
}

/// Every step, in order.
///
/// # Errors
/// What the database says.
pub async fn status(config: &DatabaseConfig) -> Result<Vec<Step>, DbErr> {
    let connection = connect(config).await?;
    let pending: Vec<String> =
        Migrator::get_pending_migrations(&connection).await?.iter().map(|step| step.name().to_owned()).collect();
    connection.close().await?;
    let steps = Migrator::migrations();
    Ok(steps
        .iter()
        .map(|step| Step { name: step.name().to_owned(), applied: !pending.contains(&step.name().to_owned()) })
        .collect())
}

async fn connect(config: &DatabaseConfig) -> Result<DatabaseConnection, DbErr> {
    let url = config.owner_url.as_ref().unwrap_or(&config.url).expose();
    if url.starts_with("postgres") {
        return owner(url, config).await.map_err(|error| DbErr::Custom(error.to_string()));
    }
    // SQLite makes the file where there is none; nothing else does.
    let url = match config.sqlite_file() {
        Some(_) if !url.contains('?') => format!("{url}?mode=rwc"),
        _ => url.to_owned(),
    };
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
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
    pub async fn pending_migrations(&self) -> Result<Vec<String>> {
        let session = Session::open(&self.inner.pool, Purpose::Read, &[]).await?;
        let mut statement = Query::select();
        statement.column(Alias::new("version")).from(seaql_migrations::Entity);
        let rows = session.query(seaql_migrations::Entity, &statement).await?;
        let applied = rows.iter().map(|row| row.try_get::<String>("", "version")).collect::<Result<Vec<_>, _>>()?;
        let steps = Migrator::migrations();
        Ok(steps.iter().map(|step| step.name().to_owned()).filter(|step| !applied.contains(step)).collect())
    }
}
