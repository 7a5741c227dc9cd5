//! Seats: one for each connection. A stranger is a connection on which no token has verified yet; there can be as many of them
//! as there are seats, as long as nobody needs one. Whoever needs a seat gets that of a stranger at once: of the address
//! that has most of them, the one that has been there longest. So strangers lose to each other and keep nobody waiting.
//! Refuses to end a connection on which a token has verified, as long as that token counts and its viewer has few of them, and
//! one of a proxy that is believed, which carries anybody's requests.

use std::{
    collections::HashMap,
    io,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::http::HeaderMap;
use jsonwebtoken::get_current_timestamp;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{
    executor::Bearer,
    guarded::Switch,
    holders::{Arrival, Holders},
    proxies::{self, neighbourhood},
};
use crate::config::Proxies;

/// So long may a connection take that was ended; then another one is.
const TO_GO: Duration = Duration::from_millis(100);
/// One viewer keeps one of so many seats.
const SHARE: usize = 10;
/// So many seats does a viewer keep of however few: as many connections as a browser has to one address.
const LEAST_SHARE: usize = 6;

/// All seats of one socket.
pub(super) struct Seats {
    free: Arc<Semaphore>,
    most: usize,
    most_of_address: usize,
    most_of_viewer: usize,
    proxies: Proxies,
    holders: Mutex<Holders>,
    /// Requests under way that a proxy has passed on and whose token is not verified, for each address that it names.
    passed_on: Mutex<HashMap<IpAddr, usize>>,
}

impl Seats {
    /// So many seats, of which strangers from one address keep so many.
    pub(super) fn new(most: usize, most_of_address: usize, proxies: Proxies) -> Arc<Self> {
        let free = Arc::new(Semaphore::new(most));
        let most_of_viewer = (most / SHARE).max(LEAST_SHARE);
        let (holders, passed_on) = (Mutex::default(), Mutex::default());
        Arc::new(Self { free, most, most_of_address, most_of_viewer, proxies, holders, passed_on })
    }

    /// Takes a seat for a connection. Where there is none and nobody to give one up, no other connection is taken meanwhile.
    pub(super) async fn enter(self: &Arc<Self>, peer: IpAddr, switch: Arc<Switch>) -> io::Result<Seat> {
        let taken = loop {
            if let Ok(taken) = Arc::clone(&self.free).try_acquire_owned() {
                break taken;
            }
            self.holders().end_one(get_current_timestamp());
            if let Ok(taken) = timeout(TO_GO, Arc::clone(&self.free).acquire_owned()).await {
                break taken.map_err(io::Error::other)?;
            }
        };
        let is_proxy = proxies::has(&self.proxies, peer);
        let arrival = (!is_proxy).then(|| self.holders().add(neighbourhood(peer), switch, self.most_of_address));
        Ok(Seat {
            seats: Arc::clone(self),
            peer,
            arrival,
            known_until: AtomicU64::new(if is_proxy { u64::MAX } else { 0 }),
            is_proxy,
            _taken: taken,
        })
    }

    fn holders(&self) -> MutexGuard<'_, Holders> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn passed_on(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.passed_on.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A seat, free again when it is dropped.
pub(super) struct Seat {
    seats: Arc<Seats>,
    peer: IpAddr,
    arrival: Option<Arrival>,
    /// In seconds since 1970: until the end of a token that has verified on it, or for ever where it is a proxy's.
    known_until: AtomicU64,
    is_proxy: bool,
    _taken: OwnedSemaphorePermit,
}

impl Seat {
    /// Whether a proxy that is believed holds it.
    pub(super) const fn is_proxy(&self) -> bool {
        self.is_proxy
    }

    /// Its connection is nobody's to end until the token does, unless the viewer has too many of them.
    pub(super) fn make_known(&self, bearer: &Bearer<'_>) {
        let Some(arrival) = self.arrival else { return };
        // Each request comes here, and most of them change nothing.
        if self.known_until.load(Ordering::Relaxed) >= bearer.expires_at {
            return;
        }
        let mut holders = self.seats.holders();
        // Read again: requests on one connection may come here at once.
        let until = self.known_until.load(Ordering::Relaxed);
        let until = holders.keep(arrival, until, bearer, self.seats.most_of_viewer, get_current_timestamp());
        self.known_until.store(until, Ordering::Relaxed);
    }

    /// Whether its answer should end the connection: a stranger's, while seats are few.
    pub(super) fn is_wanted(&self) -> bool {
        self.seats.free.available_permits() < self.seats.most / 4
            && self.known_until.load(Ordering::Relaxed) <= get_current_timestamp()
    }

    /// Counts a request that a proxy has passed on; `None` where there are too many from the address that it names.
    pub(super) fn pass_on(&self, headers: &HeaderMap) -> Option<PassedOn> {
        let address = neighbourhood(proxies::named(&self.seats.proxies, headers).unwrap_or(self.peer));
        let mut passed_on = self.seats.passed_on();
        let under_way = passed_on.entry(address).or_default();
        if *under_way >= self.seats.most_of_address {
            return None;
        }
        *under_way += 1;
        Some(PassedOn { seats: Arc::clone(&self.seats), address })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(arrival) = self.arrival {
            self.seats.holders().remove(arrival, self.known_until.load(Ordering::Relaxed));
        }
    }
}

/// A request that a proxy has passed on, counted until it is dropped.
pub(super) struct PassedOn {
    seats: Arc<Seats>,
    address: IpAddr,
}

impl Drop for PassedOn {
    fn drop(&mut self) {
        let mut passed_on = self.seats.passed_on();
        let Some(under_way) = passed_on.get_mut(&self.address) else { return };
        *under_way = under_way.saturating_sub(1);
        if *under_way == 0 {
            passed_on.remove(&self.address);
        }
    }
}
