//! What a client gets: [`Statistics`], with texts for keys, in an order that tells no more than the figures do.

use std::{cmp::Ordering, sync::Arc};

use async_graphql::{Enum, SimpleObject};
use chrono::{DateTime, Utc};
use entity::CountryCode;

use super::{dimension::Dimension, disclosure::Disclosed, merge::MissionKeys, tabulation::Tabulation};
use crate::access::policy::DisclosureTier;
use crate::error::{InternalError, Result};

/// Figures over cases.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
#[graphql(complex)]
pub struct Statistics {
    /// The cells, sorted; `graphql/statistics.rs` shows them.
    #[graphql(skip)]
    pub cells: Arc<Vec<StatisticsCell>>,
    /// How many cases; null where withheld. A case with several values counts once here.
    pub total: Option<i64>,
    /// How exact the figures are: the least exact tier among the missions covered.
    pub tier: DisclosureTier,
    /// The smallest count that is shown; 0 in tier EXACT.
    pub threshold: u32,
    /// How many of the cells are suppressed.
    pub suppressed_cells: u32,
    /// The missions that the figures cover.
    pub missions: Vec<CountryCode>,
    /// When the snapshot was taken that the figures are of.
    pub as_of: DateTime<Utc>,
    /// Where the figures came from. In tier EXACT alone: to whoever sees less it would tell of every write.
    pub cache: Option<CacheStatus>,
}

/// Cases that have the same values.
#[derive(Clone, Debug, PartialEq, SimpleObject)]
pub struct StatisticsCell {
    /// The values, in the order of the dimensions; null for unknown.
    pub keys: Vec<Option<String>>,
    /// How many cases; null where suppressed.
    pub count: Option<i64>,
    /// The part of all cases covered, from 0 to 1; null where suppressed or the total is withheld.
    pub share: Option<f64>,
    /// Whether the count is suppressed.
    pub suppressed: bool,
}

/// Where the figures of the missions came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum CacheStatus {
    /// All from the cache.
    Hit,
    /// Some from the cache, the others were counted.
    Partial,
    /// All were counted.
    Miss,
}

impl CacheStatus {
    /// Of so many missions so many had to be counted.
    pub(super) const fn of(missions: usize, counted: usize) -> Self {
        match counted {
            0 => Self::Hit,
            counted if counted == missions => Self::Miss,
            _ => Self::Partial,
        }
    }

    /// The value in the schema.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Hit => "HIT",
            Self::Partial => "PARTIAL",
            Self::Miss => "MISS",
        }
    }
}

/// Cells with their texts, sorted; their keys in the order of the question. A suppressed cell's place depends on its keys
/// alone: by count it would tell the count.
pub(super) fn cells(
    question: &Tabulation,
    keys: &MissionKeys<'_>,
    disclosed: &Disclosed,
) -> Result<Vec<StatisticsCell>> {
    let unknown = || InternalError::new("a group has a key that its dimension does not have");
    let place = |dimension: &Dimension| question.dimensions().iter().position(|candidate| candidate == dimension);
    let named = question.group_by().iter().map(|dimension| Some((*dimension, place(dimension)?)));
    let named: Vec<(Dimension, usize)> = named.collect::<Option<_>>().ok_or_else(unknown)?;
    let mut cells = Vec::with_capacity(disclosed.cells.len());
    for (group, count) in &disclosed.cells {
        let texts = named.iter().map(|(dimension, at)| keys.text(*dimension, group[*at]));
        let keys = texts.collect::<Option<Vec<_>>>().ok_or_else(unknown)?;
        let share = count.zip(disclosed.total).and_then(|(count, total)| share(count, total));
        cells.push(StatisticsCell { keys, count: *count, share, suppressed: count.is_none() });
    }
    cells.sort_by(order);
    Ok(cells)
}

/// No count sorts after every count, and no key after every key.
fn order(one: &StatisticsCell, other: &StatisticsCell) -> Ordering {
    fn keys(cell: &StatisticsCell) -> impl Iterator<Item = (bool, Option<&str>)> {
        cell.keys.iter().map(|key| (key.is_none(), key.as_deref()))
    }
    other.count.cmp(&one.count).then_with(|| keys(one).cmp(keys(other)))
}

/// Counts are far below 2^53, up to which they are exact as floating-point numbers.
fn share(count: i64, total: i64) -> Option<f64> {
    (total > 0).then(|| count as f64 / total as f64)
}
