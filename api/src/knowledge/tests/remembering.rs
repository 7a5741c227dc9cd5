//! What is remembered in process: until the data changes, for each mission by itself, and counted once however many ask.

use super::*;
use crate::knowledge::{CacheStatus, Condition, Dimension};

const MISSIONS: [&str; 3] = ["UA", "MD", "US"];

async fn world(seed: u64) -> World {
    let world = World::with_missions(&MISSIONS).await;
    let seed = &mut rand::SeedableRng::seed_from_u64(seed);
    for mission in MISSIONS {
        world.put(mission, facts::random(seed, mission, 20)).await;
    }
    world
}

fn by(dimensions: &[Dimension]) -> Tabulation {
    Tabulation::new(dimensions.to_vec(), Vec::new()).unwrap()
}

#[tokio::test]
async fn a_write_makes_its_own_mission_be_counted_anew_and_no_other() {
    let (world, knowledge) = (world(9).await, Knowledge::open(None));
    let question = || by(&[Dimension::Gender]);
    let first = world.exact(&knowledge, question()).await;
    assert_eq!((first.cache, first.total), (Some(CacheStatus::Miss), Some(60)));
    let second = world.exact(&knowledge, question()).await;
    assert_eq!((second.cache, &second.cells), (Some(CacheStatus::Hit), &first.cells));
    world.put("MD", facts::random(&mut rand::SeedableRng::seed_from_u64(10), "MD", 7)).await;
    let third = world.exact(&knowledge, question()).await;
    assert_eq!((third.cache, third.total), (Some(CacheStatus::Partial), Some(67)));
    assert_eq!(third.cells.iter().filter_map(|cell| cell.count).sum::<i64>(), 67);
    assert_eq!(world.exact(&knowledge, question()).await.cache, Some(CacheStatus::Hit));
}

#[tokio::test]
async fn another_spelling_and_other_missions_find_what_was_counted() {
    let (world, knowledge) = (world(11).await, Knowledge::open(None));
    let own = world.reader(&["case_supervisor@UA"]).await;
    let answer =
        Statistics::answer(&knowledge, &own, None, by(&[Dimension::Gender, Dimension::AgeBand])).await.unwrap();
    assert_eq!(answer.cache, Some(CacheStatus::Miss));
    let more = world.exact(&knowledge, by(&[Dimension::AgeBand, Dimension::Gender])).await;
    assert_eq!(more.cache, Some(CacheStatus::Partial));
    let by_region = by(&[Dimension::AgeBand, Dimension::Region, Dimension::Gender]);
    assert_eq!(world.exact(&knowledge, by_region).await.cache, Some(CacheStatus::Hit));
    let any_of = [Some("UA".to_owned())].into();
    let filter = vec![Condition { dimension: Dimension::Mission, any_of }];
    let filtered = Tabulation::new(vec![Dimension::Gender, Dimension::AgeBand], filter).unwrap();
    let filtered = world.exact(&knowledge, filtered).await;
    assert_eq!((filtered.cache, filtered.total), (Some(CacheStatus::Hit), Some(20)));
    assert_eq!(filtered.cells, answer.cells);
}

/// As after a restore from a backup: the same mission has seen as many writes, but others.
#[tokio::test]
async fn another_history_with_as_many_writes_is_another_state() {
    let knowledge = Knowledge::open(None);
    let (one, other) = (world(12).await, World::with_missions(&MISSIONS).await);
    let question = || by(&[Dimension::Gender]);
    assert_eq!(one.exact(&knowledge, question()).await.total, Some(60));
    for mission in MISSIONS {
        other.put(mission, facts::random(&mut rand::SeedableRng::seed_from_u64(13), mission, 2)).await;
    }
    let answer = other.exact(&knowledge, question()).await;
    assert_eq!((answer.cache, answer.total), (Some(CacheStatus::Miss), Some(6)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_many_ask_at_once_is_counted_once() {
    let (world, knowledge) = (world(14).await, Arc::new(Knowledge::open(None)));
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (reader, knowledge) = (world.reader(&["hq_protection@*"]).await, Arc::clone(&knowledge));
        asking.spawn(async move {
            let question = by(&[Dimension::MeansOfControl, Dimension::TraffickerRole]);
            Statistics::answer(&knowledge, &reader, None, question).await.unwrap()
        });
    }
    let answers = asking.join_all().await;
    let counted = answers.iter().filter(|answer| answer.cache != Some(CacheStatus::Hit)).count();
    assert_eq!((answers.len(), counted), (64, 1));
    assert!(answers.iter().all(|answer| answer.cells == answers[0].cells && answer.total == Some(60)));
}
