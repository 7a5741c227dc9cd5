//! What the handlers of the edge share: the gateway behind it, and its limits.

use std::{sync::Arc, time::Duration};

use axum::http::HeaderValue;

use super::{browser_page::BrowserPage, readiness::Watch, server::Draining};

/// The limits of the edge, and the browser page.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// The largest body that is read, in bytes. 256 KiB holds any operation that the cost limit would let through.
    pub body_limit: usize,
    /// How long a body may take to arrive.
    pub body_timeout: Duration,
    /// How long a request may take as a whole.
    pub timeout: Duration,
    /// The origins whose pages may call from a browser, besides our own.
    pub cors_origins: Vec<HeaderValue>,
    /// Whether the process was told to stop.
    pub draining: Draining,
    /// The browser page with its tokens; only demo mode has one.
    pub browser: Option<BrowserPage>,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            body_limit: 256 * 1024,
            body_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            cors_origins: Vec::new(),
            draining: Draining::default(),
            browser: None,
        }
    }
}

/// What handlers share.
pub(super) struct Edge<E> {
    pub(super) executor: Arc<E>,
    pub(super) options: Arc<HttpOptions>,
    pub(super) watch: Watch,
}

// Derived, this would demand `E: Clone`.
impl<E> Clone for Edge<E> {
    fn clone(&self) -> Self {
        Self {
            executor: Arc::clone(&self.executor),
            options: Arc::clone(&self.options),
            watch: Arc::clone(&self.watch),
        }
    }
}
