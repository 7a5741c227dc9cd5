//! What leaves for a collector, of the program as an operator runs it: spans, metrics and log lines, and in none of them
//! anything of a person, an argument or a token. The receiver is a real one: OTLP over HTTP.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::{
    Router,
    body::Bytes,
    extract::{Path as PathParameter, State},
    routing::post,
};
use causeway_tests::program::{Launch, Program};
use causeway_tests::{Backend, Caller, Gateway, Result, TempDir, TestDatabase, both, gateway, process};
use opentelemetry_proto::tonic::collector::{
    logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest,
};
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value as Any};
use opentelemetry_proto::tonic::{logs::v1::LogRecord, metrics::v1::metric::Data, trace::v1::Span};
use prost::Message;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::Executor;

const PROGRAM: &str = env!("CARGO_BIN_EXE_causeway-under-test");

/// An operation of a front end: in the manifest, so that its name may be told.
const TRUSTED: &str = "query CaseList($first: Int) { cases(missions: [UA], first: $first) { nodes { caseNumber individual { familyName givenNames } } } }";

/// The trace of a front end, and the span in it that asks.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// What a receiver got: the path, and the body.
#[derive(Clone, Default)]
struct Received(Arc<Mutex<Vec<(String, Bytes)>>>);

impl Received {
    /// A receiver, and its address.
    async fn listen() -> Result<(String, Self)> {
        async fn take(PathParameter(signal): PathParameter<String>, State(received): State<Received>, body: Bytes) {
            received.0.lock().unwrap_or_else(PoisonError::into_inner).push((signal, body));
        }
        let received = Self::default();
        let router = Router::new().route("/v1/{signal}", post(take)).with_state(received.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok((address, received))
    }

    fn bodies(&self, signal: &str) -> Vec<Bytes> {
        let received = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        received.iter().filter(|(of, _)| of == signal).map(|(_, body)| body.clone()).collect()
    }

    fn spans(&self) -> Result<Vec<Span>> {
        let mut spans = Vec::new();
        for body in self.bodies("traces") {
            let scopes = ExportTraceServiceRequest::decode(body)?.resource_spans.into_iter();
            spans.extend(scopes.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans));
        }
        Ok(spans)
    }

    fn lines(&self) -> Result<Vec<LogRecord>> {
        let mut lines = Vec::new();
        for body in self.bodies("logs") {
            let scopes = ExportLogsServiceRequest::decode(body)?.resource_logs.into_iter();
            lines.extend(scopes.flat_map(|resource| resource.scope_logs).flat_map(|scope| scope.log_records));
        }
        Ok(lines)
    }

    /// The attributes of every point, by the name of the instrument, as they were told last.
    fn metrics(&self) -> Result<BTreeMap<String, BTreeSet<String>>> {
        let mut metrics: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for body in self.bodies("metrics") {
            let scopes = ExportMetricsServiceRequest::decode(body)?.resource_metrics.into_iter();
            for metric in scopes.flat_map(|resource| resource.scope_metrics).flat_map(|scope| scope.metrics) {
                let points: Vec<Vec<KeyValue>> = match metric.data {
                    Some(Data::Histogram(data)) => data.data_points.into_iter().map(|point| point.attributes).collect(),
                    Some(Data::Sum(data)) => data.data_points.into_iter().map(|point| point.attributes).collect(),
                    Some(Data::Gauge(data)) => data.data_points.into_iter().map(|point| point.attributes).collect(),
                    other => return Err(format!("{}: {other:?}", metric.name).into()),
                };
                let points = points.iter().map(|attributes| told(attributes));
                metrics.entry(metric.name).or_default().extend(points);
            }
        }
        Ok(metrics)
    }

    /// Waits until something is there.
    async fn until(&self, what: &str, there: impl Fn(&Self) -> Result<bool>) -> Result {
        let began = Instant::now();
        while !there(self)? {
            if began.elapsed() > Duration::from_secs(20) {
                return Err(format!("{what} does not come").into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

fn text(value: Option<&Any>) -> String {
    match value {
        Some(Any::StringValue(text)) => text.clone(),
        Some(Any::IntValue(number)) => number.to_string(),
        Some(other) => format!("{other:?}"),
        None => String::new(),
    }
}

/// Attributes as one text, sorted.
fn told(attributes: &[KeyValue]) -> String {
    let attribute = |attribute: &KeyValue| {
        let value = attribute.value.as_ref().and_then(|value| value.value.as_ref());
        format!("{}={}", attribute.key, text(value))
    };
    let attributes: BTreeSet<String> = attributes.iter().map(attribute).collect();
    attributes.into_iter().collect::<Vec<_>>().join(" ")
}

/// A gateway with demo records whose collector is at an address.
struct Watched {
    program: Program,
    _folder: TempDir,
}

impl Watched {
    async fn serve(db: &TestDatabase, collector: &str) -> Result<Self> {
        drop(Gateway::with_demo(db, 40).await?);
        let folder = TempDir::create()?;
        let mut config = gateway::config(db, &folder)?;
        config.log = Some("info".to_owned());
        let manifest = folder.path().join("manifest.json");
        std::fs::write(&manifest, json!({ hash(TRUSTED): TRUSTED }).to_string())?;
        let environment = vec![
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.to_owned()),
            ("OTEL_METRIC_EXPORT_INTERVAL", "200".to_owned()),
            ("OTEL_BSP_SCHEDULE_DELAY", "100".to_owned()),
            ("OTEL_BLRP_SCHEDULE_DELAY", "100".to_owned()),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test".to_owned()),
            ("CAUSEWAY_TRUSTED_DOCUMENTS__MANIFEST_FILE", manifest.to_string_lossy().into_owned()),
            ("CAUSEWAY_HTTP__DRAIN_SECONDS", "0".to_owned()),
            ("CAUSEWAY_LIMITS__COST", "25000".to_owned()),
        ];
        let launch = Launch { program: Path::new(PROGRAM), config: &config, db, folder: &folder, environment };
        let program = launch.serve().await?;
        Ok(Self { program, _folder: folder })
    }

    async fn ask(&self, role: &str, body: Value) -> Result<Value> {
        let token = self.program.token(&Caller::of(role))?;
        let request = reqwest::Client::new().post(self.program.url("/graphql")).bearer_auth(token).json(&body);
        let request = request.header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"));
        Ok(request.send().await?.json().await?)
    }
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Asks for all kinds of things; names, numbers and texts that stand in the answers.
async fn ask_for_everything(watched: &Watched, db: &TestDatabase) -> Result<BTreeSet<String>> {
    let mut personal = BTreeSet::new();
    let supervisor = "case_supervisor@UA";
    let cases = watched.ask(supervisor, json!({ "documentId": hash(TRUSTED), "variables": { "first": 20 } })).await?;
    for case in cases["data"]["cases"]["nodes"].as_array().ok_or_else(|| format!("no cases: {cases}"))? {
        for value in [&case["caseNumber"], &case["individual"]["familyName"], &case["individual"]["givenNames"]] {
            personal.extend(value.as_str().filter(|text| text.len() > 3).map(str::to_owned));
        }
    }
    assert!(personal.len() > 10, "{personal:?}");
    let named = r#"query CanaryOperation { cases(missions: ["UA"], filter: { caseNumber: { eq: "canary-argument" } }) { totalCount } }"#;
    assert!(watched.ask(supervisor, json!({ "query": named })).await?["errors"].is_null());
    let statistics = json!({ "query": "{ statistics(groupBy: [GENDER]) { total } }" });
    for _ in 0..2 {
        assert!(watched.ask("hq_analyst@*", statistics.clone()).await?["errors"].is_null());
    }
    let mutation = r#"mutation { registerCase(input: { mission: UA, individual: { gender: FEMININE } }) { userErrors { code } } }"#;
    assert!(watched.ask(supervisor, json!({ "query": mutation })).await?["errors"].is_null());
    // What is refused, for each its own reason.
    let refused = [
        (json!({ "query": "{ canaryField }" }), "BAD_INPUT"),
        (json!({ "query": "{ cases(missions: [\"canary-mission\"]) { totalCount } }" }), "BAD_INPUT"),
        (json!({ "query": "{ statistics(missions: [MD]) { total } }" }), "FORBIDDEN"),
        (json!({ "query": "{ cases(missions: [UA], first: 1000000) { nodes { id } } }" }), "BAD_INPUT"),
        (
            json!({ "query": "query Canary($canaryVariable: Int!) { cases(missions: [UA], first: $canaryVariable) { totalCount } }" }),
            "BAD_INPUT",
        ),
    ];
    for (body, code) in refused {
        let answer = watched.ask(supervisor, body.clone()).await?;
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{body}: {answer}");
    }
    let client = reqwest::Client::new();
    let stranger = client.post(watched.program.url("/graphql?canary-parameter=1")).bearer_auth("canary-token");
    assert_eq!(stranger.json(&json!({ "query": "{ viewer { actor } }" })).send().await?.status(), 401);
    assert_eq!(client.get(watched.program.url("/canary-path")).send().await?.status(), 404);
    // And a fault of ours, whose cause quotes the statement.
    break_a_table(db).await?;
    let broken = watched
        .ask(
            supervisor,
            json!({ "query": "{ cases(missions: [UA], first: 1) { nodes { narratives { totalCount } } } }" }),
        )
        .await?;
    assert_eq!(broken["errors"][0]["extensions"]["code"], "INTERNAL", "{broken}");
    personal.insert(watched.program.token(&Caller::of(supervisor))?);
    Ok(personal)
}

async fn break_a_table(db: &TestDatabase) -> Result {
    let rename = "ALTER TABLE narrative RENAME TO canary_table";
    match db.backend {
        Backend::Sqlite => sqlx::SqlitePool::connect(&db.owner_url).await?.execute(rename).await.map(|_| ())?,
        Backend::Postgres => sqlx::PgPool::connect(&db.owner_url).await?.execute(rename).await.map(|_| ())?,
    }
    Ok(())
}

fn has(metrics: &BTreeMap<String, BTreeSet<String>>, name: &str, attributes: &str) -> bool {
    metrics.get(name).is_some_and(|points| points.contains(attributes))
}

both! {
    async fn a_collector_gets_all_it_needs_and_nothing_personal(db: &TestDatabase) -> Result {
        let (collector, received) = Received::listen().await?;
        let watched = Watched::serve(db, &collector).await?;
        let personal = ask_for_everything(&watched, db).await?;
        let system = if db.backend == Backend::Sqlite { "sqlite" } else { "postgresql" };
        received.until("the gauges", |received| Ok(received.metrics()?.contains_key("db.client.connection.count"))).await?;
        let Watched { program, _folder } = watched;
        // What is not sent yet is sent now.
        program.process.stop().await?;

        spans_are_as_they_should_be(&received.spans()?, system)?;
        metrics_are_as_they_should_be(&received.metrics()?, system);
        lines_are_as_they_should_be(&received.lines()?);
        what_is_drawn_is_told(&received.metrics()?, db.backend)?;
        for signal in ["traces", "metrics", "logs"] {
            assert!(!received.bodies(signal).is_empty(), "no {signal}");
            for body in received.bodies(signal) {
                let exported = String::from_utf8_lossy(&body).into_owned();
                let canaries = ["anary", "case_supervisor", "hq_analyst", "SELECT page", "FEMININE", "no such table", "does not exist"];
                for canary in personal.iter().map(String::as_str).chain(canaries) {
                    assert!(!exported.contains(canary), "{canary} is in the {signal}: {exported}");
                }
            }
        }
        Ok(())
    }
}

fn spans_are_as_they_should_be(spans: &[Span], system: &str) -> Result {
    let named = |name: &str| spans.iter().find(|span| span.name == name).ok_or_else(|| format!("no span {name}"));
    let operation = named("query CaseList")?;
    let attributes = told(&operation.attributes);
    for attribute in ["graphql.operation.type=query", "graphql.operation.name=CaseList", "causeway.mission=UA"] {
        assert!(attributes.contains(attribute), "{attributes}");
    }
    let request = spans.iter().find(|span| span.span_id == operation.parent_span_id).ok_or("no request around it")?;
    assert_eq!(request.name, "POST /graphql");
    assert_eq!(request.kind, 2, "a server's");
    let attributes = told(&request.attributes);
    for attribute in ["http.route=/graphql", "http.request.method=POST", "http.response.status_code=200"] {
        assert!(attributes.contains(attribute), "{attributes}");
    }
    assert_eq!(hex(&request.trace_id), TRACE, "it is part of the caller's trace");
    let inside: Vec<&Span> = spans.iter().filter(|span| span.parent_span_id == operation.span_id).collect();
    let names: BTreeSet<&str> = inside.iter().map(|span| span.name.as_str()).collect();
    assert!(names.is_superset(&BTreeSet::from(["BEGIN", "SELECT case_file", "SELECT individual"])), "{names:?}");
    for statement in inside {
        assert_eq!(statement.kind, 3, "a client's: {statement:?}");
        assert!(told(&statement.attributes).contains(&format!("db.system.name={system}")), "{statement:?}");
    }
    // An operation that the operator does not know has no name.
    assert!(spans.iter().any(|span| span.name == "query") && spans.iter().any(|span| span.name == "mutation"));
    assert!(
        spans.iter().any(|span| span.name == "INSERT audit_entry") && spans.iter().any(|span| span.name == "COMMIT")
    );
    let failed = spans.iter().find(|span| told(&span.attributes).contains("error.type=INTERNAL"));
    assert!(failed.is_some(), "what failed is marked");
    assert!(spans.iter().all(|span| span.events.is_empty()), "log lines do not leave with spans");
    Ok(())
}

fn metrics_are_as_they_should_be(metrics: &BTreeMap<String, BTreeSet<String>>, system: &str) {
    for (name, attributes) in [
        ("http.server.request.duration", "http.request.method=POST http.response.status_code=200 http.route=/graphql"),
        ("http.server.request.duration", "http.request.method=POST http.response.status_code=401 http.route=/graphql"),
        ("http.server.request.duration", "http.request.method=GET http.response.status_code=404 http.route=unmatched"),
        ("http.server.active_requests", "http.request.method=POST"),
        ("causeway.errors", "error.type=UNAUTHENTICATED"),
        ("causeway.errors", "error.type=BAD_INPUT"),
        ("causeway.errors", "error.type=FORBIDDEN"),
        ("causeway.errors", "error.type=INTERNAL"),
        ("causeway.operation.duration", "graphql.operation.name=CaseList graphql.operation.type=query"),
        ("causeway.operation.duration", "graphql.operation.type=mutation"),
        ("causeway.mission.operation.duration", "causeway.mission=UA causeway.viewer.kind=mission"),
        (
            "causeway.mission.operation.duration",
            "causeway.mission=UA causeway.viewer.kind=mission error.type=FORBIDDEN",
        ),
        ("causeway.mission.operation.duration", "causeway.mission=everywhere causeway.viewer.kind=headquarters"),
        ("causeway.statistics.answers", "causeway.cache.result=MISS"),
        ("causeway.statistics.answers", "causeway.cache.result=HIT"),
        ("causeway.statistics.counts", "causeway.cache.place=database"),
        ("causeway.statistics.counts", "causeway.cache.place=figures"),
        ("causeway.admission.operations", "causeway.admission.state=waiting"),
    ] {
        assert!(has(metrics, name, attributes), "{name} {attributes}: {:?}", metrics.get(name));
    }
    let statement = format!("db.collection.name=case_file db.operation.name=SELECT db.system.name={system}");
    assert!(has(metrics, "db.client.operation.duration", &statement), "{metrics:?}");
    if system == "postgresql" {
        assert!(has(metrics, "db.client.operation.duration", "db.operation.name=MGET db.system.name=redis"));
        assert!(has(metrics, "causeway.redis.connected", ""));
    }
}

fn lines_are_as_they_should_be(lines: &[LogRecord]) {
    let body = |line: &LogRecord| text(line.body.as_ref().and_then(|body| body.value.as_ref()));
    let said: BTreeSet<String> = lines.iter().map(body).collect();
    assert!(said.contains("listening") && said.contains("told to stop: finishing what is under way"), "{said:?}");
    let internal = lines.iter().find(|line| body(line) == "internal error").expect("a line");
    let attributes = told(&internal.attributes);
    assert!(attributes.starts_with("reference=") && !attributes.contains(' '), "{attributes}");
    assert_eq!(hex(&internal.trace_id), TRACE, "it leads to its trace");
    let answered = lines.iter().find(|line| body(line) == "answered" && told(&line.attributes).contains("status=401"));
    assert!(told(&answered.expect("a line").attributes).contains("code=UNAUTHENTICATED"));
}

/// Every instrument that the dashboard and the alerts ask for is one that is told. Prometheus writes names its own way.
fn what_is_drawn_is_told(metrics: &BTreeMap<String, BTreeSet<String>>, backend: Backend) -> Result {
    let there: BTreeSet<String> = metrics.keys().map(|name| name.replace('.', "_")).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../monitoring");
    let mut asked = BTreeSet::new();
    for file in ["dashboard.json", "alerts.yaml"] {
        let text = std::fs::read_to_string(folder.join(file))?;
        let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
        let ours = ["causeway_", "http_server_", "db_client_"];
        asked.extend(words.filter(|word| ours.iter().any(|start| word.starts_with(start))).map(str::to_owned));
    }
    assert!(asked.len() > 10, "{asked:?}");
    // Attributes of ours are written the same way.
    let attributes: BTreeSet<String> = metrics
        .values()
        .flatten()
        .flat_map(|point| point.split(' '))
        .filter_map(|attribute| attribute.split('=').next())
        .map(|name| name.replace('.', "_"))
        .collect();
    let units = ["_seconds_bucket", "_seconds_count", "_seconds_sum", "_total", ""];
    for name in asked {
        let known = units.iter().any(|unit| name.strip_suffix(unit).is_some_and(|name| there.contains(name)));
        let redis = backend == Backend::Sqlite && name == "causeway_redis_connected";
        assert!(known || redis || attributes.contains(&name), "{name} is drawn, and nobody tells it");
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_gone_costs_no_answer_and_is_told_once() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    // Nobody listens; later somebody does.
    let port = process::free_port()?;
    let watched = Watched::serve(&db, &format!("http://127.0.0.1:{port}")).await?;
    let viewer = json!({ "query": "{ viewer { actor } }" });
    let began = Instant::now();
    let said = |text: &str| {
        Ok::<_, causeway_tests::Error>(
            watched.program.process.log()?.lines().filter(|line| line.contains(text)).count(),
        )
    };
    while said("telemetry is lost")? < 3 {
        assert!(watched.ask("case_supervisor@UA", viewer.clone()).await?["errors"].is_null());
        assert!(began.elapsed() < Duration::from_secs(20), "{}", watched.program.process.log()?);
    }
    for _ in 0..100 {
        let began = Instant::now();
        assert!(watched.ask("case_supervisor@UA", viewer.clone()).await?["errors"].is_null());
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    }
    assert_eq!(
        said("telemetry is lost")?,
        3,
        "once for each of traces, metrics and logs: {}",
        watched.program.process.log()?
    );
    Ok(())
}
