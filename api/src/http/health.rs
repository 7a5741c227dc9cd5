//! `/health`: whether the process lives, and whether it should get traffic. Shows names of checks, never causes: these pages
//! need no token. Refuses to look more than once at a time, however many ask.

use std::{collections::HashSet, sync::Arc, time::Duration};

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};
use tracing::Instrument;

use super::{
    executor::{Executor, Readiness},
    router::Edge,
};

/// So long does a look at which all was well serve those who come later.
const SHARED: Duration = Duration::from_secs(1);

/// What was found, for all who ask. Whoever holds the lock is the one who looks: a look may take a connection of its own to the
/// database, and anybody may ask.
pub(super) type Watch = Arc<Mutex<Found>>;

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// The checks that failed the last time, so that the log has one line when one begins to fail and one when it passes
    /// again, however often a balancer asks.
    failed: HashSet<&'static str>,
    /// The last look: when it ended, and the checks.
    last: Option<(Instant, Arc<[Check]>)>,
}

impl Found {
    /// What serves somebody who came then. A failure serves those alone who waited for it, so that its end is told at once.
    fn for_who_came(&self, came: Instant) -> Option<Arc<[Check]>> {
        let (ended, checks) = self.last.as_ref()?;
        let serves = *ended >= came || (all_pass(checks) && ended.elapsed() < SHARED);
        serves.then(|| Arc::clone(checks))
    }

    fn note(&mut self, outcomes: &[Readiness]) -> Arc<[Check]> {
        outcomes.iter().for_each(|outcome| self.tell(outcome));
        let checks = outcomes.iter().map(|check| Check { name: check.name, ok: check.outcome.is_ok() });
        let checks: Arc<[Check]> = checks.collect();
        self.last = Some((Instant::now(), Arc::clone(&checks)));
        checks
    }

    fn tell(&mut self, Readiness { name, outcome }: &Readiness) {
        match outcome {
            Ok(()) if self.failed.remove(name) => tracing::info!(check = name, "ready again"),
            Err(reason) if self.failed.insert(name) => tracing::warn!(check = name, reason, "not ready"),
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

fn all_pass(checks: &[Check]) -> bool {
    !checks.is_empty() && checks.iter().all(|check| check.ok)
}

fn answer(checks: &[Check]) -> Response {
    let status = if all_pass(checks) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(checks)).into_response()
}
