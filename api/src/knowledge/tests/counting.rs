//! Figures are right: every answer against a count by hand over random facts.

use std::collections::{BTreeMap, BTreeSet};

use entity::fact;
use rand::{Rng, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use super::facts::{dimensions, keys, random};
use super::*;
use crate::knowledge::{Condition, Dimension};

/// Three regions, three offices, and one mission without either.
const MISSIONS: [&str; 5] = ["UA", "MD", "US", "TH", "ZZ"];

async fn world(seed: &mut ChaCha8Rng) -> (World, Vec<fact::Model>) {
    let world = World::with_missions(&MISSIONS).await;
    let mut all = Vec::new();
    for mission in MISSIONS {
        let facts = random(seed, mission, 25);
        world.put(mission, facts.clone()).await;
        all.extend(facts);
    }
    (world, all)
}

type Counts = BTreeMap<Vec<Option<String>>, i64>;

fn by_hand(facts: &[fact::Model], group_by: &[Dimension], filter: &[Condition]) -> (i64, Counts) {
    let meets = |fact: &fact::Model, condition: &Condition| {
        keys(condition.dimension, fact).iter().any(|key| condition.any_of.contains(key))
    };
    let (mut total, mut counts) = (0, Counts::new());
    for fact in facts.iter().filter(|fact| filter.iter().all(|condition| meets(fact, condition))) {
        total += 1;
        let mut groups = vec![Vec::new()];
        for dimension in group_by {
            let keys = keys(*dimension, fact);
            groups = groups
                .iter()
                .flat_map(|group| keys.iter().map(|key| [group.clone(), vec![key.clone()]].concat()))
                .collect();
        }
        groups.into_iter().for_each(|group| *counts.entry(group).or_default() += 1);
    }
    (total, counts)
}

fn assert_same(answer: &Statistics, (total, counts): (i64, Counts), what: &str) {
    assert_eq!(answer.total, Some(total), "{what}");
    let answered: Counts = answer.cells.iter().map(|cell| (cell.keys.clone(), cell.count.unwrap())).collect();
    assert_eq!(answered.len(), answer.cells.len(), "{what}: a group stands there twice");
    assert_eq!(answered, counts, "{what}");
}

#[tokio::test]
async fn every_dimension_every_pair_and_some_triples_are_right() {
    let seed = &mut ChaCha8Rng::seed_from_u64(1);
    let (world, facts) = world(seed).await;
    let (knowledge, all) = (Knowledge::open(None), dimensions());
    assert_eq!(all.len(), 26);
    let mut questions = vec![Vec::new()];
    questions.extend(all.iter().map(|one| vec![*one]));
    let pairs = all.iter().flat_map(|one| all.iter().map(move |other| vec![*one, *other]));
    questions.extend(pairs.filter(|pair| pair[0] != pair[1]));
    questions.extend((0..100).map(|_| all.choose_multiple(seed, 3).copied().collect()));
    let reader = world.reader(&["hq_protection@*"]).await;
    for group_by in questions {
        let question = Tabulation::new(group_by.clone(), Vec::new()).unwrap();
        let answer = Statistics::answer(&knowledge, &reader, None, question).await.unwrap();
        assert_same(&answer, by_hand(&facts, &group_by, &[]), &format!("{group_by:?}"));
    }
}

#[tokio::test]
async fn filters_are_right_on_every_dimension() {
    let seed = &mut ChaCha8Rng::seed_from_u64(2);
    let (world, facts) = world(seed).await;
    let (knowledge, all) = (Knowledge::open(None), dimensions());
    let reader = world.reader(&["hq_protection@*"]).await;
    let mut with_cases = 0;
    for round in 0..300 {
        // The first rounds go through every dimension.
        let first = all.get(round).copied().unwrap_or_else(|| *all.choose(seed).unwrap());
        let (others, groups) = (seed.random_range(0..2), seed.random_range(0..3));
        let of = [vec![first], all.choose_multiple(seed, others).copied().collect()].concat();
        let filter: Vec<Condition> = of.into_iter().map(|dimension| condition(seed, dimension, &facts)).collect();
        let group_by: Vec<Dimension> = all.choose_multiple(seed, groups).copied().collect();
        let question = Tabulation::new(group_by.clone(), filter.clone()).unwrap();
        let answer = Statistics::answer(&knowledge, &reader, None, question).await.unwrap();
        let expected = by_hand(&facts, &group_by, &filter);
        with_cases += usize::from(expected.0 > 0);
        assert_same(&answer, expected, &format!("{group_by:?} of {filter:?}"));
    }
    assert!(with_cases > 200, "the filters leave hardly a case: {with_cases}");
}

/// Up to four of the values that facts have, unknown among them.
fn condition(seed: &mut ChaCha8Rng, dimension: Dimension, facts: &[fact::Model]) -> Condition {
    let values: BTreeSet<_> = facts.iter().flat_map(|fact| keys(dimension, fact)).collect();
    let values: Vec<_> = values.into_iter().collect();
    let how_many = seed.random_range(1..=4);
    Condition { dimension, any_of: values.choose_multiple(seed, how_many).cloned().collect() }
}

#[tokio::test]
async fn cells_are_sorted_and_shares_are_of_all_cases() {
    let seed = &mut ChaCha8Rng::seed_from_u64(3);
    let (world, _) = world(seed).await;
    let by_means = Tabulation::new(vec![Dimension::MeansOfControl], Vec::new()).unwrap();
    let answer = world.exact(&Knowledge::open(None), by_means).await;
    let order: Vec<_> =
        answer.cells.iter().map(|cell| (-cell.count.unwrap(), cell.keys[0].is_none(), &cell.keys)).collect();
    assert!(order.is_sorted() && order.len() > 5);
    for cell in answer.cells.iter() {
        assert!((cell.share.unwrap() - cell.count.unwrap() as f64 / 125.0).abs() < 1e-12);
    }
    assert_eq!((answer.total, answer.threshold, answer.suppressed_cells), (Some(125), 0, 0));
}

#[tokio::test]
async fn a_stored_value_that_no_list_has_is_an_error_and_not_left_out() {
    let world = World::with_missions(&["UA"]).await;
    let mut facts = random(&mut ChaCha8Rng::seed_from_u64(4), "UA", 3);
    facts[0].means_of_control = entity::CodeSet::from_bits(1 << 62);
    world.put("UA", facts).await;
    let (knowledge, reader) = (Knowledge::open(None), world.reader(&["hq_protection@*"]).await);
    let ask = |dimension| {
        Statistics::answer(&knowledge, &reader, None, Tabulation::new(vec![dimension], Vec::new()).unwrap())
    };
    assert!(matches!(ask(Dimension::MeansOfControl).await, Err(Error::Internal(_))));
    assert_eq!(ask(Dimension::Gender).await.unwrap().total, Some(3));
}
