//! Configuration: defaults, then `causeway.toml`, then environment `CAUSEWAY_*`, then flags. An unknown key is an error, and
//! no secret shows in `Debug`. Everything is read once, at the start.

mod database;
mod draft;
mod fairness;
mod http;
pub mod identity;
mod limits;
mod problem;
mod proxies;
mod redis;
mod secret;
mod source;
mod trusted_documents;
mod url;

use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use self::secret::is_open_to_others;
pub use self::{
    database::{DatabaseConfig, DatabaseKind, Pooler},
    draft::ConfigDraft,
    fairness::FairnessConfig,
    http::HttpConfig,
    identity::IdentityConfig,
    limits::LimitsConfig,
    proxies::{ForwardedHeader, Proxies},
    redis::RedisConfig,
    secret::Secret,
    source::ConfigSource,
    trusted_documents::{TrustMode, TrustedDocumentsConfig},
};

/// Everything that can be configured.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The database.
    pub database: DatabaseConfig,
    /// What gateways share; absent: each remembers and counts by itself.
    pub redis: Option<RedisConfig>,
    /// The edge.
    pub http: HttpConfig,
    /// How requests share the gateway.
    pub fairness: FairnessConfig,
    /// What one operation may ask for at most.
    pub limits: LimitsConfig,
    /// Which documents are run.
    pub trusted_documents: TrustedDocumentsConfig,
    /// Who is believed.
    pub identity: IdentityConfig,
    /// The folder with the policy. Absent: the policy that ships.
    pub policy_dir: Option<PathBuf>,
    /// The file with the master key, at least 32 bytes, from which the keys of ids, cursors and values in Redis are derived.
    pub master_key_file: Option<PathBuf>,
    /// What is logged, in the syntax of `tracing`'s filters. Default: `info`.
    pub log: Option<String>,
    /// Where it was read from.
    #[serde(skip)]
    pub source: ConfigSource,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or variable is malformed, has an unknown key, or a value cannot be right: every problem, and where was looked.
    #[error("the configuration cannot be used:\n  {}\n{source_of}", .problems.join("\n  "))]
    Invalid {
        /// One line each.
        problems: Vec<String>,
        /// Where it was read from.
        source_of: ConfigSource,
    },
    /// The master key cannot be used.
    #[error("master key {path}: {problem}", path = path.display())]
    MasterKey {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

impl Config {
    /// Reads file and environment.
    ///
    /// # Errors
    /// Whatever is malformed, unknown or impossible.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        ConfigDraft::read(file).finish()
    }

    /// What cannot be right, each problem a line that begins with the setting.
    fn problems(&self) -> Vec<String> {
        let identity = self.identity.validate().err().unwrap_or_default();
        [
            identity.into_iter().map(|problem| format!("identity.{problem}")).collect(),
            self.database.problems(),
            self.http.problems(),
            self.limits.problems(),
            self.redis.as_ref().map(RedisConfig::problems).unwrap_or_default(),
            self.fairness.problems(),
            self.trusted_documents.problems(),
        ]
        .concat()
    }

    /// A problem that begins with its setting, with the line of the file where that stands.
    #[must_use]
    pub fn located(&self, problem: &str) -> String {
        self.source.file().map_or_else(|| problem.to_owned(), |file| problem::located(problem, file))
    }

    /// The master key. With SQLite and none configured, one is made beside the database, so that ids outlive a restart.
    ///
    /// # Errors
    /// Where the file cannot be used, or production names none.
    pub fn master_key(&self) -> Result<Secret, ConfigError> {
        match (&self.master_key_file, self.database.sqlite_file()) {
            (Some(path), _) => secret::read(path),
            (None, Some(database)) => secret::read_or_make(&database.with_extension("key")),
            (None, None) => {
                let problem = "master_key_file (CAUSEWAY_MASTER_KEY_FILE) is required with PostgreSQL";
                Err(ConfigError::Invalid { problems: vec![problem.to_owned()], source_of: self.source.clone() })
            }
        }
    }
}
