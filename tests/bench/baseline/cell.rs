//! Typed values: out of rows into JSON, and out of logged parameters into typed binds.

use causeway_tests::Result;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};
use sqlx::postgres::{PgArguments, PgColumn, PgRow};
use sqlx::{Arguments, Column, Row, TypeInfo};
use uuid::Uuid;

use crate::tree::Kind;

/// The type of a column or parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Text,
    Short,
    Int,
    Long,
    Truth,
    Uuid,
    Date,
    Time,
    Texts,
    Uuids,
    Json,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    Text(String),
    Short(i16),
    Int(i32),
    Long(i64),
    Truth(bool),
    Uuid(Uuid),
    Date(NaiveDate),
    Time(DateTime<Utc>),
    Texts(Vec<String>),
    Uuids(Vec<Uuid>),
    Json(serde_json::Value),
}

impl Type {
    /// The type of this name in PostgreSQL.
    pub fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "TEXT" | "VARCHAR" | "CHAR" | "BPCHAR" | "NAME" => Self::Text,
            "INT2" => Self::Short,
            "INT4" => Self::Int,
            "INT8" => Self::Long,
            "BOOL" => Self::Truth,
            "UUID" => Self::Uuid,
            "DATE" => Self::Date,
            "TIMESTAMPTZ" => Self::Time,
            "TEXT[]" | "VARCHAR[]" => Self::Texts,
            "UUID[]" => Self::Uuids,
            other => return Err(format!("the baseline does not know the type {other}").into()),
        })
    }

    /// The types of a row's columns.
    pub fn of_row(row: &PgRow) -> Result<Vec<Self>> {
        let of_column = |column: &PgColumn| match column.name() {
            // What hangs below a row.
            name if name.starts_with("_b") => Ok(Self::Json),
            _ => Self::named(column.type_info().name()),
        };
        row.columns().iter().map(of_column).collect()
    }
}

impl Cell {
    /// Decodes one column.
    pub fn decode(row: &PgRow, at: usize, column: Type) -> Result<Self> {
        Ok(match column {
            Type::Text => row.try_get::<Option<String>, _>(at)?.map(Self::Text),
            Type::Short => row.try_get::<Option<i16>, _>(at)?.map(Self::Short),
            Type::Int => row.try_get::<Option<i32>, _>(at)?.map(Self::Int),
            Type::Long => row.try_get::<Option<i64>, _>(at)?.map(Self::Long),
            Type::Truth => row.try_get::<Option<bool>, _>(at)?.map(Self::Truth),
            Type::Uuid => row.try_get::<Option<Uuid>, _>(at)?.map(Self::Uuid),
            Type::Date => row.try_get::<Option<NaiveDate>, _>(at)?.map(Self::Date),
            Type::Time => row.try_get::<Option<DateTime<Utc>>, _>(at)?.map(Self::Time),
            Type::Texts => row.try_get::<Option<Vec<String>>, _>(at)?.map(Self::Texts),
            Type::Uuids => row.try_get::<Option<Vec<Uuid>>, _>(at)?.map(Self::Uuids),
            Type::Json => {
                let text = row.try_get::<Option<String>, _>(at)?;
                text.map(|text| serde_json::from_str(&text).map(Self::Json)).transpose()?
            }
        }
        .unwrap_or(Self::Null))
    }

    /// Reads what PostgreSQL logged.
    pub fn parse(text: Option<&str>, column: Type) -> Result<Self> {
        let Some(text) = text else { return Ok(Self::Null) };
        Ok(match column {
            Type::Text => Self::Text(text.to_owned()),
            Type::Short => Self::Short(text.parse()?),
            Type::Int => Self::Int(text.parse()?),
            Type::Long => Self::Long(text.parse()?),
            Type::Truth => Self::Truth(text.starts_with('t')),
            Type::Uuid => Self::Uuid(text.parse()?),
            Type::Date => Self::Date(text.parse()?),
            // The log has `+00` where RFC 3339 wants `+00:00`.
            Type::Time => Self::Time(DateTime::parse_from_str(&format!("{text}00"), "%Y-%m-%d %H:%M:%S%.f%z")?.into()),
            Type::Texts => Self::Texts(elements(text)?.map(str::to_owned).collect()),
            Type::Uuids => Self::Uuids(elements(text)?.map(str::parse).collect::<std::result::Result<_, _>>()?),
            Type::Json => Self::Json(serde_json::from_str(text)?),
        })
    }

    /// Binds it.
    pub fn bind(&self, column: Type, to: &mut PgArguments) -> Result {
        match (self, column) {
            (Self::Null, Type::Text) => to.add(None::<String>)?,
            (Self::Null, Type::Short) => to.add(None::<i16>)?,
            (Self::Null, Type::Int) => to.add(None::<i32>)?,
            (Self::Null, Type::Long) => to.add(None::<i64>)?,
            (Self::Null, Type::Truth) => to.add(None::<bool>)?,
            (Self::Null, Type::Uuid) => to.add(None::<Uuid>)?,
            (Self::Null, Type::Date) => to.add(None::<NaiveDate>)?,
            (Self::Null, Type::Time) => to.add(None::<DateTime<Utc>>)?,
            (Self::Null, Type::Texts) => to.add(None::<Vec<String>>)?,
            (Self::Null, Type::Uuids) => to.add(None::<Vec<Uuid>>)?,
            (Self::Null, Type::Json) => to.add(None::<String>)?,
            (Self::Text(value), _) => to.add(value)?,
            (Self::Short(value), _) => to.add(value)?,
            (Self::Int(value), _) => to.add(value)?,
            (Self::Long(value), _) => to.add(value)?,
            (Self::Truth(value), _) => to.add(value)?,
            (Self::Uuid(value), _) => to.add(value)?,
            (Self::Date(value), _) => to.add(value)?,
            (Self::Time(value), _) => to.add(value)?,
            (Self::Texts(value), _) => to.add(value)?,
            (Self::Uuids(value), _) => to.add(value)?,
            (Self::Json(value), _) => to.add(value.to_string())?,
        }
        Ok(())
    }

    /// Whole numbers of any size.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Short(number) => Some((*number).into()),
            Self::Int(number) => Some((*number).into()),
            Self::Long(number) => Some(*number),
            _ => None,
        }
    }
}

/// The elements of an array as PostgreSQL logs it. Mission codes and ids need no quotes.
fn elements(text: &str) -> Result<impl Iterator<Item = &str>> {
    let within = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    let within = within.filter(|text| !text.contains(['"', '{', '\\'])).ok_or("a logged array is not a plain list")?;
    Ok(within.split(',').filter(|element| !element.is_empty()))
}

/// A value with how a client reads it.
pub struct Shown<'a>(pub &'a Cell, pub &'a Kind);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        let number = self.0.number();
        match (self.1, self.0) {
            (_, Cell::Null) => to.serialize_none(),
            (Kind::Code(names), _) => {
                to.serialize_str(number.and_then(|at| names.get(usize::try_from(at).ok()?)).map_or("", String::as_str))
            }
            (Kind::Set(names), _) => {
                let bits = number.unwrap_or_default();
                let of = names.iter().enumerate().filter(|(at, name)| bits >> at & 1 == 1 && !name.is_empty());
                to.collect_seq(of.map(|(_, name)| name))
            }
            (Kind::Countries, Cell::Text(text)) => to.collect_seq(text.split_ascii_whitespace()),
            (_, Cell::Text(text)) => to.serialize_str(text),
            (_, Cell::Truth(truth)) => to.serialize_bool(*truth),
            (_, Cell::Uuid(id)) => to.collect_str(id),
            (_, Cell::Date(date)) => to.collect_str(date),
            (_, Cell::Time(time)) => to.collect_str(time),
            (_, Cell::Texts(texts)) => to.collect_seq(texts),
            (_, Cell::Uuids(ids)) => to.collect_seq(ids),
            (_, Cell::Json(json)) => json.serialize(to),
            (_, Cell::Short(_) | Cell::Int(_) | Cell::Long(_)) => to.serialize_i64(number.unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logged_arrays_are_read() {
        let texts = |texts: &[&str]| Cell::Texts(texts.iter().map(|text| (*text).to_owned()).collect());
        assert_eq!(Cell::parse(Some("{MD,UA}"), Type::Texts).unwrap(), texts(&["MD", "UA"]));
        assert_eq!(Cell::parse(Some("{}"), Type::Texts).unwrap(), texts(&[]));
        assert!(Cell::parse(Some(r#"{"a,b"}"#), Type::Texts).is_err());
    }

    #[test]
    fn logged_times_are_read() {
        let time = Cell::parse(Some("2026-11-24 00:32:36.123456+00"), Type::Time).unwrap();
        assert_eq!(time, Cell::Time("2026-11-24T00:32:36.123456Z".parse().unwrap()));
    }
}
