//! Who gets figures, of which missions, and how exact.

use super::*;
use crate::access::policy::DisclosureTier;
use crate::knowledge::{Condition, Dimension};

fn codes(missions: &[&str]) -> Vec<CountryCode> {
    missions.iter().map(|mission| mission.parse().unwrap()).collect()
}

async fn ask(reader: &Reader, missions: Option<&[&str]>, filter: Vec<Condition>) -> Result<Statistics, ClientError> {
    let question = Tabulation::new(vec![Dimension::Mission], filter).unwrap();
    let missions = missions.map(codes);
    Statistics::answer(&Knowledge::open(None), reader, missions.as_deref(), question).await.map_err(client)
}

async fn world() -> World {
    let world = World::with_missions(&["UA", "MD", "US"]).await;
    let seed = &mut rand::SeedableRng::seed_from_u64(6);
    for (mission, cases) in [("UA", 40), ("MD", 5), ("US", 20)] {
        world.put(mission, facts::random(seed, mission, cases)).await;
    }
    world
}

#[tokio::test]
async fn a_mission_of_others_and_one_that_does_not_exist_are_refused_alike() {
    let world = world().await;
    let analyst = world.reader(&["mission_analyst@UA"]).await;
    let theirs = ask(&analyst, Some(&["UA", "MD"]), Vec::new()).await.unwrap_err();
    assert_eq!(theirs.code(), "FORBIDDEN");
    assert_eq!(ask(&analyst, Some(&["UA", "FR"]), Vec::new()).await.unwrap_err(), theirs);
    assert_eq!(ask(&analyst, Some(&["FR"]), Vec::new()).await.unwrap_err(), theirs);
    let own = ask(&analyst, None, Vec::new()).await.unwrap();
    assert_eq!((own.missions, own.total, own.tier), (codes(&["UA"]), Some(40), DisclosureTier::Mission));
    assert_eq!(ask(&analyst, Some(&[]), Vec::new()).await.unwrap_err().code(), "BAD_INPUT");
}

#[tokio::test]
async fn roles_without_statistics_get_none() {
    let world = world().await;
    for role in ["data_entry@UA", "data_protection_officer@*", "partner_provider@UA"] {
        let reader = world.reader(&[role]).await;
        for missions in [None, Some(&["UA"][..]), Some(&[][..])] {
            assert_eq!(ask(&reader, missions, Vec::new()).await.unwrap_err().code(), "FORBIDDEN", "{role}");
        }
    }
    // A role with statistics elsewhere opens nothing here.
    let mixed = world.reader(&["data_entry@UA", "case_supervisor@MD"]).await;
    assert_eq!(ask(&mixed, None, Vec::new()).await.unwrap().missions, codes(&["MD"]));
    assert_eq!(ask(&mixed, Some(&["UA"]), Vec::new()).await.unwrap_err().code(), "FORBIDDEN");
}

#[tokio::test]
async fn the_least_exact_tier_of_the_missions_covered_holds() {
    let world = world().await;
    let reader = world.reader(&["case_supervisor@MD", "hq_analyst@*"]).await;
    let all = ask(&reader, None, Vec::new()).await.unwrap();
    assert_eq!((all.tier, all.threshold, all.total), (DisclosureTier::Headquarters, 11, Some(65)));
    // Five cases cannot be told from the total and the rest: the next smallest mission is suppressed too. Nor does their
    // order tell which of the two is the larger.
    let shown: Vec<_> = all.cells.iter().map(|cell| (cell.keys[0].as_deref(), cell.count, cell.suppressed)).collect();
    assert_eq!(shown, [(Some("UA"), Some(40), false), (Some("MD"), None, true), (Some("US"), None, true)]);
    assert_eq!((all.suppressed_cells, all.cells[1].share), (2, None));
    let own = ask(&reader, Some(&["MD"]), Vec::new()).await.unwrap();
    assert_eq!((own.tier, own.threshold, own.cells[0].count), (DisclosureTier::Exact, 0, Some(5)));
    let any_of = [Some("MD".to_owned())].into();
    let filtered = ask(&reader, None, vec![Condition { dimension: Dimension::Mission, any_of }]).await.unwrap();
    assert_eq!((filtered.tier, filtered.missions, filtered.total), (DisclosureTier::Exact, codes(&["MD"]), Some(5)));
}

#[tokio::test]
async fn small_totals_are_withheld_and_none_are_zero_cells() {
    let world = world().await;
    let reader = world.reader(&["hq_analyst@*"]).await;
    let few = ask(&reader, Some(&["MD"]), Vec::new()).await.unwrap();
    assert_eq!((few.total, few.cells[0].count, few.cells[0].share, few.suppressed_cells), (None, None, None, 1));
    let any_of = [Some("FR".to_owned())].into();
    let none = ask(&reader, None, vec![Condition { dimension: Dimension::Mission, any_of }]).await.unwrap();
    assert_eq!(
        (none.total, none.cells.len(), none.missions, none.tier),
        (None, 0, vec![], DisclosureTier::Headquarters)
    );
}

#[tokio::test]
async fn figures_that_one_tier_was_shown_are_not_found_by_another() {
    let (world, knowledge) = (world().await, Knowledge::open(None));
    let question = || Tabulation::new(vec![Dimension::Mission], Vec::new()).unwrap();
    let (exact, suppressed) = (world.reader(&["hq_protection@*"]).await, world.reader(&["hq_analyst@*"]).await);
    let counts = async |reader: &Reader| {
        let answer = Statistics::answer(&knowledge, reader, None, question()).await.unwrap();
        answer.cells.iter().filter_map(|cell| cell.count).collect::<Vec<_>>()
    };
    assert_eq!(counts(&exact).await, [40, 20, 5]);
    assert_eq!(counts(&suppressed).await, [40]);
    assert_eq!(counts(&exact).await, [40, 20, 5]);
}
