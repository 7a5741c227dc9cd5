//! The edge: where it listens and what it takes.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use url::Url;

use super::proxies::{ForwardedHeader, Proxies, network};

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
    /// At most so many connections at once. Where there is no seat, the connection of a stranger ends, on which no token has
    /// verified, or one more than the tenth that a viewer keeps; without one, more wait. Default: 1000.
    pub max_connections: usize,
    /// At most so many connections of one address on which no token has verified; of IPv6, of one /64. Behind a proxy of
    /// `trusted_proxies`: so many requests at once. Default: 100.
    pub max_strangers_per_address: usize,
    /// The proxies that are believed when they name the address of a client, and whose connections are never ended for want of
    /// a seat: addresses and networks, such as `10.0.3.0/28`. Default: none.
    pub trusted_proxies: Vec<String>,
    /// Where such a proxy names it: `x-forwarded-for` or `forwarded` (RFC 7239). Default: `x-forwarded-for`.
    pub forwarded_header: ForwardedHeader,
    /// Another address for `/health/live` and `/health/ready` alone, in plain HTTP, with connections of its own. Default: none;
    /// `listen` has them, too.
    pub health_listen: Option<SocketAddr>,
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
            max_strangers_per_address: 100,
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
            health_listen: None,
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

    /// The proxies that are believed. What cannot be read was refused before.
    #[must_use]
    pub fn proxies(&self) -> Proxies {
        let networks = self.trusted_proxies.iter().filter_map(|text| network(text)).collect();
        Proxies { networks, header: self.forwarded_header }
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (setting, is_none) in [
            ("timeout_seconds", self.timeout_seconds == 0),
            ("max_body_bytes", self.max_body_bytes == 0),
            ("max_connections", self.max_connections == 0),
            ("max_strangers_per_address", self.max_strangers_per_address == 0),
        ] {
            problems.extend(is_none.then(|| format!("http.{setting} must be more than 0")));
        }
        let odd = self.trusted_proxies.iter().filter(|text| network(text).is_none());
        problems.extend(
            odd.map(|text| format!("http.trusted_proxies: {text:?} is no address and no network such as 10.0.3.0/28")),
        );
        if self.health_listen == Some(self.listen) {
            problems.push("http.health_listen is http.listen; give another one, or leave it out".to_owned());
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
    fn a_proxy_is_an_address_or_a_network() {
        let config = |texts: &[&str]| HttpConfig {
            trusted_proxies: texts.iter().map(|text| (*text).to_owned()).collect(),
            ..HttpConfig::default()
        };
        let good = config(&["127.0.0.1", "10.0.3.0/28", "::1", "2001:db8::/48"]);
        assert_eq!((good.problems(), good.proxies().networks.len()), (vec![], 4));
        for odd in ["", "*", "proxy.example.org", "10.0.3.0/33", "10.0.3", "10.0.3.1:443"] {
            assert_eq!(config(&[odd]).problems().len(), 1, "{odd}");
        }
    }

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
