//! A certified OpenID provider, run locally: discovery, tokens, keys that are changed in the middle of a run, and its absence.
//! It is an npm package, which `./check` installs; without it these tests are left out, by name.

use std::path::{Path, PathBuf};
use std::process::Command;

use causeway::config::identity::IssuerConfig;
use causeway_tests::process::{Process, free_port};
use causeway_tests::{Backend, Gateway, Result, TempDir, TestDatabase, data};
use rustix::process::Signal;
use serde_json::{Value, json};

const VIEWER: &str = "{ viewer { actor roles } }";

/// A provider that a test stops and starts.
struct Provider {
    process: Process,
    issuer: String,
}

impl Provider {
    /// Starts it with the keys of a file, which is made where it is not there.
    async fn start(package: &Path, port: u16, folder: &TempDir, keys: &str) -> Result<Self> {
        let claims = json!({ "causeway_roles": ["case_worker@UA"] });
        Self::start_with(package, port, folder.path().join(keys), &claims, "ES256").await
    }

    /// The same, with what its tokens carry, and their algorithm.
    async fn start_with(package: &Path, port: u16, keys: PathBuf, claims: &Value, algorithm: &str) -> Result<Self> {
        let folder = keys.parent().ok_or("no folder")?.to_owned();
        let mut command = Command::new("node");
        command.arg(package.join("provider.mjs")).arg(port.to_string()).arg(keys);
        command.arg(claims.to_string()).arg(algorithm);
        let mut process = Process::start(command, &folder, Signal::TERM)?;
        let issuer = format!("http://127.0.0.1:{port}");
        let address = format!("{issuer}/.well-known/openid-configuration");
        process.wait_until(async || reqwest::get(&address).await.is_ok_and(|answer| answer.status() == 200)).await?;
        Ok(Self { process, issuer })
    }

    /// A new access token.
    async fn token(&self) -> Result<String> {
        let form = "grant_type=client_credentials&resource=urn:causeway&scope=read";
        let request = reqwest::Client::new()
            .post(format!("{}/token", self.issuer))
            .basic_auth("case-worker-4711", Some("secret"));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer: Value = request.send().await?.json().await?;
        Ok(answer["access_token"].as_str().ok_or_else(|| format!("no token: {answer}"))?.to_owned())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certified_provider_is_believed_through_a_change_of_keys() -> Result {
    let test = "identity_provider::a_certified_provider_is_believed_through_a_change_of_keys";
    let Some(package) = data::npm_folder(test, "tests/identity-provider")? else { return Ok(()) };
    causeway::tls::use_ring();
    let (db, folder, port) = (TestDatabase::create(Backend::Sqlite).await?, TempDir::create()?, free_port()?);
    let issuer = format!("http://127.0.0.1:{port}");
    let gateway = Gateway::start_with(&db, |config| {
        // Nothing but its name: where its keys are, it says itself.
        let mut known = IssuerConfig::named(&issuer);
        known.minimum_fetch_seconds = 1;
        known.missions = Some(["UA".parse().expect("a code")].into());
        config.identity.issuers = vec![known];
        config.identity.development_issuer = false;
    })
    .await?;
    // Until it has said what its keys are, nobody's token could be verified.
    let (status, checks) = gateway.ready().await?;
    assert_eq!(status, 503);
    assert_eq!(checks[3], serde_json::json!({ "name": "keys", "ok": false }), "{checks}");
    let ask = async |token: &str| gateway.with_token(Some(token.to_owned())).query(VIEWER).await;

    let provider = Provider::start(&package, port, &folder, "first.json").await?;
    let began = std::time::Instant::now();
    while gateway.ready().await?.0 != 200 {
        assert!(began.elapsed() < std::time::Duration::from_secs(20), "its keys are not asked for");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let first = provider.token().await?;
    let answer = ask(&first).await?;
    assert_eq!(answer.data()["viewer"]["actor"], format!("{issuer}|case-worker-4711"), "{}", answer.body);
    assert_eq!(answer.data()["viewer"]["roles"], serde_json::json!(["case_worker@UA"]));
    // While it is away, the keys that are known serve on.
    let (second, old) = (provider.token().await?, provider.token().await?);
    provider.process.stop().await?;
    assert_eq!(ask(&second).await?.status, 200);
    // It comes back with another key: a token of the new one is believed as soon as it may be asked for.
    let provider = Provider::start(&package, port, &folder, "second.json").await?;
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let third = provider.token().await?;
    let answer = ask(&third).await?;
    assert_eq!(answer.status, 200, "{}", answer.body);
    // And a token of the old one, which nobody had verified before, no more.
    assert_eq!(ask(&old).await?.status, 401);
    Ok(())
}

/// A provider that nests its roles among those of others and signs with what is not the commonest, as Keycloak does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nested_roles_and_other_algorithms_are_understood() -> Result {
    let test = "identity_provider::nested_roles_and_other_algorithms_are_understood";
    let Some(package) = data::npm_folder(test, "tests/identity-provider")? else { return Ok(()) };
    causeway::tls::use_ring();
    let claims = json!({
        "realm_access": { "roles": ["offline_access", "uma_authorization", "default-roles-ua", "kyiv-case-worker"] },
        "resource_access": { "account": { "roles": ["manage-account", "view-profile"] } },
    });
    for algorithm in ["PS256", "ES384"] {
        let (db, folder, port) = (TestDatabase::create(Backend::Sqlite).await?, TempDir::create()?, free_port()?);
        let provider =
            Provider::start_with(&package, port, folder.path().join("keys.json"), &claims, algorithm).await?;
        let gateway = Gateway::start_with(&db, |config| {
            let mut known = IssuerConfig::named(&provider.issuer);
            known.roles_claim = "realm_access.roles".to_owned();
            let meant = "case_worker@UA".parse().expect("a membership");
            known.role_mapping = Some([("kyiv-case-worker".to_owned(), meant)].into());
            known.ignore_unmapped = true;
            config.identity.issuers = vec![known];
        })
        .await?;
        let answer = gateway.with_token(Some(provider.token().await?)).query(VIEWER).await?;
        assert_eq!(answer.data()["viewer"]["roles"], json!(["case_worker@UA"]), "{algorithm}: {}", answer.body);
    }
    Ok(())
}
