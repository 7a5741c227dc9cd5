//! PostgreSQL that comes back, takes no writes, lets nobody in or is not there: what it costs, and what is said of it.

use std::time::{Duration, Instant};

use causeway::access::migrations;
use causeway::app::App;
use causeway::config::Secret;
use causeway_tests::gateway::some_case;
use causeway_tests::process::free_port;
use causeway_tests::{Backend, Client, Error, Gateway, PrivatePostgres, Result, TempDir, TestDatabase, data, gateway};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use url::Url;

use super::{CASES, is_unavailable, register};

/// As many requests as there are connections and more, at once; the codes of those that were not answered.
async fn crowd(client: &Client) -> Result<Vec<String>> {
    let answers = futures::future::try_join_all((0..24).map(|_| client.query(CASES))).await?;
    Ok(answers.iter().flat_map(|answer| answer.codes().into_iter().map(str::to_owned)).collect())
}

/// The superuser in the database of a test.
async fn admin(server: &PrivatePostgres, db: &TestDatabase) -> Result<PgConnection> {
    let mut url = server.url()?;
    url.set_path(Url::parse(&db.url)?.path());
    Ok(PgConnection::connect(url.as_str()).await?)
}

/// Ends every other connection to the database, so that whoever comes next logs in.
async fn end_all(admin: &mut PgConnection) -> Result {
    let others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    admin.execute(others).await?;
    Ok(())
}

async fn on(server: &PrivatePostgres) -> Result<(TestDatabase, Gateway)> {
    let db = TestDatabase::create_on(server, None).await?;
    let gateway = Gateway::with_demo(&db, 40).await?;
    Ok((db, gateway))
}

/// No request pays for a connection that died while it lay in the pool, whether the server was away for a while or ended all
/// connections; nor does readiness.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_connections_cost_no_request() -> Result {
    let mut server = PrivatePostgres::launch().await?;
    let (db, gateway) = on(&server).await?;
    let worker = gateway.as_role("case_worker@UA")?;
    let before = worker.data(CASES, Value::Null).await?;
    assert_eq!(crowd(&worker).await?, Vec::<String>::new());
    for _ in 0..3 {
        server.stop().await?;
        server.start().await?;
        assert_eq!(crowd(&worker).await?, Vec::<String>::new());
        worker.register(some_case()).await?;
    }
    // Readiness is the first that asks.
    crowd(&worker).await?;
    server.stop().await?;
    server.start().await?;
    assert_eq!(gateway.ready().await?.0, 200);
    assert_eq!(crowd(&worker).await?, Vec::<String>::new());
    end_all(&mut admin(&server, &db).await?).await?;
    assert_eq!(crowd(&worker).await?, Vec::<String>::new());
    assert_ne!(worker.data(CASES, Value::Null).await?, before, "nothing was registered");
    Ok(())
}

/// The checks of readiness that fail, by name.
async fn failing(gateway: &Gateway) -> Result<Vec<String>> {
    let (status, checks) = gateway.ready().await?;
    let checks = checks.as_array().ok_or("no list")?;
    let failing = checks.iter().filter(|check| check["ok"] != true).filter_map(|check| check["name"].as_str());
    let failing: Vec<String> = failing.map(str::to_owned).collect();
    assert_eq!(status == 200, failing.is_empty());
    Ok(failing)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_only_database_is_unavailable_to_writers_and_not_ready() -> Result {
    let server = PrivatePostgres::launch().await?;
    let (db, gateway) = on(&server).await?;
    let worker = gateway.as_role("case_worker@UA")?;
    let before = worker.data(CASES, Value::Null).await?;
    let mut admin = admin(&server, &db).await?;
    let name = Url::parse(&db.url)?.path().trim_start_matches('/').to_owned();
    let set = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    admin.execute(AssertSqlSafe(set)).await?;
    end_all(&mut admin).await?;
    is_unavailable(&worker, register(), Duration::from_secs(2)).await?;
    assert_eq!(worker.data(CASES, Value::Null).await?, before);
    assert_eq!(failing(&gateway).await?, ["writes"]);
    let reset = format!("ALTER DATABASE {name} RESET default_transaction_read_only");
    // The administrator's own connection is from before.
    admin.execute(AssertSqlSafe(reset)).await?;
    end_all(&mut admin).await?;
    assert_eq!(failing(&gateway).await?, Vec::<String>::new());
    worker.register(some_case()).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_login_is_unavailable_and_not_ready() -> Result {
    let server = PrivatePostgres::launch().await?;
    let (db, gateway) = on(&server).await?;
    let worker = gateway.as_role("case_worker@UA")?;
    let mut admin = admin(&server, &db).await?;
    let login = Url::parse(&db.url)?.username().to_owned();
    admin.execute(AssertSqlSafe(format!("ALTER ROLE {login} NOLOGIN"))).await?;
    end_all(&mut admin).await?;
    for document in [CASES, register()] {
        is_unavailable(&worker, document, Duration::from_secs(2)).await?;
    }
    assert_eq!(failing(&gateway).await?, ["database", "migrations", "writes"]);
    admin.execute(AssertSqlSafe(format!("ALTER ROLE {login} LOGIN"))).await?;
    assert_eq!(failing(&gateway).await?, Vec::<String>::new());
    worker.register(some_case()).await?;
    Ok(())
}

/// What a client is told of a lost service goes with when to try again, whatever the status.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unavailable_says_when_to_try_again_and_readiness_says_no_soon() -> Result {
    let mut server = PrivatePostgres::launch().await?;
    let (_db, gateway) = on(&server).await?;
    server.stop().await?;
    let answer = gateway.as_role("case_worker@UA")?.query(CASES).await?;
    assert_eq!(answer.codes(), ["UNAVAILABLE"]);
    assert_eq!(answer.headers.get("retry-after").and_then(|value| value.to_str().ok()), Some("1"));
    let began = Instant::now();
    assert_eq!(failing(&gateway).await?, ["database", "migrations", "writes"]);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    Ok(())
}

async fn count(connection: &mut PgConnection, statement: &str) -> Result<i64> {
    Ok(sqlx::query_scalar(AssertSqlSafe(statement.to_owned())).fetch_one(connection).await?)
}

/// However many ask whether a gateway is ready, which needs no token, it makes one connection beside its pool at most.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readiness_makes_one_connection_beside_a_busy_pool() -> Result {
    let server = PrivatePostgres::launch().await?;
    let (db, first) = on(&server).await?;
    first.app.access.close().await;
    let gateway = Gateway::start_with(&db, |config| {
        config.database.max_connections = 2;
        config.database.acquire_timeout_ms = 4_000;
    })
    .await?;
    let worker = gateway.as_role("case_worker@UA")?;
    worker.data(CASES, Value::Null).await?;
    let (mut locker, mut watcher) = (admin(&server, &db).await?, admin(&server, &db).await?);
    let login = Url::parse(&db.url)?.username().to_owned();
    let held = format!("SELECT count(*) FROM pg_stat_activity WHERE usename = '{login}' AND wait_event_type = 'Lock'");
    let all = format!("SELECT count(*) FROM pg_stat_activity WHERE usename = '{login}'");
    locker.execute("BEGIN; LOCK TABLE case_file IN ACCESS EXCLUSIVE MODE").await?;
    let queries = futures::future::join_all((0..2).map(|_| worker.query(CASES)));
    let requests = async {
        while count(&mut watcher, &held).await? < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let over = futures::future::try_join_all((0..40).map(|_| gateway.ready()));
        let watched = async {
            let (began, mut most) = (Instant::now(), 0);
            while began.elapsed() < Duration::from_millis(2_500) {
                most = most.max(count(&mut watcher, &all).await?);
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            Ok::<_, Error>(most)
        };
        let (most, _) = futures::future::try_join(watched, over).await?;
        Ok::<_, Error>(most)
    };
    let (most, _) = futures::future::join(requests, queries).await;
    let most = most?;
    assert!((2..=3).contains(&most), "{most} connections");
    Ok(())
}

/// A closed port is told at once, with its address, by the gateway and by the steps.
#[tokio::test]
async fn a_closed_port_is_refused_at_once_by_its_address() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let port = free_port()?;
    for host in ["127.0.0.1", "[::1]"] {
        let folder = TempDir::create()?;
        let mut config = gateway::config(&db, &folder)?;
        config.database.acquire_timeout_ms = 20_000;
        config.database.url = Secret::new(format!("postgres://nobody:hush-hush@{host}:{port}/none"));
        let began = Instant::now();
        let stepped = migrations::up(&config.database).await.err().ok_or("steps ran")?.to_string();
        let started = App::start(config).await.err().ok_or("it starts")?.to_string();
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        for text in [stepped, started] {
            assert!(text.contains(&format!("{host}:{port}")), "{text}");
            assert!(host.starts_with('[') || text.contains("refused"), "{text}");
            assert!(!text.contains("hush-hush") && !text.contains("timed out"), "{text}");
        }
    }
    Ok(())
}

/// An IPv6 address stands in brackets in a URL.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_in_brackets_is_connected_to() -> Result {
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        data::skip("outage::databases::an_address_in_brackets_is_connected_to", "this machine has no IPv6")?;
        return Ok(());
    }
    let server = PrivatePostgres::launch().await?;
    let db = TestDatabase::create_on(&server, None).await?;
    let there = |url: &str| url.replace("@127.0.0.1:", "@[::1]:");
    let owner = there(&db.owner_url);
    let gateway = Gateway::start_with(&db, |config| {
        config.database.url = Secret::new(there(&db.url));
        config.database.owner_url = Some(Secret::new(owner));
    })
    .await?;
    assert!(migrations::status(&gateway.app.config.database).await?.iter().all(|step| step.applied));
    assert_eq!(gateway.ready().await?.0, 200);
    Ok(())
}
