//! A command to which Redis says no: nothing but that command fails, and one line tells of it.

use super::shared_cache::{Log, MISSIONS, Server, ask, connected, until, world};
use super::*;
use crate::knowledge::{CacheStatus, Dimension};

const REFUSED: &str = "Redis refuses a command";

impl Server {
    async fn set(&self, setting: &str, value: &str) {
        let mut command = redis::cmd("CONFIG");
        command.arg("SET").arg(setting).arg(value);
        command.query_async::<()>(&mut self.connection().await).await.unwrap();
    }

    /// What it counted of a kind, by names.
    async fn counted(&self, kind: &str, name: &str) -> Option<String> {
        let mut command = redis::cmd("INFO");
        let counted: String = command.arg(kind).query_async(&mut self.connection().await).await.unwrap();
        counted.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned)
    }
}

#[tokio::test]
async fn a_server_without_room_still_gives_what_it_has() {
    let Some(server) = Server::start() else { return };
    let (log, _guard) = Log::capture();
    let (world, one) = (world().await, connected(&server.config()).await);
    let (counted, _) = ask(&world, &one, Dimension::Gender).await;
    server.has_keys(MISSIONS.len()).await;
    server.set("maxmemory", "1").await;
    for dimension in [Dimension::AgeBand, Dimension::Citizenship] {
        assert_eq!(ask(&world, &one, dimension).await.0.cache, Some(CacheStatus::Miss));
    }
    until("the server has refused", async || server.counted("errorstats", "errorstat_OOM:").await.is_some()).await;
    until("a line in the log", async || log.count(REFUSED) == 1).await;
    assert!(one.cache.shared().unwrap().is_connected());
    let other = connected(&server.config()).await;
    let (found, _) = ask(&world, &other, Dimension::Gender).await;
    assert_eq!((found.cache, found.cells), (Some(CacheStatus::Hit), counted.cells));

    server.set("maxmemory", "0").await;
    assert_eq!(ask(&world, &one, Dimension::DurationBand).await.0.cache, Some(CacheStatus::Miss));
    server.has_keys(2 * MISSIONS.len()).await;
    until("another line in the log", async || log.count("Redis takes a command again") == 1).await;
    assert_eq!((log.count(REFUSED), log.count("Redis is away")), (1, 0));
}

/// Whoever waited for a question's turn finds everything counted, and has nothing to ask Redis for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_questions_at_once_ask_for_no_value_without_a_key() {
    let Some(server) = Server::start() else { return };
    let (world, knowledge) = (world().await, Arc::new(connected(&server.config()).await));
    let seed = &mut rand::SeedableRng::seed_from_u64(16);
    for (written, dimension) in
        [Dimension::MeansOfControl, Dimension::TraffickerRole, Dimension::Citizenship].into_iter().enumerate()
    {
        let mut asking = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let (reader, knowledge) = (world.reader(&["hq_protection@*"]).await, Arc::clone(&knowledge));
            let question = Tabulation::new(vec![dimension], Vec::new()).unwrap();
            asking.spawn(async move { Statistics::answer(&knowledge, &reader, None, question).await.unwrap() });
        }
        let expected = Some(60 + i64::try_from(written).unwrap());
        assert!(asking.join_all().await.iter().all(|answer| answer.total == expected));
        world.put("UA", facts::random(seed, "UA", 1)).await;
    }
    let asked = server.counted("commandstats", "cmdstat_mget:").await.unwrap();
    assert!(asked.contains("rejected_calls=0,failed_calls=0"), "{asked}");
    assert!(knowledge.cache.shared().unwrap().is_connected());
}
