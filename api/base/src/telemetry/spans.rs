//! The spans of a request, by OpenTelemetry's conventions for HTTP servers, GraphQL and databases: the request, the operation
//! in it, and each statement or command that it waits for. Each measures what it spans, too.

use std::{fmt, time::Duration};

use axum::http::HeaderMap;
use tracing::{Instrument, Span, debug_span, field};

use super::{
    instruments::{self, Timed},
    traces,
};

/// The span of a request: method and route. Not the address itself, which may have variables or, by mistake, a token in it.
pub fn request(method: &'static str, route: &str, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        "request",
        otel.name = field::Empty,
        otel.kind = "server",
        otel.status_code = field::Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = field::Empty,
        "error.type" = field::Empty,
    );
    // Each line of the log would repeat it.
    if traces::are_exported() {
        span.record("otel.name", field::display(format_args!("{method} {route}")));
    }
    traces::continue_trace(&span, headers);
    span
}

/// Ends the span of a request, with one line in the log.
pub fn answered(span: &Span, status: u16, code: Option<&str>, latency: Duration) {
    span.in_scope(|| {
        if status >= 500 {
            tracing::warn!(status, code, ?latency, "answered");
        } else {
            tracing::info!(status, code, ?latency, "answered");
        }
    });
    span.record("http.response.status_code", status);
    match code {
        Some(code) => span.record("error.type", code),
        None if status >= 500 => span.record("error.type", status),
        None => span,
    };
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// The span of an operation. The name is one of the operator's own, out of the manifest.
pub fn operation(kind: &'static str, name: Option<&str>, mission: &str, cost: u64) -> Span {
    debug_span!(
        "operation",
        otel.name = field::display(Words(kind, name.unwrap_or_default())),
        otel.status_code = field::Empty,
        "graphql.operation.type" = kind,
        graphql.operation.name = name,
        causeway.mission = mission,
        causeway.cost = cost,
        "error.type" = field::Empty,
    )
}

/// Notes how the span of an operation ended. What a client did wrong is no fault of the operation's.
pub fn ended(span: &Span, code: Option<&str>) {
    let Some(code) = code else { return };
    span.record("error.type", code);
    if matches!(code, "INTERNAL" | "UNAVAILABLE") {
        span.record("otel.status_code", "ERROR");
    }
}

/// One statement or command: which database, what is done, and to which table. Never the statement itself.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// `postgresql`, `sqlite` or `redis`.
    pub system: &'static str,
    /// The first word of the statement.
    pub operation: &'static str,
    /// The table that it is about; empty where there is none.
    pub table: &'static str,
}

impl Statement {
    /// Runs it in a span of its own, and measures it. `code` says how the outcome failed, if it did.
    pub async fn run<T>(self, work: impl Future<Output = T>, code: impl FnOnce(&T) -> Option<&'static str>) -> T {
        let span = self.span();
        let Self { system, operation, table } = self;
        let timed = Timed::begin(|code, took| instruments::statement((system, operation, table), code, took));
        let outcome = work.instrument(span.clone()).await;
        let code = code(&outcome);
        if let Some(code) = code {
            span.record("error.type", code);
            span.record("otel.status_code", "ERROR");
        }
        timed.end(code);
        outcome
    }

    fn span(self) -> Span {
        let Self { system, operation, table } = self;
        debug_span!(
            "statement",
            otel.name = field::display(Words(operation, table)),
            otel.kind = "client",
            otel.status_code = field::Empty,
            db.system.name = system,
            db.operation.name = operation,
            db.collection.name = (!table.is_empty()).then_some(table),
            "error.type" = field::Empty,
        )
    }
}

/// One word, and another where there is one.
struct Words<'a>(&'a str, &'a str);

impl fmt::Display for Words<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(first, second) = self;
        formatter.write_str(first)?;
        if second.is_empty() { Ok(()) } else { write!(formatter, " {second}") }
    }
}
