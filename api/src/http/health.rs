//! `/health`: whether the process lives, and whether it should get traffic. Shows names of checks, never causes: these pages
//! need no token. Refuses to look more than once at a time, however many ask.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use tokio::time::{Instant, timeout};
use tracing::Instrument;

use super::{
    edge::Edge,
    executor::Executor,
    readiness::{Check, all_pass},
};

/// GET /health/live: 200 as long as the process answers at all. Nothing behind it is asked.
pub(super) async fn live() -> Response {
    Json(serde_json::json!({ "live": true })).into_response()
}

/// GET /health/ready: 200 when every check passes, otherwise 503. Reasons go to the log. A process that was told to stop is
/// not ready, and asks nobody else.
pub(super) async fn ready<E: Executor>(State(edge): State<Edge<E>>) -> Response {
    let draining = &edge.options.draining;
    if !draining.has_begun() {
        let checks = look(&edge).await;
        // It may have been told meanwhile.
        if !draining.has_begun() {
            return answer(&checks);
        }
    }
    answer(&[Check { name: "stopping", ok: false }])
}

/// The checks, by a look of this request or of another one.
async fn look<E: Executor>(edge: &Edge<E>) -> Arc<[Check]> {
    let came = Instant::now();
    let mut found = Arc::clone(&edge.watch).lock_owned().await;
    if let Some(checks) = found.for_who_came(came) {
        return checks;
    }
    let (executor, limit) = (Arc::clone(&edge.executor), edge.options.timeout);
    let looking = async move {
        let outcomes = timeout(limit, executor.ready()).await.unwrap_or_default();
        found.note(&outcomes)
    };
    // Whoever hangs up ends no look: the next one would begin beside what is left of it. No check is no proof.
    tokio::spawn(looking.in_current_span()).await.unwrap_or_default()
}

fn answer(checks: &[Check]) -> Response {
    let status = if all_pass(checks) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(checks)).into_response()
}
