//! Servers that fail in mid-run. First, that the servers for such tests do fail, and come back.

use causeway_tests::{PrivatePostgres, PrivateRedis, Result, TestDatabase};
use redis::AsyncCommands;
use sqlx::{Connection, PgConnection};
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn postgres_stops_and_keeps_its_data() -> Result {
    let mut server = PrivatePostgres::launch().await?;
    let db = TestDatabase::create_on(&server, None).await?;
    let mut before = PgConnection::connect(&db.owner_url).await?;
    let count = "SELECT count(*) FROM seaql_migrations";
    let migrations: i64 = sqlx::query_scalar(count).fetch_one(&mut before).await?;
    assert!(migrations > 0);

    server.stop().await?;
    assert!(before.ping().await.is_err());
    assert!(PgConnection::connect(&db.url).await.is_err());

    server.start().await?;
    let mut after = PgConnection::connect(&db.owner_url).await?;
    assert_eq!(sqlx::query_scalar::<_, i64>(count).fetch_one(&mut after).await?, migrations);
    Ok(())
}

#[tokio::test]
async fn redis_stops_and_forgets() -> Result {
    let mut server = PrivateRedis::launch().await?;
    let client = redis::Client::open(server.url())?;
    let () = client.get_multiplexed_async_connection().await?.set("key", 1).await?;

    server.stop().await?;
    assert!(client.get_multiplexed_async_connection().await.is_err());

    server.start().await?;
    let found: bool = client.get_multiplexed_async_connection().await?.exists("key").await?;
    assert!(!found);
    Ok(())
}

#[tokio::test]
async fn redis_pauses_without_an_answer() -> Result {
    let server = PrivateRedis::launch().await?;
    let client = redis::Client::open(server.url())?;
    server.pause()?;
    assert!(timeout(Duration::from_millis(300), client.get_multiplexed_async_connection()).await.is_err());
    server.resume()?;
    let pong: String = redis::cmd("PING").query_async(&mut client.get_multiplexed_async_connection().await?).await?;
    assert_eq!(pong, "PONG");
    Ok(())
}
