//! Fetching what an issuer publishes, and why that can fail. Refuses redirects, and answers that are longer than a key set
//! may be.

use std::{path::PathBuf, time::Duration};

use reqwest::{Client, Response};
use url::Url;

use super::key_set::{KeySetError, LONGEST_SET};

/// How long an issuer has for its answer, and before that for the connection.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Why keys could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeySourceError {
    #[error("the key file {path} cannot be read: {cause}", path = path.display())]
    File { path: PathBuf, cause: std::io::Error },
    #[error("the key file {path}: {cause}", path = path.display())]
    KeysOfFile { path: PathBuf, cause: KeySetError },
    /// It answers, and not with keys.
    #[error("the issuer's keys cannot be fetched: {0}")]
    Fetch(String),
    /// It does not answer now, and may do so later.
    #[error("the issuer's keys cannot be fetched now: {0}")]
    Away(String),
    #[error("{0}")]
    Keys(#[from] KeySetError),
    #[error("the issuer's keys cannot be found: {0}")]
    Discovery(&'static str),
}

impl From<reqwest::Error> for KeySourceError {
    fn from(error: reqwest::Error) -> Self {
        // The outermost text says only that the request failed; the innermost one says why.
        let error = error.without_url();
        let away = error.status().is_none_or(|status| status.is_server_error());
        let mut cause: &dyn std::error::Error = &error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        if away { Self::Away(cause.to_string()) } else { Self::Fetch(cause.to_string()) }
    }
}

/// What stands at an address, if it is no longer than a key set may be.
pub(super) async fn get(client: &Client, url: &Url) -> Result<Vec<u8>, KeySourceError> {
    let mut response = client.get(url.clone()).send().await?.error_for_status()?;
    body(&mut response).await
}

async fn body(response: &mut Response) -> Result<Vec<u8>, KeySourceError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LONGEST_SET {
            return Err(KeySetError::TooLong.into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// A client that fetches keys: no redirects, which could lead anywhere. Plain HTTP, which is for this machine alone, goes
/// past no proxy.
///
/// Certificates are checked against the system's roots.
pub(super) fn client(url: &Url) -> reqwest::Result<Client> {
    crate::tls::use_ring();
    let is_https = url.scheme() == "https";
    let builder = Client::builder()
        .timeout(TIMEOUT)
        .connect_timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .https_only(is_https);
    if is_https { builder.build() } else { builder.no_proxy().build() }
}
