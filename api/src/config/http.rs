//! The edge: where it listens and what it takes.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use url::Url;

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
    /// At most so many connections at once; more wait. Default: 1000.
    pub max_connections: usize,
    /// So long does a gateway that was told to stop still take requests, in seconds, while `/health/ready` sends new ones
    /// elsewhere. Default: 3.
    pub drain_seconds: u64,
    /// The certificate chain for TLS, in PEM. Default: none, for a proxy that speaks TLS.
    pub tls_certificate_file: Option<PathBuf>,
    /// The private key of the certificate, in PEM. Read again, with the certificate, on SIGHUP.
    pub tls_key_file: Option<PathBuf>,
    /// The origins, such as `https://cases.example.org`, whose pages may call the API from a browser (CORS). Default: none but
    /// the gateway's own. There is no *any*: a page of somebody else has no business here.
    pub cors_origins: Vec<String>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            max_body_bytes: 256 * 1024,
            timeout_seconds: 30,
            max_connections: 1_000,
            drain_seconds: 3,
            tls_certificate_file: None,
            tls_key_file: None,
            cors_origins: Vec::new(),
        }
    }
}

impl HttpConfig {
    /// Certificate and key, where TLS is configured.
    #[must_use]
    pub fn tls_files(&self) -> Option<(&Path, &Path)> {
        self.tls_certificate_file.as_deref().zip(self.tls_key_file.as_deref())
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.timeout_seconds == 0 || self.max_body_bytes == 0 || self.max_connections == 0 {
            problems.push(
                "http.timeout_seconds, http.max_body_bytes and http.max_connections must be more than 0".to_owned(),
            );
        }
        if self.tls_certificate_file.is_some() != self.tls_key_file.is_some() {
            problems
                .push("http.tls_certificate_file and http.tls_key_file belong together: give both or none".to_owned());
        }
        let odd = self.cors_origins.iter().filter(|origin| !is_origin(origin));
        problems.extend(
            odd.map(|origin| {
                format!("http.cors_origins: {origin:?} is not an origin such as https://cases.example.org")
            }),
        );
        problems
    }
}

/// An origin as browsers send it (RFC 6454, section 6.2): scheme, host, and the port where it is not the scheme's own.
fn is_origin(text: &str) -> bool {
    let is_web = |url: &Url| matches!(url.scheme(), "http" | "https") && !text.contains('*');
    Url::parse(text).is_ok_and(|url| is_web(&url) && url.origin().ascii_serialization() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_sends() {
        for origin in ["https://cases.example.org", "http://localhost:5173", "https://[::1]:8443"] {
            assert!(is_origin(origin), "{origin}");
        }
        for other in [
            "*",
            "null",
            "",
            "cases.example.org",
            "https://a.example/",
            "https://a.example:443",
            "https://A.example",
            "file://x",
            "https://*.example",
        ] {
            assert!(!is_origin(other), "{other}");
        }
    }
}
