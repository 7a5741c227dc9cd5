//! What the log says of tokens that were refused: by which issuer, with which key, and why. Refuses to show a token, a subject
//! or any other claim, and to write as many lines as strangers send tokens.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use super::token::Unverified;

/// At most so many lines a minute.
const LINES: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);
/// How much is shown of what a token says of itself, in characters: anybody can write it.
const LONGEST: usize = 100;

/// What one gateway says of tokens that it refused.
pub(super) struct RefusedTokens {
    lines: DefaultDirectRateLimiter,
    unsaid: AtomicU64,
}

impl Default for RefusedTokens {
    fn default() -> Self {
        Self { lines: RateLimiter::direct(Quota::per_minute(LINES)), unsaid: AtomicU64::new(0) }
    }
}

impl RefusedTokens {
    /// Says that a token was refused, with the check that failed. `issuer` is the configured one that the token names, if it is
    /// one; what the token itself says is not verified, and has names of its own, which no collector gets.
    pub(super) fn say(&self, reason: &'static str, issuer: Option<&str>, said: Option<&Unverified>) {
        if self.lines.check().is_err() {
            self.unsaid.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let unsaid = self.unsaid.swap(0, Ordering::Relaxed);
        let stranger = said.filter(|_| issuer.is_none()).map(|said| cut(&said.issuer));
        let key_id = said.and_then(|said| said.key_id.as_deref()).map(cut);
        tracing::info!(issuer, said_issuer = stranger, key_id, reason, unsaid, "a token was refused");
    }
}

/// The beginning of a text.
fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}
