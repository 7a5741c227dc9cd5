//! The tier in Redis, against a server of the test's own: shared by gateways, missing, slow, gone and back. What others write
//! into it is in `foreign_values`, what it says no to in `refused_commands`.
//! Where no server is installed, a line says so and nothing is tested.

use std::{
    io::Write,
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::Instant,
};

use tracing::subscriber::DefaultGuard;

use super::*;
use crate::config::RedisConfig;
use crate::knowledge::{CacheStatus, Dimension};
use crate::redis_link::RedisLink;

const SERVER: &str = "/usr/bin/redis-server";

/// A Redis server that ends with the test.
pub(super) struct Server {
    child: Child,
    folder: Folder,
    port: u16,
}

impl Server {
    pub(super) fn start() -> Option<Self> {
        if !std::path::Path::new(SERVER).exists() {
            eprintln!("there is no {SERVER}: the shared cache was NOT tested");
            return None;
        }
        Some(Self::on(free_port()))
    }

    fn on(port: u16) -> Self {
        let folder = Folder::new();
        let port_text = port.to_string();
        let arguments = ["--port", &port_text, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        let child = Command::new(SERVER).args(arguments).current_dir(&folder.0).stdout(Stdio::null()).spawn().unwrap();
        Self { child, folder, port }
    }

    pub(super) fn config(&self) -> RedisConfig {
        config(self.port)
    }

    /// Stops the server without closing its connections, or lets it go on.
    fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    pub(super) async fn keys(&self) -> Vec<String> {
        redis::cmd("KEYS").arg("*").query_async(&mut self.connection().await).await.unwrap()
    }

    pub(super) async fn connection(&self) -> redis::aio::MultiplexedConnection {
        let client = redis::Client::open(format!("redis://127.0.0.1:{}", self.port)).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    pub(super) async fn has_keys(&self, how_many: usize) {
        until("the counts are stored", async || self.keys().await.len() == how_many).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        assert!(self.folder.0.exists());
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub(super) fn config(port: u16) -> RedisConfig {
    RedisConfig { prefix: "test".to_owned(), timeout_ms: 150, ..RedisConfig::at(format!("redis://127.0.0.1:{port}")) }
}

pub(super) fn link(config: &RedisConfig) -> Option<Arc<RedisLink>> {
    Some(RedisLink::open(config, Seal::new(&[7; 32])).unwrap())
}

pub(super) async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let since = Instant::now();
    while !holds().await {
        assert!(since.elapsed() < Duration::from_secs(30), "in 30 seconds not: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(super) async fn connected(config: &RedisConfig) -> Knowledge {
    let knowledge = Knowledge::open(link(config));
    is_connected(&knowledge).await;
    knowledge
}

pub(super) async fn is_connected(knowledge: &Knowledge) {
    until("connected", async || knowledge.cache.shared().unwrap().is_connected()).await;
}

/// What this thread logs.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(super) fn capture() -> (Self, DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    pub(super) fn count(&self, text: &str) -> usize {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap().matches(text).count()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(super) const MISSIONS: [&str; 2] = ["UA", "MD"];

pub(super) async fn world() -> World {
    let world = World::with_missions(&MISSIONS).await;
    let seed = &mut rand::SeedableRng::seed_from_u64(15);
    for mission in MISSIONS {
        world.put(mission, facts::random(seed, mission, 30)).await;
    }
    world
}

/// What one gateway answers to a question by one dimension, and after how long.
pub(super) async fn ask(world: &World, knowledge: &Knowledge, dimension: Dimension) -> (Statistics, Duration) {
    let since = Instant::now();
    let answer = world.exact(knowledge, Tabulation::new(vec![dimension], Vec::new()).unwrap()).await;
    assert_eq!(answer.total, Some(60));
    (answer, since.elapsed())
}

#[tokio::test]
async fn what_one_gateway_counted_another_finds() {
    let Some(server) = Server::start() else { return };
    let world = world().await;
    let one = connected(&server.config()).await;
    let (counted, _) = ask(&world, &one, Dimension::MeansOfControl).await;
    assert_eq!(counted.cache, Some(CacheStatus::Miss));
    server.has_keys(2).await;
    let keys = server.keys().await;
    let is_named = |key: &String| ["test:stat:2:UA:", "test:stat:2:MD:"].iter().any(|start| key.starts_with(start));
    assert!(keys.iter().all(is_named), "{keys:?}");
    let life: i64 = redis::cmd("TTL").arg(&keys[0]).query_async(&mut server.connection().await).await.unwrap();
    assert!((3_500..=3_600).contains(&life));

    let other = connected(&server.config()).await;
    let (found, _) = ask(&world, &other, Dimension::MeansOfControl).await;
    assert_eq!((found.cache, &found.cells), (Some(CacheStatus::Hit), &counted.cells));
}

#[tokio::test]
async fn a_server_that_is_not_there_at_the_start_is_used_once_it_is() {
    if Server::start().is_none() {
        return;
    }
    let (log, _guard) = Log::capture();
    let (world, port) = (world().await, free_port());
    let knowledge = Knowledge::open(link(&config(port)));
    until("a line in the log", async || log.count("Redis is away") == 1).await;
    assert_eq!(ask(&world, &knowledge, Dimension::Gender).await.0.cache, Some(CacheStatus::Miss));
    assert_eq!(ask(&world, &knowledge, Dimension::Gender).await.0.cache, Some(CacheStatus::Hit));
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(log.count("Redis is away"), 1, "once, and not for each attempt");
    let server = Server::on(port);
    is_connected(&knowledge).await;
    assert_eq!((log.count("Redis is away"), log.count("Redis is back")), (1, 1));
    assert_eq!(ask(&world, &knowledge, Dimension::AgeBand).await.0.cache, Some(CacheStatus::Miss));
    server.has_keys(2).await;
}

#[tokio::test]
async fn a_server_that_hangs_costs_one_wait_and_one_line() {
    let Some(server) = Server::start() else { return };
    let (log, _guard) = Log::capture();
    let world = world().await;
    let knowledge = connected(&server.config()).await;
    assert_eq!(log.count("Redis is connected"), 1);
    ask(&world, &knowledge, Dimension::Gender).await;
    server.has_keys(2).await;
    server.signal("-STOP");
    let (_, first) = ask(&world, &knowledge, Dimension::AgeBand).await;
    assert!(first >= Duration::from_millis(150), "the first request finds out: {first:?}");
    for dimension in [Dimension::Citizenship, Dimension::CaseStatus, Dimension::Abduction, Dimension::DurationBand] {
        let (answer, after) = ask(&world, &knowledge, dimension).await;
        assert_eq!(answer.cache, Some(CacheStatus::Miss));
        assert!(after < Duration::from_millis(150), "no other request waits: {after:?}");
    }
    // The first attempt to connect again fails in this time.
    tokio::time::sleep(Duration::from_secs(8)).await;
    ask(&world, &knowledge, Dimension::DataSource).await;
    assert_eq!((log.count("Redis is away"), log.count("WARN")), (1, 1));
    server.signal("-CONT");
    is_connected(&knowledge).await;
    assert_eq!((log.count("Redis is away"), log.count("Redis is back")), (1, 1));
    ask(&world, &knowledge, Dimension::MajorityStatus).await;
    let other = connected(&server.config()).await;
    until("the new counts are stored", async || server.keys().await.len() >= 4).await;
    assert_eq!(ask(&world, &other, Dimension::MajorityStatus).await.0.cache, Some(CacheStatus::Hit));
}

#[tokio::test]
async fn a_server_that_dies_is_missed_once_and_found_again() {
    let Some(mut server) = Server::start() else { return };
    let (log, _guard) = Log::capture();
    let world = world().await;
    let knowledge = connected(&server.config()).await;
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    for dimension in [Dimension::Gender, Dimension::AgeBand, Dimension::Citizenship] {
        assert_eq!(ask(&world, &knowledge, dimension).await.0.cache, Some(CacheStatus::Miss));
    }
    until("a line in the log", async || log.count("Redis is away") == 1).await;
    let again = Server::on(server.port);
    is_connected(&knowledge).await;
    ask(&world, &knowledge, Dimension::DurationBand).await;
    again.has_keys(2).await;
    assert_eq!((log.count("Redis is away"), log.count("Redis is back")), (1, 1));
}
