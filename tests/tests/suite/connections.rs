//! Connections: how an answer leaves one, and who may hold one.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway::config::Proxies;
use causeway::config::identity::IssuerConfig;
use causeway::http::{HttpOptions, ServerOptions};
use causeway_tests::process::free_port;
use causeway_tests::program::Launch;
use causeway_tests::{Backend, Caller, Gateway, Result, Socket, TempDir, TestDatabase, both, data, gateway, nginx};
use rustix::process::Signal;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::PROGRAM;

/// A gateway without a case, which listens; and a token.
async fn listen(db: &TestDatabase, server: ServerOptions) -> Result<(Gateway, Socket, String)> {
    let gateway = Gateway::with_demo(db, 0).await?;
    let http = HttpOptions { body_timeout: Duration::from_secs(2), ..HttpOptions::default() };
    let socket = Socket::listen(&gateway.app, http, ServerOptions { drain: Duration::ZERO, ..server })?;
    let token = gateway.as_role("case_supervisor@UA")?.token().unwrap_or_default().to_owned();
    Ok((gateway, socket, token))
}

/// The heads of the answers on one connection, to all of these bytes.
async fn heads(address: SocketAddr, bytes: Vec<u8>) -> Result<Vec<String>> {
    let (mut read, mut write) = TcpStream::connect(address).await?.into_split();
    // Who does not want all of it hangs up in the middle.
    let writing = tokio::spawn(async move {
        let _ = write.write_all(&bytes).await;
        write
    });
    let mut answer = Vec::new();
    // A connection that is cut off is ended, too.
    let _ = timeout(Duration::from_secs(20), read.read_to_end(&mut answer)).await?;
    writing.abort();
    let answer = String::from_utf8_lossy(&answer).to_lowercase();
    Ok(answer.split("http/1.1 ").skip(1).map(|head| head.split("\r\n\r\n").next().unwrap_or_default().into()).collect())
}

/// What is refused before its body was read: the head of a request without the length of its body, and the status.
fn refusals(token: &str) -> Vec<(String, u16)> {
    let json = "Content-Type: application/json\r\n";
    let bearer = format!("Authorization: Bearer {token}\r\n");
    vec![
        (format!("POST /graphql HTTP/1.1\r\n{json}"), 401),
        (format!("POST /graphql HTTP/1.1\r\n{json}Authorization: Basic YTpi\r\n"), 401),
        (format!("POST /graphql HTTP/1.1\r\n{json}Authorization: Bearer a.b.c\r\n"), 401),
        (format!("POST /graphql HTTP/1.1\r\n{json}{bearer}Accept: text/css\r\n"), 406),
        (format!("POST /graphql HTTP/1.1\r\n{bearer}Content-Type: text/plain\r\n"), 415),
        (format!("PUT /graphql HTTP/1.1\r\n{json}{bearer}"), 405),
        (format!("POST /nowhere HTTP/1.1\r\n{json}"), 404),
        (format!("GET /health/live HTTP/1.1\r\n{json}"), 200),
    ]
}

/// Either the rest of the body is read, and the connection serves the next request, or the answer says that it ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_early_answer_leaves_no_connection_half_read() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let (_gateway, socket, token) = listen(&db, ServerOptions::default()).await?;
    let next = "GET /health/live HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
    let mut too_large = refusals(&token);
    let head = format!("POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n");
    too_large.push((head, 413));
    let is_closing = |head: &str| head.contains("connection: close");
    for (head, status) in too_large {
        let status = status.to_string();
        // What is small enough to be thrown away, announced and in chunks.
        let body = "x".repeat(300_000);
        let announced = format!("{head}Host: here\r\nContent-Length: {}\r\n\r\n{body}{next}", body.len());
        let chunked = format!(
            "{head}Host: here\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n{next}",
            body.len()
        );
        for request in [announced, chunked] {
            let heads = heads(socket.address, request.into_bytes()).await?;
            assert_eq!(heads.len(), 2, "{head}: {heads:?}");
            assert!(heads[0].starts_with(&status) && !is_closing(&heads[0]), "{head}: {heads:?}");
            assert!(heads[1].starts_with("200"), "{head}: {heads:?}");
        }
        // What is not: announced, without an end, and never sent.
        let huge = vec![b'x'; 6 << 20];
        let announced = format!("{head}Host: here\r\nContent-Length: {}\r\n\r\n", huge.len());
        let endless = format!("{head}Host: here\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n", huge.len());
        for (request, body) in [(&announced, &huge[..]), (&endless, &huge), (&announced, b"x"), (&endless, b"x")] {
            let began = Instant::now();
            let heads = heads(socket.address, [request.as_bytes(), body, next.as_bytes()].concat()).await?;
            assert_eq!(heads.len(), 1, "{request}: {heads:?}");
            // Of 413, so much has to come that it is too much.
            let expected = if status == "413" && body.len() == 1 { "408" } else { &status };
            assert!(heads[0].starts_with(expected) && is_closing(&heads[0]), "{request}: {heads:?}");
            assert!(began.elapsed() < Duration::from_secs(6), "{request}: {:?}", began.elapsed());
        }
    }
    socket.stopped().await
}

/// Whoever asks first whether to send a body is told no, and not asked to send it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_nobody_wants_is_not_asked_for() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let (_gateway, socket, token) = listen(&db, ServerOptions::default()).await?;
    for (head, status) in refusals(&token) {
        let request = format!("{head}Host: here\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n");
        let heads = heads(socket.address, request.into_bytes()).await?;
        assert_eq!(heads.len(), 1, "{head}: {heads:?}");
        assert!(
            heads[0].starts_with(&status.to_string()) && heads[0].contains("connection: close"),
            "{head}: {heads:?}"
        );
    }
    socket.stopped().await
}

/// A connection from one of the addresses of this machine, on which something was sent.
async fn stranger(from: u8, to: SocketAddr, bytes: &str) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from(([127, 0, 0, from], 0)))?;
    let mut stream = socket.connect(to).await?;
    stream.write_all(bytes.as_bytes()).await?;
    Ok(stream)
}

/// Whether the other side has ended a connection, whatever it has said before.
async fn is_ended(stream: &mut TcpStream) -> bool {
    let mut said = [0; 4096];
    loop {
        match timeout(Duration::from_millis(50), stream.read(&mut said)).await {
            Err(_) => return false,
            Ok(Ok(0) | Err(_)) => return true,
            Ok(Ok(_)) => {}
        }
    }
}

/// Asks on a connection; the status of the answer.
async fn ask(stream: &mut TcpStream, token: &str) -> Result<String> {
    let body = json!({ "query": "{ viewer { subject } }" }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = [0; 4096];
    let mut length = 0;
    while !answer[..length].ends_with(b"}") {
        let read = timeout(Duration::from_secs(30), stream.read(&mut answer[length..])).await??;
        if read == 0 {
            return Err("the connection has ended".into());
        }
        length += read;
    }
    let answer = String::from_utf8_lossy(&answer[..length]);
    Ok(answer.split(' ').nth(1).unwrap_or_default().to_owned())
}

/// Times so long that nobody leaves by himself.
fn patient() -> ServerOptions {
    let wait = Duration::from_secs(60);
    ServerOptions { first_request: wait, idle: wait, ..ServerOptions::default() }
}

/// What a stranger may hold a connection with: nothing, half a head, an answered request, a refused one.
const HOLDS: [&str; 4] = [
    "",
    "GET /health/live HT",
    "GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n",
    "POST /graphql HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n",
];

/// As many strangers as there are places, of one address and of twenty: whoever has a token comes in at once, and stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_keep_nobody_waiting() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let (_gateway, socket, token) = listen(&db, patient()).await?;
    let mut staff = TcpStream::connect(socket.address).await?;
    assert_eq!(ask(&mut staff, &token).await?, "200");
    for addresses in [1, 20] {
        for bytes in HOLDS {
            let mut crowd = Vec::new();
            for number in 0..1_000_u32 {
                crowd.push(stranger(u8::try_from(2 + number % addresses)?, socket.address, bytes).await?);
            }
            let began = Instant::now();
            let mut newcomer = TcpStream::connect(socket.address).await?;
            assert_eq!(ask(&mut newcomer, &token).await?, "200", "{addresses} {bytes:?}");
            assert!(began.elapsed() < Duration::from_secs(5), "{addresses} {bytes:?}: {:?}", began.elapsed());
            // Strangers lose to each other, and to nobody else.
            for number in 0..200_u32 {
                crowd.push(stranger(u8::try_from(2 + number % addresses)?, socket.address, bytes).await?);
            }
            assert_eq!(ask(&mut newcomer, &token).await?, "200", "{addresses} {bytes:?}");
        }
    }
    assert_eq!(ask(&mut staff, &token).await?, "200");
    socket.stopped().await
}

/// A request with a token that is refused as malformed, and so costs nothing of an allowance.
fn for_nothing(token: &str) -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: 2\r\n\r\n{{}}"
    )
}

/// A connection on which such a request was answered.
async fn held(from: u8, to: SocketAddr, token: &str) -> Result<TcpStream> {
    let mut stream = stranger(from, to, &for_nothing(token)).await?;
    let mut said = [0; 4096];
    let length = timeout(Duration::from_secs(10), stream.read(&mut said)).await??;
    assert!(said[..length].starts_with(b"HTTP/1.1 400"), "{:?}", String::from_utf8_lossy(&said[..length]));
    Ok(stream)
}

/// One token on as many connections as there are places, from one address and from twenty: other viewers and the supervisor
/// are answered at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_token_keeps_nobody_waiting() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let (gateway, socket, token) = listen(&db, patient()).await?;
    let partner = gateway.as_role("partner_provider@UA")?.token().unwrap_or_default().to_owned();
    let mut staff = TcpStream::connect(socket.address).await?;
    assert_eq!(ask(&mut staff, &token).await?, "200");
    for addresses in [1, 20] {
        let mut crowd = Vec::new();
        for number in 0..1_000_u32 {
            crowd.push(held(u8::try_from(2 + number % addresses)?, socket.address, &partner).await?);
        }
        let began = Instant::now();
        let live = "GET /health/live HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
        let heads = heads(socket.address, live.into()).await?;
        assert!(heads.len() == 1 && heads[0].starts_with("200"), "{addresses}: {heads:?}");
        let mut newcomer = TcpStream::connect(socket.address).await?;
        assert_eq!(ask(&mut newcomer, &token).await?, "200", "{addresses}");
        assert!(began.elapsed() < Duration::from_secs(5), "{addresses}: {:?}", began.elapsed());
        for number in 0..200_u32 {
            crowd.push(held(u8::try_from(2 + number % addresses)?, socket.address, &partner).await?);
        }
        assert_eq!(ask(&mut newcomer, &token).await?, "200", "{addresses}");
    }
    assert_eq!(ask(&mut staff, &token).await?, "200");
    socket.stopped().await
}

/// Which of the connections have ended.
async fn ended(streams: &mut [TcpStream]) -> Vec<bool> {
    let mut ended = Vec::new();
    for stream in streams {
        ended.push(is_ended(stream).await);
    }
    ended
}

/// Of twenty places one viewer keeps six, by whichever token. What is beyond gives way, and a place that comes back is the
/// viewer's again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_keeps_so_many_connections() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let (gateway, socket, token) = listen(&db, ServerOptions { max_connections: 20, ..patient() }).await?;
    let other = Caller { roles: vec!["case_worker@UA".into()], ..Caller::of("case_supervisor@UA") };
    let other = gateway.as_caller(&other)?.token().unwrap_or_default().to_owned();
    let mut mine = Vec::new();
    for number in 0..8 {
        mine.push(held(2, socket.address, if number % 2 == 0 { &token } else { &other }).await?);
    }
    let crowd = async || {
        let crowd = (0..20).map(|_| stranger(2, socket.address, ""));
        futures::future::try_join_all(crowd).await
    };
    let first = crowd().await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(ended(&mut mine).await, [false, false, false, false, false, false, true, true]);
    drop(first);
    mine.truncate(5);
    tokio::time::sleep(Duration::from_millis(300)).await;
    for _ in 0..2 {
        mine.push(held(2, socket.address, &token).await?);
    }
    let _second = crowd().await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(ended(&mut mine).await, [false, false, false, false, false, false, true]);
    socket.stopped().await
}

/// Whose token has expired is a stranger again, unless a later one was shown.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_known_as_long_as_its_token_counts() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let (gateway, socket, token) = listen(&db, ServerOptions { max_connections: 20, ..patient() }).await?;
    let issuer = gateway.app.identity.development().ok_or("the development issuer is off")?;
    let brief = Caller::of("case_supervisor@UA").token(issuer, Duration::from_secs(2))?;
    let mut streams = Vec::new();
    for _ in 0..3 {
        streams.push(held(2, socket.address, &brief).await?);
    }
    assert_eq!(ask(&mut streams[1], &token).await?, "200");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let _crowd = futures::future::try_join_all((0..20).map(|_| stranger(2, socket.address, ""))).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(ended(&mut streams).await, [true, false, true]);
    socket.stopped().await
}

/// Strangers who come again as soon as they are sent away do not change that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_who_come_again_keep_nobody_waiting() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let (_gateway, socket, token) = listen(&db, ServerOptions { max_connections: 100, ..patient() }).await?;
    let (address, over) = (socket.address, Arc::new(AtomicBool::new(false)));
    let crowd: Vec<_> = (2..6)
        .map(|from| {
            let over = Arc::clone(&over);
            tokio::spawn(async move {
                let mut held = VecDeque::new();
                while !over.load(Ordering::Relaxed) {
                    held.push_back(stranger(from, address, HOLDS[2]).await);
                    if held.len() > 50 {
                        held.pop_front();
                    }
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    for _ in 0..30 {
        let began = Instant::now();
        let mut newcomer = TcpStream::connect(socket.address).await?;
        assert_eq!(ask(&mut newcomer, &token).await?, "200");
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
    over.store(true, Ordering::Relaxed);
    futures::future::try_join_all(crowd).await?;
    socket.stopped().await
}

/// Of one address so many strangers stay, once they have had time to say something; of another one, and with a token, all do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_has_so_many_strangers() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let (_gateway, socket, token) = listen(&db, ServerOptions { max_strangers_per_address: 5, ..patient() }).await?;
    let (mut crowd, mut others, mut staff) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..10 {
        let mut known = stranger(2, socket.address, "").await?;
        assert_eq!(ask(&mut known, &token).await?, "200");
        staff.push(known);
    }
    for number in 0..10 {
        crowd.push(stranger(2, socket.address, HOLDS[number % 3]).await?);
    }
    for _ in 0..5 {
        others.push(stranger(3, socket.address, "").await?);
    }
    for stream in &mut crowd {
        assert!(!is_ended(stream).await, "they have had no time yet");
    }
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    crowd.push(stranger(2, socket.address, "").await?);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let first = (0..11).map(|number| number < 6).collect::<Vec<_>>();
    assert_eq!(ended(&mut crowd).await, first, "those who came first");
    for stream in &mut others {
        assert!(!is_ended(stream).await);
    }
    for stream in &mut staff {
        assert_eq!(ask(stream, &token).await?, "200");
    }
    socket.stopped().await
}

/// Sends one request after the other until it is over; how many were answered as they should be.
async fn send(url: String, token: String, body: String, status: u16, over: Arc<AtomicBool>) -> Result<u32> {
    let client = reqwest::Client::new();
    let mut answered = 0;
    while !over.load(Ordering::Relaxed) {
        let request = client.post(&url).bearer_auth(&token).header("content-type", "application/json");
        let answer = request.body(body.clone()).send().await?;
        if answer.status() != status {
            return Err(format!("{} and not {status}, after {answered}", answer.status()).into());
        }
        answered += 1;
    }
    Ok(answered)
}

/// Behind nginx with kept connections, strangers who post what nobody reads take nothing from anybody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_behind_a_proxy_spoil_no_connection() -> Result {
    let test = "connections::strangers_behind_a_proxy_spoil_no_connection";
    if !data::has_program(test, "nginx")? {
        return Ok(());
    }
    let (db, folder) = (TestDatabase::create(Backend::Sqlite).await?, TempDir::create()?);
    let proxies = Proxies { networks: vec!["127.0.0.1/32".parse()?], ..Proxies::default() };
    let (_gateway, socket, token) = listen(&db, ServerOptions { proxies, ..ServerOptions::default() }).await?;
    let (proxy, address) = nginx::start(&folder, &[socket.address]).await?;
    let url = format!("http://{address}/graphql");
    let over = Arc::new(AtomicBool::new(false));
    let query = json!({ "query": "{ viewer { subject } }" }).to_string();
    let large = json!({ "query": "{ viewer { subject } }", "x": "x".repeat(2 << 20) }).to_string();
    let clients: Vec<_> = (0..10)
        .map(|_| tokio::spawn(send(url.clone(), token.clone(), query.clone(), 200, Arc::clone(&over))))
        .collect();
    let strangers: Vec<_> = (0..2)
        .map(|_| tokio::spawn(send(url.clone(), "a.b.c".into(), large.clone(), 401, Arc::clone(&over))))
        .collect();
    tokio::time::sleep(Duration::from_secs(4)).await;
    over.store(true, Ordering::Relaxed);
    for task in clients.into_iter().chain(strangers) {
        let answered = task.await?.map_err(|error| format!("{error}: {}", proxy.log().unwrap_or_default()))?;
        assert!(answered > 10, "{answered}");
    }
    socket.stopped().await
}

/// Where an issuer's keys should be and nobody ever answers, so that its tokens are not verified for a while.
struct Silent {
    address: SocketAddr,
    _listener: std::net::TcpListener,
}

impl Silent {
    fn listen() -> Result<Self> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        Ok(Self { address: listener.local_addr()?, _listener: listener })
    }

    fn issuer(&self) -> Result<IssuerConfig> {
        let mut issuer = IssuerConfig::named("silent");
        issuer.jwks_url = Some(format!("http://{}/keys", self.address).parse()?);
        Ok(issuer)
    }

    /// A token that its keys would be needed for.
    fn token() -> String {
        let parts = [json!({ "alg": "ES256", "kid": "key" }), json!({ "iss": "silent" })];
        parts.map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".") + ".AAAA"
    }
}

/// A connection on which somebody asks whose token is not verified for a while, and its answer where it is refused before.
async fn passed_on(from: u8, to: SocketAddr, forwarded: &str) -> Result<(TcpStream, String)> {
    let token = Silent::token();
    let request = format!(
        "GET /graphql?query={{viewer{{subject}}}} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {token}\r\n\
         X-Forwarded-For: {forwarded}\r\n\r\n"
    );
    let mut stream = stranger(from, to, &request).await?;
    let mut said = [0; 4096];
    let length = match timeout(Duration::from_millis(400), stream.read(&mut said)).await {
        Ok(read) => read?,
        Err(_) => 0,
    };
    Ok((stream, String::from_utf8_lossy(&said[..length]).lines().next().unwrap_or_default().to_owned()))
}

/// It is the address that a trusted proxy names whose requests are counted, whatever stands left of it, and of nobody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_address_that_a_proxy_names_is_counted() -> Result {
    let (db, silent) = (TestDatabase::create(Backend::Sqlite).await?, Silent::listen()?);
    let issuer = silent.issuer()?;
    causeway::tls::use_ring();
    let gateway = Gateway::start_with(&db, |config| config.identity.issuers = vec![issuer]).await?;
    let proxies = Proxies { networks: vec!["127.0.0.9/32".parse()?], ..Proxies::default() };
    let options = ServerOptions { proxies, max_strangers_per_address: 2, drain: Duration::ZERO, ..patient() };
    let socket = Socket::listen(&gateway.app, HttpOptions::default(), options)?;
    let mut held = Vec::new();
    for (from, forwarded, status) in [
        (9, "192.0.2.7", ""),
        (9, "\u{e9}, 192.0.2.7", ""),
        (9, "\u{e9}, 192.0.2.7", "HTTP/1.1 429 Too Many Requests"),
        (9, "198.51.100.1, 192.0.2.7", "HTTP/1.1 429 Too Many Requests"),
        (9, "192.0.2.7, 192.0.2.8", ""),
        // Nobody else is believed.
        (2, "192.0.2.7", ""),
    ] {
        let (stream, answer) = passed_on(from, socket.address, forwarded).await?;
        assert_eq!(answer, status, "{from} {forwarded}");
        held.push(stream);
    }
    drop(held);
    socket.stopped().await
}

both! {
    /// The health pages on an address of their own answer while every place of the other one is taken, and nothing else is there.
    async fn health_has_connections_of_its_own(db: &TestDatabase) -> Result {
        drop(Gateway::with_demo(db, 0).await?);
        let folder = TempDir::create()?;
        let config = gateway::config(db, &folder)?;
        let health = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let mut launch = Launch { program: Path::new(PROGRAM), config: &config, db, folder: &folder, environment: vec![] };
        launch.environment = vec![
            ("CAUSEWAY_HTTP__HEALTH_LISTEN", health.to_string()),
            ("CAUSEWAY_HTTP__MAX_CONNECTIONS", "3".to_owned()),
            ("CAUSEWAY_HTTP__DRAIN_SECONDS", "3".to_owned()),
            ("CAUSEWAY_HTTP__TRUSTED_PROXIES", "[\"127.0.0.9\"]".to_owned()),
        ];
        let program = launch.serve().await?;
        let token = program.token(&Caller::of("case_supervisor@UA"))?;
        let get = async |path: &str| Ok::<_, reqwest::Error>(reqwest::get(format!("http://{health}{path}")).await?.status().as_u16());
        let mut staff = Vec::new();
        for _ in 0..3 {
            let mut stream = TcpStream::connect(program.address).await?;
            assert_eq!(ask(&mut stream, &token).await?, "200");
            staff.push(stream);
        }
        // Nobody gives a place up for a stranger.
        let mut outside = stranger(2, program.address, HOLDS[2]).await?;
        assert!(timeout(Duration::from_secs(1), outside.read_u8()).await.is_err());
        assert_eq!((get("/health/live").await?, get("/health/ready").await?), (200, 200));
        for path in ["/graphql", "/schema/mission.graphql", "/"] {
            assert_eq!(get(path).await?, 404, "{path}");
        }
        // A crowd at the health pages keeps nobody waiting there, either.
        let mut crowd = Vec::new();
        for _ in 0..100 {
            crowd.push(stranger(2, health, "").await?);
        }
        let began = Instant::now();
        assert_eq!(get("/health/live").await?, 200);
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        // They say that the gateway is stopping, for as long as it is there.
        program.process.signal(Signal::TERM)?;
        while get("/health/ready").await? != 503 {
            assert!(began.elapsed() < Duration::from_secs(20));
        }
        assert_eq!(get("/health/live").await?, 200);
        drop((staff, outside, crowd));
        program.process.stop().await
    }
}
