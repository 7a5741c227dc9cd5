//! What must hold before `causeway serve` serves. A gateway that starts is looked at once more with the eyes of an operator; of
//! one that does not, everything that is wrong is found out at once, and not the first of it. It refuses nothing that may pass
//! by itself: an issuer that is down must not keep the staff of the others out.

use std::{fmt, fs::File, io, path::Path, sync::Arc};

use axum_server::tls_rustls::RustlsConfig;
use entity::{CountryCode, mission};

use crate::access::Seal;
use crate::access::identity::{Place, key_problems};
use crate::access::policy::Policy;
use crate::app::{App, check_tables, load_policy, open_database};
use crate::config::{
    Config, ConfigDraft, ConfigSource, DatabaseConfig, DatabaseKind, IdentityConfig, is_open_to_others,
};
use crate::graphql::{documents::Documents, schema, trusted_documents::TrustedDocuments};
use crate::redis_link::RedisLink;

/// Everything that keeps a gateway from serving, for the operator.
#[derive(Debug)]
pub(super) struct Refusal {
    /// One each.
    pub(super) problems: Vec<String>,
    source_of: ConfigSource,
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the gateway cannot serve:")?;
        for problem in &self.problems {
            write!(formatter, "\n  {}", problem.replace('\n', "\n    "))?;
        }
        write!(formatter, "\n{}", self.source_of)
    }
}

/// A gateway that can serve, with what is not as it should be and may pass by itself.
pub(super) struct Ready {
    /// The gateway.
    pub(super) app: App,
    /// What may pass by itself.
    pub(super) passing: Vec<String>,
}

/// What is wrong, by whether it may pass by itself.
#[derive(Default)]
struct Found {
    firm: Vec<String>,
    passing: Vec<String>,
}

impl Found {
    /// The value; or the problem is noted.
    fn take<T, E: fmt::Display>(&mut self, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.firm.push(error.to_string())).ok()
    }
}

/// Starts a gateway that can serve.
///
/// # Errors
/// Everything that keeps it from that.
pub(super) async fn start(draft: ConfigDraft) -> Result<Ready, Refusal> {
    let mut found = Found { firm: draft.problems(), ..Found::default() };
    let started = match found.firm.is_empty() {
        true => Some(App::start(draft.config.clone()).await),
        false => None,
    };
    match &started {
        Some(Ok(app)) => {
            let missions = found.take(app.access.missions().await);
            issuers(&mut found, &draft, Some(app.access.policy().as_ref()), missions.as_deref()).await;
            certificate(&mut found, &draft.config).await;
            private_keys(&mut found, &draft.config);
        }
        refused => {
            everything(&mut found, &draft).await;
            let first = refused.as_ref().and_then(|refused| refused.as_ref().err()).map(ToString::to_string);
            if let Some(first) = first.filter(|first| !found.firm.contains(first)) {
                found.firm.insert(0, first);
            }
        }
    }
    match started {
        Some(Ok(app)) if found.firm.is_empty() => Ok(Ready { app, passing: found.passing }),
        _ => Err(Refusal { problems: [found.firm, found.passing].concat(), source_of: draft.config.source }),
    }
}

/// Looks at each part by itself: what is wrong with one hides nothing of the others. What hangs on a setting that is wrong is
/// not looked at: that problem stands there already.
async fn everything(found: &mut Found, draft: &ConfigDraft) {
    let config = &draft.config;
    if knows_master_key(draft) {
        found.take(config.master_key());
    }
    let policy = if draft.is_wrong("policy_dir") { None } else { found.take(load_policy(config)).map(Arc::new) };
    let redis = config.redis.as_ref().and_then(|redis| RedisLink::check(redis).err());
    found.firm.extend(redis.filter(|problem| !draft.follows(problem)));
    let missions = database(found, draft, policy.clone()).await;
    issuers(found, draft, policy.as_deref(), missions.as_deref()).await;
    certificate(found, config).await;
    private_keys(found, config);
    let documents = Documents::within(config.limits.clone(), &schema::running().sdl());
    if let Some(documents) = found.take(documents)
        && !draft.is_wrong("trusted_documents.manifest_file")
        && !draft.is_wrong("limits")
    {
        found.take(TrustedDocuments::open(&config.trusted_documents, &documents));
    }
}

/// Whether it is known where the master key is: where no file is named, it is beside an SQLite database, and must be named with
/// PostgreSQL.
fn knows_master_key(draft: &ConfigDraft) -> bool {
    let (named, url) = (draft.config.master_key_file.is_some(), &draft.config.database.url);
    let must_be_named = DatabaseConfig::kind_of(url) == Some(DatabaseKind::Postgres);
    !draft.is_wrong("master_key_file") && (named || must_be_named || !draft.is_wrong("database.url"))
}

/// The missions, where the database can be used. The policy is not asked for anything, so that any will do.
async fn database(found: &mut Found, draft: &ConfigDraft, policy: Option<Arc<Policy>>) -> Option<Vec<mission::Model>> {
    if draft.is_wrong("database.url") || draft.is_wrong("database.pooler") {
        return None;
    }
    let policy = policy.or_else(|| Policy::shipped().ok().map(Arc::new))?;
    let mut config = draft.config.clone();
    // Too few are told already, and enough to look.
    config.database.max_connections = config.database.max_connections.max(2);
    // Nothing is sealed.
    let seal = Seal::new(&[0; 32]);
    let access = found.take(open_database(&config, policy, seal).await)?;
    let missions = found.take(check_tables(&access).await);
    access.close().await;
    missions
}

/// Who is believed: somebody, with keys, in roles that there are, in missions that are set up.
async fn issuers(found: &mut Found, draft: &ConfigDraft, policy: Option<&Policy>, missions: Option<&[mission::Model]>) {
    let (config, identity) = (&draft.config, &draft.config.identity);
    let is_read = ["identity.issuers", "identity.development_issuer"].iter().all(|setting| !draft.is_wrong(setting));
    if is_read && identity.issuers.is_empty() && !identity.development_issuer {
        found.firm.push(
            "identity.issuers: none is configured, so that every token would be refused; name an identity provider"
                .to_owned(),
        );
    }
    for problem in key_problems(&with_keys(draft)).await {
        let list = if problem.passing { &mut found.passing } else { &mut found.firm };
        list.push(problem.error.to_string());
    }
    let roles = policy.map(|policy| unknown_roles(config, policy)).unwrap_or_default();
    let places = missions.map(|missions| not_set_up(config, missions)).unwrap_or_default();
    found.firm.extend(roles.iter().chain(&places).map(|problem| config.located(problem)));
}

/// The issuers of which it is known where their keys are.
fn with_keys(draft: &ConfigDraft) -> IdentityConfig {
    let mut identity = draft.config.identity.clone();
    let mut numbers = 0..;
    identity.issuers.retain(|issuer| {
        let at = numbers.next().unwrap_or_default();
        let is_wrong = |name: &str| draft.is_wrong(&format!("identity.issuers.{at}.{name}"));
        // With neither, the issuer is asked at its name.
        let is_asked = issuer.jwks_file.is_none() && issuer.jwks_url.is_none();
        !(is_wrong("jwks_file") || is_wrong("jwks_url") || is_asked && is_wrong("issuer"))
    });
    identity.development_issuer &= !draft.is_wrong("identity.development_key_file");
    identity
}

/// Mappings to a role that policy does not know, or not in such a place: each token with it would be refused.
fn unknown_roles(config: &Config, policy: &Policy) -> Vec<String> {
    let mut problems = Vec::new();
    for (at, issuer) in config.identity.issuers.iter().enumerate() {
        for (name, membership) in issuer.role_mapping.iter().flatten() {
            let what = match policy.may_be_held(membership.role.as_str(), &membership.place) {
                Some(true) => continue,
                Some(false) => "policy does not let that role be held there",
                None => "policy knows no such role",
            };
            problems.push(format!("identity.issuers[{at}].role_mapping: {name:?} means {membership}: {what}"));
        }
    }
    problems
}

/// Missions that an issuer speaks for and that are not there: its staff would be told that they may see nothing.
fn not_set_up(config: &Config, missions: &[mission::Model]) -> Vec<String> {
    let missing = |code: &CountryCode| missions.iter().all(|mission| mission.id != *code);
    let mut problems = Vec::new();
    for (at, issuer) in config.identity.issuers.iter().enumerate() {
        for code in issuer.missions.iter().flatten().filter(|code| missing(code)) {
            problems.push(format!(
                "identity.issuers[{at}].missions: {code} is not set up; run: causeway mission add {code}"
            ));
        }
        for (name, membership) in issuer.role_mapping.iter().flatten() {
            if let Place::Mission(code) = &membership.place
                && missing(code)
                && !issuer.missions.as_ref().is_some_and(|named| named.contains(code))
            {
                problems.push(format!(
                    "identity.issuers[{at}].role_mapping: {name:?} means {membership}, and {code} is not set up; run: \
                     causeway mission add {code}"
                ));
            }
        }
    }
    problems
}

async fn certificate(found: &mut Found, config: &Config) {
    if let Some((certificate, key)) = config.http.tls_files() {
        crate::tls::use_ring();
        let read = RustlsConfig::from_pem_file(certificate, key).await;
        found.take(read.map_err(|error| unusable(certificate, key, &error)));
    }
}

/// What is said of a certificate that cannot be used.
pub(super) fn unusable(certificate: &Path, key: &Path, error: &io::Error) -> String {
    format!("cannot use the certificate {} with {}: {error}", certificate.display(), key.display())
}

/// Private keys that others can read are anybody's.
fn private_keys(found: &mut Found, config: &Config) {
    let of_redis = config.redis.as_ref().and_then(|redis| redis.key_file.as_deref());
    for (setting, key) in [("http.tls_key_file", config.http.tls_key_file.as_deref()), ("redis.key_file", of_redis)] {
        let Some(key) = key else { continue };
        // One that cannot be opened is told where it is used.
        if File::open(key).and_then(|file| is_open_to_others(&file)).unwrap_or(false) {
            let key = key.display();
            let problem = format!("{setting} {key}: others than its owner have access to it; run: chmod 640 {key}");
            found.firm.push(problem);
        }
    }
}
