//! What is remembered: the counts of one mission for one question in one state of its data. A tier in this process, of
//! bounded size, and where Redis is configured a tier behind it that gateways share. A key names the state of the data, so
//! nothing stale is ever found, nothing is ever invalidated, and what is no longer asked for falls out.

mod shared;

use std::{sync::Arc, time::Duration};

use entity::CountryCode;

pub(super) use shared::SharedCache;

use super::{partial::Partial, tabulation::FactPart};
use crate::access::CountedMission;
use crate::redis_link::RedisLink;
use crate::remembered::{Bounds, Remembered};

/// So much of this process's memory is used, in bytes.
const MOST_BYTES: u64 = 64 << 20;
/// What a count in memory takes beside its groups, in bytes: key, pointers and bookkeeping. An estimate.
const OVERHEAD: usize = 200;
/// How long a count is remembered in this process.
pub(super) const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// What counts are remembered under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct CacheKey {
    /// The mission.
    pub(super) mission: CountryCode,
    /// The question, how many writes the mission had seen, and which writes they were: a database restored from a backup or
    /// made anew may have had as many others.
    pub(super) fingerprint: [u8; 32],
}

impl CacheKey {
    /// The key for a question to a mission in its present state.
    pub(super) fn new(question: &FactPart, mission: &CountedMission) -> Self {
        let fingerprint = question.fingerprint(&format!("{} {}", mission.data_version, mission.audit_head));
        Self { mission: mission.id, fingerprint }
    }
}

/// Both tiers.
pub(super) struct Cache {
    in_process: Remembered<CacheKey, Arc<Partial>>,
    shared: Option<SharedCache>,
}

impl Cache {
    pub(super) fn open(link: Option<Arc<RedisLink>>) -> Self {
        let in_process = Remembered::within(Bounds { most: MOST_BYTES, life: Some(REMEMBERED), idle: None });
        Self { in_process, shared: link.map(SharedCache::new) }
    }

    /// What this process remembers.
    pub(super) fn here(&self, key: &CacheKey) -> Option<Arc<Partial>> {
        self.in_process.get(key)
    }

    /// What the other gateways remember, in the order of the keys; from now on this process does too.
    pub(super) async fn elsewhere(&self, keys: &[CacheKey], question: &FactPart) -> Vec<Option<Arc<Partial>>> {
        let Some(shared) = &self.shared else { return vec![None; keys.len()] };
        let found = shared.get(keys).await.into_iter();
        let found = found.map(|bytes| Partial::from_bytes(&question.group_by, &bytes?).map(Arc::new));
        let found: Vec<Option<Arc<Partial>>> = found.chain(std::iter::repeat(None)).take(keys.len()).collect();
        for (key, partial) in keys.iter().zip(&found) {
            if let Some(partial) = partial {
                self.keep(*key, Arc::clone(partial));
            }
        }
        found
    }

    /// Remembers what was counted. Redis is told beside the request, which does not wait for it.
    pub(super) fn remember(&self, question: &FactPart, counted: Vec<(CacheKey, Arc<Partial>)>) {
        if let Some(shared) = &self.shared {
            let dimensions = question.group_by.len();
            let values = counted.iter().filter_map(|(key, partial)| Some((*key, partial.to_bytes(dimensions).ok()?)));
            shared.put(values.collect());
        }
        for (key, partial) in counted {
            self.keep(key, partial);
        }
    }

    fn keep(&self, key: CacheKey, partial: Arc<Partial>) {
        let weight = u32::try_from(partial.size() + OVERHEAD).unwrap_or(u32::MAX);
        self.in_process.insert_weighing(key, partial, weight);
    }

    #[cfg(test)]
    pub(super) fn shared(&self) -> Option<&SharedCache> {
        self.shared.as_ref()
    }
}
