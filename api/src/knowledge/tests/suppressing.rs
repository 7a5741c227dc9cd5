//! The documented rule of disclosure control on random tables, checked from the published cells and not by its own code.

use std::collections::{BTreeMap, BTreeSet};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::access::policy::DisclosureTier;
use crate::knowledge::disclosure::{THRESHOLD, disclose};
use crate::knowledge::merge::Merged;
use crate::knowledge::partial::Group;

const LEAST: i64 = THRESHOLD as i64;

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
    let (mut secondary, mut whole) = (0, 0);
    for round in 0..6000 {
        let dimensions = round % 3 + 1;
        let merged = table(seed, dimensions);
        let disclosed = disclose(&merged, dimensions, DisclosureTier::External);
        let count = |group: &Group| merged.groups[group];
        let hidden: BTreeSet<Group> =
            disclosed.cells.iter().filter(|cell| cell.1.is_none()).map(|cell| cell.0).collect();
        assert_eq!(disclosed.cells.len(), merged.groups.len());
        for (group, shown) in &disclosed.cells {
            assert!(shown.is_none_or(|shown| shown == count(group) && shown >= LEAST));
        }
        let small = merged.groups.values().filter(|count| **count < LEAST).count();
        assert_eq!(small == 0, hidden.is_empty(), "nothing is hidden without need");
        secondary += usize::from(hidden.len() > small);
        let lines = lines(&disclosed.cells, dimensions);
        let alone: BTreeSet<Group> =
            lines.iter().filter(|line| line.len() == 1 && count(&line[0]) >= LEAST).map(|line| line[0]).collect();
        for line in &lines {
            let protecting: Vec<&Group> =
                line.iter().filter(|group| hidden.contains(*group) && !alone.contains(*group)).collect();
            let sum: i64 = protecting.iter().map(|group| count(group)).sum();
            let all_hidden = line.iter().all(|group| hidden.contains(group));
            whole += usize::from(all_hidden && line.len() > 1);
            assert!(protecting.is_empty() || (protecting.len() >= 2 && sum >= LEAST) || all_hidden, "{merged:?}");
        }
    }
    assert!(secondary > 1000 && whole > 1000, "the tables do not try the rule: {secondary}, {whole}");
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
        assert!(suppressed == 0 || (suppressed >= 2 && left >= LEAST), "{merged:?}");
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
    assert_eq!(by_one(&[30, 6, 5]), (Some(41), vec![Some(30), None, None]));
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
