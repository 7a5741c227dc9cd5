//! How requests share the gateway: how many a viewer may send, and how many run at once.

use std::{num::NonZeroU32, thread::available_parallelism};

use serde::Deserialize;

/// How requests share the gateway.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FairnessConfig {
    /// So many requests may one viewer send in a minute, at all gateways together where they share Redis. They may come at
    /// once; then they come back evenly. Default: 600.
    pub requests_per_minute: NonZeroU32,
    /// So many operations run at once in this gateway. More than the database's processors can work on make each of them
    /// slower and not one more of them ready. Default: four for each processor of this machine.
    pub concurrency: usize,
    /// So many operations of one mission may wait; more are answered `UNAVAILABLE` at once. Default: 500.
    pub waiting: usize,
    /// So long may an operation wait, in seconds, before it is answered `UNAVAILABLE`. Default: 10.
    pub waiting_seconds: u64,
}

impl Default for FairnessConfig {
    fn default() -> Self {
        let processors = available_parallelism().map_or(2, usize::from);
        Self {
            requests_per_minute: NonZeroU32::new(600).unwrap_or(NonZeroU32::MIN),
            concurrency: 4 * processors,
            waiting: 500,
            waiting_seconds: 10,
        }
    }
}

impl FairnessConfig {
    pub(super) fn problems(&self) -> Vec<String> {
        let too_small = self.concurrency < 3;
        too_small
            .then(|| "fairness.concurrency must be 3 or more, or one mission could keep out all others".to_owned())
            .into_iter()
            .collect()
    }
}
