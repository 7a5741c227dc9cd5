//! The documented rule of disclosure control on random tables, checked from the published cells and not by its own code.

use std::collections::{BTreeMap, BTreeSet};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::access::policy::DisclosureTier;
use crate::knowledge::disclosure::{THRESHOLD, disclose};
use crate::knowledge::merge::Merged;
use crate::knowledge::partial::Group;

pub(super) const LEAST: i64 = THRESHOLD as i64;

fn table(seed: &mut ChaCha8Rng, dimensions: usize) -> Merged {
    let lengths: Vec<i32> = (0..dimensions).map(|_| seed.random_range(1..6)).collect();
    let (density, most) = (seed.random_range(0.3..1.0), *[8, 15, 40, 200].get(seed.random_range(0..4)).unwrap());
    let mut groups = BTreeMap::new();
    for place in 0..lengths.iter().product::<i32>() {
        let (mut rest, mut group) = (place, Group::default());
        for (key, length) in group.iter_mut().zip(&lengths) {
            // The last value of a dimension is *unknown*.
            *key = Some(rest % length).filter(|value| value + 1 < *length);
            rest /= length;
        }
        if seed.random_bool(density) {
            groups.insert(group, seed.random_range(1..=most));
        }
    }
    Merged { cases: groups.values().sum(), groups }
}

/// Every line: the cells that agree in the dimensions named.
fn lines(cells: &[(Group, Option<i64>)], dimensions: usize) -> Vec<Vec<Group>> {
    let mut lines = BTreeSet::new();
    for (of, _) in cells {
        for fixed in 0..(1_usize << dimensions) - 1 {
            let agrees = |group: &Group| (0..dimensions).all(|at| fixed >> at & 1 == 0 || group[at] == of[at]);
            lines.insert(cells.iter().map(|cell| cell.0).filter(agrees).collect::<Vec<_>>());
        }
    }
    lines.into_iter().collect()
}

#[test]
fn no_line_gives_a_suppressed_count_away() {
    let seed = &mut ChaCha8Rng::seed_from_u64(7);
    let (mut secondary, mut whole, mut unlisted) = (0, 0, 0);
    for round in 0..6000 {
        let dimensions = round % 3 + 1;
        let merged = table(seed, dimensions);
        let disclosed = disclose(&merged, dimensions, DisclosureTier::External);
        let count = |group: &Group| merged.groups[group];
        for (group, shown) in &disclosed.cells {
            assert!(shown.is_none_or(|shown| shown == count(group) && shown >= LEAST));
        }
        let shown: BTreeMap<Group, i64> =
            disclosed.cells.iter().filter_map(|(group, shown)| Some((*group, (*shown)?))).collect();
        let listed: BTreeSet<Group> = disclosed.cells.iter().map(|cell| cell.0).collect();
        let hidden = |group: &&Group| !shown.contains_key(*group);
        let small = merged.groups.values().filter(|count| **count < LEAST).count();
        let all_hidden = merged.groups.len() - shown.len();
        assert_eq!(small == 0, all_hidden == 0, "nothing is hidden without need");
        secondary += usize::from(all_hidden > small);
        unlisted += usize::from(listed.len() < merged.groups.len());
        let everything: Vec<(Group, Option<i64>)> = merged.groups.keys().map(|group| (*group, None)).collect();
        let lines = lines(&everything, dimensions);
        let alone: BTreeSet<Group> =
            lines.iter().filter(|line| line.len() == 1 && count(&line[0]) >= LEAST).map(|line| line[0]).collect();
        for line in &lines {
            let protecting: Vec<&Group> = line.iter().filter(hidden).filter(|group| !alone.contains(*group)).collect();
            let sum: i64 = protecting.iter().map(|group| count(group)).sum();
            if protecting.is_empty() || (protecting.len() >= 2 && sum - protecting.len() as i64 >= LEAST) {
                continue;
            }
            // Nothing is left to hide. If the line's total is shown elsewhere, not even the groups are.
            assert!(line.iter().all(|group| hidden(&group)), "{merged:?}");
            whole += usize::from(line.len() > 1);
            let total: i64 = line.iter().map(count).sum();
            assert!(total < LEAST || protecting.iter().all(|group| !listed.contains(*group)), "{merged:?}");
        }
    }
    assert!(
        secondary > 1000 && whole > 1000 && unlisted > 1000,
        "the tables do not try the rule: {secondary}, {whole}, {unlisted}"
    );
}

/// By one dimension there is no exception: whoever knows the total learns of no count below the threshold more than that.
#[test]
fn the_total_gives_no_count_of_one_dimension_away() {
    let seed = &mut ChaCha8Rng::seed_from_u64(8);
    let mut tried = 0;
    for _ in 0..3000 {
        let merged = table(seed, 1);
        let disclosed = disclose(&merged, 1, DisclosureTier::Mission);
        let Some(total) = disclosed.total else {
            assert!(merged.cases < LEAST && disclosed.cells.iter().all(|cell| cell.1.is_none()));
            continue;
        };
        assert_eq!(total, merged.cases);
        let suppressed = disclosed.cells.iter().filter(|cell| cell.1.is_none()).count();
        let left = total - disclosed.cells.iter().filter_map(|cell| cell.1).sum::<i64>();
        assert!(suppressed == 0 || (suppressed >= 2 && left - suppressed as i64 >= LEAST), "{merged:?}");
        tried += usize::from(suppressed > 0);
    }
    assert!(tried > 500);
}

#[test]
fn a_table_worked_out_by_hand() {
    let by_one = |counts: &[i64]| {
        let groups = counts.iter().zip(0..).map(|(count, key)| ([Some(key), None, None], *count));
        let merged = Merged { cases: counts.iter().sum(), groups: groups.collect() };
        let disclosed = disclose(&merged, 1, DisclosureTier::Headquarters);
        (disclosed.total, disclosed.cells.into_iter().map(|cell| cell.1).collect::<Vec<_>>())
    };
    assert_eq!(by_one(&[20, 15, 12, 3]), (Some(50), vec![Some(20), Some(15), None, None]));
    assert_eq!(by_one(&[100, 8]), (Some(108), vec![None, None]));
    assert_eq!(by_one(&[30, 40, 5, 4]), (Some(79), vec![None, Some(40), None, None]));
    // 11 for two would leave each of them between 1 and 10.
    assert_eq!(by_one(&[30, 6, 5]), (Some(41), vec![None, None, None]));
    assert_eq!(by_one(&[30, 8, 5]), (Some(43), vec![Some(30), None, None]));
    // 12 for twelve: each is 1. The next smallest is hidden with them.
    let ones = [&[1; 12][..], &[30, 40]].concat();
    assert_eq!(by_one(&ones), (Some(82), [vec![None; 13], vec![Some(40)]].concat()));
    // With nothing to hide beside them, their number would tell as much: they are not listed.
    assert_eq!(by_one(&[1; 12]), (Some(12), vec![]));
    assert_eq!(by_one(&[1; 10]), (None, vec![None; 10]));
    assert_eq!(by_one(&[11, 12]), (Some(23), vec![Some(11), Some(12)]));
    assert_eq!(by_one(&[10]), (None, vec![None]));
    assert_eq!(by_one(&[]), (None, vec![]));
    // The three of the corner is hidden, and a rectangle with it, so that no row and no column has a single gap.
    let rows = [[3, 20, 30], [25, 40, 50], [60, 70, 80]];
    let cell = |row: usize, column: usize| [Some(row as i32), Some(column as i32), None];
    let groups = (0..9).map(|at| (cell(at / 3, at % 3), rows[at / 3][at % 3])).collect();
    let disclosed = disclose(&Merged { cases: 378, groups }, 2, DisclosureTier::Headquarters);
    let hidden: Vec<Group> = disclosed.cells.iter().filter(|cell| cell.1.is_none()).map(|cell| cell.0).collect();
    assert_eq!(hidden, [cell(0, 0), cell(0, 1), cell(1, 0), cell(1, 1)]);
}

#[test]
fn exact_figures_are_for_the_exact_tier_alone() {
    let groups = BTreeMap::from([([Some(0), None, None], 1), ([Some(1), None, None], 50)]);
    let merged = Merged { cases: 51, groups };
    let exact = disclose(&merged, 1, DisclosureTier::Exact);
    assert_eq!((exact.total, exact.threshold), (Some(51), 0));
    assert!(exact.cells.iter().all(|(group, count)| *count == Some(merged.groups[group])));
    for tier in DisclosureTier::ALL.into_iter().filter(|tier| *tier != DisclosureTier::Exact) {
        let disclosed = disclose(&merged, 1, tier);
        assert_eq!((disclosed.threshold, disclosed.cells[0].1), (THRESHOLD, None), "{tier:?}");
    }
}
