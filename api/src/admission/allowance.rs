//! Requests a minute for each viewer, by the generic cell rate algorithm: the whole minute's requests may come at once, and
//! come back evenly. Counted in Redis for all gateways together; each gateway takes some of them in advance, so that few
//! requests wait for Redis. Where Redis is away each gateway counts by itself: too many requests are a nuisance, and case
//! workers who cannot work are worse.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use redis::{Script, aio::MultiplexedConnection};
use sha2::{Digest, Sha256};
use tokio::{sync::Mutex, time::Instant};

use crate::redis_link::RedisLink;
use crate::remembered::{Bounds, Remembered};

/// The window of a quota.
const WINDOW: Duration = Duration::from_secs(60);
/// A gateway takes this part of a minute's requests in advance: what it may let in too many, where another takes the rest.
const ADVANCES: u32 = 20;
/// How many viewers are remembered in process.
const MOST_VIEWERS: usize = 100_000;

/// Takes some requests out of an allowance. Its arguments: the microseconds after which one comes back, how many are wanted, and
/// the most that there are. Its key has the time at which the allowance would be whole again. It answers how many were taken,
/// how many are left, and, where none was taken, for how many microseconds there will be none.
///
/// Redis itself counts here, so the number cannot be sealed. One that no gateway can have written, because it is later than all
/// requests of a minute come to, is a used up allowance that comes back as any: it keeps nobody out for longer.
const TAKE: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, wanted, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local whole = tonumber(redis.call('GET', KEYS[1]) or now) or now
local function keep()
  redis.call('SET', KEYS[1], string.format('%.0f', whole), 'PX', math.ceil((whole - now) / 1000) + 1000)
end
local latest = now + most * interval
if not (whole <= latest) then
  whole = latest
  keep()
end
whole = math.max(whole, now)
local left = math.floor(most - (whole - now) / interval)
if left < 1 then
  return {0, 0, math.ceil((whole - now) - (most - 1) * interval)}
end
local taken = math.min(wanted, left)
whole = whole + taken * interval
keep()
return {taken, left - taken, 0}
";

/// What a viewer may still send, as the `RateLimit` headers tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Requests in a minute.
    pub limit: u32,
    /// Those that are left.
    pub remaining: u32,
    /// Until the allowance is whole again, or, where it is used up, until there is one more. At least a second.
    pub reset: Duration,
}

impl Allowance {
    /// The window of the limit.
    pub const WINDOW: Duration = WINDOW;

    fn left(limit: NonZeroU32, remaining: u32) -> Self {
        let limit = limit.get();
        let reset = WINDOW * limit.saturating_sub(remaining) / limit;
        Self { limit, remaining, reset: in_seconds(reset) }
    }

    fn used_up(limit: NonZeroU32, wait: Duration) -> Self {
        Self { limit: limit.get(), remaining: 0, reset: in_seconds(wait) }
    }
}

/// Whole seconds, rounded up: a client that comes back then must not be refused again.
fn in_seconds(time: Duration) -> Duration {
    Duration::from_secs(time.as_secs() + u64::from(time.subsec_nanos() > 0)).max(Duration::from_secs(1))
}

type InProcess = RateLimiter<Key, DashMapStateStore<Key>, DefaultClock, StateInformationMiddleware>;

/// A viewer, in no readable form: neither Redis nor a dump of this process needs names.
type Key = [u8; 16];

/// The allowances of all viewers.
pub(super) struct Allowances {
    limit: NonZeroU32,
    here: InProcess,
    shared: Option<Shared>,
}

/// The allowances that gateways share.
struct Shared {
    link: Arc<RedisLink>,
    script: Script,
    advances: Remembered<Key, Arc<Mutex<Advance>>>,
}

/// What this gateway has taken of a viewer's allowance and not used.
#[derive(Default)]
struct Advance {
    unused: u32,
    /// What was left in Redis when it was taken.
    left: u32,
    used_up_until: Option<Instant>,
}

impl Allowances {
    pub(super) fn new(limit: NonZeroU32, link: Option<Arc<RedisLink>>) -> Self {
        let bounds = Bounds { most: MOST_VIEWERS as u64, life: None, idle: Some(WINDOW) };
        let shared = link.map(|link| Shared { link, script: Script::new(TAKE), advances: Remembered::within(bounds) });
        Self { limit, here: RateLimiter::dashmap(Quota::per_minute(limit)).with_middleware(), shared }
    }

    /// Takes one request; the allowance that is left.
    ///
    /// # Errors
    /// The allowance, where it is used up.
    pub(super) async fn take(&self, actor: &str) -> Result<Allowance, Allowance> {
        let key = key(actor);
        if let Some(shared) = &self.shared
            && let Some(taken) = shared.take(key, self.limit).await
        {
            return taken;
        }
        self.take_here(key)
    }

    fn take_here(&self, key: Key) -> Result<Allowance, Allowance> {
        if self.here.len() > MOST_VIEWERS {
            self.here.retain_recent();
        }
        match self.here.check_key(&key) {
            Ok(state) => Ok(Allowance::left(self.limit, state.remaining_burst_capacity())),
            Err(refused) => {
                let wait = refused.wait_time_from(DefaultClock::default().now());
                Err(Allowance::used_up(self.limit, wait))
            }
        }
    }
}

impl Shared {
    /// None where Redis is away. Requests of one viewer take turns here, so that none takes in advance what another just took.
    async fn take(&self, key: Key, limit: NonZeroU32) -> Option<Result<Allowance, Allowance>> {
        let advance = self.advances.get_or_insert(key, Arc::default());
        let mut advance = advance.lock().await;
        let now = Instant::now();
        if let Some(until) = advance.used_up_until.filter(|until| *until > now) {
            return Some(Err(Allowance::used_up(limit, until - now)));
        }
        if advance.unused == 0 {
            let (taken, left, wait) = self.ask(key, limit).await?;
            let used_up_until = (taken == 0).then(|| Instant::now() + wait);
            *advance = Advance { unused: taken, left, used_up_until };
            if taken == 0 {
                return Some(Err(Allowance::used_up(limit, wait)));
            }
        }
        advance.unused -= 1;
        Some(Ok(Allowance::left(limit, advance.unused + advance.left)))
    }

    async fn ask(&self, key: Key, limit: NonZeroU32) -> Option<(u32, u32, Duration)> {
        let key = hex::encode(key);
        let mut call = self.script.key(self.link.name(format_args!("rate:{key}")));
        #[expect(clippy::cast_precision_loss, reason = "a minute has few enough microseconds")]
        let interval = WINDOW.as_micros() as f64 / f64::from(limit.get());
        call.arg(interval).arg((limit.get() / ADVANCES).max(1)).arg(limit.get());
        let ask = async |mut connection: MultiplexedConnection| call.invoke_async(&mut connection).await;
        let (taken, left, wait): (u32, u32, u64) = self.link.run("EVALSHA", ask).await?;
        Some((taken, left, Duration::from_micros(wait)))
    }
}

fn key(actor: &str) -> Key {
    let hash = Sha256::digest(actor.as_bytes());
    std::array::from_fn(|at| hash[at])
}
