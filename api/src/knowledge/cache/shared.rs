//! The tier that gateways share, in Redis. Where Redis is away or slow, figures are counted and remembered in process. Values are
//! sealed for their keys, and what does not open is counted anew.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use redis::aio::MultiplexedConnection;
use tracing::Instrument;

use super::CacheKey;
use crate::redis_link::RedisLink;

/// The form of stored values and the meaning of questions. Raised whenever either changes.
const FORMAT: u32 = 2;
/// How long a count is kept in Redis. Long enough for all gateways to find it; each remembers it for longer.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// So much of a fingerprint is in a key, in bytes. Nobody finds two questions that share so much.
const NAMED: usize = 16;

/// Counts in Redis.
pub(in crate::knowledge) struct SharedCache(Arc<RedisLink>);

impl SharedCache {
    /// Counts behind a link.
    pub(super) const fn new(link: Arc<RedisLink>) -> Self {
        Self(link)
    }

    /// The values of keys, in one round trip; nothing where Redis is away, and nothing is asked for no key.
    pub(super) async fn get(&self, keys: &[CacheKey]) -> Vec<Option<Vec<u8>>> {
        if keys.is_empty() {
            return Vec::new();
        }
        let names: Vec<String> = keys.iter().map(|key| self.name(key)).collect();
        let mut command = redis::cmd("MGET");
        command.arg(&names);
        let get = async |mut connection: MultiplexedConnection| command.query_async(&mut connection).await;
        let kept: Vec<Option<Vec<u8>>> = self.0.run("MGET", get).await.unwrap_or_default();
        names.iter().zip(kept).map(|(name, kept)| self.0.opened(name, &kept?)).collect()
    }

    /// Stores values, in one round trip and beside the caller.
    pub(super) fn put(&self, values: Vec<(CacheKey, Vec<u8>)>) {
        if values.is_empty() {
            return;
        }
        let mut pipeline = redis::pipe();
        for (key, value) in values {
            let name = self.name(&key);
            let sealed = self.0.sealed(&name, &value);
            pipeline.set_ex(name, sealed, KEPT.as_secs()).ignore();
        }
        let link = Arc::clone(&self.0);
        let told = async move {
            let put = async |mut connection: MultiplexedConnection| pipeline.query_async::<()>(&mut connection).await;
            link.run("SETEX", put).await;
        };
        tokio::spawn(told.in_current_span());
    }

    fn name(&self, key: &CacheKey) -> String {
        let fingerprint = URL_SAFE_NO_PAD.encode(&key.fingerprint[..NAMED]);
        self.0.name(format_args!("stat:{FORMAT}:{}:{fingerprint}", key.mission))
    }

    /// Whether there is a connection.
    #[cfg(test)]
    pub(in crate::knowledge) fn is_connected(&self) -> bool {
        self.0.is_connected()
    }
}
