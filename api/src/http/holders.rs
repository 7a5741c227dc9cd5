//! Who holds the connections of one socket: strangers by address and in the order in which they came, and viewers whose token
//! has verified, each with so many and for as long as the token counts. Refuses to keep more for anybody: what is beyond
//! stays a stranger's.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::Arc,
    time::Duration,
};

use tokio::time::Instant;

use super::{executor::Bearer, guarded::Switch};

/// So long has a stranger to say something before the limit for its address is a reason to end it: many come at once where
/// a proxy or a gateway starts anew.
const GRACE: Duration = Duration::from_secs(1);

/// Where a connection stands in the order of arrival.
pub(super) type Arrival = (IpAddr, u64);

/// The connections, each among the strangers or among those that are known. Moments are in seconds since 1970.
#[derive(Default)]
pub(super) struct Holders {
    arrived: u64,
    strangers: HashMap<IpAddr, BTreeMap<u64, Connection>>,
    /// By the end of the token.
    known: BTreeMap<(u64, Arrival), (String, Connection)>,
    /// How many of the known ones each viewer has.
    of_viewer: HashMap<String, usize>,
}

struct Connection {
    since: Instant,
    switch: Arc<Switch>,
}

impl Holders {
    /// Adds a stranger, and ends those of the same address that are too many, have had their time and came first.
    pub(super) fn add(&mut self, address: IpAddr, switch: Arc<Switch>, most: usize) -> Arrival {
        self.arrived += 1;
        let same = self.strangers.entry(address).or_default();
        same.insert(self.arrived, Connection { since: Instant::now(), switch });
        while same.len() > most {
            let Some(first) = same.first_entry().filter(|first| first.get().since.elapsed() > GRACE) else { break };
            first.remove().switch.turn_off();
        }
        (address, self.arrived)
    }

    /// Ends the stranger that came first of the address that has most.
    pub(super) fn end_one(&mut self, now: u64) {
        self.forget_expired(now);
        let crowd = self.strangers.iter().max_by_key(|(_, same)| same.len());
        let first = crowd.and_then(|(address, same)| Some((*address, *same.first_key_value()?.0)));
        if let Some(ended) = first.and_then(|first| self.take_stranger(first)) {
            ended.switch.turn_off();
        }
    }

    /// Keeps a connection, which is known until then, for the bearer of a token, where the viewer has not `most` already;
    /// until when it is known now. It stays the first viewer's for as long as that one's token counts.
    pub(super) fn keep(&mut self, arrival: Arrival, until: u64, bearer: &Bearer<'_>, most: usize, now: u64) -> u64 {
        self.forget_expired(now);
        if let Some(kept) = self.known.remove(&(until, arrival)) {
            let until = if kept.0 == bearer.viewer { until.max(bearer.expires_at) } else { until };
            self.known.insert((until, arrival), kept);
            return until;
        }
        if self.of_viewer.get(bearer.viewer).is_some_and(|held| *held >= most) {
            return until;
        }
        let Some(connection) = self.take_stranger(arrival) else { return until };
        *self.of_viewer.entry(bearer.viewer.to_owned()).or_default() += 1;
        self.known.insert((bearer.expires_at, arrival), (bearer.viewer.to_owned(), connection));
        bearer.expires_at
    }

    /// A connection has ended that was known until then.
    pub(super) fn remove(&mut self, arrival: Arrival, until: u64) {
        match self.known.remove(&(until, arrival)) {
            Some((viewer, _)) => self.give_back(&viewer),
            None => drop(self.take_stranger(arrival)),
        }
    }

    /// Whose token has expired is a stranger again, and stands where it came.
    fn forget_expired(&mut self, now: u64) {
        while let Some(first) = self.known.first_entry().filter(|first| first.key().0 <= now) {
            let ((_, (address, arrived)), (viewer, connection)) = first.remove_entry();
            self.strangers.entry(address).or_default().insert(arrived, connection);
            self.give_back(&viewer);
        }
    }

    fn give_back(&mut self, viewer: &str) {
        let Some(held) = self.of_viewer.get_mut(viewer) else { return };
        *held = held.saturating_sub(1);
        if *held == 0 {
            self.of_viewer.remove(viewer);
        }
    }

    fn take_stranger(&mut self, (address, arrived): Arrival) -> Option<Connection> {
        let same = self.strangers.get_mut(&address)?;
        let taken = same.remove(&arrived);
        if same.is_empty() {
            self.strangers.remove(&address);
        }
        taken
    }
}
