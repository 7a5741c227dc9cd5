//! [`Partial`]: the counts of one mission for one question, exact and in stored numbers. It is what is cached; nothing of it
//! reaches a client but through disclosure control.

use std::collections::BTreeMap;

use super::{
    dimension::{Dimension, Key, Values, number_of},
    tabulation::MOST_DIMENSIONS,
};
use crate::access::{FactCount, Stored};
use crate::error::{InternalError, Result};

/// The values of a cell, one for each dimension of the question; `None` in the places beyond.
pub(super) type Group = [Key; MOST_DIMENSIONS];

/// The counts of one mission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Partial {
    /// How many cases. Not the sum of the groups, where a case counts in several.
    pub(super) cases: i64,
    /// How many cases in each group that has any, sorted by group.
    pub(super) groups: Vec<(Group, i64)>,
}

impl Partial {
    /// Counts cases under each of their values.
    ///
    /// # Errors
    /// Internal, for a stored value that its dimension does not have: a figure that leaves it out would be wrong.
    pub(super) fn of(dimensions: &[Dimension], counts: &[FactCount]) -> Result<Self> {
        let mut groups: BTreeMap<Group, i64> = BTreeMap::new();
        let mut cases = 0;
        for (values, count) in counts {
            cases += count;
            for group in expand(dimensions, values)? {
                *groups.entry(group).or_default() += count;
            }
        }
        Ok(Self { cases, groups: groups.into_iter().collect() })
    }

    /// The stored form: the number of cases, then for each group its keys in so many dimensions and its count, as one list of
    /// numbers. Postcard writes a group of two codes and its count in three or four bytes, and reads it without a parser, which
    /// counts where one answer reads a value for each of two hundred missions.
    pub(super) fn to_bytes(&self, dimensions: usize) -> Result<Vec<u8>> {
        let numbers = self
            .groups
            .iter()
            .flat_map(|(group, count)| group[..dimensions].iter().map(|key| number_of_key(*key)).chain([*count]));
        let stored: (i64, Vec<i64>) = (self.cases, numbers.collect());
        Ok(postcard::to_stdvec(&stored).map_err(InternalError::new)?)
    }

    /// Reads the stored form; none for anything that no partial of these dimensions can be, since another release may have
    /// written it.
    pub(super) fn from_bytes(dimensions: &[Dimension], bytes: &[u8]) -> Option<Self> {
        let (cases, numbers): (i64, Vec<i64>) = postcard::from_bytes(bytes).ok()?;
        let rows = numbers.chunks_exact(dimensions.len() + 1);
        if !rows.remainder().is_empty() {
            return None;
        }
        let groups = rows.map(|row| {
            let (count, keys) = row.split_last()?;
            let mut group = Group::default();
            for (at, number) in keys.iter().enumerate() {
                group[at] = key_of_number(*number)?;
                let known = group[at].is_none_or(|key| dimensions[at].text(key).is_some());
                known.then_some(())?;
            }
            (1..=cases).contains(count).then_some((group, *count))
        });
        let groups: Vec<(Group, i64)> = groups.collect::<Option<_>>()?;
        let sorted = groups.is_sorted_by(|one, other| one.0 < other.0);
        (cases >= 0 && sorted).then_some(Self { cases, groups })
    }

    /// Roughly how much memory it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + self.groups.len() * size_of::<(Group, i64)>()
    }
}

/// 0 for unknown, and every key above it by one; what is below stays.
fn number_of_key(key: Key) -> i64 {
    key.map_or(0, |key| i64::from(key) + i64::from(key >= 0))
}

/// The key that a number stands for; none for one that no key has.
fn key_of_number(number: i64) -> Option<Key> {
    match number {
        0 => Some(None),
        _ => i32::try_from(number - i64::from(number > 0)).ok().map(Some),
    }
}

/// Every combination of the values of a case.
fn expand(dimensions: &[Dimension], values: &[Option<Stored>]) -> Result<Vec<Group>> {
    let mut groups = vec![Group::default()];
    for (at, (dimension, value)) in dimensions.iter().zip(values).enumerate() {
        let keys = keys(*dimension, value.as_ref())?;
        let with = |mut group: Group, key: Key| {
            group[at] = key;
            group
        };
        groups = groups.into_iter().flat_map(|group| keys.iter().map(move |key| with(group, *key))).collect();
    }
    Ok(groups)
}

/// The values that a stored value stands for: one, or one for each bit; unknown where there is none.
fn keys(dimension: Dimension, stored: Option<&Stored>) -> Result<Vec<Key>> {
    let keys = match stored {
        None | Some(Stored::Number(0)) if dimension.is_multi_valued() || stored.is_none() => return Ok(vec![None]),
        Some(Stored::Number(bits)) if dimension.is_multi_valued() => {
            (0..i64::BITS).filter(|bit| bits >> bit & 1 == 1).map(|bit| i32::try_from(bit).ok()).collect()
        }
        Some(Stored::Number(number)) if !matches!(dimension.values(), Values::Countries) => {
            vec![i32::try_from(*number).ok()]
        }
        Some(Stored::Text(text)) => vec![text.parse().ok().map(number_of)],
        _ => vec![None],
    };
    match keys.iter().all(|key| key.is_some_and(|key| dimension.text(key).is_some())) {
        true => Ok(keys),
        false => {
            Err(InternalError::new(format!("a fact holds a value that {} does not have", dimension.name())).into())
        }
    }
}
