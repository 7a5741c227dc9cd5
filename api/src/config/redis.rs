//! Redis: the cache that gateways share.

use serde::Deserialize;

use super::Secret;

/// The shared cache.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedisConfig {
    /// `redis://...`.
    pub url: Secret,
    /// What every key begins with, so that several installations can share a server. Default: `causeway`.
    #[serde(default = "default_prefix")]
    pub prefix: String,
    /// So long is an answer waited for, in milliseconds, before the figures are counted anew. Default: 200.
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u64,
}

fn default_prefix() -> String {
    "causeway".to_owned()
}

const fn default_timeout_ms() -> u64 {
    200
}
