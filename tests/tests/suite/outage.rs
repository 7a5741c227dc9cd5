//! Servers that fail in mid-run. First, that the servers for such tests do fail, and come back; then what a gateway answers
//! while they are away, and that it needs no restart when they are back.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use causeway::config::Secret;
use causeway_tests::disk::Disk;
use causeway_tests::gateway::some_case;
use causeway_tests::{Backend, Client, Gateway, PrivatePostgres, PrivateRedis, Result, TestDatabase};
use redis::AsyncCommands;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use tokio::time::timeout;
use tracing_subscriber::util::SubscriberInitExt;
use url::Url;

use crate::records;

mod databases;

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

/// A question whose answer comes from records.
const CASES: &str = "{ cases(missions: [UA], first: 1) { totalCount } }";
/// A question whose answer comes from facts, and may come from a cache.
const FIGURES: &str = "{ statistics { total cache } }";
/// How long a gateway of these tests waits for a connection.
const ACQUIRE: Duration = Duration::from_millis(500);

async fn gateway(db: &TestDatabase) -> Result<Gateway> {
    let gateway =
        Gateway::start_with(db, |config| config.database.acquire_timeout_ms = ACQUIRE.as_millis() as u64).await?;
    causeway::demo::load(&gateway.app.access, 1, 40, |_| ()).await?;
    Ok(gateway)
}

fn register() -> &'static str {
    "mutation { registerCase(input: { mission: UA, individual: { gender: FEMININE } }) { case { id } userErrors { code } } }"
}

/// The answer is that a service is away, it came in time, and it tells nothing more.
async fn is_unavailable(client: &Client, document: &str, within: Duration) -> Result {
    let began = Instant::now();
    let answer = client.query(document).await?;
    assert!(began.elapsed() < within, "{document} took {:?}", began.elapsed());
    assert_eq!(answer.codes(), ["UNAVAILABLE"], "{document}: {}", answer.body);
    let text = answer.body.to_string();
    for inside in ["sqlx", "postgres", "127.0.0.1", "refused", "locked", "pool", "Io("] {
        assert!(!text.contains(inside), "{text}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_postgres_the_answer_is_unavailable_and_then_comes_again() -> Result {
    let mut server = PrivatePostgres::launch().await?;
    let db = TestDatabase::create_on(&server, None).await?;
    let gateway = gateway(&db).await?;
    let worker = gateway.as_role("case_worker@UA")?;
    let before = worker.data(CASES, Value::Null).await?;
    assert_eq!(gateway.ready().await?.0, 200);
    // Several connections that will all be dead.
    futures::future::try_join_all((0..8).map(|_| worker.query(CASES))).await?;

    server.stop().await?;
    let in_time = ACQUIRE + Duration::from_millis(1500);
    for document in [CASES, FIGURES, register()] {
        is_unavailable(&worker, document, in_time).await?;
    }
    // Somebody whose rights were not looked up before.
    is_unavailable(&gateway.as_role("case_supervisor@MD")?, CASES, in_time).await?;
    // A crowd takes turns in the gateway's places, each of them held until nobody waits for a connection any more.
    let turns = u32::try_from(20_usize.div_ceil(gateway.app.config.fairness.concurrency))?;
    let in_turn = ACQUIRE * turns + Duration::from_millis(1500);
    let at_once = futures::future::join_all((0..20).map(|_| is_unavailable(&worker, CASES, in_turn))).await;
    at_once.into_iter().collect::<Result<Vec<()>>>()?;
    assert_eq!(gateway.ready().await?.0, 503);

    server.start().await?;
    // All are well at once, and without a restart.
    for _ in 0..20 {
        assert_eq!(worker.query(CASES).await?.codes(), Vec::<&str>::new());
    }
    assert_eq!(worker.data(CASES, Value::Null).await?, before);
    assert_eq!(gateway.ready().await?.0, 200);
    worker.register(some_case()).await?;
    let rows = records::open(&db).await?;
    assert_eq!(records::broken_chain(&rows, "UA".parse()?).await?, None);
    Ok(())
}

/// What the log says, line by line.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no writer panics").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn lines_with(&self, text: &str) -> usize {
        let log = self.0.lock().expect("no writer panics");
        String::from_utf8_lossy(&log).lines().filter(|line| line.contains(text)).count()
    }
}

/// The log of this test. On one thread, where everything that the test starts runs too.
fn listen() -> (Log, impl Drop) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).with_env_filter("warn").with_writer(move || writer.clone());
    (log, subscriber.set_default())
}

async fn figures(client: &Client) -> Result<(Value, String)> {
    let data = client.data(FIGURES, Value::Null).await?;
    let statistics = &data["statistics"];
    Ok((statistics["total"].clone(), statistics["cache"].as_str().unwrap_or_default().to_owned()))
}

#[tokio::test]
async fn without_redis_figures_are_right_and_the_log_says_so_once() -> Result {
    let (log, _listening) = listen();
    let server = PrivatePostgres::launch().await?;
    let mut cache = PrivateRedis::launch().await?;
    let db = TestDatabase::create_on(&server, Some(&cache)).await?;
    let gateway = gateway(&db).await?;
    let analyst = gateway.as_role("hq_protection@*")?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(figures(&analyst).await?, (json!(40), "MISS".to_owned()));
    let client = redis::Client::open(cache.url())?;
    let keys: Vec<String> =
        client.get_multiplexed_async_connection().await?.keys(format!("{}*", db.redis_prefix)).await?;
    assert!(!keys.is_empty(), "Redis was not used");
    // Another gateway finds what this one counted.
    let other = Gateway::start(&db).await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(figures(&other.as_role("hq_protection@*")?).await?, (json!(40), "HIT".to_owned()));
    drop(other);
    assert_eq!(log.lines_with("Redis is away"), 0);

    cache.stop().await?;
    let worker = gateway.as_role("case_worker@UA")?;
    for expected in 41..44 {
        worker.register(some_case()).await?;
        let began = Instant::now();
        assert_eq!(figures(&analyst).await?.0, json!(expected));
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
        assert_eq!(figures(&analyst).await?, (json!(expected), "HIT".to_owned()));
        let by_gender = analyst.data("{ statistics(groupBy: [GENDER, AGE_BAND]) { total } }", Value::Null).await?;
        assert_eq!(by_gender["statistics"]["total"], json!(expected));
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(log.lines_with("Redis is away"), 1);
    assert_eq!(gateway.ready().await?.0, 200);
    Ok(())
}

#[tokio::test]
async fn a_frozen_redis_holds_nobody_up() -> Result {
    let server = PrivatePostgres::launch().await?;
    let cache = PrivateRedis::launch().await?;
    let db = TestDatabase::create_on(&server, Some(&cache)).await?;
    let gateway = gateway(&db).await?;
    let analyst = gateway.as_role("hq_protection@*")?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(figures(&analyst).await?.0, json!(40));
    cache.pause()?;
    for dimension in ["GENDER", "AGE_BAND", "CITIZENSHIP", "DATA_SOURCE"] {
        let began = Instant::now();
        let document = format!("{{ statistics(groupBy: [{dimension}]) {{ total }} }}");
        assert_eq!(analyst.data(&document, Value::Null).await?["statistics"]["total"], json!(40));
        assert!(began.elapsed() < Duration::from_secs(1), "{dimension} took {:?}", began.elapsed());
    }
    cache.resume()
}

/// Without Redis each gateway counts requests by itself: nobody is refused for its absence, and nobody has no limit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_each_gateway_counts_requests_by_itself() -> Result {
    let server = PrivatePostgres::launch().await?;
    let mut cache = PrivateRedis::launch().await?;
    let db = TestDatabase::create_on(&server, Some(&cache)).await?;
    let limit = 40;
    let gateway =
        Gateway::start_with(&db, |config| config.fairness.requests_per_minute = limit.try_into().expect("not 0"))
            .await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let client = gateway.as_role("case_worker@UA")?;
    let viewer = "{ viewer { subject } }";
    for _ in 0..10 {
        assert!(client.query(viewer).await?.codes().is_empty());
    }
    cache.stop().await?;
    let began = Instant::now();
    let mut answered = 0;
    let refusal = loop {
        let answer = client.query(viewer).await?;
        if !answer.codes().is_empty() {
            break answer;
        }
        answered += 1;
        assert!(answered <= limit + 2, "there is no limit any more");
    };
    assert!(answered >= 20, "refused after {answered} because Redis is away");
    assert_eq!((refusal.status.as_u16(), refusal.codes()), (429, vec!["RATE_LIMITED"]));
    assert!(began.elapsed() < Duration::from_secs(5), "Redis was waited for: {:?}", began.elapsed());
    Ok(())
}

/// Registers cases until one is refused; how many were registered.
async fn until_refused(worker: &Client) -> Result<(usize, Value)> {
    for registered in 0..2_000 {
        let answer = worker.query(register()).await?;
        if !answer.codes().is_empty() {
            return Ok((registered, answer.body));
        }
    }
    Err("the disk is full, and nothing is refused".into())
}

/// On a full disk nothing is written, nothing that was written is lost, and what is there can be read; with room again, all is
/// well without a restart.
async fn a_disk_is_full(gateway: &Gateway, disk: &Disk) -> Result {
    let worker = gateway.as_role("case_worker@UA")?;
    let count =
        async || Ok::<_, causeway_tests::Error>(worker.data(CASES, Value::Null).await?["cases"]["totalCount"].as_i64());
    let before = count().await?.ok_or("no count")?;
    disk.fill()?;
    let (registered, refusal) = until_refused(&worker).await?;
    assert_eq!(refusal["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{refusal}");
    let text = refusal.to_string();
    assert!(!text.contains("disk") && !text.contains("extend"), "{text}");
    assert_eq!(count().await?, Some(before + i64::try_from(registered)?));
    disk.make_room()?;
    worker.register(some_case()).await?;
    assert_eq!(count().await?, Some(before + i64::try_from(registered)? + 1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_sqlite_loses_nothing() -> Result {
    let Some(disk) = Disk::mount("outage::on_a_full_disk_sqlite_loses_nothing", 16)? else { return Ok(()) };
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let file = disk.path().join("causeway.db");
    std::fs::copy(Url::parse(&db.url)?.path(), &file)?;
    let gateway = Gateway::start_with(&db, |config| {
        config.database.url = Secret::new(format!("sqlite://{}", file.display()));
    })
    .await?;
    causeway::demo::load(&gateway.app.access, 1, 40, |_| ()).await?;
    a_disk_is_full(&gateway, &disk).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_postgres_loses_nothing() -> Result {
    let Some(disk) = Disk::mount("outage::on_a_full_disk_postgres_loses_nothing", 64)? else { return Ok(()) };
    let server = PrivatePostgres::launch().await?;
    let db = TestDatabase::create_on(&server, None).await?;
    // The server's own disk has room, or it would stop as a whole: the tables move to the small one.
    let mut admin = PgConnection::connect(server.url()?.as_str()).await?;
    let name = Url::parse(&db.url)?.path().trim_start_matches('/').to_owned();
    for statement in [
        format!("CREATE TABLESPACE small LOCATION '{}'", PrivatePostgres::folder_on(disk.path())?.display()),
        format!("ALTER DATABASE {name} SET TABLESPACE small"),
    ] {
        admin.execute(AssertSqlSafe(statement)).await?;
    }
    let gateway = gateway(&db).await?;
    a_disk_is_full(&gateway, &disk).await?;
    assert_eq!(records::broken_chain(&records::open(&db).await?, "UA".parse()?).await?, None);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_file_is_unavailable_for_writers_alone() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = gateway(&db).await?;
    let worker = gateway.as_role("case_worker@UA")?;
    let before = worker.data(CASES, Value::Null).await?;
    let mut other = SqliteConnection::connect(&db.url).await?;
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await?;
    let began = Instant::now();
    is_unavailable(&worker, register(), ACQUIRE + Duration::from_secs(2)).await?;
    assert!(began.elapsed() >= ACQUIRE - Duration::from_millis(50), "it did not wait: {:?}", began.elapsed());
    // Readers see the last state, at once.
    let began = Instant::now();
    assert_eq!(worker.data(CASES, Value::Null).await?, before);
    assert_eq!(figures(&gateway.as_role("hq_protection@*")?).await?.0, json!(40));
    assert_eq!(gateway.ready().await?.0, 200);
    assert!(began.elapsed() < ACQUIRE, "readers waited: {:?}", began.elapsed());
    sqlx::query("ROLLBACK").execute(&mut other).await?;
    worker.register(some_case()).await?;
    assert_eq!(records::broken_chain(&records::open(&db).await?, "UA".parse()?).await?, None);
    Ok(())
}
