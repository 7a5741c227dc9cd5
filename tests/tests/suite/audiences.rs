//! The schema at its addresses: the whole, and what each audience can ever see of it by the policy that the gateway has.

use causeway::graphql::schema;
use causeway::http::{HttpOptions, ServerOptions};
use causeway_tests::{Backend, Gateway, Result, Socket, TestDatabase, data};

use crate::{front_ends::run, policy::folder::folder};

/// The text at an address, which is there.
async fn text(socket: &Socket, path: &str) -> Result<String> {
    let answer = reqwest::get(socket.url(path)).await?.error_for_status()?;
    assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
    Ok(answer.text().await?)
}

#[tokio::test]
async fn an_audience_gets_what_its_roles_can_see_by_the_policy_in_force() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    drop(Gateway::with_demo(&db, 0).await?);
    let gateway = Gateway::start(&db).await?;
    let socket = Socket::listen(&gateway.app, HttpOptions::default(), ServerOptions::default())?;
    assert_eq!(text(&socket, "/schema.graphql").await?, schema::print(&schema::running()));
    for audience in ["mission", "headquarters", "partner"] {
        let sees = text(&socket, &format!("/schema/{audience}.graphql")).await?;
        assert_eq!(sees.contains("registerCase("), audience == "mission", "{audience}");
        assert_eq!(sees.contains("type Trafficker "), audience != "partner", "{audience}");
        assert!(sees.contains("  address: String"), "{audience}");
    }
    let other = reqwest::get(socket.url("/schema/staff.graphql")).await?;
    assert_eq!(other.status().as_u16(), 404);

    let contact = "partner_provider,individual.contact,read,";
    let policy = folder("rules.csv", |rules| {
        rules.lines().filter(|rule| !rule.starts_with(contact)).collect::<Vec<_>>().join("\n")
    })?;
    let gateway = Gateway::start_with(&db, |config| config.policy_dir = Some(policy.path().to_owned())).await?;
    let socket = Socket::listen(&gateway.app, HttpOptions::default(), ServerOptions::default())?;
    let partner = text(&socket, "/schema/partner.graphql").await?;
    assert!(!partner.contains("  address: ") && partner.contains("  familyName: String"));
    assert!(text(&socket, "/schema/mission.graphql").await?.contains("  address: String"));
    Ok(())
}

/// What front ends are checked with is what a gateway gives them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn front_ends_are_checked_with_what_a_gateway_gives_them() -> Result {
    let test = "audiences::front_ends_are_checked_with_what_a_gateway_gives_them";
    let Some(package) = data::npm_folder(test, "frontend-schema")? else { return Ok(()) };
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = Gateway::with_demo(&db, 0).await?;
    let socket = Socket::listen(&gateway.app, HttpOptions::default(), ServerOptions::default())?;
    let said = run(&package, "test/audiences.mjs", vec![socket.url("")], &[]).await?;
    assert!(said.ends_with("audiences: 3, different: 0\n"), "{said}");
    Ok(())
}
