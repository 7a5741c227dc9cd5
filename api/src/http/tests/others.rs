//! Health, schema, addresses that do not exist, headers that every answer has, and the browser page.

use std::{
    io::{self, Read, Write},
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Method, StatusCode},
};
use flate2::read::GzDecoder;
use futures::future::join_all;
use serde_json::json;
use tokio::time::timeout;

use super::{Answer, demo, edge, fake::Fake, get, send};
use crate::http::{HttpOptions, Readiness, router};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

async fn ready(checks: Vec<Readiness>) -> Answer {
    let fake = Fake::new();
    *fake.checks.lock().unwrap() = checks;
    is_ready(&router(Arc::new(fake), HttpOptions::default())).await
}

async fn is_ready(router: &Router) -> Answer {
    send(router, Method::GET, "/health/ready", &[], Body::empty()).await
}

#[tokio::test]
async fn readiness_names_checks_and_no_causes() {
    assert_eq!(get("/health/live", &[]).await.status, StatusCode::OK);
    let well = get("/health/ready", &[]).await;
    assert_eq!(well.status, StatusCode::OK);
    assert_eq!(well.json(), json!([{ "name": "database", "ok": true }, { "name": "policy", "ok": true }]));
    let checks = vec![
        Readiness { name: "database", outcome: Err("password refused".to_owned()) },
        Readiness { name: "policy", outcome: Ok(()) },
    ];
    let down = ready(checks).await;
    assert_eq!(down.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(down.json(), json!([{ "name": "database", "ok": false }, { "name": "policy", "ok": true }]));
    assert_eq!(ready(vec![]).await.status, StatusCode::SERVICE_UNAVAILABLE, "no check is no proof");
}

/// One look at a time, and none within a second of one at which all was well. What fails is asked for again.
#[tokio::test]
async fn readiness_is_looked_at_once_for_all_who_ask() {
    let fake = Arc::new(Fake::new());
    let router = router(Arc::clone(&fake), HttpOptions::default());
    let crowd = async |status| {
        let answers = join_all((0..50).map(|_| is_ready(&router))).await;
        assert!(answers.iter().all(|answer| answer.status == status));
        fake.looks.swap(0, Ordering::SeqCst)
    };
    assert_eq!(crowd(StatusCode::OK).await, 1);
    assert_eq!(crowd(StatusCode::OK).await, 0);
    let well = std::mem::take(&mut *fake.checks.lock().unwrap());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(crowd(StatusCode::SERVICE_UNAVAILABLE).await, 1);
    assert_eq!(crowd(StatusCode::SERVICE_UNAVAILABLE).await, 1);
    *fake.checks.lock().unwrap() = well;
    assert_eq!(crowd(StatusCode::OK).await, 1);
    // Whoever hangs up leaves a look under way, and its outcome to those who come meanwhile.
    tokio::time::sleep(Duration::from_secs(1)).await;
    for _ in 0..3 {
        let _ = timeout(Duration::from_millis(5), is_ready(&router)).await;
    }
    assert_eq!(crowd(StatusCode::OK).await, 1);
}

#[tokio::test]
async fn a_schema_for_each_audience_and_no_other() {
    let answer = get("/schema/mission.graphql", &[]).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, Some("text/plain; charset=utf-8")));
    assert!(answer.text().starts_with("# mission") && answer.text().contains("type Query"));
    let whole = get("/schema.graphql", &[]).await;
    assert_eq!((whole.status, whole.header("content-type")), (StatusCode::OK, Some("text/plain; charset=utf-8")));
    assert!(!whole.text().starts_with('#') && whole.text().contains("type Query"));
    for uri in ["/schema/other.graphql", "/schema/mission", "/schema/.graphql", "/schema/"] {
        let answer = get(uri, &[]).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_FOUND, "NOT_FOUND"), "{uri}");
    }
}

#[tokio::test]
async fn unknown_addresses_and_methods_answer_in_graphql_shape() {
    assert_eq!(get("/nowhere", &[]).await.code(), "NOT_FOUND");
    for (uri, allow) in [("/graphql", "GET,HEAD,POST"), ("/health/live", "GET,HEAD")] {
        let answer = send(&edge(HttpOptions::default()), Method::PUT, uri, &[], Body::empty()).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::METHOD_NOT_ALLOWED, "BAD_INPUT"));
        assert_eq!(answer.header("allow"), Some(allow));
    }
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    for uri in ["/graphql?query={__typename}", "/graphql", "/health/live", "/schema/mission.graphql", "/nowhere"] {
        let answer = get(uri, &[]).await;
        let headers = ["x-content-type-options", "referrer-policy", "cache-control", "content-security-policy"];
        let values = headers.map(|name| answer.header(name).unwrap_or_default().to_owned());
        assert_eq!(
            values,
            ["nosniff", "no-referrer", "no-store", "default-src 'none'; frame-ancestors 'none'"],
            "{uri}"
        );
    }
}

#[tokio::test]
async fn answers_are_compressed_for_who_accepts_it() {
    let answer = get("/schema/mission.graphql", &[("accept-encoding", "gzip")]).await;
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    GzDecoder::new(&answer.body[..]).read_to_string(&mut text).expect("gzip");
    assert!(text.contains("type Query"));
}

#[tokio::test]
async fn without_demo_mode_a_browser_gets_a_line_of_text_and_no_token() {
    let page = get("/graphql", &[("accept", BROWSER)]).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, Some("text/html; charset=utf-8")));
    assert!(page.text().contains("demo mode only") && !page.text().contains("<script"));
    for uri in ["/browser/session.json", "/"] {
        assert_eq!(get(uri, &[]).await.status, StatusCode::NOT_FOUND, "{uri}");
    }
    assert_eq!(
        get("/graphql", &[]).await.status,
        StatusCode::BAD_REQUEST,
        "a client is told that the query is missing"
    );
}

#[tokio::test]
async fn the_demo_page_and_its_files() {
    let router = edge(demo());
    let fetch =
        async |uri: &str, headers: &[(&str, &str)]| send(&router, Method::GET, uri, headers, Body::empty()).await;
    let page = fetch("/graphql", &[("accept", BROWSER)]).await;
    assert!(page.text().contains("Causeway demo") && !page.text().contains("demo.token"));
    let policy = page.header("content-security-policy").expect("a page has a policy");
    assert!(policy.starts_with("default-src 'self'") && !policy.contains("script-src"));
    let files: Vec<&str> = page.text().split('"').filter(|text| text.starts_with("/browser/")).collect();
    assert_eq!(files.len(), 6);
    for file in files {
        let plain = fetch(file, &[]).await;
        assert_eq!((plain.status, plain.header("content-encoding")), (StatusCode::OK, None), "{file}");
        assert!(plain.header("cache-control").is_some_and(|kept| kept.contains("immutable")));
        let packed = fetch(file, &[("accept-encoding", "gzip")]).await;
        let mut unpacked = Vec::new();
        GzDecoder::new(&packed.body[..]).read_to_end(&mut unpacked).expect("gzip");
        assert!(unpacked == plain.body, "{file} differs when compressed");
        assert!(!plain.text().contains("cdn."), "{file}");
    }
    for uri in ["/browser/0000000000000000/page.js", "/browser/x/..%2Fpage.js"] {
        assert_eq!(fetch(uri, &[]).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn the_root_of_the_demo_leads_to_its_page() {
    let root = send(&edge(demo()), Method::GET, "/", &[("accept", BROWSER)], Body::empty()).await;
    assert_eq!((root.status, root.header("location")), (StatusCode::TEMPORARY_REDIRECT, Some("/graphql")));
}

#[tokio::test]
async fn demo_tokens_are_in_the_session_and_nowhere_else() {
    let session = send(&edge(demo()), Method::GET, "/browser/session.json", &[], Body::empty()).await;
    assert_eq!(session.json()["roles"][0]["token"], "demo.token");
    assert_eq!(session.json()["queries"][0]["query"], "{ bearer }");
    assert_eq!(session.header("cache-control"), Some("no-store"));
    assert!(!format!("{:?}", demo()).contains("demo.token"));
}

/// What the subscriber wrote.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no writer panicked").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_has_the_route_and_nothing_of_the_request() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::TRACE);
    let subscriber = subscriber.with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let headers = [("authorization", "Bearer secret-token")];
    get("/graphql?query={echo(text:%22secret-text%22)}&variables={%22secret%22:1}", &headers).await;
    get("/secret/path", &headers).await;
    drop(guard);
    let text = String::from_utf8(log.0.lock().expect("no writer panicked").clone()).expect("a log is text");
    assert!(
        text.contains("route=\"/graphql\"") && text.contains("route=\"unmatched\"") && text.contains("status=200"),
        "{text}"
    );
    assert!(!text.contains("secret"), "{text}");
}
