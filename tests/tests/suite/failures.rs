//! A read that fails: it is tried once for all rows that it is about, and each of them says so.

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
    /// What nobody can be without goes up as null; what a row can be without is null in each row, and the rest is there.
    async fn a_read_that_fails_fails_once(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 20).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let links = "{ cases(first: 10) { nodes { id exploitations(first: 2) { nodes { id kept: episode { id } } } } } }";
        let before = client.data(links, Value::Null).await?;
        lose_episodes(db).await?;

        let answer = client.query("{ cases(first: 3) { nodes { id episodes { nodes { id } } } } }").await?;
        let expected: Vec<String> = (0..3).map(|at| json!(["cases", "nodes", at, "episodes"]).to_string()).collect();
        assert_eq!(failed(&answer), (expected, 1), "{}", answer.body);
        assert_eq!((answer.codes(), answer.data()), (vec!["INTERNAL"; 3], &Value::Null), "{}", answer.body);

        let answer = client.query(links).await?;
        let (mut expected, mut paths) = (before, Vec::new());
        for (case, row) in expected["cases"]["nodes"].as_array_mut().into_iter().flatten().enumerate() {
            for (at, row) in row["exploitations"]["nodes"].as_array_mut().into_iter().flatten().enumerate() {
                row["kept"] = Value::Null;
                paths.push(json!(["cases", "nodes", case, "exploitations", "nodes", at, "kept"]).to_string());
            }
        }
        paths.sort();
        assert!(paths.len() > 1, "{expected}");
        assert_eq!(failed(&answer), (paths, 1), "{}", answer.body);
        assert_eq!(*answer.data(), expected);
        Ok(())
    }
}
