//! The edge: where it listens and what it takes.

use std::net::SocketAddr;

use serde::Deserialize;

/// The edge.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpConfig {
    /// Where it listens. Default: `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// The largest request body, in bytes. Default: 262144.
    pub max_body_bytes: usize,
    /// So long may a request take, in seconds. Default: 30.
    pub timeout_seconds: u64,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 8080)), max_body_bytes: 256 * 1024, timeout_seconds: 30 }
    }
}
