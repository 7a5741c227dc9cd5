//! A gateway over a test's database, without a socket: requests go through the router as they would from one. One client
//! type for every kind of caller, told apart by its token alone.

use std::num::NonZeroU32;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use causeway::access::identity::DevelopmentIssuer;
use causeway::app::App;
use causeway::clock;
use causeway::config::{Config, RedisConfig, Secret};
use causeway::http::{HttpOptions, router};
use chrono::NaiveDate;
use entity::CountryCode;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{Result, TempDir, TestDatabase, asked, demo};

/// Today in Ukraine, whose mission most tests are about.
pub fn today() -> NaiveDate {
    today_in("UA".parse().expect("UA is a country"))
}

/// Today in a mission that keeps the time of its country.
pub fn today_in(mission: CountryCode) -> NaiveDate {
    clock::day(clock::now(), clock::zone(mission, None))
}

/// The mutation of [`Client::register`].
const REGISTER: &str = "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { id } userErrors { field message code } } }";

/// A case in Ukraine of which hardly anything is known, as an input.
#[must_use]
pub fn some_case() -> Value {
    json!({ "mission": "UA", "individual": { "gender": "FEMININE" } })
}

/// A running gateway.
pub struct Gateway {
    /// The application.
    pub app: Arc<App>,
    router: axum::Router,
    _folder: TempDir,
}

/// A caller with one token.
#[derive(Clone)]
pub struct Client {
    router: axum::Router,
    token: Option<String>,
    /// The memberships, where they are known.
    who: Vec<String>,
    headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Value,
}

/// Who a caller is.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// Memberships, such as `case_worker@UA`.
    pub roles: Vec<String>,
    /// The subject; the first role's name where empty.
    pub subject: String,
    /// The partner organisation.
    pub organisation: Option<String>,
    /// Teams.
    pub teams: Vec<String>,
}

impl Caller {
    /// The caller of a role as the demo has it: the subject is the role's name, of the team `UA/intake`.
    #[must_use]
    pub fn of(membership: &str) -> Self {
        let subject = membership.split('@').next().unwrap_or_default().to_owned();
        let organisation = subject.starts_with("partner_").then(|| "safe-harbour".to_owned());
        Self { roles: vec![membership.to_owned()], subject, organisation, teams: vec!["UA/intake".to_owned()] }
    }

    /// A token of the development issuer.
    ///
    /// # Errors
    /// When a membership is malformed.
    pub fn token(&self, issuer: &DevelopmentIssuer, life: Duration) -> Result<String> {
        let roles = self.roles.iter().map(|role| role.parse()).collect::<std::result::Result<Vec<_>, _>>()?;
        let minted = issuer.mint(&self.subject, &roles, self.organisation.as_deref(), &self.teams, life);
        Ok(minted.map_err(|error| error.to_string())?)
    }
}

impl Gateway {
    /// A gateway with the policy that ships.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(db: &TestDatabase) -> Result<Self> {
        Self::start_with(db, |_| ()).await
    }

    /// A gateway whose configuration is changed before it starts.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_with(db: &TestDatabase, change: impl FnOnce(&mut Config)) -> Result<Self> {
        db.is_used.store(true, Ordering::Relaxed);
        let folder = TempDir::create()?;
        let mut config = config(db, &folder)?;
        change(&mut config);
        let app = Arc::new(App::start(config).await?);
        let router = router(Arc::clone(&app), HttpOptions::default());
        Ok(Self { app, router, _folder: folder })
    }

    /// A gateway with demo records in it. The database is as it was made: it becomes a copy of one that has them.
    ///
    /// # Errors
    /// When it does not start, the records cannot be made, or somebody used the database before.
    pub async fn with_demo(db: &TestDatabase, cases: usize) -> Result<Self> {
        // In a box: what makes the records is no part of the futures of tests.
        if Box::pin(demo::copy(db, cases)).await? { Self::start(db).await } else { Self::loading_demo(db, cases).await }
    }

    /// A gateway with demo records in it, which are generated into the database that is there.
    ///
    /// # Errors
    /// When it does not start or the records cannot be written.
    pub async fn loading_demo(db: &TestDatabase, cases: usize) -> Result<Self> {
        let gateway = Self::start(db).await?;
        demo::load(&gateway, cases).await?;
        Ok(gateway)
    }

    /// A client with the token of a role, such as `case_worker@UA`.
    ///
    /// # Errors
    /// When the membership is malformed.
    pub fn as_role(&self, membership: &str) -> Result<Client> {
        self.as_caller(&Caller::of(membership))
    }

    /// A client with the token of a caller.
    ///
    /// # Errors
    /// When a membership is malformed.
    pub fn as_caller(&self, caller: &Caller) -> Result<Client> {
        let issuer = self.app.identity.development().ok_or("the development issuer is off")?;
        let token = caller.token(issuer, Duration::from_secs(3600))?;
        Ok(Client { who: caller.roles.clone(), ..self.with_token(Some(token)) })
    }

    /// What the readiness page says: its status, and the checks.
    ///
    /// # Errors
    /// When it is no JSON.
    pub async fn ready(&self) -> Result<(u16, Value)> {
        let request = Request::get("/health/ready").body(Body::empty())?;
        let answer = self.router.clone().oneshot(request).await?;
        let status = answer.status().as_u16();
        Ok((status, serde_json::from_slice(&to_bytes(answer.into_body(), usize::MAX).await?)?))
    }

    /// A client with any token, or none.
    #[must_use]
    pub fn with_token(&self, token: Option<String>) -> Client {
        Client { router: self.router.clone(), token, who: Vec::new(), headers: Vec::new() }
    }
}

/// The configuration of a test's gateway.
///
/// # Errors
/// When the folder cannot be written.
pub fn config(db: &TestDatabase, folder: &TempDir) -> Result<Config> {
    let key = folder.path().join("master.key");
    std::fs::write(&key, "0123456789abcdef0123456789abcdef")?;
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600))?;
    let mut config = Config::default();
    config.database.url = Secret::new(db.url.as_str());
    config.database.acquire_timeout_ms = 2_000;
    config.database.max_connections = 8;
    config.master_key_file = Some(key);
    // Tests compare whole trees of records, which no front end asks for at once.
    config.limits.cost = 2_000_000;
    // And one viewer asks for all of them, one after the other.
    config.fairness.requests_per_minute = NonZeroU32::MAX;
    config.identity.development_issuer = true;
    config.identity.development_key_file = folder.path().join("development.key");
    config.redis =
        db.redis_url.as_ref().map(|url| RedisConfig { prefix: db.redis_prefix.clone(), ..RedisConfig::at(url) });
    Ok(config)
}

impl Client {
    /// The token.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The same client with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Runs a document without variables.
    ///
    /// # Errors
    /// When the answer is no JSON.
    pub async fn query(&self, query: &str) -> Result<Answer> {
        self.run(query, Value::Null).await
    }

    /// Runs a document.
    ///
    /// # Errors
    /// When the answer is no JSON.
    pub async fn run(&self, query: &str, variables: Value) -> Result<Answer> {
        self.post(json!({ "query": query, "variables": variables }).to_string()).await
    }

    /// Runs a document and refuses an answer with errors; the data.
    ///
    /// # Errors
    /// When there are errors in the answer.
    pub async fn data(&self, query: &str, variables: Value) -> Result<Value> {
        let answer = self.run(query, variables).await?;
        if !answer.body["errors"].is_null() {
            return Err(format!("{}: {}", answer.status, answer.body["errors"]).into());
        }
        Ok(answer.body["data"].clone())
    }

    /// Registers a case; its id.
    ///
    /// # Errors
    /// When it is not registered, with the answer.
    pub async fn register(&self, input: Value) -> Result<String> {
        let answer = self.run(REGISTER, json!({ "input": input })).await?;
        let id = answer.data()["registerCase"]["case"]["id"].as_str();
        Ok(id.ok_or_else(|| format!("not registered: {}", answer.body))?.to_owned())
    }

    /// Posts a body as it is.
    ///
    /// # Errors
    /// When the answer is no JSON.
    pub async fn post(&self, body: String) -> Result<Answer> {
        let mut request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/graphql-response+json");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body.clone()))?).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX).await?;
        let answer = Answer { status, headers, body: serde_json::from_slice(&bytes)? };
        asked::note(&self.who, &body, &answer.body)?;
        Ok(answer)
    }
}

impl Answer {
    /// The codes of the errors, in order.
    #[must_use]
    pub fn codes(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().into_iter().flatten();
        errors.filter_map(|error| error["extensions"]["code"].as_str()).collect()
    }

    /// The data.
    #[must_use]
    pub fn data(&self) -> &Value {
        &self.body["data"]
    }

    /// What was withheld.
    #[must_use]
    pub fn withheld(&self) -> Vec<&str> {
        let names = self.body["extensions"]["withheld"].as_array().into_iter().flatten();
        names.filter_map(Value::as_str).collect()
    }
}
