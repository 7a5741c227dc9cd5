//! Where an issuer publishes its keys: what it says itself (OpenID Connect Discovery 1.0, section 4). Refuses an issuer that
//! gives itself another name, and keys that would come over plain HTTP.

use reqwest::Client;
use serde::Deserialize;
use url::Url;

use super::fetch::{KeySourceError, get};
use crate::config::identity::is_trustworthy;

/// What is read of an issuer's configuration.
#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks_uri: Url,
}

/// Where an issuer says what it is: below its own name.
///
/// # Errors
/// When the name is no URL.
pub(super) fn address(issuer: &str) -> Result<Url, url::ParseError> {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/')).parse()
}

/// Where its keys are, as it says itself.
pub(super) async fn keys_of(issuer: &str, address: &Url, client: &Client) -> Result<Url, KeySourceError> {
    let body = get(client, address).await?;
    let configuration: Configuration = serde_json::from_slice(&body)
        .map_err(|_| KeySourceError::Discovery("its configuration has no issuer and jwks_uri"))?;
    if configuration.issuer != issuer {
        return Err(KeySourceError::Discovery("its configuration is that of an issuer with another name"));
    }
    if !is_trustworthy(&configuration.jwks_uri) {
        return Err(KeySourceError::Discovery("its keys would come over plain HTTP from elsewhere"));
    }
    Ok(configuration.jwks_uri)
}
