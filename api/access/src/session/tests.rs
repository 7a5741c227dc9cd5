//! Statements that take longer than they may, and those that nobody waits for any more.

use std::time::{Duration, Instant};

use entity::fact;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};

use super::{Purpose, Session};
use crate::config::{DatabaseConfig, Secret};
use crate::error::{ClientError, Error};
use crate::pool::Pool;

/// A folder that goes with the test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("causeway-session-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn pool(folder: &Folder, limit: Duration) -> Pool {
    let file = folder.0.join("some.db");
    std::fs::write(&file, "").unwrap();
    let config = DatabaseConfig {
        url: Secret::new(format!("sqlite://{}", file.display())),
        max_connections: 2,
        statement_timeout_ms: u64::try_from(limit.as_millis()).unwrap(),
        ..DatabaseConfig::default()
    };
    Pool::open(&config).await.unwrap()
}

/// Counts a million million rows.
fn endless() -> SelectStatement {
    let mut statement = Query::select();
    statement.expr(Expr::val(1).count());
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"] {
        statement.from_values((0..10).collect::<Vec<i32>>(), Alias::new(name));
    }
    statement
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_stopped() {
    let folder = Folder::new("long");
    let pool = pool(&folder, Duration::from_millis(100)).await;
    for purpose in [Purpose::Read, Purpose::Write] {
        let session = Session::open(&pool, purpose, &[]).await.unwrap();
        let began = Instant::now();
        let stopped = session.query(fact::Entity, &endless()).await;
        assert!(matches!(stopped, Err(Error::Client(ClientError::TooCostly(_)))), "{stopped:?}");
        assert!(began.elapsed() >= Duration::from_millis(100), "{:?}", began.elapsed());
        drop(session);
        // The connection is as good as before.
        let mut simple = Query::select();
        let session = Session::open(&pool, purpose, &[]).await.unwrap();
        assert_eq!(session.query(fact::Entity, simple.expr(Expr::val(1))).await.unwrap().len(), 1);
        session.commit().await.unwrap();
    }
    pool.close().await;
}

#[tokio::test]
async fn a_statement_that_nobody_waits_for_is_stopped() {
    let folder = Folder::new("left");
    let pool = pool(&folder, Duration::from_secs(3600)).await;
    let session = Session::open(&pool, Purpose::Write, &[]).await.unwrap();
    let waited = tokio::time::timeout(Duration::from_millis(50), session.query(fact::Entity, &endless())).await;
    assert!(waited.is_err());
    drop(session);
    // There is one writer: its connection is free again.
    let next = tokio::time::timeout(Duration::from_secs(10), Session::open(&pool, Purpose::Write, &[])).await;
    next.expect("the statement was stopped").unwrap().commit().await.unwrap();
    pool.close().await;
}
