//! How SQLite goes about the statements that questions become: no table is read, whole or a whole mission of it, for each row of
//! another. SQLite plans without looking at the data, so that a wrong index costs seconds and not a little more.

use crate::oracle::raw_url;
use crate::statements::{ALWAYS, Capture};
use causeway_tests::golden::{GOLDEN, page_before_second};
use causeway_tests::{Backend, Gateway, Result, TestDatabase};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, Row, SqliteConnection};
use std::sync::LazyLock;
use tracing_subscriber::layer::SubscriberExt;

/// Role and question: what the golden ones do not ask.
const MORE: &[(&str, &str)] = &[
    (
        "case_worker@UA",
        "{ cases(first: 2, search: \"ko\", orderBy: [{ field: CASE_NUMBER }]) { totalCount nodes { id individual { familyName } } } }",
    ),
    (
        "case_worker@UA",
        "{ narratives(first: 2, search: \"work\", filter: { case: { individual: { not: { familyName: { eq: \"a\" } } } } }) { totalCount nodes { id } } }",
    ),
    (
        "data_entry@UA",
        "{ individuals(first: 2, filter: { familyName: { eq: \"a\" } }, orderBy: [{ field: FAMILY_NAME }]) { totalCount nodes { id } } }",
    ),
    (
        "data_entry@UA",
        "{ traffickers(first: 2, search: \"ko\", orderBy: [{ field: FAMILY_NAME }]) { totalCount nodes { id alias } } }",
    ),
    (
        "data_entry@UA",
        "{ referrals(first: 2, filter: { case: { status: { eq: ACTIVE } } }) { totalCount nodes { id } } }",
    ),
    (
        "partner_provider@UA",
        "{ cases(first: 2, search: \"ko\") { totalCount nodes { caseNumber individual { familyName phone } narratives { nodes { passages { nodes { text } } } } exploitations { nodes { country } } } } }",
    ),
    ("hq_analyst@*", "{ narratives(first: 2, filter: { kind: { eq: CASE_SUMMARY } }) { totalCount nodes { id } } }"),
    (
        "regional_analyst@region:RO Vienna",
        "{ narratives(first: 2, search: \"work\") { totalCount nodes { id passages { nodes { text } } } } }",
    ),
];

/// The steps of a plan: number, the number of the step that it belongs to, and what is done.
async fn plan(connection: &mut SqliteConnection, statement: &str) -> Result<Vec<(i64, i64, String)>> {
    let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"))).fetch_all(connection).await?;
    plan.iter().map(|step| Ok((step.try_get(0)?, step.try_get(1)?, step.try_get(3)?))).collect()
}

/// The steps of a plan that are done once for each row of another and that read a table, or all of a mission in it.
async fn read_for_each_row(connection: &mut SqliteConnection, statement: &str) -> Result<Vec<String>> {
    let mut below = std::collections::BTreeSet::new();
    let (mut bad, mut loops) = (Vec::new(), std::collections::BTreeMap::<i64, usize>::new());
    for (id, parent, detail) in plan(connection, statement).await? {
        // A set that does not depend on the row is made once a statement, wherever it stands.
        let once = detail.starts_with("LIST SUBQUERY") || detail.starts_with("SCALAR SUBQUERY");
        let for_each = below.contains(&parent) && !once;
        if for_each || detail.starts_with("CORRELATED") {
            below.insert(id);
        }
        let reads = detail.starts_with("SCAN") || detail.starts_with("SEARCH");
        // The second table of a join is read for each row of the first one.
        let inner = reads && {
            let before = loops.entry(parent).or_default();
            *before += 1;
            *before > 1
        };
        // The rows of a sub-select are those that it found.
        let whole = detail.starts_with("SCAN") && detail != "SCAN CONSTANT ROW" && !detail.starts_with("SCAN page");
        let mission = detail.starts_with("SEARCH") && detail.ends_with("(mission_id=?)");
        if (for_each || inner) && (whole || mission) {
            bad.push(detail);
        }
    }
    Ok(bad)
}

/// The test can see what it is about.
#[tokio::test]
async fn a_scan_for_each_row_is_seen() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let mut connection = SqliteConnection::connect(&raw_url(&db)?).await?;
    let each = |there: &str| format!("SELECT id FROM case_file WHERE EXISTS (SELECT 1 FROM referral WHERE {there})");
    for (bad, there) in [
        (true, "referral.status + 1 > case_file.status"),
        (true, "referral.mission_id = case_file.mission_id AND referral.status + 1 > case_file.status"),
        (false, "referral.mission_id = case_file.mission_id AND referral.case_id = case_file.id"),
    ] {
        let seen = read_for_each_row(&mut connection, &each(there)).await?;
        assert_eq!(!seen.is_empty(), bad, "{there}: {seen:?} of {:?}", plan(&mut connection, &each(there)).await?);
    }
    Ok(())
}

/// Whether SQLite knows anything of the data or not.
#[tokio::test]
async fn no_table_is_read_for_each_row() -> Result {
    LazyLock::force(&ALWAYS);
    let capture = Capture::default();
    let _watching = tracing::subscriber::set_default(tracing_subscriber::registry().with(capture.clone()));
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = Gateway::with_demo(&db, 600).await?;
    let cursor = page_before_second(&gateway).await?;
    let mut statements = Vec::new();
    for (role, query) in
        GOLDEN.iter().map(|(_, role, query)| (role, query)).chain(MORE.iter().map(|(role, query)| (role, query)))
    {
        let (_, of_question) = capture.of(&gateway.as_role(role)?, query, json!({ "cursor": cursor })).await?;
        assert!(!of_question.is_empty(), "{role}: {query}");
        statements.extend(of_question.into_iter().map(|statement| (role, statement)));
    }
    let mut connection = SqliteConnection::connect(&raw_url(&db)?).await?;
    for statistics in [false, true] {
        if statistics {
            connection.execute("ANALYZE").await?;
        }
        for (role, statement) in &statements {
            let bad = read_for_each_row(&mut connection, statement).await?;
            assert!(bad.is_empty(), "{role}, with statistics: {statistics}: {bad:?} for each row of\n{statement}");
        }
    }
    Ok(())
}
