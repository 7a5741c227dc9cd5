//! Where an issuer's keys come from, and how fresh they are: [`KeySource`]. Refuses to ask an issuer more often than its
//! minimum interval allows, whatever tokens come in, and to believe keys that nobody could confirm for too long.
//!
//! | age of the keys      | what a token that needs them does                       |
//! |----------------------|---------------------------------------------------------|
//! | below `refresh`      | uses them                                               |
//! | below `overdue`      | uses them, and starts a refresh in the background       |
//! | below `keep`         | waits for a refresh; where that fails, uses them        |
//! | above, or never read | waits for a refresh; where that fails, is not answered  |

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use reqwest::Client;
use tokio::sync::{Mutex, watch};
use url::Url;

use super::{
    discovery,
    fetch::{KeySourceError, get},
    key_set::{KeySet, KeySetError, LONGEST_SET},
};

/// The keys of one issuer, kept fresh.
pub(super) struct KeySource {
    /// For the log.
    issuer: String,
    origin: Origin,
    pace: Pace,
    loaded: watch::Sender<Option<Loaded>>,
    /// When the last attempt began. Whoever holds the lock is the one who refreshes.
    attempt: Mutex<Option<Instant>>,
}

/// Where the keys are.
pub(super) enum Origin {
    File(PathBuf),
    Url {
        url: Url,
        client: Client,
    },
    /// Wherever the issuer says, at this address. It is asked each time: keys may move.
    Discovered {
        address: Url,
        client: Client,
    },
}

/// How often the keys are asked for. The table above says what each means.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    pub refresh: Duration,
    pub overdue: Duration,
    pub keep: Duration,
    /// The shortest time between two attempts, failed ones included.
    pub minimum: Duration,
}

#[derive(Clone)]
struct Loaded {
    keys: Arc<KeySet>,
    /// When the keys were last confirmed to be the issuer's.
    at: Instant,
    /// Which state of a file was read.
    stamp: Option<Stamp>,
}

/// A file's time of modification and length.
type Stamp = (SystemTime, u64);

impl KeySource {
    /// A source that has read nothing yet.
    pub fn new(issuer: &str, origin: Origin, pace: Pace) -> Self {
        let loaded = watch::Sender::new(None);
        Self { issuer: issuer.to_owned(), origin, pace, loaded, attempt: Mutex::new(None) }
    }

    /// Reads a file at once, so that a wrong one stops the start. A URL is left for the first token: an issuer that is
    /// down must not keep the others out.
    pub fn load_file(&self) -> Result<(), KeySourceError> {
        if let Origin::File(path) = &self.origin {
            self.loaded.send_replace(Some(read_file(path, None)?));
        }
        Ok(())
    }

    /// Reads the keys once, for who wants to know whether they can be read, and keeps nothing.
    pub async fn probe(&self) -> Result<(), KeySourceError> {
        self.read().await.map(|_| ())
    }

    /// Whether there are keys to be believed. Nobody waits for them: they are refreshed in the background where it is time.
    pub fn has_keys(self: &Arc<Self>) -> bool {
        let age = self.age();
        if age.is_none_or(|age| age >= self.pace.refresh) {
            self.refresh_in_background();
        }
        age.is_some_and(|age| age < self.pace.keep)
    }

    /// The keys, or none where there are none to be believed.
    pub async fn keys(self: &Arc<Self>) -> Option<Arc<KeySet>> {
        match self.age() {
            Some(age) if age < self.pace.refresh => {}
            Some(age) if age < self.pace.overdue => self.refresh_in_background(),
            _ => self.refresh().await,
        }
        let loaded = self.loaded.borrow();
        loaded.as_ref().filter(|loaded| loaded.at.elapsed() < self.pace.keep).map(|loaded| Arc::clone(&loaded.keys))
    }

    /// Asks the origin, unless somebody did so within the minimum interval; waits for whoever is asking now. The attempt
    /// runs in a task of its own: a client that hangs up must not spend the interval without a result.
    pub async fn refresh(self: &Arc<Self>) {
        let source = Arc::clone(self);
        if let Err(error) = tokio::spawn(async move { source.attempt().await }).await {
            tracing::error!(issuer = %self.issuer, cause = %error, "refreshing the keys of an issuer broke off");
        }
    }

    fn refresh_in_background(self: &Arc<Self>) {
        let is_due = self.attempt.try_lock().is_ok_and(|last| self.is_due(*last));
        if is_due {
            let source = Arc::clone(self);
            tokio::spawn(async move { source.attempt().await });
        }
    }

    async fn attempt(&self) {
        let mut last = self.attempt.lock().await;
        if !self.is_due(*last) {
            return;
        }
        *last = Some(Instant::now());
        match self.read().await {
            Ok(loaded) => {
                self.loaded.send_replace(Some(loaded));
            }
            Err(error) => {
                tracing::warn!(issuer = %self.issuer, cause = %error, "the keys of an issuer could not be refreshed");
            }
        }
    }

    fn is_due(&self, last: Option<Instant>) -> bool {
        last.is_none_or(|last| last.elapsed() >= self.pace.minimum)
    }

    fn age(&self) -> Option<Duration> {
        self.loaded.borrow().as_ref().map(|loaded| loaded.at.elapsed())
    }

    async fn read(&self) -> Result<Loaded, KeySourceError> {
        match &self.origin {
            Origin::File(path) => {
                let (file, before) = (path.clone(), self.loaded.borrow().clone());
                let read = tokio::task::spawn_blocking(move || read_file(&file, before));
                read.await.map_err(|cause| unreadable(path, std::io::Error::other(cause)))?
            }
            Origin::Url { url, client } => fetch(client, url).await,
            Origin::Discovered { address, client } => {
                let url = discovery::keys_of(&self.issuer, address, client).await?;
                fetch(client, &url).await
            }
        }
    }
}

/// Reads the keys, unless the file is as it was before. The stamp is taken first: a file that changes in between is read
/// once more, never missed.
fn read_file(path: &Path, before: Option<Loaded>) -> Result<Loaded, KeySourceError> {
    let unreadable = |cause| unreadable(path, cause);
    let odd = |cause| KeySourceError::KeysOfFile { path: path.to_owned(), cause };
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    let stamp = Some((metadata.modified().map_err(unreadable)?, metadata.len()));
    if metadata.len() > LONGEST_SET as u64 {
        return Err(odd(KeySetError::TooLong));
    }
    if let Some(before) = before.filter(|before| before.stamp == stamp) {
        return Ok(Loaded { at: Instant::now(), ..before });
    }
    let text = std::fs::read(path).map_err(unreadable)?;
    let keys = Arc::new(KeySet::parse(&text).map_err(odd)?);
    Ok(Loaded { keys, at: Instant::now(), stamp })
}

fn unreadable(path: &Path, cause: std::io::Error) -> KeySourceError {
    KeySourceError::File { path: path.to_owned(), cause }
}

async fn fetch(client: &Client, url: &Url) -> Result<Loaded, KeySourceError> {
    let keys = Arc::new(KeySet::parse(&get(client, url).await?)?);
    Ok(Loaded { keys, at: Instant::now(), stamp: None })
}
