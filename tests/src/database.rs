//! A database for one test, migrated and empty, gone when the test ends. What a test is handed is what a gateway is
//! handed in production: a login that owns nothing. The owner's URL is for tests of the schema itself.

use crate::chaos::{PrivatePostgres, PrivateRedis};
use crate::postgres::Database;
use crate::temp::TempDir;
use crate::{Error, Result, servers, sqlite};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use url::Url;

/// What the file of SQLite is called.
const FILE: &str = "causeway.sqlite";

/// The two ways to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Embedded: SQLite in a file, caches in process.
    Sqlite,
    /// Production: PostgreSQL and Redis.
    Postgres,
}

/// One test's database. Dropping it drops the database. No `Debug`: the URLs hold a password.
pub struct TestDatabase {
    /// Which way to run it stands for.
    pub backend: Backend,
    /// The database as the gateway sees it: on PostgreSQL, a role that owns nothing.
    pub url: String,
    /// The database as migrations see it. On SQLite the same as `url`: it knows no roles.
    pub owner_url: String,
    /// Redis, with PostgreSQL only. All tests share it.
    pub redis_url: Option<String>,
    /// What this test's keys in Redis begin with. Random, so tests cannot meet.
    pub redis_prefix: String,
    /// Whether a gateway ran on it.
    pub(crate) is_used: AtomicBool,
    place: Place,
}

/// What is cleaned up in the end.
enum Place {
    /// The folder with the file; it removes itself.
    File(TempDir),
    /// A database on the shared server.
    Shared(Database),
    /// A database on a server that may be down by now, and is thrown away with all its content.
    Private,
}

impl TestDatabase {
    /// Makes a database: a copy of the migrated template.
    ///
    /// # Errors
    /// On PostgreSQL, when no server was started for the tests; else when the template or the copy cannot be made.
    pub async fn create(backend: Backend) -> Result<Self> {
        match backend {
            Backend::Sqlite => Self::in_file().await,
            Backend::Postgres => {
                let redis = servers::redis()?;
                let database = Database::create(&servers::postgres()?).await?;
                Self::on(database, Some(redis), Place::Shared)
            }
        }
    }

    /// Makes one on PostgreSQL with a locale of its own, as `CREATE DATABASE` takes it.
    ///
    /// # Errors
    /// When no server was started for the tests, or it does not know the locale.
    pub async fn create_in(locale: &str) -> Result<Self> {
        let redis = servers::redis()?;
        let database = Database::create_in(&servers::postgres()?, locale).await?;
        Self::on(database, Some(redis), Place::Shared)
    }

    /// Makes a database on servers that the test has for itself, and may stop.
    ///
    /// # Errors
    /// When the server is down, or the template or the copy cannot be made.
    pub async fn create_on(postgres: &PrivatePostgres, redis: Option<&PrivateRedis>) -> Result<Self> {
        let database = Database::create(&postgres.url()?).await?;
        Self::on(database, redis.map(PrivateRedis::url), |_| Place::Private)
    }

    /// Puts a copy of the database that `build` makes in the place of this one, with the same URL. It is made once for all tests
    /// that name it so. No, where this one is no copy either: it has a locale or a server of its own.
    ///
    /// # Errors
    /// When somebody was here already, whose work would be lost; or when there is no copy to be had.
    pub(crate) async fn become_made(&self, name: &str, build: impl AsyncFnOnce() -> Result<Self>) -> Result<bool> {
        if self.is_used.load(Ordering::Relaxed) {
            return Err(Error::from("the database was used: load the records, do not copy them"));
        }
        match &self.place {
            Place::File(folder) => sqlite::clone_made(&folder.path().join(FILE), name, build).await?,
            Place::Shared(database) if database.is_copy => database.become_made(name, build).await?,
            Place::Shared(_) | Place::Private => return Ok(false),
        }
        Ok(true)
    }

    /// The file of SQLite.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        let Place::File(folder) = &self.place else { return None };
        Some(folder.path().join(FILE))
    }

    /// The name of the database on the shared server.
    pub(crate) fn name(&self) -> Option<&str> {
        let Place::Shared(database) = &self.place else { return None };
        Some(&database.name)
    }

    async fn in_file() -> Result<Self> {
        let folder = TempDir::create()?;
        let file = folder.path().join(FILE);
        sqlite::clone_template(&file).await?;
        let url = sqlite::url(&file)?;
        Ok(Self {
            backend: Backend::Sqlite,
            owner_url: url.clone(),
            url,
            redis_url: None,
            redis_prefix: prefix(),
            is_used: AtomicBool::new(false),
            place: Place::File(folder),
        })
    }

    fn on(database: Database, redis_url: Option<String>, place: impl FnOnce(Database) -> Place) -> Result<Self> {
        Ok(Self {
            backend: Backend::Postgres,
            url: Url::into(database.gateway_url()?),
            owner_url: Url::into(database.owner_url()?),
            redis_url,
            redis_prefix: prefix(),
            is_used: AtomicBool::new(false),
            place: place(database),
        })
    }
}

fn prefix() -> String {
    format!("test_{}:", crate::random())
}

impl Drop for TestDatabase {
    /// Runs on a thread with a runtime of its own: a test that panics must clean up too, and drop cannot wait otherwise.
    fn drop(&mut self) {
        let Place::Shared(database) = &self.place else { return };
        let dropped = std::thread::scope(|scope| {
            scope
                .spawn(|| {
                    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(database.destroy())
                })
                .join()
        });
        match dropped {
            Ok(Ok(())) => {}
            failed if std::thread::panicking() => eprintln!("{} stays behind: {failed:?}", database.name),
            failed => panic!("{} stays behind: {failed:?}", database.name),
        }
    }
}
