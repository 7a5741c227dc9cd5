//! How viewers and missions share a gateway, and gateways share what they count.

use std::num::NonZeroU32;
use std::time::Duration;

use causeway_tests::{Answer, Backend, Client, Gateway, Result, TestDatabase, both};
use redis::AsyncCommands;
use sqlx::{Connection, PgConnection};

const VIEWER: &str = "{ viewer { subject } }";
const LIMIT: u32 = 20;

async fn limited(db: &TestDatabase) -> Result<Gateway> {
    Gateway::start_with(db, |config| config.fairness.requests_per_minute = NonZeroU32::new(LIMIT).expect("not 0")).await
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Asks until it is refused; how many were answered, and the refusal.
async fn until_refused(client: &Client) -> Result<(u32, Answer)> {
    for answered in 0..10 * LIMIT {
        let answer = client.query(VIEWER).await?;
        if !answer.codes().is_empty() {
            return Ok((answered, answer));
        }
    }
    Err("nothing was refused".into())
}

both! {
    /// Each answer tells what is left; when nothing is, the viewer is told when to come back, and others are not concerned.
    async fn a_viewer_has_so_many_requests_a_minute(db: &TestDatabase) -> Result {
        let gateway = limited(db).await?;
        if db.redis_url.is_some() {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        let client = gateway.as_role("case_supervisor@UA")?;
        let first = client.query(VIEWER).await?;
        assert_eq!(header(&first, "ratelimit-policy"), "\"viewer\";q=20;w=60");
        assert_eq!(header(&first, "ratelimit"), "\"viewer\";r=19;t=3");
        assert_eq!(header(&first, "retry-after"), "");
        let (answered, refusal) = until_refused(&client).await?;
        // One may have come back meanwhile.
        assert!((LIMIT - 1..=LIMIT).contains(&answered), "{answered}");
        assert_eq!((refusal.status.as_u16(), refusal.codes()), (429, vec!["RATE_LIMITED"]), "{}", refusal.body);
        let wait: u64 = header(&refusal, "retry-after").parse()?;
        assert!((1..=3).contains(&wait), "{wait}");
        assert_eq!(header(&refusal, "ratelimit"), format!("\"viewer\";r=0;t={wait}"));
        // What is refused costs nothing of what comes back.
        for _ in 0..50 {
            assert_eq!(client.query(VIEWER).await?.status, 429);
        }
        let other = gateway.as_role("case_worker@UA")?;
        assert_eq!(other.query(VIEWER).await?.codes(), Vec::<&str>::new());
        tokio::time::sleep(Duration::from_secs(wait)).await;
        assert_eq!(client.query(VIEWER).await?.codes(), Vec::<&str>::new());
        // Whoever has no token that holds has no allowance to be told of.
        let nobody = gateway.with_token(None).query(VIEWER).await?;
        assert_eq!((nobody.status.as_u16(), header(&nobody, "ratelimit")), (401, ""));
        Ok(())
    }
}

/// What holds where gateways share Redis.
mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn two_gateways_share_an_allowance() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let (one, other) = (limited(&db).await?, limited(&db).await?);
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (here, _) = until_refused(&one.as_role("case_supervisor@UA")?).await?;
        let (there, _) = until_refused(&other.as_role("case_supervisor@UA")?).await?;
        assert!(here >= LIMIT - 2 && here + there <= LIMIT + 3, "{here} and {there}");
        // Redis learns no name.
        let url = db.redis_url.as_deref().ok_or("no Redis")?;
        let mut redis = redis::Client::open(url)?.get_multiplexed_async_connection().await?;
        let keys: Vec<String> = redis.keys(format!("{}*rate*", db.redis_prefix)).await?;
        assert_eq!(keys.len(), 1, "{keys:?}");
        assert!(!keys[0].contains("supervisor"), "{keys:?}");
        let life: i64 = redis.pttl(&keys[0]).await?;
        assert!((1..=61_500).contains(&life), "{life}");
        Ok(())
    }

    /// Redis replies with an error to one viewer's command: nothing but that ends. When it counted as Redis being away, a shared
    /// allowance of 605 became 1,212.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_error_reply_to_one_viewer_leaves_the_others_shared() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let (one, other) = (limited(&db).await?, limited(&db).await?);
        tokio::time::sleep(Duration::from_millis(300)).await;
        let broken = one.as_role("case_worker@UA")?;
        broken.query(VIEWER).await?;
        let url = db.redis_url.as_deref().ok_or("no Redis")?;
        let mut redis = redis::Client::open(url)?.get_multiplexed_async_connection().await?;
        let keys: Vec<String> = redis.keys(format!("{}*rate*", db.redis_prefix)).await?;
        let () = redis.del(&keys).await?;
        let () = redis.lpush(&keys[0], "no number").await?;
        let _: bool = redis.expire(&keys[0], 60).await?;
        // Each gateway counts that viewer by itself, as it would without Redis.
        assert!((LIMIT - 1..=LIMIT + 2).contains(&until_refused(&other.as_role("case_worker@UA")?).await?.0));
        let (here, _) = until_refused(&one.as_role("case_supervisor@UA")?).await?;
        let (there, _) = until_refused(&other.as_role("case_supervisor@UA")?).await?;
        assert!(here >= LIMIT - 2 && here + there <= LIMIT + 3, "{here} and {there}");
        Ok(())
    }

    /// What Redis counts cannot be sealed. A number that nobody can have counted keeps a viewer out no longer than a minute's
    /// requests would.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_allowance_that_was_made_up_comes_back() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let gateway = limited(&db).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let client = gateway.as_role("case_worker@UA")?;
        client.query(VIEWER).await?;
        let url = db.redis_url.as_deref().ok_or("no Redis")?;
        let mut redis = redis::Client::open(url)?.get_multiplexed_async_connection().await?;
        let keys: Vec<String> = redis.keys(format!("{}*rate*", db.redis_prefix)).await?;
        for made_up in ["9000000000000000000", "nan", "inf"] {
            let () = redis.set(&keys[0], made_up).await?;
            let refusal = client.query(VIEWER).await?;
            assert_eq!(refusal.status, 429, "{made_up}: {}", refusal.body);
            let wait: u64 = header(&refusal, "retry-after").parse()?;
            assert!((1..=3).contains(&wait), "{made_up}: {wait}");
            let life: i64 = redis.pttl(&keys[0]).await?;
            assert!((1..=61_500).contains(&life), "{made_up}: {life}");
            tokio::time::sleep(Duration::from_secs(wait)).await;
            assert_eq!(client.query(VIEWER).await?.codes(), Vec::<&str>::new(), "{made_up}");
        }
        let () = redis.set(&keys[0], "no number at all").await?;
        assert_eq!(client.query(VIEWER).await?.codes(), Vec::<&str>::new());
        Ok(())
    }

    /// One mission's operations hang in the database; another mission's go through, and the first one is told to come back.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_mission_that_hangs_holds_up_itself() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        Gateway::with_demo(&db, 40).await?;
        let gateway = Gateway::start_with(&db, |config| {
            config.fairness.concurrency = 4;
            config.fairness.waiting = 3;
            config.fairness.waiting_seconds = 1;
            config.database.statement_timeout_ms = 4_000;
        })
        .await?;
        let (hanging, other) = (gateway.as_role("case_supervisor@UA")?, gateway.as_role("case_supervisor@MD")?);
        other.query(VIEWER).await?;
        hanging.query(VIEWER).await?;
        let mut lock = PgConnection::connect(&db.owner_url).await?;
        sqlx::raw_sql("BEGIN; LOCK TABLE narrative IN ACCESS EXCLUSIVE MODE").execute(&mut lock).await?;
        let crowd: Vec<_> = (0..12)
            .map(|_| {
                let client = hanging.clone();
                tokio::spawn(async move { client.query("{ narratives { nodes { kind } } }").await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(200)).await;
        // The hanging mission has half of the places at most, since the other one is about.
        for _ in 0..5 {
            let began = std::time::Instant::now();
            let answer = other.query("{ cases { nodes { status } } }").await?;
            assert_eq!(answer.codes(), Vec::<&str>::new(), "{}", answer.body);
            assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        }
        let mut codes = std::collections::BTreeMap::new();
        for one in crowd {
            let answer = one.await??;
            // Whoever ran waited for the lock in vain; whoever stood beyond the line was refused before that.
            assert_eq!((answer.codes(), header(&answer, "retry-after")), (vec!["UNAVAILABLE"], "1"), "{}", answer.body);
            *codes.entry(answer.status.as_u16()).or_insert(0) += 1;
        }
        assert!(codes.get(&503).is_some_and(|refused| *refused >= 5), "{codes:?}");
        sqlx::raw_sql("ROLLBACK").execute(&mut lock).await?;
        assert_eq!(hanging.query("{ narratives { nodes { kind } } }").await?.codes(), Vec::<&str>::new());
        Ok(())
    }
}
