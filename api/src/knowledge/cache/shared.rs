//! The tier that gateways share, in Redis. Where Redis is away or slow, figures are counted and remembered in process.

use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use tracing::Instrument;

use super::{CacheKey, REMEMBERED};
use crate::redis_link::RedisLink;

/// The form of stored values and the meaning of questions. Raised whenever either changes.
const FORMAT: u32 = 1;

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
        let mut command = redis::cmd("MGET");
        keys.iter().for_each(|key| {
            command.arg(self.name(key));
        });
        let get = async |mut connection: MultiplexedConnection| command.query_async(&mut connection).await;
        self.0.run("MGET", get).await.unwrap_or_default()
    }

    /// Stores values, in one round trip and beside the caller.
    pub(super) fn put(&self, values: Vec<(CacheKey, Vec<u8>)>) {
        if values.is_empty() {
            return;
        }
        let mut pipeline = redis::pipe();
        for (key, value) in values {
            pipeline.set_ex(self.name(&key), value, REMEMBERED.as_secs()).ignore();
        }
        let link = Arc::clone(&self.0);
        let told = async move {
            let put = async |mut connection: MultiplexedConnection| pipeline.query_async::<()>(&mut connection).await;
            link.run("SETEX", put).await;
        };
        tokio::spawn(told.in_current_span());
    }

    fn name(&self, key: &CacheKey) -> String {
        let fingerprint = hex::encode(key.fingerprint);
        self.0.name(format_args!("stat:{FORMAT}:{}:{}:{fingerprint}", key.mission, key.data_version))
    }

    /// Whether there is a connection.
    #[cfg(test)]
    pub(in crate::knowledge) fn is_connected(&self) -> bool {
        self.0.is_connected()
    }
}
