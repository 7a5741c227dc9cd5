//! Disclosure control: what of exact counts a tier may see. Exact figures pass in the tier `EXACT` alone. In every other tier:
//!
//! 1. A cell of fewer than [`THRESHOLD`] cases is suppressed: it stays listed, without its count.
//! 2. No such count can be had by subtraction within the answer or from an answer with fewer dimensions. In every *line* (all
//!    cells that differ in some of the dimensions alone; also all cells together) the suppressed cells are none, or at least
//!    two with [`THRESHOLD`] cases or more between them, or the whole line. Where it is not so, the smallest cell that is
//!    still shown is suppressed too, until it is. A cell that is the only one of another line is taken last and protects
//!    nothing, because that line's own total is its count.
//! 3. The total is withheld below [`THRESHOLD`].
//!
//! For multi-valued dimensions, whose cells overlap, the same is done; it hides rather too much than too little.
//!
//! What it does not prevent: subtracting answers under different filters, for other missions, or from before and after one
//! write; solving several lines together; and a line all of whose cells but one stand alone in their other lines. These
//! need figures that are perturbed by record, for which [`disclose`] is the place: whatever takes the exact counts and gives
//! what may be seen can replace it.

use std::collections::BTreeMap;

use super::{merge::Merged, partial::Group};
use crate::access::policy::DisclosureTier;

/// The smallest count that is shown: the releases of CTDC are k-anonymous with k = 11 (CTDC codebook), and no smaller group
/// is found in them.
pub const THRESHOLD: u32 = 11;

/// What may be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Disclosed {
    /// How many cases; none where withheld.
    pub(super) total: Option<i64>,
    /// Every group with its count; none where suppressed.
    pub(super) cells: Vec<(Group, Option<i64>)>,
    /// The smallest count that is shown; 0 where all are.
    pub(super) threshold: u32,
}

/// Turns exact counts by so many dimensions into what the tier may see.
pub(super) fn disclose(merged: &Merged, dimensions: usize, tier: DisclosureTier) -> Disclosed {
    let cells = merged.groups.iter();
    if tier == DisclosureTier::Exact {
        let cells = cells.map(|(group, count)| (*group, Some(*count))).collect();
        return Disclosed { total: Some(merged.cases), cells, threshold: 0 };
    }
    let hidden = Table::new(&merged.groups, dimensions).hide();
    let cells = cells.zip(hidden).map(|((group, count), hidden)| (*group, (!hidden).then_some(*count))).collect();
    Disclosed { total: is_shown(merged.cases).then_some(merged.cases), cells, threshold: THRESHOLD }
}

fn is_shown(count: i64) -> bool {
    count >= i64::from(THRESHOLD)
}

/// The cells of a table by their place in the order of the groups.
struct Table {
    counts: Vec<i64>,
    lines: Vec<Vec<usize>>,
    /// Cells shown by the total of a line that has no other cell.
    exposed: Vec<bool>,
    hidden: Vec<bool>,
}

impl Table {
    fn new(groups: &BTreeMap<Group, i64>, dimensions: usize) -> Self {
        let counts: Vec<i64> = groups.values().copied().collect();
        let lines = lines(groups.keys(), dimensions);
        let mut exposed = vec![false; counts.len()];
        for line in &lines {
            if let [alone] = line[..] {
                exposed[alone] = is_shown(counts[alone]);
            }
        }
        let hidden = counts.iter().map(|count| !is_shown(*count)).collect();
        Self { counts, lines, exposed, hidden }
    }

    /// Which cells are hidden once every line is protected, or has nothing left to protect it with.
    fn hide(mut self) -> Vec<bool> {
        loop {
            let mut changed = false;
            for at in 0..self.lines.len() {
                while let Some(cell) = self.next_to_hide(&self.lines[at]) {
                    self.hidden[cell] = true;
                    changed = true;
                }
            }
            if !changed {
                return self.hidden;
            }
        }
    }

    fn next_to_hide(&self, line: &[usize]) -> Option<usize> {
        let protecting = || line.iter().filter(|cell| self.hidden[**cell] && !self.exposed[**cell]);
        let sum: i64 = protecting().map(|cell| self.counts[*cell]).sum();
        match protecting().count() {
            0 => None,
            2.. if is_shown(sum) => None,
            _ => {
                let shown = line.iter().copied().filter(|cell| !self.hidden[*cell]);
                shown.min_by_key(|cell| (self.exposed[*cell], self.counts[*cell], *cell))
            }
        }
    }
}

/// Every line: for each set of dimensions, the cells that agree in all the others.
fn lines<'a>(groups: impl Iterator<Item = &'a Group> + Clone, dimensions: usize) -> Vec<Vec<usize>> {
    let mut lines = Vec::new();
    for differing in 1_u32..1 << dimensions {
        let mut of_rest: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
        for (cell, group) in groups.clone().enumerate() {
            let mut rest = *group;
            rest.iter_mut().enumerate().filter(|(at, _)| differing >> at & 1 == 1).for_each(|(_, key)| *key = None);
            of_rest.entry(rest).or_default().push(cell);
        }
        lines.extend(of_rest.into_values());
    }
    lines
}
