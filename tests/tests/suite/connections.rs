//! Connections: how an answer leaves one.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use causeway::http::{HttpOptions, ServerOptions};
use causeway_tests::{Backend, Gateway, Result, Socket, TempDir, TestDatabase, data, nginx};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream};
use tokio::time::timeout;

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
    let (_gateway, socket, token) = listen(&db, ServerOptions::default()).await?;
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
