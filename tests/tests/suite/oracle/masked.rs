//! Whole tables as a caller ought to see them, column by column, and what a filter on them ought to find: three-valued, as in
//! SQL, over masked values alone.

use super::Sight;
use causeway::text::folded;
use entity::{CountryCode, Governed, case_file, individual, narrative, referral, trafficker};
use sea_orm::{IdenStatic, Iterable, ModelTrait, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A value as it is stored, comparable as it is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stored {
    /// A code, a number, a truth value, a set of bits.
    Number(i64),
    /// A text, a country, a day.
    Text(String),
}

/// One row that the caller sees.
#[derive(Clone, Debug)]
pub struct MaskedRow {
    /// Its global id.
    pub id: String,
    /// Its place in the order of mission and id.
    pub key: (CountryCode, Uuid),
    /// Every field; none where it is unknown or withheld.
    pub values: BTreeMap<String, Option<Stored>>,
    /// What is really there, whoever looks.
    pub truth: BTreeMap<String, Option<Stored>>,
}

/// A condition on one text field.
#[derive(Clone, Debug)]
pub enum Condition {
    /// The same.
    Eq(String),
    /// One of them.
    In(Vec<String>),
    /// With this in it.
    Contains(String),
    /// Beginning with it.
    StartsWith(String),
    /// Whether there is none.
    IsNull(bool),
}

impl Condition {
    /// As GraphQL input.
    pub fn input(&self) -> serde_json::Value {
        use serde_json::json;
        match self {
            Self::Eq(text) => json!({ "eq": text }),
            Self::In(texts) => json!({ "in": texts }),
            Self::Contains(text) => json!({ "contains": text }),
            Self::StartsWith(text) => json!({ "startsWith": text }),
            Self::IsNull(absent) => json!({ "isNull": absent }),
        }
    }

    /// Whether it holds; none where that is unknown.
    pub fn holds(&self, value: Option<&Stored>) -> Option<bool> {
        if let Self::IsNull(absent) = self {
            return Some(value.is_none() == *absent);
        }
        let Stored::Text(text) = value? else { panic!("not a text") };
        Some(match self {
            Self::Eq(wanted) => text == wanted,
            Self::In(wanted) => wanted.contains(text),
            Self::Contains(part) => folded(text).contains(&folded(part)),
            Self::StartsWith(part) => folded(text).starts_with(&folded(part)),
            Self::IsNull(_) => return None,
        })
    }
}

impl MaskedRow {
    /// A field as the caller sees it.
    pub fn value(&self, field: &str) -> Option<&Stored> {
        self.values[field].as_ref()
    }
}

impl Sight<'_> {
    /// Every case that the caller sees, in order.
    pub fn masked_cases(&self) -> Vec<MaskedRow> {
        self.masked::<case_file::Entity>(&self.oracle.records.cases, |row| vec![row.id])
    }

    /// Every individual.
    pub fn masked_individuals(&self) -> Vec<MaskedRow> {
        let records = &self.oracle.records;
        self.masked::<individual::Entity>(&records.individuals, |row| records.cases_of(row.mission_id, row.id))
    }

    /// Every narrative.
    pub fn masked_narratives(&self) -> Vec<MaskedRow> {
        self.masked::<narrative::Entity>(&self.oracle.records.narratives, |row| row.case_id.into_iter().collect())
    }

    /// Every referral.
    pub fn masked_referrals(&self) -> Vec<MaskedRow> {
        self.masked::<referral::Entity>(&self.oracle.records.referrals, |row| row.case_id.into_iter().collect())
    }

    /// Every trafficker.
    pub fn masked_traffickers(&self) -> Vec<MaskedRow> {
        let records = &self.oracle.records;
        self.masked::<trafficker::Entity>(&records.traffickers, |row| records.cases_with(row.mission_id, row.id))
    }

    fn masked<E: Governed>(
        &self,
        table: &BTreeMap<(CountryCode, Uuid), E::Model>,
        cases: impl Fn(&E::Model) -> Vec<Uuid>,
    ) -> Vec<MaskedRow>
    where
        E::Model: ModelTrait<Entity = E>,
    {
        let mut rows = Vec::new();
        for (key, model) in table {
            let cases = cases(model);
            if !self.sees(key.0, &format!("{}.id", E::TYPE_NAME), &cases) {
                continue;
            }
            let mut row = MaskedRow {
                id: self.oracle.id(E::TYPE_NAME, key.0, key.1),
                key: *key,
                values: BTreeMap::new(),
                truth: BTreeMap::new(),
            };
            for column in E::Column::iter().filter(|column| column.as_str() != E::ID.as_str()) {
                let Some(field) = E::field(column) else { continue };
                let truth = stored(model.get(column));
                let seen = self.sees(key.0, &format!("{}.{field}", E::TYPE_NAME), &cases);
                row.values.insert(field.clone(), truth.clone().filter(|_| seen));
                row.truth.insert(field, truth);
            }
            rows.push(row);
        }
        rows
    }
}

fn stored(value: Value) -> Option<Stored> {
    match value {
        Value::SmallInt(number) => number.map(|number| Stored::Number(number.into())),
        Value::Int(number) => number.map(|number| Stored::Number(number.into())),
        Value::BigInt(number) => number.map(Stored::Number),
        Value::Bool(truth) => truth.map(|truth| Stored::Number(truth.into())),
        Value::String(text) => text.map(|text| Stored::Text(text.to_string())),
        Value::ChronoDate(day) => day.map(|day| Stored::Text(day.to_string())),
        Value::Uuid(id) => id.map(|id| Stored::Text(id.to_string())),
        other => panic!("a value of a kind that no column has: {other:?}"),
    }
}
