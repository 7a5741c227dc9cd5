//! Configuration: defaults, then `causeway.toml`, then environment `CAUSEWAY_*`, then flags. An unknown key is an error, and
//! no secret shows in `Debug`. Everything is read once, at the start.

mod database;
mod fairness;
mod http;
pub mod identity;
mod limits;
mod problem;
mod redis;
mod secret;
mod trusted_documents;

use std::path::{Path, PathBuf};

use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use serde::Deserialize;

pub use self::{
    database::{DatabaseConfig, Pooler},
    fairness::FairnessConfig,
    http::HttpConfig,
    identity::IdentityConfig,
    limits::LimitsConfig,
    redis::RedisConfig,
    secret::Secret,
    trusted_documents::{TrustMode, TrustedDocumentsConfig},
};

/// Everything that can be configured.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The database.
    pub database: DatabaseConfig,
    /// The shared cache; absent: in process.
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
    /// The file with the master key, at least 32 bytes, from which the keys of ids and cursors are derived.
    pub master_key_file: Option<PathBuf>,
    /// What is logged, in the syntax of `tracing`'s filters. Default: `info`.
    pub log: Option<String>,
}

/// The file that is read where none is named.
const FILE: &str = "causeway.toml";

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or variable is malformed or has an unknown key.
    #[error("configuration: {0}")]
    Malformed(String),
    /// A value cannot be right.
    #[error("configuration: {}", .0.join("; "))]
    Invalid(Vec<String>),
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
        // A file that was named and is not there is an error; the other one may be missing.
        let toml = match file {
            Some(file) => Toml::file_exact(file),
            None => Toml::file(FILE),
        };
        let file = file.unwrap_or(Path::new(FILE));
        let environment = Env::prefixed("CAUSEWAY_")
            .filter(|key| is_setting(key.as_str()))
            .map(|key| place(&key.as_str().to_ascii_lowercase()).into());
        let figment = Figment::new().merge(toml).merge(environment.split("."));
        let config: Self =
            figment.extract().map_err(|error| ConfigError::Malformed(problem::describe(&error, file)))?;
        config.validate()?;
        Ok(config)
    }

    fn validate(&self) -> Result<(), ConfigError> {
        let identity = self.identity.validate().err().unwrap_or_default();
        let problems = [
            identity,
            self.database.problems(),
            self.http.problems(),
            self.limits.problems(),
            self.fairness.problems(),
            self.trusted_documents.problems(),
        ]
        .concat();
        if problems.is_empty() { Ok(()) } else { Err(ConfigError::Invalid(problems)) }
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
                Err(ConfigError::Invalid(vec!["CAUSEWAY_MASTER_KEY_FILE is required with PostgreSQL".to_owned()]))
            }
        }
    }
}

/// `CAUSEWAY_CONFIG` names the file itself; `CAUSEWAY_TEST_*` is for the test set-up.
fn is_setting(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key != "config" && !key.starts_with("test_")
}

/// The short names that users rely on, and where they belong.
fn place(key: &str) -> String {
    match key {
        "database_url" => "database.url",
        "redis_url" => "redis.url",
        "dev_issuer" => "identity.development_issuer",
        "listen" => "http.listen",
        other => return other.replace("__", "."),
    }
    .to_owned()
}
