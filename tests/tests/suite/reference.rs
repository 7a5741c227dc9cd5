//! Documents, told valid or not by graphql-js and by the gateway. Both say the same of each: of the cases of the reference suite, rule
//! by rule, and of every place in the schema with every kind of value and of variable. The tool is an npm package, which
//! `./check` installs; without it this test is left out, by name.

use causeway::http::{HttpOptions, ServerOptions};
use causeway_tests::{Backend, Gateway, Result, Socket, TestDatabase, data};

use crate::front_ends::run;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_gateway_takes_for_valid_what_the_reference_does() -> Result {
    let test = "reference::the_gateway_takes_for_valid_what_the_reference_does";
    let Some(package) = data::npm_folder(test, "frontend-schema")? else { return Ok(()) };
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = Gateway::with_demo(&db, 0).await?;
    let socket = Socket::listen(&gateway.app, HttpOptions::default(), ServerOptions::default())?;
    let token = gateway.as_role("case_supervisor@UA")?.token().ok_or("no token")?.to_owned();
    let said = run(&package, "test/reference.mjs", vec![socket.url("/graphql"), token], &[]).await?;
    let documents: usize =
        said.split("documents: ").nth(1).and_then(|rest| rest.split(',').next()?.parse().ok()).unwrap_or_default();
    assert!(said.ends_with(", disagreements: 0\n") && documents > 4_000, "{said}");
    Ok(())
}
