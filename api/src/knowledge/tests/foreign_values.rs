//! What others write into Redis: values that were changed, moved or made up are never taken for figures.

use super::shared_cache::{Log, MISSIONS, Server, ask, connected, is_connected, until, world};
use super::*;
use crate::knowledge::{CacheStatus, Dimension};
use crate::redis_link::RedisLink;

const WARNING: &str = "Redis holds values that no gateway with this master key wrote there";

/// Every key with its value, sorted.
async fn values(server: &Server) -> Vec<(String, Vec<u8>)> {
    let keys = server.keys().await;
    let values: Vec<Vec<u8>> = redis::cmd("MGET").arg(&keys).query_async(&mut server.connection().await).await.unwrap();
    let mut values: Vec<_> = keys.into_iter().zip(values).collect();
    values.sort();
    values
}

async fn put(server: &Server, values: &[(String, Vec<u8>)]) {
    let mut pipeline = redis::pipe();
    values.iter().for_each(|(key, value)| {
        pipeline.set(key, value).ignore();
    });
    pipeline.query_async::<()>(&mut server.connection().await).await.unwrap();
}

#[tokio::test]
async fn a_value_that_is_not_as_it_was_written_is_counted_anew() {
    let Some(server) = Server::start() else { return };
    let world = world().await;
    let (counted, _) = ask(&world, &connected(&server.config()).await, Dimension::MeansOfControl).await;
    server.has_keys(MISSIONS.len()).await;
    let written = values(&server).await;
    let change = async |change: &dyn Fn(&[u8]) -> Vec<u8>| {
        let changed: Vec<_> = written.iter().map(|(key, value)| (key.clone(), change(value))).collect();
        put(&server, &changed).await;
        let another = connected(&server.config()).await;
        let (anew, _) = ask(&world, &another, Dimension::MeansOfControl).await;
        assert_eq!((anew.cache, &anew.cells), (Some(CacheStatus::Miss), &counted.cells));
        until("it is stored anew", async || values(&server).await == written).await;
    };
    let bits = written.iter().map(|(_, value)| value.len() * 8).min().unwrap();
    for bit in [0, 1, 70, bits / 2, bits - 1] {
        change(&|value| {
            let mut value = value.to_vec();
            value[bit / 8] ^= 1 << (bit % 8);
            value
        })
        .await;
    }
    change(&|value| value[..value.len() - 1].to_vec()).await;
    change(&|value| [value, b"x"].concat()).await;
    change(&|_| Vec::new()).await;
    change(&|_| b"nonsense".to_vec()).await;
    // As they were written before values were sealed.
    change(&|_| postcard::to_stdvec(&(30_i64, vec![5_i64, 30])).unwrap()).await;

    let (found, _) = ask(&world, &connected(&server.config()).await, Dimension::MeansOfControl).await;
    assert_eq!((found.cache, &found.cells), (Some(CacheStatus::Hit), &counted.cells));
}

#[tokio::test]
async fn a_value_of_another_key_is_counted_anew_and_one_line_tells_of_it() {
    let Some(server) = Server::start() else { return };
    let (log, _guard) = Log::capture();
    let world = world().await;
    let one = connected(&server.config()).await;
    ask(&world, &one, Dimension::MeansOfControl).await;
    let (by_gender, _) = ask(&world, &one, Dimension::Gender).await;
    server.has_keys(2 * MISSIONS.len()).await;
    let written = values(&server).await;
    assert_eq!(log.count(WARNING), 0);
    // Each key has its neighbour's value: of another mission, or of another question.
    let moved: Vec<_> = written
        .iter()
        .zip(written.iter().cycle().skip(1))
        .map(|((key, _), (_, value))| (key.clone(), value.clone()))
        .collect();
    put(&server, &moved).await;
    let other = connected(&server.config()).await;
    for dimension in [Dimension::MeansOfControl, Dimension::Gender] {
        let (anew, _) = ask(&world, &other, dimension).await;
        assert_eq!(anew.cache, Some(CacheStatus::Miss));
        assert!(dimension != Dimension::Gender || anew.cells == by_gender.cells);
    }
    assert_eq!(log.count(WARNING), 1, "once, and not for each value");
}

#[tokio::test]
async fn a_gateway_with_another_master_key_finds_nothing_and_understands_nothing() {
    let Some(server) = Server::start() else { return };
    let (log, _guard) = Log::capture();
    let world = world().await;
    let (counted, _) = ask(&world, &connected(&server.config()).await, Dimension::MeansOfControl).await;
    server.has_keys(MISSIONS.len()).await;
    let stranger = RedisLink::open(&server.config(), Seal::new(&[8; 32])).unwrap();
    for (name, value) in values(&server).await {
        assert_eq!(stranger.opened(&name, &value), None);
    }
    assert_eq!(log.count(WARNING), 1);
    let stranger = Knowledge::open(Some(stranger));
    is_connected(&stranger).await;
    let (anew, _) = ask(&world, &stranger, Dimension::MeansOfControl).await;
    assert_eq!((anew.cache, anew.cells), (Some(CacheStatus::Miss), counted.cells));
}

/// What an entry takes in Redis, with key and bookkeeping, beside what it took when keys were hexadecimal and values plain.
#[tokio::test]
async fn entries_are_smaller_than_they_were() {
    let Some(server) = Server::start() else { return };
    let (world, knowledge) = (world().await, connected(&server.config()).await);
    let (mut before, mut now) = (0, 0);
    let questions = [
        vec![Dimension::Gender],
        vec![Dimension::Gender, Dimension::AgeBand],
        vec![Dimension::Citizenship, Dimension::CountryOfExploitation],
        vec![Dimension::Gender, Dimension::YearOfRegistration, Dimension::MeansOfControl],
    ];
    for question in questions {
        let mut connection = server.connection().await;
        redis::cmd("FLUSHALL").query_async::<()>(&mut connection).await.unwrap();
        let question = Tabulation::new(question, Vec::new()).unwrap();
        world.exact(&knowledge, question.clone()).await;
        server.has_keys(MISSIONS.len()).await;
        let reader = world.reader(&["hq_protection@*"]).await;
        let missions = MISSIONS.map(|mission| mission.parse().unwrap());
        let counted = reader.counted_missions(&missions).await.unwrap();
        let counted: Vec<_> = counted.iter().collect();
        let (partials, missing) = knowledge.partials(&reader, question.facts(), &counted).await.unwrap();
        assert_eq!(missing, 0);
        let names = server.keys().await;
        for partial in partials.values() {
            let name = format!("test:stat:1:UA:1234:{}", hex::encode([7; 32]));
            let value = postcard::to_stdvec(&(partial.cases, &partial.groups)).unwrap();
            redis::cmd("SETEX").arg(&name).arg(86_400).arg(value).query_async::<()>(&mut connection).await.unwrap();
            before += memory(&mut connection, &name).await;
        }
        for name in names {
            now += memory(&mut connection, &name).await;
        }
        eprintln!("{:?}: {before} bytes before, {now} now, together", question.group_by());
    }
    assert!(now < before, "{before} bytes before, {now} now");
}

async fn memory(connection: &mut redis::aio::MultiplexedConnection, name: &str) -> u64 {
    redis::cmd("MEMORY").arg("USAGE").arg(name).query_async(connection).await.unwrap()
}
