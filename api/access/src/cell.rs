//! One cell of an answer as a typed value. It knows the kinds of values that governed tables have, and no others.

use chrono::NaiveDate;
use entity::table::Kind;
use sea_orm::{ColIdx, QueryResult, Value};
use uuid::Uuid;

use crate::error::Result;

/// Reads a cell with a value of this kind: by position, which costs no search for the name, or by name. Null stays a null of its
/// type.
pub(super) fn cell(kind: Kind, row: &QueryResult, at: impl ColIdx) -> Result<Value> {
    Ok(match kind {
        Kind::Number | Kind::Code(_) => row.try_get_by::<Option<i16>, _>(at)?.into(),
        Kind::Count => row.try_get_by::<Option<i32>, _>(at)?.into(),
        Kind::Codes(_) => row.try_get_by::<Option<i64>, _>(at)?.into(),
        Kind::Truth => row.try_get_by::<Option<bool>, _>(at)?.into(),
        Kind::Day => row.try_get_by::<Option<NaiveDate>, _>(at)?.into(),
        Kind::Id => row.try_get_by::<Option<Uuid>, _>(at)?.into(),
        Kind::Text | Kind::Country | Kind::Countries => row.try_get_by::<Option<String>, _>(at)?.into(),
    })
}

/// What a cell is where nothing of it is known.
pub(super) const fn null(kind: Kind) -> Value {
    match kind {
        Kind::Number | Kind::Code(_) => Value::SmallInt(None),
        Kind::Count => Value::Int(None),
        Kind::Codes(_) => Value::BigInt(None),
        Kind::Truth => Value::Bool(None),
        Kind::Day => Value::ChronoDate(None),
        Kind::Id => Value::Uuid(None),
        Kind::Text | Kind::Country | Kind::Countries => Value::String(None),
    }
}
