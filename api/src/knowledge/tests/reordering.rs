//! What is hidden does not depend on how a question is spelled.

use std::collections::BTreeMap;

use rand::{SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::knowledge::{Condition, Dimension};

const MISSIONS: [&str; 5] = ["UA", "MD", "US", "TH", "ZZ"];

/// The counts that are shown, and none for the suppressed ones, under keys by their dimensions.
type Shown = BTreeMap<BTreeMap<Dimension, Option<String>>, Option<i64>>;

async fn world(cases: usize) -> World {
    let world = World::with_missions(&MISSIONS).await;
    let seed = &mut ChaCha8Rng::seed_from_u64(20);
    for mission in MISSIONS {
        world.put(mission, facts::random(seed, mission, cases)).await;
    }
    world
}

async fn shown(reader: &Reader, question: Tabulation) -> Shown {
    let group_by = question.group_by().to_vec();
    let answer = Statistics::answer(&Knowledge::open(None), reader, None, question).await.unwrap();
    let shown: Shown = answer
        .cells
        .iter()
        .map(|cell| (group_by.iter().copied().zip(cell.keys.iter().cloned()).collect(), cell.count))
        .collect();
    assert_eq!(shown.len(), answer.cells.len());
    assert_eq!(shown.values().filter(|count| count.is_none()).count(), answer.suppressed_cells as usize);
    shown
}

fn orders(of: &[Dimension]) -> Vec<Vec<Dimension>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let first = |at: usize| {
        let mut rest = of.to_vec();
        let first = rest.remove(at);
        orders(&rest).into_iter().map(move |rest| [vec![first], rest].concat())
    };
    (0..of.len()).flat_map(first).collect()
}

#[tokio::test]
async fn every_order_of_dimensions_hides_the_same_cells() {
    let world = world(150).await;
    let reader = world.reader(&["hq_analyst@*"]).await;
    let seed = &mut ChaCha8Rng::seed_from_u64(21);
    let mut questions = vec![vec![Dimension::MajorityStatus, Dimension::Region, Dimension::YearOfRegistration]];
    questions.extend((0..12).map(|round| facts::dimensions().choose_multiple(seed, 2 + round % 2).copied().collect()));
    let mut tried = 0;
    for question in questions {
        let first = shown(&reader, Tabulation::new(question.clone(), Vec::new()).unwrap()).await;
        let (hidden, all) = (first.values().filter(|count| count.is_none()).count(), first.len());
        tried += usize::from(hidden > 0 && hidden < all);
        for order in orders(&question) {
            let again = shown(&reader, Tabulation::new(order.clone(), Vec::new()).unwrap()).await;
            assert_eq!(again, first, "{order:?}");
        }
    }
    assert!(tried > 6, "hardly a table has both: {tried}");
}

#[tokio::test]
async fn flows_and_filters_hide_the_same_cells_in_every_order() {
    let world = world(150).await;
    let reader = world.reader(&["hq_analyst@*"]).await;
    let (from, to) = (Dimension::Citizenship, Dimension::AgeBand);
    let there = shown(&reader, Tabulation::flows(from, to, Vec::new()).unwrap()).await;
    assert!(there.values().any(Option::is_none) && there.values().any(Option::is_some));
    assert_eq!(shown(&reader, Tabulation::flows(to, from, Vec::new()).unwrap()).await, there);
    assert_eq!(shown(&reader, Tabulation::new(vec![to, from], Vec::new()).unwrap()).await, there);

    let only = |dimension, values: &[&str]| Condition {
        dimension,
        any_of: values.iter().map(|value| Some((*value).to_owned())).collect(),
    };
    let filter = [
        only(Dimension::Mission, &["UA", "MD", "TH"]),
        only(Dimension::Citizenship, &["MD", "UA"]),
        only(Dimension::YearOfRegistration, &["2018", "2019", "2020"]),
    ];
    let by = vec![Dimension::Gender, Dimension::Mission];
    let first = shown(&reader, Tabulation::new(by.clone(), filter.to_vec()).unwrap()).await;
    assert!(first.values().any(Option::is_none) && first.values().any(Option::is_some), "{first:?}");
    for turn in 0..3 {
        let mut turned = filter.to_vec();
        turned.rotate_left(turn);
        assert_eq!(shown(&reader, Tabulation::new(by.clone(), turned).unwrap()).await, first);
    }
}
