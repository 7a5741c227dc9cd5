//! An attacker who asks for a table and for every smaller table within it, and solves what they show for what they hide. It
//! knows what everybody knows: who is listed has a case, and what is not listed may have none.

use std::collections::{BTreeMap, BTreeSet};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::suppressing::LEAST;
use crate::access::policy::DisclosureTier;
use crate::knowledge::disclosure::disclose;
use crate::knowledge::merge::Merged;
use crate::knowledge::partial::Group;

/// More cases than any table here has.
const MANY: i64 = 1 << 40;

/// A cell of an answer.
type Cell = (Group, Option<i64>);
/// Hidden cells, by their places in the list, and the number of their cases.
type Sum = (Vec<usize>, i64);
/// What each hidden cell has at least and at most.
type Bounds = Vec<(i64, i64)>;

/// What can be known about a table.
struct Attack {
    hidden: Vec<Group>,
    /// Whether there are cells that are not even listed; they may have a part of any sum.
    is_open: bool,
    sums: BTreeSet<Sum>,
}

/// The keys of some of the dimensions, in their places or moved together.
fn keys_in(places: &[usize], group: &Group, together: bool) -> Group {
    let mut keys = Group::default();
    places.iter().enumerate().for_each(|(to, from)| keys[if together { to } else { *from }] = group[*from]);
    keys
}

/// What the answer by some of the dimensions shows.
fn shown_by(merged: &Merged, places: &[usize]) -> BTreeMap<Group, i64> {
    let mut groups = BTreeMap::new();
    for (group, count) in &merged.groups {
        *groups.entry(keys_in(places, group, true)).or_insert(0) += count;
    }
    let answer = disclose(&Merged { cases: merged.cases, groups }, places.len(), DisclosureTier::Headquarters);
    answer.cells.into_iter().filter_map(|(group, count)| Some((group, count?))).collect()
}

impl Attack {
    /// Asks for everything.
    fn on(merged: &Merged, dimensions: usize) -> Self {
        let answer = disclose(merged, dimensions, DisclosureTier::Headquarters);
        let (shown, hidden): (Vec<&Cell>, Vec<&Cell>) = answer.cells.iter().partition(|cell| cell.1.is_some());
        let hidden: Vec<Group> = hidden.into_iter().map(|cell| cell.0).collect();
        let mut sums = BTreeSet::new();
        let mut learn = |places: &[usize], key: Group, total: i64| {
            let in_it = |group: &Group| keys_in(places, group, true) == key;
            let told: i64 = shown.iter().filter(|cell| in_it(&cell.0)).filter_map(|cell| cell.1).sum();
            sums.insert(((0..hidden.len()).filter(|at| in_it(&hidden[*at])).collect(), total - told));
        };
        if let Some(total) = answer.total {
            learn(&[], Group::default(), total);
        }
        for fewer in 1..(1_usize << dimensions) - 1 {
            let places: Vec<usize> = (0..dimensions).filter(|at| fewer >> at & 1 == 1).collect();
            shown_by(merged, &places).into_iter().for_each(|(key, count)| learn(&places, key, count));
        }
        Self { is_open: answer.cells.len() < merged.groups.len(), hidden, sums }
    }

    /// Whether there is a table like this one in which a cell has this count, by trying.
    fn is_possible(&self, cell: usize, count: i64) -> bool {
        let mut bounds = vec![(1, MANY); self.hidden.len()];
        bounds[cell] = (count, count);
        self.try_out(bounds, &mut 300)
    }

    /// Gives up after so many tries, and then says yes.
    fn try_out(&self, mut bounds: Bounds, tries: &mut u32) -> bool {
        *tries = tries.saturating_sub(1);
        if *tries == 0 {
            return true;
        }
        if !self.narrow(&mut bounds) {
            return false;
        }
        let open = (0..bounds.len()).filter(|cell| bounds[*cell].0 < bounds[*cell].1);
        let Some(cell) = open.min_by_key(|cell| bounds[*cell].1 - bounds[*cell].0) else { return true };
        let (least, most) = bounds[cell];
        (least..=most.min(least + 40)).any(|count| {
            let mut bounds = bounds.clone();
            bounds[cell] = (count, count);
            self.try_out(bounds, tries)
        })
    }

    /// Narrows the bounds until no sum narrows them further; false where nothing is left.
    fn narrow(&self, bounds: &mut [(i64, i64)]) -> bool {
        let mut changed = true;
        while changed {
            changed = false;
            for (of, is) in &self.sums {
                let all_least: i64 = of.iter().map(|cell| bounds[*cell].0).sum();
                let all_most: i64 = of.iter().map(|cell| bounds[*cell].1).sum();
                if all_least > *is || (!self.is_open && all_most < *is) {
                    return false;
                }
                for cell in of {
                    let (least, most) = bounds[*cell];
                    let at_most = most.min(is - (all_least - least));
                    let at_least = if self.is_open { least } else { least.max(is - (all_most - most)) };
                    if at_least > at_most {
                        return false;
                    }
                    // The sums over all cells are as before the first of them: never too narrow, and there is another round.
                    changed |= (at_least, at_most) != (least, most);
                    bounds[*cell] = (at_least, at_most);
                }
            }
        }
        true
    }

    /// The hidden cells that are small and can have one count alone.
    fn found(&self, merged: &Merged) -> usize {
        let is_found = |cell: &usize| {
            let count = merged.groups[&self.hidden[*cell]];
            let others = [count + 1, count - 1, count + 2, count - 2, 1, count + 5];
            let mut others = others.into_iter().filter(|other| *other > 0 && *other != count);
            count < LEAST && others.all(|other| !self.is_possible(*cell, other))
        };
        (0..self.hidden.len()).filter(is_found).count()
    }
}

/// The attack of the bug report: twelve cells that have twelve cases between them have one each.
#[test]
fn no_sum_by_itself_gives_a_cell_away() {
    let seed = &mut ChaCha8Rng::seed_from_u64(22);
    let mut tried = 0;
    for round in 0..1500 {
        let dimensions = round % 3 + 1;
        let (values, density) = (seed.random_range(2..=[20, 7, 4][dimensions - 1]), seed.random_range(0.3..1.0));
        // Most cells have one case, as where few cases are asked for by much.
        let merged = table(dimensions, values, density, seed, |seed| match seed.random_bool(0.9) {
            true => 1,
            false => seed.random_range(1..=40),
        });
        let attack = Attack::on(&merged, dimensions);
        for (of, is) in &attack.sums {
            if !of.iter().any(|cell| merged.groups[&attack.hidden[*cell]] < LEAST) {
                continue;
            }
            let cells = i64::try_from(of.len()).unwrap();
            assert!(*is > cells, "each of {of:?} has one case in {merged:?}");
            assert!(cells > 1 || attack.is_open, "{of:?} is alone in {merged:?}");
            tried += 1;
        }
    }
    assert!(tried > 500, "the tables do not try the rule: {tried}");
}

/// Several sums together still show a cell now and then, as the header of disclosure control says: so seldom and no oftener.
#[test]
fn all_sums_together_give_hardly_a_cell_away() {
    let seed = &mut ChaCha8Rng::seed_from_u64(23);
    let (mut hidden, mut found, mut tables) = (0, 0, 0);
    for round in 0..1500 {
        let dimensions = round % 3 + 1;
        let (values, density) = (seed.random_range(1..=[6, 4, 3][dimensions - 1]), seed.random_range(0.3..1.0));
        let most = [3, 8, 15, 40, 100][seed.random_range(0..5)];
        let merged = table(dimensions, values, density, seed, |seed| seed.random_range(1..=most));
        let attack = Attack::on(&merged, dimensions);
        let known = attack.found(&merged);
        assert!(dimensions > 1 || known == 0, "{merged:?}");
        (hidden, found, tables) = (hidden + attack.hidden.len(), found + known, tables + usize::from(known > 0));
    }
    eprintln!("{found} of {hidden} hidden cells can be worked out, in {tables} of 1500 tables");
    assert!(hidden > 1500 && tables <= 5, "{found} of {hidden} hidden cells can be worked out, in {tables} tables");
}

/// By columns alone, 18 is hidden so that the total does not give 10 away. The whole table must not show it after all.
#[test]
fn what_a_smaller_answer_hides_for_anothers_sake_is_hidden_in_the_larger() {
    let rows = [[18, 26, 0, 27], [0, 14, 10, 30]];
    let cells = (0..8).filter(|at| rows[at / 4][at % 4] > 0);
    let groups = cells.map(|at| ([Some(at as i32 / 4), Some(at as i32 % 4), None], rows[at / 4][at % 4])).collect();
    let merged = Merged { cases: 125, groups };
    assert_eq!(shown_by(&merged, &[1]).into_values().collect::<Vec<_>>(), [40, 57]);
    assert_eq!(Attack::on(&merged, 2).found(&merged), 0);
}

/// A random table of so many dimensions, with so many values in each, of which a part has cases.
fn table(
    dimensions: usize,
    values: i32,
    density: f64,
    seed: &mut ChaCha8Rng,
    count: impl Fn(&mut ChaCha8Rng) -> i64,
) -> Merged {
    let mut groups = BTreeMap::new();
    for place in 0..values.pow(u32::try_from(dimensions).unwrap()) {
        let mut rest = place;
        let mut group = Group::default();
        for key in group.iter_mut().take(dimensions) {
            *key = Some(rest % values);
            rest /= values;
        }
        if seed.random_bool(density) {
            groups.insert(group, count(seed));
        }
    }
    Merged { cases: groups.values().sum(), groups }
}
