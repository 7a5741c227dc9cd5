//! [`Table`]: which cells of a table are hidden, so that no line gives one away. It knows counts and lines; what a line is and
//! when it is safe stands in the header of [`disclosure`](super).

use std::collections::BTreeMap;

use super::is_shown;
use crate::knowledge::partial::Group;

/// Some of the dimensions of a question, a bit for each place of a group's keys.
type Dimensions = u32;
/// Cells by their places in the order of the groups.
type Line = Vec<usize>;

/// The cells of a table by their place in the order of the groups.
pub(super) struct Table {
    groups: Vec<Group>,
    counts: Vec<i64>,
    lines: Vec<Line>,
    /// Cells shown by the total of a line that has no other cell.
    exposed: Vec<bool>,
    hidden: Vec<bool>,
}

impl Table {
    /// A table of so many dimensions, every line of it protected, or with nothing left to protect it with.
    pub(super) fn new(groups: &BTreeMap<Group, i64>, dimensions: usize) -> Self {
        Self::by((1 << dimensions) - 1, groups)
    }

    /// A table by these dimensions. The smaller tables within it come first, since what they leave open is to be hidden here.
    fn by(dimensions: Dimensions, groups: &BTreeMap<Group, i64>) -> Self {
        let counts: Vec<i64> = groups.values().copied().collect();
        let groups_in_order: Vec<Group> = groups.keys().copied().collect();
        let mut lines = lines(&groups_in_order, dimensions);
        let mut exposed = vec![false; counts.len()];
        for line in &lines {
            if let [alone] = line[..] {
                exposed[alone] = is_shown(counts[alone]);
            }
        }
        for fewer in within(dimensions) {
            lines.extend(remainders(fewer, groups));
        }
        let hidden = counts.iter().map(|count| !is_shown(*count)).collect();
        let mut table = Self { groups: groups_in_order, counts, lines, exposed, hidden };
        table.hide();
        table
    }

    /// The cells that are listed, with the counts that are shown.
    pub(super) fn seen(&self) -> Vec<(Group, Option<i64>)> {
        let unlisted = self.unlisted();
        let listed = (0..self.groups.len()).filter(|cell| !unlisted[*cell]);
        listed.map(|cell| (self.groups[cell], (!self.hidden[cell]).then_some(self.counts[cell]))).collect()
    }

    /// Hides until every line is protected, or wholly hidden.
    fn hide(&mut self) {
        let mut changed = true;
        while changed {
            changed = false;
            for at in 0..self.lines.len() {
                while let Some(cell) = self.next_to_hide(&self.lines[at]) {
                    self.hidden[cell] = true;
                    changed = true;
                }
            }
        }
    }

    fn next_to_hide(&self, line: &[usize]) -> Option<usize> {
        if self.is_protected(line) {
            return None;
        }
        let shown = line.iter().copied().filter(|cell| !self.hidden[*cell]);
        shown.min_by_key(|cell| (self.exposed[*cell], self.counts[*cell], *cell))
    }

    /// Whether the sum of what is hidden in a line leaves each of its cells open.
    fn is_protected(&self, line: &[usize]) -> bool {
        let (cells, cases) =
            self.protecting(line).fold((0_i64, 0), |(cells, cases), cell| (cells + 1, cases + self.counts[cell]));
        cells == 0 || (cells > 1 && is_shown(cases - cells))
    }

    fn protecting<'a>(&'a self, line: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
        line.iter().copied().filter(|cell| self.hidden[*cell] && !self.exposed[*cell])
    }

    /// Hidden cells of lines that hiding alone cannot protect, though their totals are shown elsewhere.
    fn unlisted(&self) -> Vec<bool> {
        let mut unlisted = vec![false; self.counts.len()];
        for line in &self.lines {
            let total: i64 = line.iter().map(|cell| self.counts[*cell]).sum();
            if is_shown(total) && !self.is_protected(line) {
                self.protecting(line).for_each(|cell| unlisted[cell] = true);
            }
        }
        unlisted
    }
}

/// The dimensions of smaller tables within one: some of its own, neither none nor all.
fn within(dimensions: Dimensions) -> impl Iterator<Item = Dimensions> {
    (1..dimensions).filter(move |fewer| fewer & dimensions == *fewer)
}

/// The keys of a group in some of its dimensions.
fn keys_in(dimensions: Dimensions, group: &Group) -> Group {
    std::array::from_fn(|at| group[at].filter(|_| dimensions >> at & 1 == 1))
}

/// Every line: for each set of dimensions, the cells that agree in all the others.
fn lines(groups: &[Group], dimensions: Dimensions) -> Vec<Line> {
    let mut lines = Vec::new();
    for differing in within(dimensions).chain((dimensions > 0).then_some(dimensions)) {
        lines.extend(cells_by(dimensions & !differing, groups).into_values());
    }
    lines
}

/// The cells of each group by some of the dimensions.
fn cells_by(dimensions: Dimensions, groups: &[Group]) -> BTreeMap<Group, Line> {
    let mut cells: BTreeMap<Group, Line> = BTreeMap::new();
    for (cell, group) in groups.iter().enumerate() {
        cells.entry(keys_in(dimensions, group)).or_default().push(cell);
    }
    cells
}

/// The lines of the table by fewer dimensions without what it shows of them, as lines of cells of the whole table.
fn remainders(fewer: Dimensions, groups: &BTreeMap<Group, i64>) -> Vec<Line> {
    let mut counts: BTreeMap<Group, i64> = BTreeMap::new();
    for (group, count) in groups {
        *counts.entry(keys_in(fewer, group)).or_default() += count;
    }
    let smaller = Table::by(fewer, &counts);
    let groups: Vec<Group> = groups.keys().copied().collect();
    // In the same order as the smaller table's own cells.
    let cells: Vec<Line> = cells_by(fewer, &groups).into_values().collect();
    let is_partly_shown = |line: &&Line| line.iter().any(|cell| !smaller.hidden[*cell]);
    let left = |line: &Line| -> Line {
        let hidden = line.iter().filter(|cell| smaller.hidden[**cell]);
        hidden.flat_map(|cell| cells[*cell].iter().copied()).collect()
    };
    smaller.lines.iter().filter(is_partly_shown).map(left).filter(|line| !line.is_empty()).collect()
}
