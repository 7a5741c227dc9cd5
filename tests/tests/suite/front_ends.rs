//! What front ends build on, checked by their own tools against a live gateway. The tools are npm packages, which `./check`
//! installs; without them these tests are left out, by name.

use causeway::http::{HttpOptions, ServerOptions};
use causeway_tests::{Backend, Gateway, Result, Socket, TestDatabase, data};
use tokio::process::Command;

/// The 61 audits of the reference implementation of GraphQL over HTTP.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn graphql_over_http_to_the_letter() -> Result {
    let test = "front_ends::graphql_over_http_to_the_letter";
    let Some(package) = data::npm_folder(test, "frontend-schema")? else { return Ok(()) };
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = Gateway::with_demo(&db, 0).await?;
    let socket = Socket::listen(&gateway.app, HttpOptions::default(), ServerOptions::default())?;
    let client = gateway.as_role("case_supervisor@UA")?;
    let mut command = Command::new("node");
    command.arg("test/audit.mjs").arg(socket.url("/graphql")).arg(client.token().ok_or("no token")?);
    let output = command.current_dir(package).kill_on_drop(true).output().await?;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("audits: 61, unmet: 0"), "{said}");
    Ok(())
}
