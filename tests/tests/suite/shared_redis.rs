//! The Redis that gateways share, as an operator configures it: what cannot be used refuses the start, and TLS is TLS.

use causeway::config::RedisConfig;
use causeway_tests::certificates::Certificates;
use causeway_tests::{Backend, Desk, Gateway, PrivateRedis, Result, TempDir, TestDatabase};
use serde_json::Value;

use crate::PROGRAM;

const FIGURES: &str = "{ statistics(groupBy: [GENDER]) { total cache } }";

#[test]
fn a_configuration_that_cannot_be_used_refuses_the_start() -> Result {
    let desk = Desk::new(PROGRAM)?;
    std::fs::write(desk.path("empty.pem"), "nothing\n")?;
    for (settings, says) in [
        (vec![("CAUSEWAY_REDIS_URL", "cache.internal:6379")], "redis.url begins with redis://"),
        (
            vec![("CAUSEWAY_REDIS_URL", "redis://:hunter#2@cache.internal:6379")],
            "redis.url: its password must be percent-encoded: # is written %23",
        ),
        (
            vec![("CAUSEWAY_REDIS_URL", "redis://:hunter/2@cache.internal:6379")],
            "redis.url: its password must be percent-encoded: / is written %2F",
        ),
        (
            vec![
                ("CAUSEWAY_REDIS_URL", "rediss://:hunter2@cache.internal"),
                ("CAUSEWAY_REDIS__CA_FILE", "nowhere.pem"),
            ],
            "redis.ca_file nowhere.pem",
        ),
        (
            vec![("CAUSEWAY_REDIS_URL", "rediss://:hunter2@cache.internal"), ("CAUSEWAY_REDIS__CA_FILE", "empty.pem")],
            "redis.ca_file empty.pem: it holds no certificate in PEM",
        ),
        (
            vec![("CAUSEWAY_REDIS_URL", "redis://:hunter2@cache.internal"), ("CAUSEWAY_REDIS__CA_FILE", "empty.pem")],
            "redis.url begins with rediss://",
        ),
    ] {
        let database = ("CAUSEWAY_DATABASE_URL", "sqlite://causeway.db");
        desk.run_with("serve", &[&settings[..], &[database]].concat())?.has(false, &[says]).lacks(&["hunter"]);
    }
    Ok(())
}

/// Redis of the test's own.
mod outage {
    use std::time::{Duration, Instant};

    use super::*;

    fn config(server: &PrivateRedis, db: &TestDatabase) -> RedisConfig {
        RedisConfig {
            prefix: db.redis_prefix.clone(),
            // A handshake takes its time on a busy machine.
            timeout_ms: 1_000,
            ca_file: server.certificates().map(|made| made.authority()),
            ..RedisConfig::at(server.url())
        }
    }

    async fn gateway_with(db: &TestDatabase, redis: &RedisConfig) -> Result<Gateway> {
        Gateway::start_with(db, |config| config.redis = Some(redis.clone())).await
    }

    async fn figures(gateway: &Gateway) -> Result<(Value, Value)> {
        let data = gateway.as_role("hq_protection@*")?.data(FIGURES, Value::Null).await?;
        Ok((data["statistics"]["total"].clone(), data["statistics"]["cache"].clone()))
    }

    /// Whether a gateway that was just started finds what another one counted, as soon as it is connected.
    async fn is_shared(db: &TestDatabase, redis: &RedisConfig) -> Result<bool> {
        for _ in 0..20 {
            let gateway = gateway_with(db, redis).await?;
            tokio::time::sleep(Duration::from_millis(300)).await;
            let (total, cache) = figures(&gateway).await?;
            assert_eq!(total, 40);
            if cache == "HIT" {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn database() -> Result<TestDatabase> {
        let db = TestDatabase::create(Backend::Sqlite).await?;
        Gateway::with_demo(&db, 40).await?;
        Ok(db)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn figures_are_shared_over_tls() -> Result {
        let (server, db) = (PrivateRedis::launch_with_tls(false).await?, database().await?);
        assert!(server.url().starts_with("rediss://"));
        assert!(is_shared(&db, &config(&server, &db)).await?);
        // Plain, the same port has nothing to say.
        let plain = RedisConfig { ca_file: None, ..config(&server, &db) };
        let plain = RedisConfig { url: RedisConfig::at(server.url().replace("rediss", "redis")).url, ..plain };
        assert!(!is_shared_once(&db, &plain).await?);
        Ok(())
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_server_that_wants_a_certificate_gets_it() -> Result {
        let (server, db) = (PrivateRedis::launch_with_tls(true).await?, database().await?);
        let without = config(&server, &db);
        let (certificate, key) = server.certificates().ok_or("no certificates")?.client();
        let with = RedisConfig { certificate_file: Some(certificate), key_file: Some(key.clone()), ..without.clone() };
        assert!(is_shared(&db, &with).await?);
        assert!(!is_shared_once(&db, &without).await?);
        // The key of another certificate.
        let mixed = RedisConfig { certificate_file: Some(key.with_file_name("server.pem")), ..with };
        let refused = gateway_with(&db, &mixed).await.err().ok_or("a key without its certificate was taken")?;
        assert!(refused.to_string().contains("redis.key_file"), "{refused}");
        Ok(())
    }

    /// A server that somebody else vouches for is not spoken to; figures are right without it.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_server_of_another_authority_is_not_trusted() -> Result {
        let (server, db) = (PrivateRedis::launch_with_tls(false).await?, database().await?);
        let folder = TempDir::create()?;
        let other = Certificates::make(folder.path())?.authority();
        assert!(!is_shared_once(&db, &RedisConfig { ca_file: Some(other), ..config(&server, &db) }).await?);
        // Nor is one that nobody vouches for: the system knows no authority of a test.
        assert!(!is_shared_once(&db, &RedisConfig { ca_file: None, ..config(&server, &db) }).await?);
        assert!(is_shared(&db, &config(&server, &db)).await?);
        Ok(())
    }

    /// Two gateways, each with time to connect: whether the second finds what the first one counted.
    async fn is_shared_once(db: &TestDatabase, redis: &RedisConfig) -> Result<bool> {
        let redis = RedisConfig { prefix: format!("{}other:", redis.prefix), ..redis.clone() };
        let mut last = Value::Null;
        for _ in 0..2 {
            let began = Instant::now();
            let gateway = gateway_with(db, &redis).await?;
            tokio::time::sleep(Duration::from_millis(700)).await;
            let (total, cache) = figures(&gateway).await?;
            assert_eq!(total, 40);
            assert!(began.elapsed() < Duration::from_secs(10), "Redis is waited for: {:?}", began.elapsed());
            tokio::time::sleep(Duration::from_millis(300)).await;
            last = cache;
        }
        Ok(last == "HIT")
    }
}
