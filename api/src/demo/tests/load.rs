//! The whole way through the access layer into an SQLite file.

#![expect(clippy::disallowed_methods, reason = "the test counts what is in the file without the layer that wrote it")]

use std::{path::Path, sync::Arc};

use sqlx::{AssertSqlSafe, SqlitePool};

use super::super::{Generator, load};
use crate::access::{Access, Seal, migrations, policy::Policy};
use crate::config::{DatabaseConfig, Secret};

async fn count(pool: &SqlitePool, of: &str) -> usize {
    let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {of}"));
    let count: i64 = sqlx::query_scalar(sql).fetch_one(pool).await.unwrap();
    usize::try_from(count).unwrap()
}

#[tokio::test]
async fn cases_reach_the_database_with_facts_and_audit() {
    let file = std::env::temp_dir().join(format!("causeway-demo-{}.db", uuid::Uuid::now_v7()));
    let url = format!("sqlite://{}", file.display());
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let config = DatabaseConfig { url: Secret::new(url.clone()), ..DatabaseConfig::default() };
    migrations::up(&config).await.unwrap();
    let policy = Arc::new(Policy::load(&policies).unwrap());
    let access = Access::open(&config, policy, Seal::new(&[7; 32])).await.unwrap();
    let mut reached = Vec::new();
    load(&access, 1, 300, |written| reached.push(written)).await.unwrap();
    access.close().await;
    assert!(reached.is_sorted() && reached.last() == Some(&300));

    let made: Vec<_> = Generator::new(1, load::today()).bundles(300).collect();
    let rows = |of: fn(&crate::casework::bundle::CaseBundle) -> usize| made.iter().map(of).sum::<usize>();
    let pool = SqlitePool::connect(&url).await.unwrap();
    assert_eq!(count(&pool, "mission").await, Generator::missions().len());
    assert_eq!(count(&pool, "case_file").await, 300);
    assert_eq!(count(&pool, "individual").await, 300);
    assert_eq!(count(&pool, "fact").await, 300);
    assert_eq!(count(&pool, "case_file JOIN fact USING (mission_id, record_key)").await, 300);
    assert_eq!(count(&pool, "trafficking_episode").await, rows(|bundle| bundle.episodes.len()));
    assert_eq!(count(&pool, "exploitation").await, rows(|bundle| bundle.exploitations.len()));
    assert_eq!(count(&pool, "trafficker").await, rows(|bundle| bundle.traffickers.len()));
    assert_eq!(count(&pool, "episode_trafficker").await, rows(|bundle| bundle.involvements.len()));
    assert_eq!(count(&pool, "narrative").await, rows(|bundle| bundle.narratives.len()));
    assert_eq!(count(&pool, "narrative_passage").await, rows(|bundle| bundle.passages.len()));
    assert_eq!(count(&pool, "consent").await, rows(|bundle| bundle.consents.len()));
    assert_eq!(count(&pool, "referral").await, rows(|bundle| bundle.referrals.len()));
    assert_eq!(count(&pool, "audit_entry WHERE action = 'load_demo'").await, reached.len());
    assert_eq!(count(&pool, "change WHERE kind = 'imported'").await, reached.len());
    assert_eq!(count(&pool, "mission WHERE data_version = 0").await, 0);
    pool.close().await;
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", file.display()));
    }
}
