//! What leaves for a collector: spans of requests and nothing else. The receiver is a real one: OTLP over HTTP.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{Router, body::Bytes, extract::State, routing::post};
use causeway::telemetry::Traces;
use causeway_tests::{Backend, Gateway, Result, TestDatabase};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tracing::instrument::WithSubscriber;
use tracing_subscriber::layer::SubscriberExt;

/// What a receiver got, body by body.
type Received = Arc<Mutex<Vec<Bytes>>>;

/// Words that stand in the request, the records and the token, and in nothing that is exported.
const CANARIES: [&str; 3] = ["canary-argument", "CanaryOperation", "case_supervisor"];

async fn receiver() -> Result<(String, Received)> {
    async fn take(State(received): State<Received>, body: Bytes) {
        received.lock().unwrap_or_else(PoisonError::into_inner).push(body);
    }
    let received = Received::default();
    let router = Router::new().route("/v1/traces", post(take)).with_state(Arc::clone(&received));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/v1/traces", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((address, received))
}

fn spans(received: &Received) -> Result<Vec<Span>> {
    let mut spans = Vec::new();
    for body in received.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        let request = ExportTraceServiceRequest::decode(body.clone())?;
        let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        spans.extend(scopes.flat_map(|scope| scope.spans));
    }
    Ok(spans)
}

fn value(span: &Span, key: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key == key);
    found.and_then(|attribute| attribute.value.as_ref()).map(|value| format!("{value:?}")).unwrap_or_default()
}

async fn flush(traces: Traces) -> Result<(Traces, bool)> {
    Ok(tokio::task::spawn_blocking(move || {
        let taken = traces.flush().is_ok();
        (traces, taken)
    })
    .await?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_one_span_of_the_callers_trace_and_says_nothing_personal() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = Gateway::with_demo(&db, 40).await?;
    let (address, received) = receiver().await?;
    let traces = Traces::to(&address)?;
    let subscriber = tracing_subscriber::registry().with(traces.layer());
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let client =
        gateway.as_role("case_supervisor@UA")?.with_header("traceparent", &format!("00-{trace}-00f067aa0ba902b7-01"));
    let query = r#"query CanaryOperation {
        cases(missions: ["UA"], filter: { caseNumber: { eq: "canary-argument" } }) { nodes { individual { familyName } } }
        all: cases(missions: ["UA"], first: 20) { nodes { individual { familyName } } }
    }"#;
    let names = async { client.query(query).await }.with_subscriber(subscriber).await?;
    assert!(names.codes().is_empty(), "{:?}", names.body);
    let (traces, taken) = flush(traces).await?;
    assert!(taken);

    let spans = spans(&received)?;
    assert_eq!(spans.iter().map(|span| span.name.as_str()).collect::<Vec<_>>(), ["request"]);
    let wanted: Vec<u8> = trace
        .as_bytes()
        .chunks(2)
        .map(|hex| u8::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).unwrap())
        .collect();
    assert_eq!(spans[0].trace_id, wanted);
    assert!(value(&spans[0], "http.route").contains("/graphql"));
    assert!(value(&spans[0], "http.request.method").contains("POST"));
    assert!(value(&spans[0], "http.response.status_code").contains("200"));
    assert!(spans[0].events.is_empty(), "log lines stay on the machine");

    let people = names.data()["all"]["nodes"].as_array().ok_or("no cases")?;
    let people: Vec<&str> = people.iter().filter_map(|case| case["individual"]["familyName"].as_str()).collect();
    assert!(!people.is_empty());
    for body in received.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        let exported = String::from_utf8_lossy(body);
        for canary in people.iter().chain(&CANARIES) {
            assert!(!exported.contains(canary), "{canary} was exported");
        }
    }
    drop(traces);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_gone_costs_no_answer() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = Gateway::with_demo(&db, 40).await?;
    // A port that was free a moment ago: nobody listens.
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
    let traces = Traces::to(&format!("http://{closed}/v1/traces"))?;
    let subscriber = tracing_subscriber::registry().with(traces.layer());
    let client = gateway.as_role("case_supervisor@UA")?;
    let answer = async { client.query("{ viewer { actor } }").await }.with_subscriber(subscriber).await?;
    assert!(answer.codes().is_empty(), "{:?}", answer.body);
    let (_, taken) = flush(traces).await?;
    assert!(!taken);
    Ok(())
}
