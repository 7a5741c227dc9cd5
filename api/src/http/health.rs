//! `/health`: whether the process lives, and whether it should get traffic. Shows names of checks, never causes: these pages
//! need no token.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{
    executor::{Executor, Readiness},
    router::Edge,
};

/// The checks that failed when they were last asked for, so that the log has one line when one begins to fail and one when
/// it passes again, however often a balancer asks.
#[derive(Default)]
pub(super) struct Unready(Mutex<HashSet<&'static str>>);

impl Unready {
    fn note(&self, Readiness { name, outcome }: &Readiness) {
        let mut failed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(()) if failed.remove(name) => tracing::info!(check = name, "ready again"),
            Err(reason) if failed.insert(name) => tracing::warn!(check = name, reason, "not ready"),
            _ => {}
        }
    }
}

#[derive(Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
}

/// GET /health/live: 200 as long as the process answers at all. Nothing behind it is asked.
pub(super) async fn live() -> Response {
    Json(serde_json::json!({ "live": true })).into_response()
}

/// GET /health/ready: 200 when every check passes, otherwise 503. Reasons go to the log. A process that was told to stop is
/// not ready, and asks nobody else.
pub(super) async fn ready<E: Executor>(State(edge): State<Edge<E>>) -> Response {
    if edge.options.draining.has_begun() {
        let check = Check { name: "stopping", ok: false };
        return (StatusCode::SERVICE_UNAVAILABLE, Json([check])).into_response();
    }
    let outcomes = edge.executor.ready().await;
    outcomes.iter().for_each(|readiness| edge.unready.note(readiness));
    let checks: Vec<Check> =
        outcomes.iter().map(|readiness| Check { name: readiness.name, ok: readiness.outcome.is_ok() }).collect();
    let all_pass = !checks.is_empty() && checks.iter().all(|check| check.ok);
    let status = if all_pass { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(checks)).into_response()
}
