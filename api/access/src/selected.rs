//! A row as a statement selects it: as the database gives it, or, below another row, as an array in JSON that a sub-select made.
//! Either way its cells stand in the order of the select.

use std::borrow::Cow;

use chrono::NaiveDate;
use entity::CountryCode;
use entity::table::Kind;
use sea_orm::{QueryResult, Value};
use uuid::Uuid;

use super::{
    cell::{cell, null},
    json::Json,
    sealing::RowId,
};
use crate::error::{InternalError, Result};

/// One selected row.
pub(super) enum Selected<'s> {
    /// As the database gives it.
    Row(&'s QueryResult),
    /// Below another row.
    Array(Cow<'s, [Json<'s>]>),
}

impl<'s> Selected<'s> {
    /// Which row it is: mission and id come first.
    pub(super) fn id(&self) -> Result<RowId> {
        Ok(match self {
            Self::Row(row) => RowId { mission: row.try_get_by(0)?, id: row.try_get_by(1)? },
            Self::Array(cells) => {
                let text = |at: usize| cells.get(at).and_then(Json::as_text);
                let mission = text(0).and_then(|code| code.parse::<CountryCode>().ok());
                let id = text(1).and_then(|id| id.parse::<Uuid>().ok());
                let (mission, id) = mission.zip(id).ok_or_else(|| malformed("a row's id"))?;
                RowId { mission, id }
            }
        })
    }

    /// A cell with a value of this kind. Null stays a null of its type.
    pub(super) fn cell(&self, kind: Kind, at: usize) -> Result<Value> {
        match self {
            Self::Row(row) => cell(kind, row, at),
            Self::Array(cells) => match cells.get(at) {
                Some(Json::Null) => Ok(null(kind)),
                Some(json) => from_json(kind, json).ok_or_else(|| malformed(&format!("{kind:?}")).into()),
                None => Err(malformed("a row").into()),
            },
        }
    }

    /// Whether a condition holds.
    pub(super) fn holds(&self, at: usize) -> Result<bool> {
        match self {
            Self::Row(row) => Ok(row.try_get_by::<Option<bool>, _>(at)?.unwrap_or(false)),
            Self::Array(cells) => {
                let holds = cells.get(at).map(|json| json.as_truth().unwrap_or(false));
                holds.ok_or_else(|| malformed("a row").into())
            }
        }
    }

    /// Reads what a sub-select gave.
    pub(super) fn below<T>(&self, at: usize, read: impl FnOnce(&Json<'_>) -> Result<T>) -> Result<T> {
        match self {
            Self::Row(row) => match row.try_get_by::<Option<String>, _>(at)? {
                Some(text) => read(&serde_json::from_str(&text).map_err(InternalError::new)?),
                None => read(&Json::Null),
            },
            Self::Array(cells) => read(cells.get(at).ok_or_else(|| malformed("a row"))?),
        }
    }
}

/// A value of a column out of JSON; none where it is none of this kind. It is not null.
pub(super) fn from_json(kind: Kind, json: &Json<'_>) -> Option<Value> {
    Some(match kind {
        Kind::Number | Kind::Code(_) => Value::from(i16::try_from(json.as_number()?).ok()?),
        Kind::Count => Value::from(i32::try_from(json.as_number()?).ok()?),
        Kind::Codes(_) => Value::from(json.as_number()?),
        Kind::Truth => Value::from(json.as_truth()?),
        Kind::Day => Value::from(json.as_text()?.parse::<NaiveDate>().ok()?),
        Kind::Id => Value::from(json.as_text()?.parse::<Uuid>().ok()?),
        Kind::Text | Kind::Country | Kind::Countries => Value::from(json.as_text()?),
    })
}

pub(super) fn malformed(what: &str) -> InternalError {
    InternalError::new(format!("a statement did not give what it was to give: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both databases' ways to write a value are read; what is of another kind is an error and no null.
    #[test]
    fn values_are_read_as_either_database_writes_them() {
        let id = Uuid::from_u128(7);
        let written = |cells: Vec<Json<'static>>| Selected::Array(Cow::Owned(cells));
        let text = |text: &str| Json::Text(text.to_owned().into());
        for truth in [Json::Truth(true), Json::Number(1)] {
            let row = written(vec![text("UA"), text(&id.simple().to_string().to_uppercase()), truth]);
            assert_eq!(row.id().unwrap(), RowId { mission: "UA".parse().unwrap(), id });
            assert_eq!(row.cell(Kind::Truth, 2).unwrap(), Value::from(true));
            assert!(row.holds(2).unwrap());
        }
        let written_id = text(&id.to_string());
        let (day, number, no) = (text("2026-02-30"), Json::Number(70_000), Json::Number(0));
        let row = written(vec![text("UA"), written_id.clone(), Json::Null, day, number, no]);
        assert_eq!(row.id().unwrap().id, id);
        assert_eq!(row.cell(Kind::Day, 2).unwrap(), Value::ChronoDate(None));
        assert!(!row.holds(2).unwrap() && !row.holds(5).unwrap());
        for (kind, at) in [(Kind::Day, 3), (Kind::Number, 4), (Kind::Id, 0), (Kind::Text, 4), (Kind::Text, 6)] {
            assert!(row.cell(kind, at).is_err(), "{kind:?} at {at}");
        }
        assert!(row.holds(6).is_err() && row.below(6, |_| Ok(())).is_err());
        assert!(written(vec![text("Ukraine"), written_id]).id().is_err());
        assert!(written(vec![text("UA"), text("7")]).id().is_err());
    }
}
