//! The gateway under test: its configuration, its process, and questions asked one at a time.

use std::path::Path;

use causeway::access::Seal;
use causeway::config::Config;
use causeway_tests::program::{Launch, Program};
use causeway_tests::{Result, TempDir, TestDatabase};
use reqwest::header;
use serde_json::Value;

/// A running gateway.
pub struct Gateway {
    /// Its configuration.
    pub config: Config,
    /// Its process.
    pub program: Program,
    client: reqwest::Client,
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
        let launch = Launch { program, config: &config, db, folder, environment: Vec::new() };
        let program = launch.serve().await?;
        Ok(Self { config, program, client: reqwest::Client::new() })
    }

    /// Seals ids as the gateway does.
    pub fn seal(&self) -> Result<Seal> {
        Ok(Seal::new(self.config.master_key()?.expose().as_bytes()))
    }

    /// Asks once. Anything but an answer without errors is an error.
    pub async fn ask(&self, token: &str, body: &str) -> Result<Tried> {
        ask(&self.client, &self.program.url("/graphql"), Some(token), body).await
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
