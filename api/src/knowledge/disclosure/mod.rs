//! Disclosure control: what of exact counts a tier may see. Exact figures pass in the tier `EXACT` alone. In every other tier:
//!
//! 1. A cell of fewer than [`THRESHOLD`] cases is suppressed: it stays listed, without its count.
//! 2. No such count can be had by subtraction within the answer or from an answer with fewer dimensions. In every *line* (all
//!    cells that differ in some of the dimensions alone; also all cells together) the suppressed cells are none, or at least
//!    two, and the cases between them less the number of them are [`THRESHOLD`] or more: who is listed has a case, so that a
//!    remainder as large as their number would show each of them. Where it is not so, the smallest cell that is still shown is
//!    suppressed too, until it is. A cell that is the only one of another line is taken last and protects nothing, because that
//!    line's own total is its count.
//! 3. The same holds for what the answers with fewer dimensions leave: a line of theirs less what they show of it is a sum, too,
//!    and the cells of its groups are a line here.
//! 4. Where nothing is left to suppress in a line, and its total is large enough to be shown, its suppressed cells are not even
//!    listed: how many there are would give them away.
//! 5. The total is withheld below [`THRESHOLD`].
//!
//! For multi-valued dimensions, whose cells overlap, the same is done; it hides rather too much than too little. Keys stand in
//! the order of [`Tabulation::dimensions`](super::tabulation::Tabulation::dimensions), so that the choice among equal cells is the
//! same for every spelling of a question.
//!
//! What it does not prevent: subtracting answers under different filters, for other missions, or from before and after one
//! write; solving several lines together; and a line all of whose cells but one stand alone in their other lines. These
//! need figures that are perturbed by record, for which [`disclose`] is the place: whatever takes the exact counts and gives
//! what may be seen can replace it.

mod table;

use super::{merge::Merged, partial::Group};
use crate::access::policy::DisclosureTier;
use table::Table;

/// The smallest count that is shown: the releases of CTDC are k-anonymous with k = 11 (CTDC codebook), and no smaller group
/// is found in them.
pub const THRESHOLD: u32 = 11;

/// What may be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Disclosed {
    /// How many cases; none where withheld.
    pub(super) total: Option<i64>,
    /// The groups that are listed, with their counts; none where suppressed.
    pub(super) cells: Vec<(Group, Option<i64>)>,
    /// The smallest count that is shown; 0 where all are.
    pub(super) threshold: u32,
}

/// Turns exact counts by so many dimensions into what the tier may see.
pub(super) fn disclose(merged: &Merged, dimensions: usize, tier: DisclosureTier) -> Disclosed {
    if tier == DisclosureTier::Exact {
        let cells = merged.groups.iter().map(|(group, count)| (*group, Some(*count))).collect();
        return Disclosed { total: Some(merged.cases), cells, threshold: 0 };
    }
    let cells = Table::new(&merged.groups, dimensions).seen();
    Disclosed { total: is_shown(merged.cases).then_some(merged.cases), cells, threshold: THRESHOLD }
}

/// Whether so many cases may be told of.
fn is_shown(cases: i64) -> bool {
    cases >= i64::from(THRESHOLD)
}
