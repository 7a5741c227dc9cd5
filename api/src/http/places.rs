//! Places: one for each connection. A stranger is a connection on which no token has verified yet; there can be as many of them
//! as there are places, as long as nobody needs one. Whoever needs a place gets that of a stranger at once: of the address
//! that has most of them, the one that has been there longest. So strangers lose to each other and keep nobody waiting.
//! Refuses to end a connection on which a token has verified, and one of a proxy that is believed, which carries anybody's
//! requests.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::http::HeaderMap;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};

use super::{guarded::Switch, proxies::neighbourhood};
use crate::config::Proxies;

/// So long has a stranger to say something before the limit for its address is a reason to end it: many come at once where
/// a proxy or a gateway starts anew.
const GRACE: Duration = Duration::from_secs(1);
/// So long may a connection take that was ended; then another one is.
const TO_GO: Duration = Duration::from_millis(100);

/// All places of one socket.
pub(super) struct Places {
    free: Arc<Semaphore>,
    most: usize,
    most_of_address: usize,
    proxies: Proxies,
    strangers: Mutex<Strangers>,
    /// Requests under way that a proxy has passed on and whose token is not verified, for each address that it names.
    passed_on: Mutex<HashMap<IpAddr, usize>>,
}

impl Places {
    /// So many places, of which strangers from one address keep so many.
    pub(super) fn new(most: usize, most_of_address: usize, proxies: Proxies) -> Arc<Self> {
        let free = Arc::new(Semaphore::new(most));
        let (strangers, passed_on) = (Mutex::default(), Mutex::default());
        Arc::new(Self { free, most, most_of_address, proxies, strangers, passed_on })
    }

    /// Takes a place for a connection. Where there is none and nobody to give one up, no other connection is taken meanwhile.
    pub(super) async fn enter(self: &Arc<Self>, peer: IpAddr, switch: Arc<Switch>) -> io::Result<Place> {
        let taken = loop {
            if let Ok(taken) = Arc::clone(&self.free).try_acquire_owned() {
                break taken;
            }
            self.strangers().end_one();
            if let Ok(taken) = timeout(TO_GO, Arc::clone(&self.free).acquire_owned()).await {
                break taken.map_err(io::Error::other)?;
            }
        };
        let is_proxy = self.proxies.has(peer);
        let arrival = (!is_proxy).then(|| self.strangers().add(neighbourhood(peer), switch, self.most_of_address));
        Ok(Place {
            places: Arc::clone(self),
            peer,
            arrival,
            is_known: AtomicBool::new(is_proxy),
            is_proxy,
            _taken: taken,
        })
    }

    fn strangers(&self) -> MutexGuard<'_, Strangers> {
        self.strangers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn passed_on(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.passed_on.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a stranger stands in the order of arrival.
type Arrival = (IpAddr, u64);

/// Those on whose connection no token has verified, by address and in the order in which they came.
#[derive(Default)]
struct Strangers {
    arrived: u64,
    of_address: HashMap<IpAddr, BTreeMap<u64, Stranger>>,
}

struct Stranger {
    since: Instant,
    switch: Arc<Switch>,
}

impl Strangers {
    /// Adds one, and ends those of the same address that are too many, have had their time and came first.
    fn add(&mut self, address: IpAddr, switch: Arc<Switch>, most: usize) -> Arrival {
        self.arrived += 1;
        let same = self.of_address.entry(address).or_default();
        same.insert(self.arrived, Stranger { since: Instant::now(), switch });
        while same.len() > most {
            let Some(first) = same.first_entry().filter(|first| first.get().since.elapsed() > GRACE) else { break };
            first.remove().switch.turn_off();
        }
        (address, self.arrived)
    }

    /// Ends the one that came first of the address that has most.
    fn end_one(&mut self) {
        let crowd = self.of_address.iter_mut().max_by_key(|(_, same)| same.len());
        let Some((address, same)) = crowd.map(|(address, same)| (*address, same)) else { return };
        if let Some((_, first)) = same.pop_first() {
            first.switch.turn_off();
        }
        if same.is_empty() {
            self.of_address.remove(&address);
        }
    }

    fn remove(&mut self, (address, arrival): Arrival) {
        let Some(same) = self.of_address.get_mut(&address) else { return };
        same.remove(&arrival);
        if same.is_empty() {
            self.of_address.remove(&address);
        }
    }
}

/// A place, free again when it is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    peer: IpAddr,
    arrival: Option<Arrival>,
    /// A token has verified on it, or it is a proxy's.
    is_known: AtomicBool,
    is_proxy: bool,
    _taken: OwnedSemaphorePermit,
}

impl Place {
    /// Whether a proxy that is believed holds it.
    pub(super) const fn is_proxy(&self) -> bool {
        self.is_proxy
    }

    /// Its connection is nobody's to end any more.
    pub(super) fn make_known(&self) {
        if !self.is_known.swap(true, Ordering::Relaxed) {
            self.forget();
        }
    }

    /// Whether its answer should end the connection: a stranger's, while places are few.
    pub(super) fn is_wanted(&self) -> bool {
        !self.is_known.load(Ordering::Relaxed) && self.places.free.available_permits() < self.places.most / 4
    }

    /// Counts a request that a proxy has passed on; `None` where there are too many from the address that it names.
    pub(super) fn pass_on(&self, headers: &HeaderMap) -> Option<PassedOn> {
        let address = neighbourhood(self.places.proxies.named(headers).unwrap_or(self.peer));
        let mut passed_on = self.places.passed_on();
        let under_way = passed_on.entry(address).or_default();
        if *under_way >= self.places.most_of_address {
            return None;
        }
        *under_way += 1;
        Some(PassedOn { places: Arc::clone(&self.places), address })
    }

    fn forget(&self) {
        if let Some(arrival) = self.arrival {
            self.places.strangers().remove(arrival);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.forget();
    }
}

/// A request that a proxy has passed on, counted until it is dropped.
pub(super) struct PassedOn {
    places: Arc<Places>,
    address: IpAddr,
}

impl Drop for PassedOn {
    fn drop(&mut self) {
        let mut passed_on = self.places.passed_on();
        let Some(under_way) = passed_on.get_mut(&self.address) else { return };
        *under_way = under_way.saturating_sub(1);
        if *under_way == 0 {
            passed_on.remove(&self.address);
        }
    }
}
