//! Redis: what gateways share. It refuses a URL that cannot be what was meant, and says what it was without repeating it, since
//! it may hold a password.

use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

use super::Secret;

/// The server that gateways share.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedisConfig {
    /// `redis://:PASSWORD@HOST:6379`, or `rediss://...` for TLS. Characters such as `#`, `/`, `?` and `%` in a user or a password
    /// are percent-encoded.
    pub url: Secret,
    /// What every key begins with, so that several installations can share a server. Default: `causeway`.
    #[serde(default = "default_prefix")]
    pub prefix: String,
    /// So long is an answer waited for, in milliseconds, before the figures are counted anew. Default: 200.
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u64,
    /// The authorities that the server's certificate may come from, in PEM, for `rediss://`. Default: those that the system
    /// trusts.
    pub ca_file: Option<PathBuf>,
    /// The certificate chain, in PEM, that the gateway shows to a server that wants one. Default: none.
    pub certificate_file: Option<PathBuf>,
    /// The private key of that certificate, in PEM.
    pub key_file: Option<PathBuf>,
}

fn default_prefix() -> String {
    "causeway".to_owned()
}

const fn default_timeout_ms() -> u64 {
    200
}

/// The schemes of a server at a host, plain and with TLS.
const AT_HOST: [&str; 4] = ["redis", "rediss", "valkey", "valkeys"];
/// The schemes of a server at a socket file.
const AT_FILE: [&str; 3] = ["redis+unix", "valkey+unix", "unix"];

impl RedisConfig {
    /// A server, with everything else as it comes.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: Secret::new(url),
            prefix: default_prefix(),
            timeout_ms: default_timeout_ms(),
            ca_file: None,
            certificate_file: None,
            key_file: None,
        }
    }

    /// Whether the server is reached over TLS.
    #[must_use]
    pub fn has_tls(&self) -> bool {
        ["rediss://", "valkeys://"].iter().any(|scheme| self.url.expose().starts_with(scheme))
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems: Vec<String> = self.url_problem().into_iter().collect();
        if self.timeout_ms == 0 {
            problems.push("redis.timeout_ms must be more than 0".to_owned());
        }
        if self.certificate_file.is_some() != self.key_file.is_some() {
            problems.push("redis.certificate_file and redis.key_file belong together: give both or none".to_owned());
        }
        if !self.has_tls() && (self.ca_file.is_some() || self.certificate_file.is_some()) {
            problems.push(
                "redis.ca_file and redis.certificate_file are for TLS: redis.url begins with rediss://".to_owned(),
            );
        }
        problems
    }

    /// What is wrong with the URL: what is wrong with any, then what is with one of Redis.
    fn url_problem(&self) -> Option<String> {
        let text = self.url.expose();
        let known = |scheme: &str| AT_HOST.contains(&scheme) || AT_FILE.contains(&scheme);
        let own = |what: &str| Some(format!("redis.url {what}"));
        if !text.split_once(':').is_some_and(|(scheme, _)| known(scheme)) {
            return own("begins with redis://, or rediss:// for TLS: redis://:PASSWORD@HOST:6379");
        }
        if let Some(problem) = super::url::problem("redis.url", text) {
            return Some(problem);
        }
        let at_host = Url::parse(text).ok().filter(|url| AT_HOST.contains(&url.scheme()));
        match at_host.as_ref().and_then(problem_at_host) {
            Some(problem) => own(problem),
            None if ::redis::Client::open(text).is_err() => own("is no address that can be connected to"),
            None => None,
        }
    }
}

/// A part that stands in a wrong place, such as the rest of a password behind a `/`, would be connected to, or left out, without
/// a word.
fn problem_at_host(url: &Url) -> Option<&'static str> {
    if url.host_str().is_none_or(str::is_empty) {
        return Some("names no host: redis://:PASSWORD@HOST:6379");
    }
    if url.query().is_some() {
        return Some("has a ?, which is written %3F in a password");
    }
    let database = url.path().trim_matches('/');
    (!database.is_empty() && database.parse::<u32>().is_err()).then_some(
        "has something behind the host that is not the number of a database: a / in a password is written %2F",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(url: &str) -> String {
        RedisConfig::at(url).problems().join("; ")
    }

    #[test]
    fn a_url_that_can_be_used_has_no_problem() {
        for url in [
            "redis://127.0.0.1",
            "redis://:secret@cache.internal:6379",
            "rediss://gateway:p%23w%2Fd@cache.internal:6379/3",
            "redis://[::1]:6379",
            "redis+unix:///run/redis/redis.sock?db=2",
        ] {
            assert_eq!(problem(url), "", "{url}");
        }
    }

    #[test]
    fn each_url_that_cannot_be_used_is_told_from_the_others_and_not_repeated() {
        for (url, says) in [
            ("cache:6379", "begins with redis://"),
            ("", "begins with redis://"),
            ("cache.internal", "begins with redis://"),
            ("http://cache:6379", "begins with redis://"),
            ("redis://:hunter#2@cache:6379", "its password must be percent-encoded: # is written %23"),
            ("redis://:hunt@er#2@cache:6379", "%23"),
            ("rediss://cache:6379/#insecure", "%23"),
            ("redis://:hunter/2@cache:6379", "its password must be percent-encoded: / is written %2F"),
            ("redis://:hunter?2@cache:6379", "its password must be percent-encoded: ? is written %3F"),
            ("redis://:hunt@er?2@cache:6379", "%3F"),
            ("redis://:hunt@er/2@cache:6379", "number of a database"),
            ("redis://", "names no host"),
            ("redis://:hunter%2@cache:6379", "its password must be percent-encoded: % is written %25"),
            ("redis://:hunter2@", "is no URL"),
            ("redis://cache:6379x", "is no URL"),
            ("redis://cache/first", "number of a database"),
            ("redis://0.0.0.0:6379", "no address"),
        ] {
            let problem = problem(url);
            assert!(problem.starts_with("redis.url") && problem.contains(says), "{url}: {problem}");
            assert!(!problem.contains("hunt") && !problem.contains(';'), "{problem}");
        }
    }

    #[test]
    fn files_are_for_tls_and_in_pairs() {
        let with = |url: &str, change: &dyn Fn(&mut RedisConfig)| {
            let mut config = RedisConfig::at(url);
            change(&mut config);
            config.problems().len()
        };
        assert_eq!(with("rediss://cache", &|config| config.ca_file = Some("ca.pem".into())), 0);
        assert_eq!(with("redis://cache", &|config| config.ca_file = Some("ca.pem".into())), 1);
        assert_eq!(with("rediss://cache", &|config| config.key_file = Some("key.pem".into())), 1);
        assert_eq!(with("redis://cache", &|config| config.timeout_ms = 0), 1);
    }
}
