//! The one connection to Redis, for whatever gateways share. Redis may be away or slow: then it is left alone, requests do
//! without it and none waits for it, while one task tries to reach it again after two seconds, then four, up to thirty. The
//! log says once that it is away and once that it is back. An error that Redis replies ends its own command and nothing else.
//! No error of Redis reaches a client.
//!
//! What is kept there is sealed for its key: others write to Redis, too, and what does not open is as good as nothing.

mod client;

use std::{
    collections::BTreeSet,
    fmt::Display,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use redis::{AsyncConnectionConfig, Client, RedisError, RedisResult, aio::MultiplexedConnection};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use crate::access::Seal;
use crate::config::RedisConfig;
use crate::error::ClientError;
use crate::telemetry::{instruments, said_once::Trouble, spans::Statement};

/// The pause after a first failure.
const SHORTEST_PAUSE: Duration = Duration::from_secs(2);
/// The longest pause between two attempts. A link that held so long is thought healthy again.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long connecting may take. No request waits for it.
const CONNECTING: Duration = Duration::from_secs(5);

/// Redis, while it is there.
pub struct RedisLink {
    link: Arc<Link>,
    prefix: String,
    seal: Seal,
    /// Values were found that nobody sealed. Told once for all: whoever can write them could fill the log.
    foreign: Trouble,
    /// Ends with the link.
    _keeper: JoinSet<()>,
}

/// The connection while there is one, and how its loss is told.
struct Link {
    timeout: Duration,
    state: Mutex<State>,
    lost: mpsc::Sender<String>,
}

#[derive(Default)]
struct State {
    connection: Option<MultiplexedConnection>,
    /// Counts connections, so that a late failure of an old one does not end the new one.
    number: u64,
    /// The commands to which Redis last replied with an error, each told once.
    refused: BTreeSet<&'static str>,
}

/// Why a command has no answer.
enum Failure {
    /// Redis said no to this command.
    Refused(RedisError),
    /// There is no connection any more, or none that answers in time.
    Lost(String),
}

impl RedisLink {
    /// Begins to connect, inside a Tokio runtime; Redis need not be there.
    ///
    /// # Errors
    /// Where the configuration cannot be used.
    pub fn open(config: &RedisConfig, seal: Seal) -> Result<Arc<Self>, String> {
        let client = client::client(config)?;
        let (lost, losses) = mpsc::channel(1);
        let link = Arc::new(Link { timeout: Duration::from_millis(config.timeout_ms), state: Mutex::default(), lost });
        let observed = Arc::downgrade(&link);
        instruments::redis(move || observed.upgrade().map(|link| link.state().connection.is_some()));
        let mut keeper = JoinSet::new();
        keeper.spawn(keep(client, Arc::clone(&link), losses));
        let (prefix, foreign) = (config.prefix.clone(), Trouble::none());
        Ok(Arc::new(Self { link, prefix, seal, foreign, _keeper: keeper }))
    }

    /// Looks whether a link could be opened, and connects to nothing.
    ///
    /// # Errors
    /// Where the configuration cannot be used: what begins with the setting.
    pub fn check(config: &RedisConfig) -> Result<(), String> {
        client::client(config).map(drop)
    }

    /// What a key is called in Redis, which several installations can share.
    #[must_use]
    pub fn name(&self, key: impl Display) -> String {
        format!("{}:{key}", self.prefix)
    }

    /// A value as it is kept under a name.
    #[must_use]
    pub fn sealed(&self, name: &str, value: &[u8]) -> Vec<u8> {
        self.seal.value(value, name)
    }

    /// A value that was kept under a name; none, told once, for what no gateway with this master key sealed for this name.
    #[must_use]
    pub fn opened(&self, name: &str, kept: &[u8]) -> Option<Vec<u8>> {
        let opened = self.seal.open_value(kept, name);
        if opened.is_none() && self.foreign.begins() {
            tracing::warn!(
                "Redis holds values that no gateway with this master key wrote there; they are not used. Somebody else writes to it, \
                 an installation with another master key has the same redis.prefix, or its memory fails"
            );
        }
        opened
    }

    /// Runs a command of this name; nothing where Redis is away or says no.
    pub async fn run<T>(
        &self,
        name: &'static str,
        command: impl AsyncFnOnce(MultiplexedConnection) -> RedisResult<T>,
    ) -> Option<T> {
        self.link.run(name, command).await
    }

    /// Whether there is a connection.
    #[cfg(test)]
    pub(crate) fn is_connected(&self) -> bool {
        self.link.state().connection.is_some()
    }
}

impl Link {
    /// Runs a command, if there is a connection. The first loss ends the connection for everybody.
    async fn run<T>(
        &self,
        name: &'static str,
        command: impl AsyncFnOnce(MultiplexedConnection) -> RedisResult<T>,
    ) -> Option<T> {
        let (connection, number, was_refused) = {
            let state = self.state();
            (state.connection.clone()?, state.number, state.refused.contains(name))
        };
        let statement = Statement { system: "redis", operation: name, table: "" };
        let failed = |outcome: &Result<T, Failure>| outcome.is_err().then(|| ClientError::Unavailable.code());
        match statement.run(self.answer(command(connection)), failed).await {
            Ok(value) => {
                if was_refused && self.state().refused.remove(name) {
                    tracing::info!(kind = name, "Redis takes a command again");
                }
                Some(value)
            }
            Err(Failure::Refused(error)) => {
                self.refused(name, &error);
                None
            }
            Err(Failure::Lost(cause)) => {
                self.lost(number, cause);
                None
            }
        }
    }

    async fn answer<T>(&self, command: impl Future<Output = RedisResult<T>>) -> Result<T, Failure> {
        match timeout(self.timeout, command).await {
            Ok(Ok(value)) => Ok(value),
            // A stream that broke is an error of its own. Whatever else is wrong came over a stream that holds.
            Ok(Err(error)) if error.is_io_error() => Err(Failure::Lost(error.to_string())),
            Ok(Err(error)) => Err(Failure::Refused(error)),
            Err(_) => Err(Failure::Lost(format!("no answer within {} ms", self.timeout.as_millis()))),
        }
    }

    fn refused(&self, name: &'static str, cause: &RedisError) {
        if self.state().refused.insert(name) {
            let code = cause.code().unwrap_or_default();
            tracing::warn!(kind = name, code, %cause, "Redis refuses a command; what it is for, each gateway does by itself");
        }
    }

    fn lost(&self, number: u64, cause: String) {
        let mut state = self.state();
        if state.number == number && state.connection.take().is_some() {
            // The keeper reads one loss for each connection that it made, so there is room.
            self.lost.try_send(cause).ok();
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connected(&self, connection: MultiplexedConnection) {
        let mut state = self.state();
        state.number += 1;
        state.connection = Some(connection);
    }
}

/// Connects, waits until the connection is lost, and begins again.
async fn keep(client: Client, link: Arc<Link>, mut losses: mpsc::Receiver<String>) {
    let mut pause = SHORTEST_PAUSE;
    let mut away = false;
    loop {
        let cause = match connect(&client, link.timeout).await {
            Ok(connection) => {
                if away {
                    tracing::info!("Redis is back");
                } else {
                    tracing::info!("Redis is connected");
                }
                away = false;
                let since = Instant::now();
                link.connected(connection);
                let Some(cause) = losses.recv().await else { return };
                if since.elapsed() > LONGEST_PAUSE {
                    pause = SHORTEST_PAUSE;
                }
                cause
            }
            Err(error) => error.to_string(),
        };
        if !away {
            tracing::warn!(%cause, "Redis is away; what gateways share, each does by itself until it is back");
            away = true;
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// A connection that answers as fast as requests need it.
async fn connect(client: &Client, answer_within: Duration) -> RedisResult<MultiplexedConnection> {
    let config = AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECTING)).set_response_timeout(None);
    let slow = |_| RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut));
    let connecting = client.get_multiplexed_async_connection_with_config(&config);
    let mut connection = timeout(CONNECTING, connecting).await.map_err(slow)??;
    let ping = redis::cmd("PING");
    timeout(answer_within, ping.query_async::<()>(&mut connection)).await.map_err(slow)??;
    Ok(connection)
}
