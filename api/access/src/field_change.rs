//! What a field was before it was changed: noted with every change of a row, so that one day its history can be shown through the
//! masks. Each value keeps the policy object that it had when it was written: a text that was identifying and is classified
//! anew does not become open in its old form.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{CountryCode, audit_entry, field_change};
use sea_orm::Value;
use uuid::Uuid;

use super::held::{Changed, RowChange};

/// One field that one change gave another value.
#[derive(Clone, Debug)]
pub struct FieldChange {
    object_type: &'static str,
    object_id: Uuid,
    version: i32,
    old_field: String,
    new_field: String,
    old_value: Option<String>,
    new_value: Option<String>,
}

impl FieldChange {
    /// Of each governed column that differs.
    pub(super) fn of(row: RowChange) -> Vec<Self> {
        let (version, at) = (row.next_version(), row.at);
        let of_column = |changed: Changed| {
            let (old_field, new_field) = changed.objects?;
            Some(Self {
                object_type: at.table.name,
                object_id: at.id,
                version,
                old_field,
                new_field,
                old_value: written(&changed.old),
                new_value: written(&changed.new),
            })
        };
        row.columns.into_iter().filter_map(of_column).collect()
    }

    /// The policy objects of several, for the audit: each once, sorted, with single spaces between them.
    pub(super) fn objects(changes: &[Self]) -> String {
        let objects: BTreeSet<&str> = changes.iter().map(|change| change.new_field.as_str()).collect();
        objects.into_iter().collect::<Vec<_>>().join(" ")
    }

    /// The row of the table, beside the entry of the audit that tells of the change.
    pub(super) fn row(
        self,
        mission: CountryCode,
        at: DateTime<Utc>,
        entry: &audit_entry::Model,
    ) -> field_change::Model {
        field_change::Model {
            mission_id: mission,
            id: Uuid::now_v7(),
            object_type: self.object_type.to_owned(),
            object_id: self.object_id,
            version: self.version,
            old_field: self.old_field,
            new_field: self.new_field,
            old_value: self.old_value,
            new_value: self.new_value,
            at,
            by: entry.subject.clone(),
            command: entry.action.clone(),
            audit_sequence: entry.sequence,
        }
    }
}

/// A value in the form in which it is stored, as text; none for null. The kind of the column says how to read it.
fn written(value: &Value) -> Option<String> {
    if *value == value.as_null() {
        return None;
    }
    Some(match value {
        Value::String(Some(text)) => text.clone(),
        Value::Uuid(Some(id)) => id.to_string(),
        Value::Bool(Some(truth)) => truth.to_string(),
        Value::SmallInt(Some(number)) => number.to_string(),
        Value::Int(Some(number)) => number.to_string(),
        Value::BigInt(Some(number)) => number.to_string(),
        Value::ChronoDate(Some(day)) => day.to_string(),
        // As the statement would have it: a kind of value that no column has today.
        other => other.to_string(),
    })
}
