//! [`Draw`]: the seeded source of everything that is drawn. It refuses any other source: no clock, no thread's generator, so
//! that the same seed gives the same data on every machine.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use entity::{Code, CodeSet};
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::{Builder, Uuid};

/// Draws numbers, choices, dates and ids from one seed.
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// A number below the limit; 0 for a limit of 0.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        if limit == 0 { 0 } else { self.0.random_range(0..limit) }
    }

    /// A number from `low` to `high`, both included; `low` where the range is empty.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        if high <= low { low } else { self.0.random_range(low..=high) }
    }

    /// A number from 0 up to, and without, 1.
    pub(super) fn fraction(&mut self) -> f64 {
        self.0.random()
    }

    /// One of them; none of nothing.
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let limit = u32::try_from(from.len()).unwrap_or(u32::MAX);
        from.get(self.below(limit) as usize).copied()
    }

    /// One of them, as often as its weight says; none where no weight is above 0.
    pub(super) fn weighted<T: Copy>(&mut self, from: &[(T, u32)]) -> Option<T> {
        let mut at = self.below(from.iter().map(|(_, weight)| weight).sum());
        from.iter().find_map(|(value, weight)| {
            let found = at < *weight;
            at = at.saturating_sub(*weight);
            found.then_some(*value)
        })
    }

    /// Each of them with its own chance in a hundred.
    pub(super) fn each<T: Code>(&mut self, from: impl IntoIterator<Item = (T, u32)>) -> CodeSet<T> {
        from.into_iter().filter(|(_, percent)| self.percent(*percent)).map(|(code, _)| code).collect()
    }

    /// A day between two days, both included; the first where the range is empty.
    pub(super) fn day(&mut self, first: NaiveDate, last: NaiveDate) -> NaiveDate {
        let days = self.between(0, (last - first).num_days());
        plus(first, days)
    }

    /// So many decimal digits.
    pub(super) fn digits(&mut self, count: usize) -> String {
        (0..count).filter_map(|_| char::from_digit(self.below(10), 10)).collect()
    }

    /// An id in the shape of UUIDv7, made at some time of that day.
    pub(super) fn id(&mut self, day: NaiveDate) -> Uuid {
        let midnight = day.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
        let at = midnight + self.between(0, TimeDelta::days(1).num_milliseconds() - 1);
        let mut random = [0; 10];
        self.0.fill_bytes(&mut random);
        Builder::from_unix_timestamp_millis(u64::try_from(at).unwrap_or_default(), &random).into_uuid()
    }

    /// A random UUID (version 4), which tells nothing of the case.
    pub(super) fn random_uuid(&mut self) -> Uuid {
        let mut random = [0; 16];
        self.0.fill_bytes(&mut random);
        Builder::from_random_bytes(random).into_uuid()
    }
}

/// So many days later; the same day where the calendar ends.
pub(super) fn plus(day: NaiveDate, days: i64) -> NaiveDate {
    day.checked_add_signed(TimeDelta::days(days)).unwrap_or(day)
}
