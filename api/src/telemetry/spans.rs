//! The spans of a request, by OpenTelemetry's conventions for HTTP servers, GraphQL and databases: the request, the operation
//! in it, and each statement or command that it waits for. Each measures what it spans, too.

use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use tracing::{Instrument, Span, debug_span, field};

use super::{instruments, traces};

/// The span of a request: method and route. Not the address itself, which may have variables or, by mistake, a token in it.
pub(crate) fn request(method: &'static str, route: &str, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        "request",
        otel.name = field::display(format_args!("{method} {route}")),
        otel.kind = "server",
        otel.status_code = field::Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = field::Empty,
        "error.type" = field::Empty,
    );
    traces::continue_trace(&span, headers);
    span
}

/// Ends the span of a request, with one line in the log.
pub(crate) fn answered(span: &Span, status: u16, code: Option<&str>, latency: Duration) {
    span.record("http.response.status_code", status);
    if let Some(code) = code {
        failed(span, code);
    }
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
        tracing::warn!(parent: span, status, code, ?latency, "answered");
    } else {
        tracing::info!(parent: span, status, code, ?latency, "answered");
    }
}

/// The span of an operation. The name is one of the operator's own, out of the manifest.
pub(crate) fn operation(kind: &'static str, name: Option<&str>, mission: &str, cost: u64) -> Span {
    debug_span!(
        "operation",
        otel.name =
            field::display(format_args!("{kind}{}{}", if name.is_some() { " " } else { "" }, name.unwrap_or_default())),
        "graphql.operation.type" = kind,
        graphql.operation.name = name,
        causeway.mission = mission,
        causeway.cost = cost,
        "error.type" = field::Empty,
    )
}

/// One statement or command: which database, what is done, and to which table. Never the statement itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement {
    /// `postgresql`, `sqlite` or `redis`.
    pub(crate) system: &'static str,
    /// The first word of the statement.
    pub(crate) operation: &'static str,
    /// The table that it is about; empty where there is none.
    pub(crate) table: &'static str,
}

impl Statement {
    /// Runs it in a span of its own, and measures it. `code` says how the outcome failed, if it did.
    pub(crate) async fn run<T>(
        self,
        work: impl Future<Output = T>,
        code: impl FnOnce(&T) -> Option<&'static str>,
    ) -> T {
        let Self { system, operation, table } = self;
        let span = debug_span!(
            "statement",
            otel.name = field::display(format_args!("{operation}{}{table}", if table.is_empty() { "" } else { " " })),
            otel.kind = "client",
            db.system.name = system,
            db.operation.name = operation,
            db.collection.name = (!table.is_empty()).then_some(table),
            "error.type" = field::Empty,
        );
        let began = Instant::now();
        let outcome = work.instrument(span.clone()).await;
        let code = code(&outcome);
        if let Some(code) = code {
            failed(&span, code);
        }
        instruments::statement(self, code, began.elapsed());
        outcome
    }
}

/// Notes the code with which a span ended.
pub(crate) fn failed(span: &Span, code: &str) {
    span.record("error.type", code);
}
