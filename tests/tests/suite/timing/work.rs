//! What PostgreSQL does for an answer, counted by itself: scans and rows of every table and index, and blocks. It must be the
//! same for a name that hidden persons bear and for one that nobody bears.

use super::{BLIND, HIDDEN, NOBODY, QUESTIONS, SEEING, document, found, hide};
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
    question: &str,
    name: &str,
) -> Result<(Work, usize)> {
    let before = counters(admin).await?;
    let gateway = Gateway::start(db).await?;
    let data = gateway.as_role(role)?.data(&document(question, 1), json!({ "v": name })).await?;
    gateway.app.access.close().await;
    let mut after = counters(admin).await?;
    for (counter, count) in &mut after {
        *count -= before.get(counter).copied().unwrap_or_default();
    }
    after.retain(|_, count| *count != 0);
    Ok((after, found(&data)))
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
        for (kind, question) in QUESTIONS {
            for role in BLIND {
                let (of_hidden, rows) = work(&db, &mut admin, role, question, HIDDEN).await?;
                let (of_nobody, none) = work(&db, &mut admin, role, question, NOBODY[0]).await?;
                assert_eq!((rows, none), (0, 0), "{role}, {kind}");
                assert!(of_nobody.values().sum::<i64>() > 20, "{role}, {kind}: nothing was counted: {of_nobody:?}");
                assert_eq!(
                    of_hidden, of_nobody,
                    "{role}, {kind}: PostgreSQL works more for a name that hidden persons bear"
                );
            }
            // A search reads every row whatever is there. Where an index serves, the counters do tell: to whom names are plain,
            // more is done for a name that somebody bears.
            if kind == "search" {
                continue;
            }
            let (of_somebody, rows) = work(&db, &mut admin, SEEING, question, HIDDEN).await?;
            let (of_nobody, _) = work(&db, &mut admin, SEEING, question, NOBODY[0]).await?;
            assert_eq!(rows, 1, "{kind}");
            assert_ne!(of_somebody, of_nobody, "{kind}");
        }
        Ok(())
    }
}
