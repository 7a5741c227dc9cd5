//! What is built once at the start and never changes: policy, access, identity, statistics, schema. Start-up refuses what it
//! can find out early.

mod executor;

use std::sync::Arc;

use entity::mission;

use crate::access::{
    Access, DatabaseUnusable, MissingGrant, Seal,
    identity::{Identity, IdentityStartError},
    policy::{Policy, PolicyError},
};
use crate::admission::Admission;
use crate::config::{Config, ConfigError};
use crate::graphql::{audience::Texts, engine::Engine};
use crate::knowledge::Knowledge;
use crate::redis_link::RedisLink;

/// One gateway.
pub struct App {
    /// The configuration it was started with.
    pub config: Config,
    /// The doors to the data.
    pub access: Access,
    /// Who is let in, and when.
    pub(crate) admission: Admission,
    /// Who is believed.
    pub identity: Identity,
    /// What runs operations.
    pub(crate) engine: Engine,
    /// The schema's text, for everybody and for each audience.
    pub(crate) texts: Texts,
}

/// Why a gateway does not start. The text is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The policy is wrong.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseUnusable),
    /// The login was not granted what the gateway needs.
    #[error(
        "the login {} is no member of {roles}; as their owner or a superuser run: GRANT {roles} TO \"{}\"",
        .0.login, .0.login, roles = .0.roles.join(", ")
    )]
    Grant(MissingGrant),
    /// The issuers cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityStartError),
    /// The tables are older than this program.
    #[error("the database lacks {} steps, the first of them {}; run: causeway migrate up", .0.len(), .0.first().map(String::as_str).unwrap_or_default())]
    Migrations(Vec<String>),
    /// The tables are not those that this program was built for.
    #[error("the tables of the database are not those of this program: {}", .0.join("; "))]
    Columns(Vec<String>),
    /// The declarations of the tables do not fit together: a fault of the program.
    #[error("the tables of this program contradict each other: {}", .0.join("; "))]
    Declared(Vec<String>),
    /// Rows lack matching keys.
    #[error("rows of the table {0} have no matching keys, and searches would miss them; run: causeway migrate up")]
    Keys(String),
    /// The database has an alphabet of its own.
    #[error(
        "the database orders country codes by the rules of a language, and lists of several missions would lack rows; create it with LC_COLLATE 'C'"
    )]
    Order,
    /// The database answers, but not as it should.
    #[error("the database cannot be read: {0}; has causeway migrate up been run?")]
    Unreadable(String),
    /// Anything else that the operator has to see.
    #[error("{0}")]
    Other(String),
}

impl StartError {
    /// The database was opened and cannot be read.
    fn unreadable(error: crate::error::Error) -> Self {
        Self::Unreadable(cause(&error))
    }
}

impl App {
    /// Builds a gateway and refuses to if anything is wrong.
    ///
    /// # Errors
    /// Everything that is wrong with configuration, policy, database or issuers.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let policy = Arc::new(load_policy(&config)?);
        let seal = Seal::new(config.master_key()?.expose().as_bytes());
        let link = config.redis.as_ref().map(|redis| RedisLink::open(redis, seal.clone())).transpose();
        let link = link.map_err(StartError::Other)?;
        let access = open_database(&config, Arc::clone(&policy), seal).await?;
        check_tables(&access).await?;
        let identity = Identity::new(&config.identity)?;
        let knowledge = Arc::new(Knowledge::open(link.clone()));
        let admission = Admission::open(&config.fairness, link);
        let engine = Engine::open(access.clone(), knowledge, &config.limits, &config.trusted_documents);
        let engine = engine.map_err(StartError::Other)?;
        let texts = Texts::of(&engine.text(), policy);
        Ok(Self { config, access, admission, identity, engine, texts })
    }
}

/// Opens the database that is configured.
///
/// # Errors
/// Why it cannot be used, with its address.
pub(crate) async fn open_database(config: &Config, policy: Arc<Policy>, seal: Seal) -> Result<Access, StartError> {
    let opened = Access::open(&config.database, policy, seal).await;
    Ok(opened.map_err(|cause| DatabaseUnusable { address: config.database.address(), cause })?)
}

/// Refuses a login without the grants that the gateway needs, tables and rows that are older than this program or not its own, and a
/// database that orders country codes by the rules of a language. The missions that are set up.
///
/// # Errors
/// The first of these.
pub(crate) async fn check_tables(access: &Access) -> Result<Vec<mission::Model>, StartError> {
    let read = StartError::unreadable;
    if let Some(missing) = access.missing_grant().await.map_err(read)? {
        return Err(StartError::Grant(missing));
    }
    let pending = access.pending_migrations().await.map_err(read)?;
    if !pending.is_empty() {
        return Err(StartError::Migrations(pending));
    }
    let declared = entity::check(entity::TABLES);
    if !declared.is_empty() {
        return Err(StartError::Declared(declared));
    }
    let foreign = access.foreign_columns().await.map_err(read)?;
    if !foreign.is_empty() {
        return Err(StartError::Columns(foreign));
    }
    if let Some(table) = access.unkeyed().await.map_err(read)? {
        return Err(StartError::Keys(table));
    }
    let missions = access.missions().await.map_err(read)?;
    if missions.is_sorted_by_key(|mission| mission.id) { Ok(missions) } else { Err(StartError::Order) }
}

/// The policy that is configured, else the one that ships.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load_policy(config: &Config) -> Result<Policy, PolicyError> {
    config.policy_dir.as_deref().map_or_else(Policy::shipped, Policy::load)
}

/// The cause of an error, for the operator at the start; requests never see one.
fn cause(error: &crate::error::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}
