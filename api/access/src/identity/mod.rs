//! From a token to a verified [`Viewer`]. [`Identity`] holds the issuers that are believed and remembers for a minute which
//! tokens it has verified. Refuses every token that it cannot check completely, and names the check, never the content.
//!
//! A token's way: [`token`] (length, header, who says it issued it) -> [`issuer`] (which key: [`discovery`], [`key_source`], [`key_set`]) ->
//! [`token`] (signature, times, audience) -> [`claims`] (roles, organisation, teams) -> [`viewer`].

mod claims;
mod development;
mod discovery;
mod fetch;
mod issuer;
mod key_set;
mod key_source;
mod refused_tokens;
mod token;
mod viewer;

#[cfg(test)]
mod tests;

use std::{collections::HashMap, path::PathBuf, time::Duration};

use jsonwebtoken::get_current_timestamp;
use sha2::{Digest, Sha256};

pub use self::{
    development::{DEVELOPMENT_AUDIENCE, DevelopmentIssuer},
    viewer::{DEVELOPMENT_ISSUER, Viewer, ViewerKind},
};
use self::{issuer::Issuer, refused_tokens::RefusedTokens, token::Unverified};
use crate::remembered::{Bounds, Remembered};
use crate::{config::identity::IdentityConfig, error::ClientError};
pub use base::membership::{Membership, MembershipError, Place, RoleName};
use futures::future::BoxFuture;

/// How long a verified token is remembered: so long does a key that an issuer withdrew still count.
const REMEMBERED: Duration = Duration::from_secs(60);
/// How many verified tokens are remembered.
const MOST_REMEMBERED: u64 = 10_000;

/// The issuers that are believed.
pub struct Identity {
    issuers: HashMap<String, Issuer>,
    development: Option<DevelopmentIssuer>,
    /// By SHA-256, so that no usable token lies in memory.
    verified: Remembered<[u8; 32], Viewer>,
    refused: RefusedTokens,
}

/// Why identity cannot start. The text is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum IdentityStartError {
    /// The configuration is wrong: every problem.
    #[error("identity: {}", .0.join("; "))]
    Configuration(Vec<String>),
    /// The development issuer was asked for, and the configuration does not turn it on.
    #[error("the development issuer is off (development_issuer = true turns it on; not in production)")]
    DevelopmentIssuerIsOff,
    /// The key of the development issuer cannot be used.
    #[error("the key of the development issuer, {path}: {cause}", path = path.display())]
    DevelopmentKey {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: std::io::Error,
    },
    /// The keys of an identity provider cannot be used.
    #[error("issuer {issuer}: {cause}")]
    Issuer {
        /// The `iss` of its tokens.
        issuer: String,
        /// What is wrong.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// What is wrong with the keys of an issuer.
#[derive(Debug)]
pub struct KeyProblem {
    /// What it is.
    pub error: IdentityStartError,
    /// It may pass by itself: the issuer is there, and does not answer now.
    pub passing: bool,
}

/// Everything that is wrong with the keys of the issuers. Those at a URL are fetched.
pub fn key_problems(config: &IdentityConfig) -> BoxFuture<'_, Vec<KeyProblem>> {
    Box::pin(async move {
        let development = config.development_issuer.then(|| DevelopmentIssuer::open(config)).and_then(Result::err);
        let probed = config.issuers.iter().map(|issuer| async {
            match Issuer::configured(issuer, &config.audience) {
                Ok(issuer) => issuer.probe().await.map(|(error, passing)| KeyProblem { error, passing }),
                Err(error) => Some(firm(error)),
            }
        });
        let probed = futures::future::join_all(probed).await.into_iter().flatten();
        development.map(firm).into_iter().chain(probed).collect()
    })
}

/// A problem that does not pass by itself.
const fn firm(error: IdentityStartError) -> KeyProblem {
    KeyProblem { error, passing: false }
}

impl Identity {
    /// Reads key files, and prepares to fetch the other keys when the first token needs them.
    ///
    /// # Errors
    /// Where the configuration is wrong, a key file cannot be used, or this machine has no roots to check certificates
    /// against.
    pub fn new(config: &IdentityConfig) -> Result<Self, IdentityStartError> {
        config.validate().map_err(IdentityStartError::Configuration)?;
        let development = config.development_issuer.then(|| DevelopmentIssuer::open(config)).transpose()?;
        let mut issuers = Vec::new();
        for issuer in &config.issuers {
            issuers.push(Issuer::configured(issuer, &config.audience)?);
        }
        Ok(Self::with_issuers(development, issuers))
    }

    fn with_issuers(development: Option<DevelopmentIssuer>, issuers: Vec<Issuer>) -> Self {
        let own = development.as_ref().map(DevelopmentIssuer::issuer);
        let issuers = issuers.into_iter().chain(own).map(|issuer| (issuer.name().to_owned(), issuer)).collect();
        let verified = Remembered::within(Bounds { most: MOST_REMEMBERED, life: Some(REMEMBERED), idle: None });
        Self { issuers, development, verified, refused: RefusedTokens::default() }
    }

    /// Who stands behind a token.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` with the check that failed; `UNAVAILABLE` where the keys of its issuer cannot be had.
    pub fn verify<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Viewer, ClientError>> {
        Box::pin(async move {
            token::check_length(token).inspect_err(|refused| self.tell(refused, None))?;
            let digest: [u8; 32] = Sha256::digest(token).into();
            if let Some(viewer) = self.verified.get(&digest)
                && get_current_timestamp() < viewer.expires_at()
            {
                return Ok(viewer);
            }
            let viewer = self.verify_anew(token).await?;
            self.verified.insert(digest, viewer.clone());
            Ok(viewer)
        })
    }

    /// Whether anybody's token can be verified now. One issuer is enough: one that is down must not keep the others out. The
    /// keys that are missing are fetched in the background.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        let at_hand = self.issuers.values().filter(|issuer| issuer.has_keys());
        // Each is asked, so that each is fetched.
        at_hand.count() > 0
    }

    /// The development issuer, where it is on.
    #[must_use]
    pub const fn development(&self) -> Option<&DevelopmentIssuer> {
        self.development.as_ref()
    }

    async fn verify_anew(&self, token: &str) -> Result<Viewer, ClientError> {
        let unverified = Unverified::read(token).inspect_err(|refused| self.tell(refused, None))?;
        let verified = match self.issuers.get(&unverified.issuer) {
            Some(issuer) => issuer.verify(token, &unverified).await,
            None => Err(ClientError::Unauthenticated("the token's issuer is not known")),
        };
        verified.inspect_err(|refused| self.tell(refused, Some(&unverified)))
    }

    /// Tells the operator why a token was refused. What is not there to verify it with is told where it is missed.
    fn tell(&self, refused: &ClientError, said: Option<&Unverified>) {
        if let ClientError::Unauthenticated(reason) = refused {
            let issuer = said.and_then(|said| self.issuers.get(&said.issuer)).map(Issuer::name);
            self.refused.say(reason, issuer, said);
        }
    }
}
