//! [`Tabulation`]: what is counted, in one canonical form, so that two spellings of a question share what is cached. It refuses
//! more than three dimensions, the same dimension twice and values that a dimension does not have. There is no negation, no
//! free text and no range.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::dimension::{Dimension, Key, Values};
use crate::access::{FactCondition, FactQuestion, Stored};
use crate::error::ClientError;

/// At most so many dimensions in one question.
pub const MOST_DIMENSIONS: usize = 3;
/// At most so many conditions in one question.
pub const MOST_CONDITIONS: usize = 32;

/// Cases have one of these values; of a multi-valued dimension any of them. `None`: unknown. `eq` is a set of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What is looked at.
    pub dimension: Dimension,
    /// The values, as [`super::StatisticsCell::keys`] has them.
    pub any_of: BTreeSet<Option<String>>,
}

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tabulation {
    /// In the order of the keys in the answer.
    group_by: Vec<Dimension>,
    /// The same in the order of their declaration.
    dimensions: Vec<Dimension>,
    missions: Vec<Condition>,
    facts: FactPart,
}

/// The part of a question that is asked of every mission alike, and that is cached: its dimensions in the order of their
/// declaration, its conditions each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FactPart {
    pub(super) group_by: Vec<Dimension>,
    conditions: BTreeSet<(Dimension, BTreeSet<Key>)>,
}

impl Tabulation {
    /// A question.
    ///
    /// # Errors
    /// `BAD_INPUT` for `groupBy` or `filter`, with what would be right.
    pub fn new(group_by: Vec<Dimension>, filter: Vec<Condition>) -> Result<Self, ClientError> {
        let distinct: BTreeSet<Dimension> = group_by.iter().copied().collect();
        if group_by.len() > MOST_DIMENSIONS {
            return Err(ClientError::bad_input("groupBy", format!("at most {MOST_DIMENSIONS} dimensions")));
        }
        if distinct.len() < group_by.len() {
            return Err(ClientError::bad_input("groupBy", "each dimension once"));
        }
        if filter.len() > MOST_CONDITIONS {
            return Err(ClientError::bad_input("filter", format!("at most {MOST_CONDITIONS} conditions")));
        }
        let dimensions: Vec<Dimension> = distinct.into_iter().collect();
        let of_facts = dimensions.iter().copied().filter(|dimension| dimension.column().is_some()).collect();
        let facts = FactPart { group_by: of_facts, ..FactPart::default() };
        let mut question = Self { group_by, dimensions, missions: Vec::new(), facts };
        filter.into_iter().try_for_each(|condition| question.add(condition))?;
        Ok(question)
    }

    /// From where to where: the same as a question by two dimensions.
    ///
    /// # Errors
    /// As for [`Tabulation::new`]; a dimension does not flow to itself.
    pub fn flows(from: Dimension, to: Dimension, filter: Vec<Condition>) -> Result<Self, ClientError> {
        if from == to {
            return Err(ClientError::bad_input("to", "another dimension than from"));
        }
        Self::new(vec![from, to], filter)
    }

    /// The dimensions, in the order of the keys in the answer.
    #[must_use]
    pub fn group_by(&self) -> &[Dimension] {
        &self.group_by
    }

    /// The dimensions in one order, whatever order the client named them in. Cells are put together and decided on in this
    /// one: what is hidden must not depend on how a question is spelled, or several spellings together would show it.
    pub(super) fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// The conditions that choose missions and not cases.
    pub(super) fn missions(&self) -> &[Condition] {
        &self.missions
    }

    /// What is asked of each mission.
    pub(super) const fn facts(&self) -> &FactPart {
        &self.facts
    }

    fn add(&mut self, condition: Condition) -> Result<(), ClientError> {
        let Condition { dimension, any_of } = &condition;
        if any_of.is_empty() {
            return Err(ClientError::bad_input("filter", format!("{} names no value", dimension.name())));
        }
        if dimension.column().is_none() {
            any_of.iter().flatten().try_for_each(|text| dimension.check(text))?;
            self.missions.push(condition);
            return Ok(());
        }
        let parse = |text: &Option<String>| text.as_deref().map(|text| dimension.parse(text)).transpose();
        let keys = any_of.iter().map(parse).collect::<Result<_, _>>()?;
        self.facts.conditions.insert((*dimension, keys));
        Ok(())
    }
}

impl FactPart {
    /// The statement's form.
    pub(super) fn to_sql(&self) -> FactQuestion {
        let group_by = self.group_by.iter().filter_map(|dimension| dimension.column()).collect();
        let conditions = self
            .conditions
            .iter()
            .filter_map(|(dimension, keys)| dimension.column().map(|column| (column, condition(*dimension, keys))));
        FactQuestion { group_by, conditions: conditions.collect() }
    }

    /// What the question is cached under, for data in one state. Names and stored numbers never change their meaning, so
    /// the text means the same in every release.
    pub(super) fn fingerprint(&self, state: &str) -> [u8; 32] {
        Sha256::digest(format!("{}\n{state}", self.canonical())).into()
    }

    /// Every spelling of the same question gives the same text: `GENDER,AGE_BAND|CITIZENSHIP=21825,?`.
    pub(super) fn canonical(&self) -> String {
        let key = |key: &Key| key.map_or_else(|| "?".to_owned(), |key| key.to_string());
        let dimensions: Vec<&str> = self.group_by.iter().map(|dimension| dimension.name()).collect();
        let conditions = self.conditions.iter().map(|(dimension, keys)| {
            let keys: Vec<String> = keys.iter().map(key).collect();
            format!("{}={}", dimension.name(), keys.join(","))
        });
        format!("{}|{}", dimensions.join(","), conditions.collect::<Vec<_>>().join("&"))
    }
}

fn condition(dimension: Dimension, keys: &BTreeSet<Key>) -> FactCondition {
    if dimension.is_multi_valued() {
        let bits = keys.iter().flatten().fold(0, |bits, code| bits | 1_i64 << code);
        return FactCondition::AnyBit { bits, or_empty: keys.contains(&None) };
    }
    FactCondition::OneOf(keys.iter().map(|key| key.map(|key| stored(dimension, key))).collect())
}

fn stored(dimension: Dimension, key: i32) -> Stored {
    match (dimension.values(), super::dimension::country(key)) {
        (Values::Countries, Some(country)) => Stored::Text(country.to_string()),
        _ => Stored::Number(key.into()),
    }
}
