//! The database: which one, and how long to wait for it.

use std::path::PathBuf;

use serde::Deserialize;

use super::{Secret, url};

/// The database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseConfig {
    /// `sqlite://causeway.db` or `postgres://...`, for a role that owns no table. Default: `sqlite://causeway.db`.
    pub url: Secret,
    /// For `causeway migrate` on PostgreSQL: the role that owns the tables. Default: the same as `url`.
    pub owner_url: Option<Secret>,
    /// What stands between the gateway and PostgreSQL: `none`, or `transaction` for a pooler such as pgbouncer that gives each
    /// transaction whatever connection is free. Default: `none`.
    pub pooler: Pooler,
    /// At most so many connections. Default: 16.
    pub max_connections: u32,
    /// So long does a request wait for a connection, in milliseconds; on SQLite also for a locked file. Default: 5000.
    pub acquire_timeout_ms: u64,
    /// So long may one statement take, in milliseconds; what takes longer is stopped and answers `TOO_COSTLY`. Default: 15000.
    pub statement_timeout_ms: u64,
}

/// The two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A server of PostgreSQL.
    Postgres,
    /// A file of SQLite.
    Sqlite,
}

/// Who keeps a session with PostgreSQL.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Pooler {
    /// The gateway: a connection of it is a session, with settings and prepared statements.
    #[default]
    None,
    /// Nobody: only what belongs to a transaction is certain to stay together.
    Transaction,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            url: Secret::new("sqlite://causeway.db"),
            owner_url: None,
            pooler: Pooler::None,
            max_connections: 16,
            acquire_timeout_ms: 5000,
            statement_timeout_ms: 15_000,
        }
    }
}

impl DatabaseConfig {
    /// Which database a URL is for, by its scheme.
    #[must_use]
    pub fn kind_of(url: &Secret) -> Option<DatabaseKind> {
        match url.expose().split_once(':')?.0 {
            "postgres" | "postgresql" => Some(DatabaseKind::Postgres),
            "sqlite" => Some(DatabaseKind::Sqlite),
            _ => None,
        }
    }

    /// The file of an SQLite database.
    #[must_use]
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        sqlite_file(self.url.expose())
    }

    /// Which database it is, for the operator: the server, the login and the name, or the file; never the password.
    #[must_use]
    pub fn address(&self) -> String {
        address(self.url.expose()).unwrap_or_else(|| "database.url".to_owned())
    }

    /// The URL for whoever makes the tables.
    #[must_use]
    pub fn owner(&self) -> &Secret {
        self.owner_url.as_ref().unwrap_or(&self.url)
    }

    /// As [`Self::address`], for whoever makes the tables.
    #[must_use]
    pub fn owner_address(&self) -> String {
        address(self.owner().expose()).unwrap_or_else(|| "database.owner_url".to_owned())
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let urls = [("database.url", Some(&self.url)), ("database.owner_url", self.owner_url.as_ref())];
        for (setting, url) in urls.iter().filter_map(|(setting, url)| url.map(|url| (setting, url))) {
            match Self::kind_of(url) {
                Some(DatabaseKind::Sqlite) => {}
                Some(DatabaseKind::Postgres) => problems.extend(url::problem(setting, url.expose())),
                None => problems.push(format!("{setting} must begin with sqlite: or postgres:")),
            }
        }
        if self.max_connections < 2 {
            problems.push("database.max_connections must be 2 or more".to_owned());
        }
        problems
    }
}

fn sqlite_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    Some(PathBuf::from(path.split('?').next().unwrap_or_default()))
}

fn address(url: &str) -> Option<String> {
    match sqlite_file(url) {
        Some(file) => Some(format!("sqlite: {}", std::path::absolute(&file).unwrap_or(file).display())),
        None => url::address(url),
    }
}
