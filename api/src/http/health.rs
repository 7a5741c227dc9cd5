//! `/health`: whether the process lives, and whether it should get traffic. Shows names of checks, never causes: these pages
//! need no token.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{executor::Executor, router::Edge};

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
    for readiness in &outcomes {
        if let Err(reason) = &readiness.outcome {
            tracing::warn!(check = readiness.name, reason, "not ready");
        }
    }
    let checks: Vec<Check> =
        outcomes.iter().map(|readiness| Check { name: readiness.name, ok: readiness.outcome.is_ok() }).collect();
    let all_pass = !checks.is_empty() && checks.iter().all(|check| check.ok);
    let status = if all_pass { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(checks)).into_response()
}
