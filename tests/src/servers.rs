//! The shared servers: where they are, told by the environment. It starts none, because each test may run in a process
//! of its own, and refuses to guess: no address means that the test fails and says what to run.

use crate::{Error, Result};
use url::Url;

/// Superuser URL of the shared PostgreSQL.
pub const POSTGRES: &str = "CAUSEWAY_TEST_POSTGRES";
/// URL of the shared Redis.
pub const REDIS: &str = "CAUSEWAY_TEST_REDIS";

/// The superuser URL of the shared PostgreSQL.
///
/// # Errors
/// When no server was started for the tests, or the URL is malformed.
pub fn postgres() -> Result<Url> {
    // The text of the URL, which holds a password, stays out of the message.
    address(POSTGRES)?.parse().map_err(|cause| Error::from(format!("{POSTGRES} is not a URL: {cause}")))
}

/// The URL of the shared Redis.
///
/// # Errors
/// When no server was started for the tests.
pub fn redis() -> Result<String> {
    address(REDIS)
}

fn address(variable: &str) -> Result<String> {
    std::env::var(variable).map_err(|_| {
        Error::from(format!(
            "{variable} is not set, so there is no server to test on: run `./check`; or run `./check --servers` in another \
             terminal and paste the lines that it prints; or leave these tests out with `./check --fast`"
        ))
    })
}
