//! The records: a database of their own, loaded and timed, and what is looked up in it behind the gateway's back.

use std::time::Instant;

use causeway::access::RowId;
use causeway::app::App;
use causeway::config::Config;
use causeway_tests::{Backend, Result, TempDir, TestDatabase, gateway, servers};
use serde::Serialize;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use url::Url;
use uuid::Uuid;

use crate::workload::Sight;

/// One database with records, for one size.
pub struct Dataset {
    /// The database.
    pub db: TestDatabase,
    /// The superuser's URL for this database.
    pub admin: String,
    /// The configuration of gateways on it.
    pub config: Config,
    /// How long the load took.
    pub loading: Loading,
    /// The missions.
    pub missions: Vec<String>,
    /// The years in which cases were registered.
    pub years: Vec<String>,
    /// Keeps keys and files.
    pub folder: TempDir,
}

/// How the load went.
#[derive(Clone, Debug, Serialize)]
pub struct Loading {
    /// Cases.
    pub cases: usize,
    /// Rows of all tables.
    pub rows: i64,
    /// Seconds.
    pub seconds: f64,
    /// The database's size afterwards, in bytes.
    pub bytes: i64,
}

impl Dataset {
    /// Makes the database and loads generated cases into it.
    pub async fn load(cases: usize, seed: u64) -> Result<Self> {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let folder = TempDir::create()?;
        let mut config = gateway::config(&db, &folder)?;
        let defaults = Config::default().database;
        config.database.max_connections = defaults.max_connections;
        config.database.acquire_timeout_ms = defaults.acquire_timeout_ms;
        let started = Instant::now();
        load(config.clone(), cases, seed).await?;
        let seconds = started.elapsed().as_secs_f64();
        let admin = admin(&db)?;
        let mut connection = PgConnection::connect(&admin).await?;
        sqlx::query("VACUUM (ANALYZE)").execute(&mut connection).await?;
        sqlx::query("CHECKPOINT").execute(&mut connection).await?;
        let rows = "SELECT coalesce(sum(n_live_tup), 0)::bigint, pg_database_size(current_database()) FROM pg_stat_user_tables";
        let row = sqlx::query(rows).fetch_one(&mut connection).await?;
        let loading = Loading { cases, rows: row.try_get(0)?, seconds, bytes: row.try_get(1)? };
        let missions = "SELECT id::text FROM mission ORDER BY id";
        let missions = sqlx::query_scalar(missions).fetch_all(&mut connection).await?;
        let years =
            "SELECT DISTINCT year_of_registration::text FROM fact WHERE year_of_registration IS NOT NULL ORDER BY 1";
        let years = sqlx::query_scalar(years).fetch_all(&mut connection).await?;
        connection.close().await?;
        Ok(Self { db, admin, config, loading, missions, years, folder })
    }

    /// The last row of a page of the whole list of cases: the page after it is the next one.
    pub async fn row_before_page(&self, condition: &str, page: usize, size: usize) -> Result<RowId> {
        let sql = format!(
            "SELECT mission_id::text, id FROM case_file AS t1 WHERE {condition} ORDER BY mission_id, id OFFSET $1 LIMIT 1"
        );
        let mut connection = PgConnection::connect(&self.admin).await?;
        let offset = i64::try_from((page - 1) * size)? - 1;
        row_id(&sqlx::query(AssertSqlSafe(sql)).bind(offset).fetch_one(&mut connection).await?)
    }

    /// How many cases meet a condition on `t1`.
    pub async fn count(&self, condition: &str) -> Result<usize> {
        let sql = format!("SELECT count(*) FROM case_file AS t1 WHERE {condition}");
        let mut connection = PgConnection::connect(&self.admin).await?;
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await?;
        Ok(usize::try_from(count)?)
    }

    /// A case with much below it, of the team whose identities the half-sighted case worker sees.
    pub async fn full_case(&self) -> Result<RowId> {
        let sql = "SELECT c.mission_id::text, c.id FROM case_file c WHERE c.mission_id = 'UA' AND c.team = 'UA/shelter' \
                   AND EXISTS (SELECT FROM episode_trafficker e WHERE e.mission_id = 'UA' AND e.case_id = c.id) \
                   ORDER BY (SELECT count(*) FROM narrative_passage p WHERE p.mission_id = 'UA' AND p.case_id = c.id) \
                   + (SELECT count(*) FROM exploitation x WHERE x.mission_id = 'UA' AND x.case_id = c.id) \
                   + (SELECT count(*) FROM referral r WHERE r.mission_id = 'UA' AND r.case_id = c.id) DESC, c.id LIMIT 1";
        let mut connection = PgConnection::connect(&self.admin).await?;
        row_id(&sqlx::query(sql).fetch_one(&mut connection).await?)
    }

    /// Cases that a role may change.
    pub async fn changeable(&self, sight: Sight, most: usize) -> Result<Vec<RowId>> {
        let condition = match sight {
            Sight::All => "true",
            Sight::Half => "owner = 'case_worker'",
            Sight::Little => "registered_by = 'data_entry' AND closed_on IS NULL",
        };
        let sql = format!(
            "SELECT mission_id::text, id FROM case_file WHERE mission_id = 'UA' AND {condition} ORDER BY id DESC LIMIT {most}"
        );
        let mut connection = PgConnection::connect(&self.admin).await?;
        sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut connection).await?.iter().map(row_id).collect()
    }

    /// PostgreSQL's first process: all others are its children.
    pub async fn postmaster(&self) -> Result<u32> {
        let mut connection = PgConnection::connect(&self.admin).await?;
        let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await?;
        crate::usage::parent(u32::try_from(pid)?)
    }

    /// PostgreSQL's version and those settings that matter to speed.
    pub async fn server(&self) -> Result<(String, String)> {
        let mut connection = PgConnection::connect(&self.admin).await?;
        let version = sqlx::query_scalar("SHOW server_version").fetch_one(&mut connection).await?;
        let settings = "SELECT string_agg(name || '=' || current_setting(name), ', ' ORDER BY name) FROM pg_settings \
                        WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'autovacuum', 'max_connections')";
        Ok((version, sqlx::query_scalar(settings).fetch_one(&mut connection).await?))
    }

    /// Forgets all figures that gateways share. What the baseline answers from stays.
    pub async fn forget_figures(&self) -> Result {
        let mut connection = self.redis().await?;
        let pattern = format!("{}*", self.db.redis_prefix);
        let mut cursor = 0_u64;
        loop {
            let scan = redis::cmd("SCAN").arg(cursor).arg("MATCH").arg(&pattern).arg("COUNT").arg(10_000).to_owned();
            let (next, keys): (u64, Vec<String>) = scan.query_async(&mut connection).await?;
            if !keys.is_empty() {
                redis::cmd("UNLINK").arg(keys).query_async::<()>(&mut connection).await?;
            }
            if next == 0 {
                return Ok(());
            }
            cursor = next;
        }
    }

    async fn redis(&self) -> Result<redis::aio::MultiplexedConnection> {
        let url = self.db.redis_url.as_deref().ok_or("there is no Redis")?;
        Ok(redis::Client::open(url)?.get_multiplexed_async_connection().await?)
    }

    /// Half of the years, evenly spread.
    pub fn half_of_years(&self) -> Vec<String> {
        self.years.iter().skip(1).step_by(2).take(self.years.len() / 2).cloned().collect()
    }

    /// Puts a value into Redis.
    pub async fn put_into_redis(&self, key: &str, value: &str) -> Result {
        Ok(redis::cmd("SET").arg(key).arg(value).query_async(&mut self.redis().await?).await?)
    }
}

/// Loads generated cases into the database of a configuration.
pub async fn load(config: Config, cases: usize, seed: u64) -> Result {
    let app = App::start(config).await?;
    let mut told = Instant::now();
    let progress = |done: usize| {
        if told.elapsed().as_secs() >= 10 {
            eprintln!("  {done} of {cases} cases");
            told = Instant::now();
        }
    };
    causeway::demo::load(&app.access, seed, cases, progress).await?;
    app.access.close().await;
    Ok(())
}

fn row_id(row: &sqlx::postgres::PgRow) -> Result<RowId> {
    let (mission, id): (String, Uuid) = (row.try_get(0)?, row.try_get(1)?);
    Ok(RowId { mission: mission.parse()?, id })
}

/// The superuser's way into the database.
fn admin(db: &TestDatabase) -> Result<String> {
    let mut admin = servers::postgres()?;
    admin.set_path(db.url.parse::<Url>()?.path());
    Ok(admin.into())
}
