//! Who is let in, and when: each viewer has an allowance of requests a minute, and each mission a lane of its own to the
//! slots where operations run, so that the load of one is not the trouble of another. What cannot be done in time is
//! refused at once, with a time to come back, instead of waiting without end.
//!
//! It knows verified viewers alone: whoever has no token that verifies is refused before.

mod allowance;
mod lanes;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use allowance::Allowance;
pub use lanes::Slot;

use crate::access::identity::Viewer;
use crate::config::FairnessConfig;
use crate::error::ClientError;
use crate::redis_link::RedisLink;
use allowance::Allowances;
use lanes::{Lane, Lanes};

/// The door of one gateway.
pub struct Admission {
    allowances: Allowances,
    lanes: Lanes,
}

impl Admission {
    /// Opens the door. Gateways that share Redis share the allowances.
    #[must_use]
    pub fn open(config: &FairnessConfig, link: Option<Arc<RedisLink>>) -> Self {
        Self { allowances: Allowances::new(config.requests_per_minute, link), lanes: Lanes::new(config) }
    }

    /// Takes one request from a viewer's allowance, and waits for a slot. The slot is free again when it is dropped.
    ///
    /// # Errors
    /// `RATE_LIMITED` where the allowance is used up, `UNAVAILABLE` where there is more to do than can be done.
    pub async fn admit(&self, viewer: &Viewer) -> (Allowance, Result<Slot, ClientError>) {
        match self.allowances.take(viewer.actor()).await {
            Err(used_up) => (used_up, Err(ClientError::RateLimited)),
            Ok(allowance) => (allowance, self.lanes.enter(Lane::of(viewer)).await),
        }
    }
}
