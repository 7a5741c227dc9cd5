//! The harness does what tests take for granted.

use causeway_tests::{Result, TempDir, TestDatabase, both, data};
use redis::AsyncCommands;
use sqlx::{Connection, PgConnection, SqliteConnection};

both! {
    /// A test finds migrated tables.
    async fn a_new_database_is_migrated(db: &TestDatabase) -> Result {
        assert!(migrations(&db.owner_url).await? > 0);
        Ok(())
    }

    /// Two tests never share rows.
    async fn databases_are_apart(db: &TestDatabase) -> Result {
        let other = TestDatabase::create(db.backend).await?;
        assert_ne!(db.url, other.url);
        assert_ne!(db.redis_prefix, other.redis_prefix);
        forget_migrations(&db.owner_url).await?;
        assert_eq!(migrations(&db.owner_url).await?, 0);
        assert!(migrations(&other.owner_url).await? > 0);
        Ok(())
    }
}

const COUNT: &str = "SELECT count(*) FROM seaql_migrations";
const FORGET: &str = "DELETE FROM seaql_migrations";

async fn migrations(url: &str) -> Result<i64> {
    if url.starts_with("sqlite") {
        return Ok(sqlx::query_scalar(COUNT).fetch_one(&mut SqliteConnection::connect(url).await?).await?);
    }
    Ok(sqlx::query_scalar(COUNT).fetch_one(&mut PgConnection::connect(url).await?).await?)
}

async fn forget_migrations(url: &str) -> Result {
    if url.starts_with("sqlite") {
        sqlx::query(FORGET).execute(&mut SqliteConnection::connect(url).await?).await?;
    } else {
        sqlx::query(FORGET).execute(&mut PgConnection::connect(url).await?).await?;
    }
    Ok(())
}

#[test]
fn a_temporary_folder_goes_with_its_owner() -> Result {
    let folder = TempDir::create()?;
    let path = folder.path().to_owned();
    std::fs::write(path.join("file"), "content")?;
    drop(folder);
    assert!(!path.exists());
    Ok(())
}

#[test]
fn research_data_is_found_or_missed_by_name() -> Result {
    let Some(file) = data::file("smoke::research_data_is_found_or_missed_by_name", "ctdc/columns.csv")? else {
        return Ok(());
    };
    assert!(csv::Reader::from_path(file)?.records().next().is_some());
    Ok(())
}

/// What holds on the real server only.
mod postgres {
    use super::*;
    use causeway_tests::{Backend, servers};

    #[tokio::test]
    async fn the_gateway_owns_nothing_and_obeys_row_security() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let mut gateway = PgConnection::connect(&db.url).await?;
        let roles = "SELECT pg_has_role('causeway_gateway', 'member') AND pg_has_role('causeway_statistics', 'member')";
        assert!(sqlx::query_scalar::<_, bool>(roles).fetch_one(&mut gateway).await?);
        let power = "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user";
        assert!(!sqlx::query_scalar::<_, bool>(power).fetch_one(&mut gateway).await?);
        let owned = "SELECT count(*) FROM pg_class WHERE pg_has_role(relowner, 'member')";
        assert_eq!(sqlx::query_scalar::<_, i64>(owned).fetch_one(&mut gateway).await?, 0);
        Ok(())
    }

    #[tokio::test]
    async fn a_database_goes_even_while_somebody_is_connected() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let mut gateway = PgConnection::connect(&db.url).await?;
        let name: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&mut gateway).await?;
        let mut admin = PgConnection::connect(servers::postgres()?.as_str()).await?;
        let known = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)";
        assert!(sqlx::query_scalar::<_, bool>(known).bind(&name).fetch_one(&mut admin).await?);
        drop(db);
        assert!(!sqlx::query_scalar::<_, bool>(known).bind(&name).fetch_one(&mut admin).await?);
        Ok(())
    }

    #[tokio::test]
    async fn redis_answers() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let url = db.redis_url.as_deref().ok_or("no Redis")?;
        let mut redis = redis::Client::open(url)?.get_multiplexed_async_connection().await?;
        let key = format!("{}key", db.redis_prefix);
        let () = redis.set_ex(&key, "value", 60).await?;
        let value: String = redis.get(&key).await?;
        assert_eq!(value, "value");
        Ok(())
    }
}
