//! A read that fails: it is tried once, with all that hangs below it, and the field that asked for it says so.

use std::collections::BTreeSet;

use causeway_tests::{Answer, Backend, Gateway, Result, TestDatabase, both};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, SqliteConnection};

/// Takes the episodes away from under a gateway that runs.
async fn lose_episodes(db: &TestDatabase) -> Result {
    let rename = "ALTER TABLE trafficking_episode RENAME TO lost";
    match db.backend {
        Backend::Sqlite => {
            sqlx::raw_sql(rename).execute(&mut SqliteConnection::connect(&db.owner_url).await?).await?;
        }
        Backend::Postgres => {
            sqlx::raw_sql(rename).execute(&mut PgConnection::connect(&db.owner_url).await?).await?;
        }
    }
    Ok(())
}

/// The paths of the errors, sorted, and the one reference that all of them have.
fn failed(answer: &Answer) -> (Vec<String>, usize) {
    let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
    let mut paths: Vec<String> = errors.iter().map(|error| error["path"].to_string()).collect();
    paths.sort();
    let reference = |error: &Value| error["extensions"]["reference"].to_string();
    (paths, errors.iter().map(reference).collect::<BTreeSet<_>>().len())
}

both! {
    /// Rows and all that hangs below them are one read: where it fails, the field that asked for them does, once.
    async fn a_read_that_fails_fails_once(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 20).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let id = client.query("{ cases(first: 1) { nodes { id } } }").await?.data()["cases"]["nodes"][0]["id"].clone();
        lose_episodes(db).await?;

        // What nobody can be without goes up as null; what may be missing is null.
        let answer = client.query("{ cases(first: 3) { nodes { id episodes { nodes { id } } } } }").await?;
        assert_eq!(failed(&answer), (vec![json!(["cases"]).to_string()], 1), "{}", answer.body);
        assert_eq!((answer.codes(), answer.data()), (vec!["INTERNAL"], &Value::Null), "{}", answer.body);
        let one = format!("{{ case(id: {id}) {{ id exploitations {{ nodes {{ id kept: episode {{ id }} }} }} }} }}");
        let answer = client.query(&one).await?;
        assert_eq!(failed(&answer), (vec![json!(["case"]).to_string()], 1), "{}", answer.body);
        assert_eq!((answer.codes(), answer.data()), (vec!["INTERNAL"], &json!({ "case": null })), "{}", answer.body);
        // What does not ask for them is answered.
        let answer = client.query(&format!("{{ case(id: {id}) {{ id consents {{ nodes {{ id }} }} }} }}")).await?;
        assert_eq!((answer.codes(), &answer.data()["case"]["id"]), (Vec::new(), &id), "{}", answer.body);
        Ok(())
    }
}
