//! What leaves for a collector, of the program as an operator runs it: spans, metrics and log lines, and in none of them
//! anything of a person, an argument or a token. The receiver is a real one: OTLP over HTTP.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, Instant};

use causeway_tests::collector::{Collector, Metrics, text, told};
use causeway_tests::program::{Launch, Program};
use causeway_tests::{Backend, Caller, Gateway, Result, TempDir, TestDatabase, both, data, gateway, process};
use opentelemetry_proto::tonic::{logs::v1::LogRecord, trace::v1::Span};
use serde_json::{Value, json};
use sqlx::Executor;

use crate::PROGRAM;
use crate::trusted_documents::hash;

/// An operation of a front end: in the manifest, so that its name may be told.
const TRUSTED: &str = "query CaseList($first: Int) { cases(missions: [UA], first: $first) { nodes { caseNumber individual { familyName givenNames } } } }";

/// The trace of a front end, and the span in it that asks.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const ASKING: &str = "00f067aa0ba902b7";

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
        let request = request.header("traceparent", format!("00-{TRACE}-{ASKING}-01"));
        let request = request.header("tracestate", "canary=canary-state").header("baggage", "canary=canary-baggage");
        Ok(request.send().await?.json().await?)
    }
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
        (
            json!({ "query": "mutation { registerCase(input: { mission: MD, individual: {} }) { userErrors { code } } }" }),
            "NOT_FOUND",
        ),
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

fn has(metrics: &Metrics, name: &str, attributes: &str) -> bool {
    metrics.get(name).is_some_and(|points| points.contains(attributes))
}

both! {
    async fn a_collector_gets_all_it_needs_and_nothing_personal(db: &TestDatabase) -> Result {
        let (collector, received) = Collector::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let watched = Watched::serve(db, &collector).await?;
        let personal = ask_for_everything(&watched, db).await?;
        let system = if db.backend == Backend::Sqlite { "sqlite" } else { "postgresql" };
        received.until("the gauges", |received| Ok(received.metrics()?.contains_key("db_client_connection_count"))).await?;
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
    assert_eq!(
        (hex::encode(&request.trace_id), hex::encode(&request.parent_span_id)),
        (TRACE.to_owned(), ASKING.to_owned())
    );
    assert!(spans.iter().all(|span| span.trace_state.is_empty()), "that is a client's text");
    let inside: Vec<&Span> = spans.iter().filter(|span| span.parent_span_id == operation.span_id).collect();
    let names: BTreeSet<&str> = inside.iter().map(|span| span.name.as_str()).collect();
    assert!(names.is_superset(&BTreeSet::from(["BEGIN", "SELECT case_file"])), "{names:?}");
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
    assert_eq!(
        failed.and_then(|span| span.status.as_ref()).map(|status| status.code),
        Some(2),
        "what failed is marked"
    );
    assert!(spans.iter().all(|span| span.events.is_empty()), "log lines do not leave with spans");
    Ok(())
}

fn metrics_are_as_they_should_be(metrics: &Metrics, system: &str) {
    for (name, attributes) in [
        (
            "http_server_request_duration_seconds_count",
            "http.request.method=POST http.response.status_code=200 http.route=/graphql",
        ),
        (
            "http_server_request_duration_seconds_count",
            "http.request.method=POST http.response.status_code=401 http.route=/graphql",
        ),
        (
            "http_server_request_duration_seconds_count",
            "http.request.method=GET http.response.status_code=404 http.route=unmatched",
        ),
        ("http_server_active_requests", "http.request.method=POST"),
        ("causeway_errors_total", "error.type=UNAUTHENTICATED"),
        ("causeway_errors_total", "error.type=BAD_INPUT"),
        ("causeway_errors_total", "error.type=FORBIDDEN"),
        ("causeway_errors_total", "error.type=INTERNAL"),
        ("causeway_operation_duration_seconds_count", "graphql.operation.name=CaseList graphql.operation.type=query"),
        ("causeway_operation_duration_seconds_count", "graphql.operation.type=mutation"),
        ("causeway_mission_request_duration_seconds_count", "causeway.mission=UA causeway.viewer.kind=mission"),
        (
            "causeway_mission_request_duration_seconds_count",
            "causeway.mission=UA causeway.viewer.kind=mission error.type=FORBIDDEN",
        ),
        (
            "causeway_mission_request_duration_seconds_count",
            "causeway.mission=everywhere causeway.viewer.kind=headquarters",
        ),
        ("causeway_statistics_answers_total", "causeway.cache.result=MISS"),
        ("causeway_statistics_answers_total", "causeway.cache.result=HIT"),
        ("causeway_statistics_counts_total", "causeway.cache.place=database"),
        ("causeway_statistics_counts_total", "causeway.cache.place=figures"),
        ("causeway_admission_operations", "causeway.admission.state=waiting"),
        ("causeway_refusals_total", "causeway.mission=UA causeway.viewer.kind=mission error.type=NOT_FOUND"),
    ] {
        assert!(has(metrics, name, attributes), "{name} {attributes}: {:?}", metrics.get(name));
    }
    let statement = format!("db.collection.name=case_file db.operation.name=SELECT db.system.name={system}");
    assert!(has(metrics, "db_client_operation_duration_seconds_count", &statement), "{metrics:?}");
    if system == "postgresql" {
        assert!(has(
            metrics,
            "db_client_operation_duration_seconds_count",
            "db.operation.name=MGET db.system.name=redis"
        ));
        assert!(has(metrics, "causeway_redis_connected", ""));
    }
}

fn lines_are_as_they_should_be(lines: &[LogRecord]) {
    let body = |line: &LogRecord| text(line.body.as_ref().and_then(|body| body.value.as_ref()));
    let said: BTreeSet<String> = lines.iter().map(body).collect();
    assert!(said.contains("listening") && said.contains("told to stop: finishing what is under way"), "{said:?}");
    let internal = lines.iter().find(|line| body(line) == "internal error").expect("a line");
    let attributes = told(&internal.attributes);
    assert!(attributes.starts_with("reference=") && !attributes.contains(' '), "{attributes}");
    assert_eq!(hex::encode(&internal.trace_id), TRACE, "it leads to its trace");
    let of_trace = |line: &&LogRecord| body(line) == "answered" && hex::encode(&line.trace_id) == TRACE;
    assert!(lines.iter().any(|line| of_trace(&line)), "so does each answer");
    let answered = lines.iter().find(|line| body(line) == "answered" && told(&line.attributes).contains("status=401"));
    assert!(told(&answered.expect("a line").attributes).contains("code=UNAUTHENTICATED"));
}

/// Every instrument and attribute that the dashboard and the alerts ask for is one that is told.
fn what_is_drawn_is_told(metrics: &Metrics, backend: Backend) -> Result {
    let attributes = metrics.values().flatten().flat_map(|point| point.split(' '));
    let mut known: BTreeSet<String> =
        attributes.filter_map(|attribute| attribute.split('=').next()).map(|name| name.replace('.', "_")).collect();
    known.extend(metrics.keys().cloned());
    // What Prometheus adds to each point, and words of its language.
    known.extend(["job", "instance", "le", "by", "sum", "min", "rate", "increase"].map(str::to_owned));
    known.extend(["histogram_quantile", "absent_over_time", "for", "m", "or"].map(str::to_owned));
    if backend == Backend::Sqlite {
        known.insert("causeway_redis_connected".to_owned());
    }
    let mut asked = 0;
    for expression in expressions()? {
        // Without what is compared with, and Grafana's own variables.
        let mut parts = expression.split('"').step_by(2).collect::<Vec<_>>().join(" ");
        parts = parts.replace("[$__rate_interval]", "");
        for word in parts.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')) {
            if word.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
                asked += 1;
                assert!(known.contains(word), "{word} is asked for, and nobody tells it: {expression}");
            }
        }
    }
    assert!(asked > 100, "{asked}");
    Ok(())
}

/// What the dashboard and the alerts ask Prometheus.
fn expressions() -> Result<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../monitoring");
    let dashboard: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("dashboard.json"))?)?;
    let panels = dashboard["panels"].as_array().ok_or("no panels")?;
    let targets = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    let mut expressions: Vec<String> =
        targets.filter_map(|target| target["expr"].as_str()).map(str::to_owned).collect();
    let alerts = std::fs::read_to_string(folder.join("alerts.yaml"))?;
    for rule in alerts.split("expr: ").skip(1) {
        let until = rule.find("        for:").into_iter().chain(rule.find("        labels:")).min();
        expressions.push(rule[..until.ok_or("a rule without an end")?].to_owned());
    }
    Ok(expressions)
}

/// Prometheus reads the alerts.
#[test]
fn the_alerts_are_rules() -> Result {
    if !data::has_program("telemetry::the_alerts_are_rules", "promtool")? {
        return Ok(());
    }
    let alerts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../monitoring/alerts.yaml");
    let output = std::process::Command::new("promtool").args(["check", "rules"]).arg(alerts).output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_gone_costs_no_answer_and_is_told_once() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    // Nobody listens; later somebody does.
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, process::free_port()?));
    let watched = Watched::serve(&db, &format!("http://{address}")).await?;
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
