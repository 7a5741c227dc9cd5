//! What front ends build on, checked by their own tools against a live gateway. The tools are npm packages, which `./check`
//! installs; without them these tests are left out, by name.

use std::path::Path;

use causeway::config::{LimitsConfig, TrustMode};
use causeway::http::{HttpOptions, ServerOptions};
use causeway_tests::process::{Process, free_port};
use causeway_tests::{Backend, Gateway, Result, Socket, TempDir, TestDatabase, both, data};
use rustix::process::Signal;
use tokio::process::Command;

use crate::PROGRAM;

/// What a script of a package says.
///
/// # Errors
/// All that it says, where it fails.
pub(crate) async fn run(
    package: &Path,
    script: &str,
    arguments: Vec<String>,
    environment: &[(&str, &Path)],
) -> Result<String> {
    let mut command = Command::new("node");
    command.arg(script).args(arguments).envs(environment.iter().copied());
    let output = command.current_dir(package).kill_on_drop(true).output().await?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    Err(format!("{}: {said}{}", output.status, String::from_utf8_lossy(&output.stderr)).into())
}

/// The 61 audits of the reference implementation of GraphQL over HTTP.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn graphql_over_http_to_the_letter() -> Result {
    let test = "front_ends::graphql_over_http_to_the_letter";
    let Some(package) = data::npm_folder(test, "frontend-schema")? else { return Ok(()) };
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = Gateway::with_demo(&db, 0).await?;
    let socket = Socket::listen(&gateway.app, HttpOptions::default(), ServerOptions::default())?;
    let client = gateway.as_role("case_supervisor@UA")?;
    let token = client.token().ok_or("no token")?.to_owned();
    let said = run(&package, "test/audit.mjs", vec![socket.url("/graphql"), token], &[]).await?;
    assert!(said.contains("audits: 61, unmet: 0"), "{said}");
    Ok(())
}

both! {
    /// The operations of mission, headquarters and partner, by Apollo Client, urql and Graphcache; where documents are free, and
    /// where none but those of the manifest are run. Where they are free, also what caches that keep one copy of each object make
    /// of several operations about the same rows, Relay's among them.
    async fn the_operations_run_in_real_clients(db: &TestDatabase) -> Result {
        let test = "front_ends::the_operations_run_in_real_clients";
        let Some(package) = data::npm_folder(test, "frontend-schema")? else { return Ok(()) };
        drop(Gateway::with_demo(db, 300).await?);
        for (mode, checks) in [(TrustMode::Off, 79), (TrustMode::Enforce, 66)] {
            let gateway = Gateway::start_with(db, |config| {
                let documents = &mut config.trusted_documents;
                documents.manifest_file = Some(package.join("generated/manifest/gateway.json"));
                (documents.mission, documents.headquarters, documents.partner) = (mode, mode, mode);
                config.limits = LimitsConfig::default();
                // Clients of another process share the machine with it.
                config.database.acquire_timeout_ms = 30_000;
            })
            .await?;
            let socket = Socket::listen(&gateway.app, HttpOptions::default(), ServerOptions::default())?;
            let mut arguments = vec![socket.url("/graphql")];
            let roles =
                ["case_worker@UA", "case_supervisor@UA", "mission_admin@UA", "hq_analyst@*", "partner_provider@UA"];
            for role in roles {
                let token = gateway.as_role(role)?.token().ok_or("no token")?.to_owned();
                arguments.push(format!("{}={token}", role.split('@').next().unwrap_or_default()));
            }
            if mode == TrustMode::Enforce {
                arguments.push("enforced".to_owned());
            }
            let said = run(&package, "test/operations.mjs", arguments, &[]).await?;
            assert!(said.contains(&format!("operations: {checks}, failed: 0")), "{said}");
            socket.stopped().await?;
        }
        Ok(())
    }
}

/// The demo's page, in a browser without a window: roles are switched, saved queries run, errors are shown well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_the_demo_works_in_a_browser() -> Result {
    let test = "front_ends::the_page_of_the_demo_works_in_a_browser";
    let Some(package) = data::npm_folder(test, "tests/browser")? else { return Ok(()) };
    if !data::has_program(test, "chromium")? {
        return Ok(());
    }
    let (folder, port) = (TempDir::create()?, free_port()?);
    let mut demo = std::process::Command::new(PROGRAM);
    demo.args(["demo", "--cases", "300", "--listen", &format!("127.0.0.1:{port}"), "--data", "demo"]).env_clear();
    let mut demo = Process::start(demo, folder.path(), Signal::TERM)?;
    demo.wait_until(async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok()).await?;
    // Where the browser keeps its profile; it is killed in the end and leaves it.
    let environment = [("TMPDIR", folder.path())];
    let said = run(&package, "page.mjs", vec![format!("http://127.0.0.1:{port}/graphql")], &environment).await?;
    assert!(said.contains("checks: 29, failed: 0"), "{said}");
    Ok(())
}
