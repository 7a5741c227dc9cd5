//! The gateway under test: its configuration, its process, tokens, and questions asked one at a time.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use causeway::access::Seal;
use causeway::access::identity::DevelopmentIssuer;
use causeway::config::Config;
use causeway_tests::process::{Process, free_port};
use causeway_tests::{Caller, Result, TempDir, TestDatabase};
use reqwest::header;
use rustix::process::Signal;
use serde_json::Value;

/// How long a token is valid: longer than any run.
const TOKEN_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// A running gateway.
pub struct Gateway {
    /// The process.
    pub process: Process,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its configuration.
    pub config: Config,
    client: reqwest::Client,
    issuer: DevelopmentIssuer,
}

/// An answer to a question that was tried.
pub struct Tried {
    /// The body as it came.
    pub text: String,
    /// What it says.
    pub body: Value,
}

impl Gateway {
    /// Starts the program and waits until it is ready.
    pub async fn start(program: &Path, config: Config, db: &TestDatabase, folder: &TempDir) -> Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let file = folder.path().join("causeway.toml");
        std::fs::write(&file, settings(&config, db, address)?)?;
        let mut command = Command::new(std::path::absolute(program)?);
        command.arg("--config").arg(&file).arg("serve").env_clear();
        let mut process = Process::start(command, folder.path(), Signal::TERM)?;
        let client = reqwest::Client::new();
        let url = format!("http://{address}/health/ready");
        let ready = async || client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success());
        process.wait_until(ready).await?;
        let issuer = DevelopmentIssuer::open(&config.identity)?;
        Ok(Self { process, address, config, client, issuer })
    }

    /// A token.
    pub fn token(&self, caller: &Caller) -> Result<String> {
        let roles = caller.roles.iter().map(|role| role.parse()).collect::<std::result::Result<Vec<_>, _>>()?;
        let minted =
            self.issuer.mint(&caller.subject, &roles, caller.organisation.as_deref(), &caller.teams, TOKEN_LIFE);
        Ok(minted.map_err(|error| error.to_string())?)
    }

    /// Seals ids as the gateway does.
    pub fn seal(&self) -> Result<Seal> {
        Ok(Seal::new(self.config.master_key()?.expose().as_bytes()))
    }

    /// Asks once. Anything but an answer without errors is an error.
    pub async fn ask(&self, token: &str, body: &str) -> Result<Tried> {
        let url = format!("http://{}/graphql", self.address);
        ask(&self.client, &url, Some(token), body).await
    }

    /// The connections that questions are tried on.
    pub const fn client(&self) -> &reqwest::Client {
        &self.client
    }
}

/// Posts a question. Anything but an answer without errors is an error.
pub async fn ask(client: &reqwest::Client, url: &str, token: Option<&str>, body: &str) -> Result<Tried> {
    let mut request = client.post(url).header(header::CONTENT_TYPE, "application/json").body(body.to_owned());
    request = request.header(header::ACCEPT, "application/graphql-response+json");
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await?;
    let (status, text) = (answer.status(), answer.text().await?);
    let body: Value = serde_json::from_str(&text).map_err(|cause| format!("{status}, {cause}: {text}"))?;
    if !status.is_success() || !body["errors"].is_null() {
        return Err(format!("{status}: {}", body["errors"]).into());
    }
    Ok(Tried { text, body })
}

/// The configuration as a file: everything that does not say otherwise is the default.
fn settings(config: &Config, db: &TestDatabase, address: SocketAddr) -> Result<String> {
    let quoted = |text: &str| serde_json::to_string(text);
    let path = |path: &PathBuf| quoted(&path.to_string_lossy());
    let key = config.master_key_file.as_ref().ok_or("the configuration names no master key")?;
    let redis = db.redis_url.as_deref().ok_or("there is no Redis")?;
    Ok(format!(
        "master_key_file = {}\nlog = \"warn\"\n[database]\nurl = {}\n[redis]\nurl = {}\nprefix = {}\n[http]\nlisten = \"{address}\"\n\
         [fairness]\nrequests_per_minute = {}\n\
         [identity]\ndevelopment_issuer = true\ndevelopment_key_file = {}\n",
        path(key)?,
        quoted(&db.url)?,
        quoted(redis)?,
        quoted(&db.redis_prefix)?,
        // A measurement is a few viewers who send as much as they can.
        u32::MAX,
        path(&config.identity.development_key_file)?,
    ))
}
