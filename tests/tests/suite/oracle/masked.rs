//! Whole tables as a caller ought to see them, column by column, and what a filter on them ought to find: three-valued, as in
//! SQL, over masked values alone.

use super::records::{Key, Record, Stored};
use super::{Sight, classification, table};
use causeway::text::folded;
use entity::table::{Column, Kind, Role, Table};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One row that the caller sees.
#[derive(Clone, Debug)]
pub struct MaskedRow {
    /// Its global id.
    pub id: String,
    /// Its place in the order of mission and id.
    pub key: Key,
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
    pub fn input(&self) -> Value {
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
    /// Every row of a type that the caller sees, in order.
    pub fn masked(&self, of_type: &str) -> Vec<MaskedRow> {
        let table = table(of_type);
        self.oracle.records.of(table).values().filter_map(|row| self.masked_row(table, row)).collect()
    }

    fn masked_row(&self, table: &'static Table, row: &Record) -> Option<MaskedRow> {
        if !self.sees_row(table, row) {
            return None;
        }
        let (mut values, mut truth) = (BTreeMap::new(), BTreeMap::new());
        for (field, column) in asked(table) {
            let value = row.value(column.name).cloned();
            values.insert(field.to_owned(), value.clone().filter(|_| self.sees_column(table, row, column)));
            truth.insert(field.to_owned(), value);
        }
        Some(MaskedRow { id: self.oracle.id(table.name, row.key.0, row.key.1), key: row.key, values, truth })
    }

    /// Whether the caller sees a column of a row that is there.
    pub fn sees_column(&self, table: &Table, row: &Record, column: &Column) -> bool {
        let field = column.field.expect("a column that clients see");
        let classified = column.classified_by.map(|by| format!("[{}]", classification(row, by.by))).unwrap_or_default();
        self.sees_in(table, row, &format!("{}.{field}{classified}", table.name))
    }
}

/// The fields of a table but its id, each with its column.
pub fn asked(table: &'static Table) -> impl Iterator<Item = (&'static str, &'static Column)> {
    let fields = table.fields().filter(|column| !matches!(column.role, Role::Id));
    fields.filter_map(|column| column.field.map(|field| (field, column)))
}

/// A value as an answer has it.
pub fn shown(column: &Column, value: Option<&Stored>) -> Value {
    match (column.kind, value) {
        (_, None) => Value::Null,
        (Kind::Truth, Some(Stored::Number(truth))) => json!(*truth == 1),
        (Kind::Code(list), Some(Stored::Number(number))) => {
            let code = list.values.iter().find(|code| i64::from(code.number) == *number);
            json!(code.unwrap_or_else(|| panic!("{} has no code {number}", list.name)).graphql)
        }
        (Kind::Codes(list), Some(Stored::Number(bits))) => {
            let there = list.values.iter().filter(|code| bits >> code.number & 1 == 1);
            there.map(|code| code.graphql).collect()
        }
        (_, Some(Stored::Number(number))) => json!(number),
        (Kind::Countries, Some(Stored::Text(codes))) => codes.split(' ').filter(|code| !code.is_empty()).collect(),
        (_, Some(Stored::Text(text))) => json!(text),
    }
}
