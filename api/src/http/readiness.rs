//! What was found at the last look at whether the gateway is ready, shared by all who ask.

use std::{collections::HashSet, sync::Arc, time::Duration};

use serde::Serialize;
use tokio::{sync::Mutex, time::Instant};

use super::executor::Readiness;

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
    pub(super) fn for_who_came(&self, came: Instant) -> Option<Arc<[Check]>> {
        let (ended, checks) = self.last.as_ref()?;
        let serves = *ended >= came || (all_pass(checks) && ended.elapsed() < SHARED);
        serves.then(|| Arc::clone(checks))
    }

    /// Notes what a look found, and tells the log what is new in it.
    pub(super) fn note(&mut self, outcomes: &[Readiness]) -> Arc<[Check]> {
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

/// A check as it is shown: its name, and whether it passed.
#[derive(Serialize)]
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) ok: bool,
}

/// Whether all checks pass. Where there is none, nothing is known.
pub(super) fn all_pass(checks: &[Check]) -> bool {
    !checks.is_empty() && checks.iter().all(|check| check.ok)
}
