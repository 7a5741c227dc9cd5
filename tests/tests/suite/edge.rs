//! The edge on a socket, against clients that are slow, many or strange, and what an operation may cost.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use axum_server::tls_rustls::RustlsConfig;
use causeway::cli::{self, Arguments};
use causeway::config::LimitsConfig;
use causeway::http::{HttpOptions, ServerOptions};
use causeway_tests::{Backend, Desk, Gateway, Result, Said, Socket, TempDir, TestDatabase, both};
use clap::Parser;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

use crate::PROGRAM;

const VIEWER: &str = "{ viewer { subject } }";

fn impatient() -> (HttpOptions, ServerOptions) {
    let http = HttpOptions { body_timeout: Duration::from_millis(300), ..HttpOptions::default() };
    let server = ServerOptions {
        first_request: Duration::from_millis(300),
        idle: Duration::from_millis(600),
        drain: Duration::ZERO,
        ..ServerOptions::default()
    };
    (http, server)
}

/// Sends some bytes on a connection of its own, and reads until the other side ends it.
async fn until_closed(socket: &Socket, bytes: &[u8]) -> Result<(String, Duration)> {
    let began = Instant::now();
    let mut stream = TcpStream::connect(socket.address).await?;
    stream.write_all(bytes).await?;
    let mut answer = Vec::new();
    // A connection that is cut off is closed, too.
    let _ = timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await?;
    Ok((String::from_utf8_lossy(&answer).into_owned(), began.elapsed()))
}

async fn gateway(db: &TestDatabase) -> Result<Gateway> {
    Gateway::with_demo(db, 0).await
}

fn token(gateway: &Gateway) -> Result<String> {
    Ok(gateway.as_role("case_supervisor@UA")?.token().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sends_slowly_or_nothing_holds_no_connection() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = gateway(&db).await?;
    let (http, server) = impatient();
    let socket = Socket::listen(&gateway.app, http, server)?;
    for bytes in ["", "G", "POST /graphql HTTP/1.1\r\nHost: here\r\nX-Slow: ", "PRI * HTTP/2.0\r\n"] {
        let (_, took) = until_closed(&socket, bytes.as_bytes()).await?;
        assert!(took < Duration::from_secs(3), "{bytes:?}: {took:?}");
    }
    // A second request of which only a part comes, and one that never comes.
    let one = "GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n";
    for rest in ["", "GET /health/live HTTP/1.1\r\nHo"] {
        let (answer, took) = until_closed(&socket, format!("{one}{rest}").as_bytes()).await?;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(took < Duration::from_secs(3), "{rest:?}: {took:?}");
    }
    // A body of which the end never comes.
    let token = token(&gateway)?;
    let head = &format!(
        "POST /graphql HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: 1000\r\n\r\n{{"
    );
    let (answer, took) = until_closed(&socket, head.as_bytes()).await?;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("BAD_INPUT"), "{answer}");
    assert!(took < Duration::from_secs(3), "{took:?}");
    socket.stopped().await
}

/// A hundred that dribble do not keep one away that does not, even where there are no more places than theirs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_that_dribbles_starves_nobody() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = gateway(&db).await?;
    let (http, server) = impatient();
    let socket = Socket::listen(&gateway.app, http, ServerOptions { max_connections: 50, ..server })?;
    let mut crowd = Vec::new();
    for _ in 0..100 {
        let mut stream = TcpStream::connect(socket.address).await?;
        stream.write_all(b"POST /graphql HTT").await?;
        crowd.push(stream);
    }
    let began = Instant::now();
    let answer = reqwest::get(socket.url("/health/live")).await?;
    assert_eq!(answer.status(), 200);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    drop(crowd);
    socket.stopped().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_websockets_is_answered_as_what_it_is() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = gateway(&db).await?;
    let (http, server) = impatient();
    let socket = Socket::listen(&gateway.app, http, server)?;
    let client = reqwest::Client::new();
    let bearer = format!("Bearer {}", token(&gateway)?);
    let knock = || {
        let request = client.get(socket.url("/graphql")).header("connection", "upgrade").header("upgrade", "websocket");
        let request = request.header("authorization", &bearer);
        request.header("sec-websocket-version", "13").header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==").send()
    };
    let answers = futures::future::try_join_all((0..300).map(|_| knock())).await?;
    assert!(answers.iter().all(|answer| answer.status() == 400), "{:?}", answers[0]);
    let query = client.post(socket.url("/graphql")).bearer_auth(token(&gateway)?);
    let answer =
        query.header("content-type", "application/json").body(json!({ "query": VIEWER }).to_string()).send().await?;
    assert_eq!(answer.json::<Value>().await?["data"]["viewer"]["subject"], "case_supervisor");
    socket.stopped().await
}

/// What a page of another site can make a browser send: no cookie helps it, and no simple request is read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_sites_can_send_nothing_that_is_read() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = gateway(&db).await?;
    let (http, server) = impatient();
    let socket = Socket::listen(&gateway.app, http, server)?;
    let client = reqwest::Client::new();
    let body = json!({ "query": VIEWER }).to_string();
    // The three media types of forms, which need no preflight; even with a token they are refused.
    for media in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"] {
        let request = client.post(socket.url("/graphql")).header("content-type", media).body(body.clone());
        let answer = request.header("origin", "https://evil.example").bearer_auth(token(&gateway)?).send().await?;
        assert_eq!(answer.status(), 415, "{media}");
    }
    // A picture's address: the browser has no token to send with it, and a cookie is nothing.
    let request = client.get(socket.url("/graphql?query={viewer{subject}}"));
    let answer = request.header("cookie", format!("token={}", token(&gateway)?)).send().await?;
    assert_eq!(answer.status(), 401);
    let preflight =
        client.request(reqwest::Method::OPTIONS, socket.url("/graphql")).header("origin", "https://evil.example");
    let answer = preflight.header("access-control-request-method", "POST").send().await?;
    assert!(answer.headers().keys().all(|name| !name.as_str().starts_with("access-control")), "{answer:?}");
    socket.stopped().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_configured_origins_may_call() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = gateway(&db).await?;
    let (http, server) = impatient();
    let origins = vec!["https://cases.example".parse()?, "http://localhost:5173".parse()?];
    let socket = Socket::listen(&gateway.app, HttpOptions { cors_origins: origins, ..http }, server)?;
    let client = reqwest::Client::new();
    let preflight = async |origin: &str| {
        let request = client.request(reqwest::Method::OPTIONS, socket.url("/graphql")).header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        request.header("access-control-request-headers", "authorization,content-type,traceparent").send().await
    };
    let header = |answer: &reqwest::Response, name: &str| {
        answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_lowercase()
    };
    let answer = preflight("https://cases.example").await?;
    assert_eq!(
        (answer.status().as_u16(), header(&answer, "access-control-allow-origin")),
        (200, "https://cases.example".into())
    );
    let allowed = header(&answer, "access-control-allow-headers");
    let needed = ["authorization", "content-type", "causeway-withheld", "traceparent", "tracestate", "baggage"];
    assert!(needed.iter().all(|name| allowed.split(',').any(|allowed| allowed.trim() == *name)), "{allowed}");
    assert_eq!(header(&answer, "access-control-allow-credentials"), "");
    for other in ["https://evil.example", "null", "https://cases.example.evil.example", "http://cases.example"] {
        assert_eq!(header(&preflight(other).await?, "access-control-allow-origin"), "", "{other}");
    }
    let request =
        client.post(socket.url("/graphql")).header("origin", "http://localhost:5173").bearer_auth(token(&gateway)?);
    let body = json!({ "query": VIEWER }).to_string();
    let answer = request.header("content-type", "application/json").body(body).send().await?;
    assert_eq!(header(&answer, "access-control-allow-origin"), "http://localhost:5173");
    // Caches must keep the answers of two origins apart.
    assert!(
        answer
            .headers()
            .get_all("vary")
            .iter()
            .any(|vary| vary.to_str().is_ok_and(|vary| vary.to_lowercase().contains("origin")))
    );
    socket.stopped().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_told_to_stop_finishes_what_is_under_way() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = gateway(&db).await?;
    let (http, server) = impatient();
    let http = HttpOptions { body_timeout: Duration::from_secs(5), ..http };
    let server = ServerOptions { drain: Duration::from_millis(400), idle: Duration::from_secs(60), ..server };
    let mut socket = Socket::listen(&gateway.app, http, server)?;
    let body = json!({ "query": VIEWER }).to_string();
    let mut under_way = TcpStream::connect(socket.address).await?;
    let token = token(&gateway)?;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    under_way.write_all(head.as_bytes()).await?;
    let client = reqwest::Client::new();
    assert_eq!(client.get(socket.url("/health/ready")).send().await?.status(), 200);
    tokio::time::sleep(Duration::from_millis(50)).await;

    socket.tell_to_stop();
    tokio::time::sleep(Duration::from_millis(100)).await;
    // It is not ready any more, and still answers; each answer ends its connection.
    let ready = client.get(socket.url("/health/ready")).send().await?;
    assert_eq!((ready.status().as_u16(), ready.headers()["connection"].to_str()?), (503, "close"));
    assert_eq!(client.get(socket.url("/health/live")).send().await?.status(), 200);
    tokio::time::sleep(Duration::from_millis(600)).await;
    // Nobody new is taken, and who was under way gets the answer.
    assert!(client.get(socket.url("/health/live")).send().await.is_err());
    under_way.write_all(body.as_bytes()).await?;
    let mut answer = String::new();
    timeout(Duration::from_secs(10), under_way.read_to_string(&mut answer)).await??;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("case_supervisor"), "{answer}");
    timeout(Duration::from_secs(10), socket.stopped()).await?
}

/// A certificate for this machine, in files; the certificate for who is to trust it.
fn certificate(folder: &TempDir) -> Result<(PathBuf, PathBuf, reqwest::Certificate)> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let (certificate, key) = (folder.path().join("tls.pem"), folder.path().join("tls.key"));
    std::fs::write(&certificate, made.cert.pem())?;
    std::fs::write(&key, made.signing_key.serialize_pem())?;
    Ok((certificate, key, reqwest::Certificate::from_pem(made.cert.pem().as_bytes())?))
}

/// TLS, with a certificate that is renewed while the gateway serves. Plain HTTP gets nothing, and who stops in the middle of
/// the handshake holds no connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_is_spoken_and_renewed() -> Result {
    let (db, folder) = (TestDatabase::create(Backend::Sqlite).await?, TempDir::create()?);
    let gateway = gateway(&db).await?;
    causeway::tls::use_ring();
    let (file, key, first) = certificate(&folder)?;
    let tls = RustlsConfig::from_pem_file(&file, &key).await?;
    let (http, server) = impatient();
    let socket = Socket::listen(&gateway.app, http, ServerOptions { tls: Some(tls.clone()), ..server })?;
    let get = async |trusted: &reqwest::Certificate| {
        let client = reqwest::Client::builder().tls_certs_only([trusted.clone()]).build()?;
        client.get(format!("https://localhost:{}/health/live", socket.address.port())).send().await
    };
    assert_eq!(get(&first).await?.status(), 200);
    assert!(reqwest::get(socket.url("/health/live")).await.is_err());
    let (_, took) = until_closed(&socket, &[0x16, 0x03, 0x01]).await?;
    assert!(took < Duration::from_secs(3), "{took:?}");

    let (file, key, second) = certificate(&folder)?;
    tls.reload_from_pem_file(&file, &key).await?;
    assert_eq!(get(&second).await?.status(), 200);
    assert!(get(&first).await.is_err());
    // What cannot be read changes nothing.
    std::fs::write(&key, "nonsense")?;
    assert!(tls.reload_from_pem_file(&file, &key).await.is_err());
    assert_eq!(get(&second).await?.status(), 200);
    socket.stopped().await
}

#[tokio::test]
async fn a_port_in_use_is_said() -> Result {
    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    let arguments = Arguments::try_parse_from(["causeway", "demo", "--cases", "0", "--listen", &address])?;
    let said = cli::run(arguments).await.map(drop).map_err(|error| error.to_string());
    assert!(said.as_ref().is_err_and(|said| said.starts_with(&format!("cannot listen on {address}"))), "{said:?}");
    Ok(())
}

/// A configuration that is named is read or refused: the demo means none, and says so before it makes a single record.
#[tokio::test]
async fn a_configuration_that_is_named_is_not_passed_over() -> Result {
    let desk = Desk::new(PROGRAM)?;
    std::fs::write(desk.path("good.toml"), "log = \"warn\"\n")?;
    std::fs::write(desk.path("wrong.toml"), "lgo = \"warn\"\n")?;
    for file in ["good.toml", "wrong.toml"] {
        let demo = ["--config", file, "demo", "--cases", "0", "--listen", "127.0.0.1:0"];
        // Where the demo starts after all, nobody waits for it to end.
        let output = Command::from(desk.command(&demo)).kill_on_drop(true).output();
        let output = timeout(Duration::from_secs(20), output).await.map_err(|_| "it runs on")??;
        Said::of(output)?.has(false, &["the demo reads no configuration"]);
    }
    desk.run("--config good.toml schema print")?.has(true, &[]);
    desk.run("--config wrong.toml schema print")?.has(false, &["lgo"]);
    Ok(())
}

both! {
    /// The cost is told with each answer, and what costs too much is not begun.
    async fn an_operation_is_charged_before_it_runs(db: &TestDatabase) -> Result {
        Gateway::with_demo(db, 20).await?;
        let gateway = Gateway::start_with(db, |config| config.limits = LimitsConfig::default()).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let query = "query($n: Int!) { cases(first: $n) { nodes { caseNumber episodes { nodes { id } } } } }";
        let answer = client.run(query, json!({ "n": 3 })).await?;
        assert_eq!(answer.body["extensions"]["cost"], json!({ "requested": 1 + 3 * 22, "limit": 25_000 }), "{}", answer.body);
        let dear = "{ cases(first: 100) { nodes { episodes(first: 100) { nodes { exploitations(first: 100) { nodes { id } } } } } } }";
        let answer = client.query(dear).await?;
        assert_eq!((answer.status.as_u16(), answer.codes()), (400, vec!["TOO_COSTLY"]), "{}", answer.body);
        assert_eq!(answer.body["extensions"]["cost"]["requested"], 1 + 100 * (1 + 1 + 100 * (1 + 1 + 100)));
        assert!(answer.body.get("data").is_none());
        // A mutation that costs too much writes nothing.
        let many: String = (0..100).map(|at| format!("m{at}: registerCase(input: $i) {{ case {{ episodes {{ nodes {{ exploitations {{ nodes {{ id }} }} }} }} }} }} ")).collect();
        let answer = client.run(&format!("mutation($i: RegisterCaseInput!) {{ {} }}", &many), json!({ "i": { "mission": "UA", "individual": {} } })).await?;
        assert_eq!(answer.codes(), ["TOO_COSTLY"], "{}", answer.body);
        let total = client.data("{ cases { totalCount } }", Value::Null).await?;
        let low = Gateway::start_with(db, |config| config.limits.cost = 20).await?;
        let client = low.as_role("case_supervisor@UA")?;
        assert_eq!(client.query("{ cases(first: 10) { nodes { id } } }").await?.codes(), Vec::<&str>::new());
        assert_eq!(client.query("{ cases { totalCount } }").await?.codes(), ["TOO_COSTLY"]);
        assert!(total["cases"]["totalCount"].is_i64());
        Ok(())
    }
}

/// What holds on the real server only: nothing but a lock makes a statement slow for certain.
mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_statement_that_takes_too_long_is_stopped() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        Gateway::with_demo(&db, 20).await?;
        let gateway = Gateway::start_with(&db, |config| config.database.statement_timeout_ms = 500).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let query = "{ cases { nodes { caseNumber } } }";
        client.data("{ viewer { missions } }", Value::Null).await?;
        let mut owner = PgConnection::connect(&db.owner_url).await?;
        let slowly = "CREATE POLICY slowly ON case_file AS RESTRICTIVE USING ((SELECT count(*) FROM pg_sleep(20)) = 1)";
        sqlx::raw_sql(slowly).execute(&mut owner).await?;
        let began = Instant::now();
        let answer = client.query(query).await?;
        assert_eq!(answer.codes(), ["TOO_COSTLY"], "{}", answer.body);
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        sqlx::raw_sql("DROP POLICY slowly ON case_file").execute(&mut owner).await?;
        client.data(query, Value::Null).await?;
        Ok(())
    }
}
