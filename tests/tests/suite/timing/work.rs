//! What PostgreSQL does for an answer, counted by itself: scans and rows of every table and index, and blocks. It must be the
//! same for a name that hidden persons bear and for one that nobody bears.

use super::{OF_NAMES, OF_OTHERS, Question, SEEING, document, found, hide};
use crate::oracle::{raw_url, run};
use causeway_tests::{Backend, Gateway, Result, TestDatabase};
use serde_json::json;
use sqlx::{Connection, PgConnection, Row};
use std::collections::BTreeMap;
use std::time::Duration;

/// Counters by name.
type Work = BTreeMap<String, i64>;

/// The counters once nobody is connected any more: a connection hands in what it counted when it ends.
async fn counters(connection: &mut PgConnection) -> Result<Work> {
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    while sqlx::query_scalar::<_, i64>(others).fetch_one(&mut *connection).await? > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let counted = "SELECT relname || ' rows read', coalesce(seq_tup_read, 0) FROM pg_stat_user_tables \
        UNION ALL SELECT relname || ' rows fetched', coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables \
        UNION ALL SELECT indexrelname || ' scans', idx_scan FROM pg_stat_user_indexes \
        UNION ALL SELECT indexrelname || ' entries', idx_tup_read FROM pg_stat_user_indexes \
        UNION ALL SELECT relname || ' blocks', coalesce(heap_blks_read + heap_blks_hit, 0) FROM pg_statio_user_tables";
    let rows = sqlx::query(counted).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// What one answer costs, and how many rows it has. Everything is done by a gateway of its own, which closes its connections.
async fn work(
    db: &TestDatabase,
    admin: &mut PgConnection,
    role: &str,
    field: &str,
    value: &str,
) -> Result<(Work, usize)> {
    let before = counters(admin).await?;
    let gateway = Gateway::start(db).await?;
    let data = gateway.as_role(role)?.data(&document(field, 1), json!({ "v": value })).await?;
    gateway.app.access.close().await;
    let mut after = counters(admin).await?;
    for (counter, count) in &mut after {
        *count -= before.get(counter).copied().unwrap_or_default();
    }
    after.retain(|_, count| *count != 0);
    Ok((after, found(&data)))
}

/// To a role that sees none of the bearers, what they have is as much work as what nobody has.
async fn is_the_same(db: &TestDatabase, admin: &mut PgConnection, role: &str, question: &Question) -> Result {
    let Question { kind, field, values, .. } = question;
    let (of_hidden, rows) = work(db, admin, role, field, values.hidden).await?;
    let (of_nobody, none) = work(db, admin, role, field, values.nobody[0]).await?;
    assert_eq!((rows, none), (0, 0), "{role}, {kind}");
    assert!(of_nobody.values().sum::<i64>() > 20, "{role}, {kind}: nothing was counted: {of_nobody:?}");
    assert_eq!(of_hidden, of_nobody, "{role}, {kind}: PostgreSQL works more for what hidden persons have");
    Ok(())
}

/// The counters do tell: to whom everything is plain, more is done for what somebody has. Where every row may be read whatever
/// is there (a part of a text, a column without an index, a pattern behind row-level security), it is what a hit leads to.
async fn is_told_to_whom_it_is_plain(db: &TestDatabase, admin: &mut PgConnection, question: &Question) -> Result {
    let Question { kind, field, values, .. } = question;
    let field = match *kind {
        "filter" | "link" => (*field).to_owned(),
        _ => field.replace("{ id }", "{ id cases(first: 1) { nodes { id } } }"),
    };
    let (of_somebody, rows) = work(db, admin, SEEING, &field, values.hidden).await?;
    let (of_nobody, none) = work(db, admin, SEEING, &field, values.nobody[0]).await?;
    assert_eq!((rows, none), (1, 0), "{kind}");
    assert_ne!(of_somebody, of_nobody, "{kind}");
    Ok(())
}

mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_work_does_not_depend_on_what_is_hidden() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let gateway = Gateway::with_demo(&db, 600).await?;
        let tables = "DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP \
            EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = false)', t); END LOOP; END $$";
        run(&db, tables.to_owned()).await?;
        hide(&db, &gateway).await?;
        gateway.app.access.close().await;
        let mut admin = PgConnection::connect(&raw_url(&db)?).await?;
        for question in OF_NAMES.iter().chain(&OF_OTHERS) {
            for role in question.roles {
                is_the_same(&db, &mut admin, role, question).await?;
            }
            is_told_to_whom_it_is_plain(&db, &mut admin, question).await?;
        }
        Ok(())
    }
}
