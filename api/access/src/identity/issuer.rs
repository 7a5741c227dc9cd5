//! One issuer: whose tokens it signs, with which keys, and what they may say. Refuses tokens whose key it cannot tell.

use std::{sync::Arc, time::Duration};

use super::{
    IdentityStartError, claims, discovery,
    fetch::{KeySourceError, client},
    key_set::{KeySet, NoKey, VerificationKey},
    key_source::{KeySource, Origin, Pace},
    token::{self, Unverified},
    viewer::Viewer,
};
use crate::{config::identity::IssuerConfig, error::ClientError};

/// How often a key file is looked at, at most.
const FILE_PAUSE: Duration = Duration::from_secs(30);

/// An issuer whose tokens are believed.
pub(super) struct Issuer {
    config: IssuerConfig,
    audience: String,
    keys: Keys,
}

enum Keys {
    /// The development issuer's secret.
    Secret(VerificationKey),
    /// The public keys of an identity provider.
    Public(Arc<KeySource>),
}

impl Issuer {
    /// An identity provider.
    pub fn configured(config: &IssuerConfig, audience: &str) -> Result<Self, IdentityStartError> {
        let origin = origin(config)?;
        let source = KeySource::new(&config.issuer, origin, pace(config));
        source.load_file().map_err(|cause| start_error(config, cause))?;
        Ok(Self::with_source(config, audience, source))
    }

    /// An identity provider whose keys come from here.
    pub fn with_source(config: &IssuerConfig, audience: &str, source: KeySource) -> Self {
        let audience = config.audience.as_deref().unwrap_or(audience).to_owned();
        Self { config: config.clone(), audience, keys: Keys::Public(Arc::new(source)) }
    }

    /// An issuer of our own, with a shared secret.
    pub fn with_secret(config: IssuerConfig, audience: &str, secret: VerificationKey) -> Self {
        Self { config, audience: audience.to_owned(), keys: Keys::Secret(secret) }
    }

    /// The `iss` of its tokens.
    pub fn name(&self) -> &str {
        &self.config.issuer
    }

    /// Whether its keys are at hand.
    pub fn has_keys(&self) -> bool {
        match &self.keys {
            Keys::Secret(_) => true,
            Keys::Public(source) => source.has_keys(),
        }
    }

    /// Why its keys cannot be read, and whether that may pass by itself.
    pub async fn probe(&self) -> Option<(IdentityStartError, bool)> {
        let Keys::Public(source) = &self.keys else { return None };
        let error = source.probe().await.err()?;
        let away = matches!(error, KeySourceError::Away(_));
        Some((start_error(&self.config, error), away))
    }

    /// Verifies a token that says it is this issuer's.
    pub async fn verify(&self, token: &str, unverified: &Unverified) -> Result<Viewer, ClientError> {
        let claims = match &self.keys {
            Keys::Secret(key) => self.verified(token, key)?,
            Keys::Public(source) => {
                let keys = self.keys_for(source, unverified).await?;
                self.verified(token, select(&keys, unverified)?)?
            }
        };
        claims::viewer(&claims, &self.config)
    }

    fn verified(&self, token: &str, key: &VerificationKey) -> Result<token::Claims, ClientError> {
        token::verified(token, key, self.name(), &self.audience)
    }

    /// The issuer's keys. A key that they do not have may be a new one, so the source is asked once more; how often that
    /// may happen is the source's affair.
    async fn keys_for(&self, source: &Arc<KeySource>, unverified: &Unverified) -> Result<Arc<KeySet>, ClientError> {
        let keys = source.keys().await.ok_or(ClientError::Unavailable)?;
        match keys.select(unverified.key_id.as_deref(), unverified.algorithm) {
            Err(NoKey::Unknown) => {
                source.refresh().await;
                source.keys().await.ok_or(ClientError::Unavailable)
            }
            _ => Ok(keys),
        }
    }
}

fn select<'keys>(keys: &'keys KeySet, unverified: &Unverified) -> Result<&'keys VerificationKey, ClientError> {
    keys.select(unverified.key_id.as_deref(), unverified.algorithm).map_err(|reason| match reason {
        NoKey::Unknown => token::UNKNOWN_KEY,
        NoKey::OtherType => token::ALGORITHM,
        NoKey::Ambiguous => ClientError::Unauthenticated("the token does not say which of the issuer's keys it is for"),
    })
}

fn origin(config: &IssuerConfig) -> Result<Origin, IdentityStartError> {
    match (&config.jwks_file, &config.jwks_url) {
        (Some(path), None) => Ok(Origin::File(path.clone())),
        (None, Some(url)) => {
            let client = client(url).map_err(|cause| start_error(config, cause))?;
            Ok(Origin::Url { url: url.clone(), client })
        }
        (None, None) => {
            let address = discovery::address(&config.issuer).map_err(|cause| start_error(config, cause))?;
            let client = client(&address).map_err(|cause| start_error(config, cause))?;
            Ok(Origin::Discovered { address, client })
        }
        (Some(_), Some(_)) => Err(start_error(config, "give either jwks_file or jwks_url")),
    }
}

/// A file is cheap to look at and nobody else's to spare, so it is read before use.
fn pace(config: &IssuerConfig) -> Pace {
    let keep = Duration::from_secs(config.keep_seconds);
    if config.jwks_file.is_some() {
        return Pace { refresh: FILE_PAUSE, overdue: FILE_PAUSE, keep, minimum: FILE_PAUSE };
    }
    let refresh = Duration::from_secs(config.refresh_seconds);
    Pace {
        refresh,
        overdue: refresh.saturating_mul(2),
        keep,
        minimum: Duration::from_secs(config.minimum_fetch_seconds),
    }
}

fn start_error(
    config: &IssuerConfig,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> IdentityStartError {
    IdentityStartError::Issuer { issuer: config.issuer.clone(), cause: cause.into() }
}
