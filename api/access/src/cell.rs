//! One cell of an answer as a typed value. It knows the column types of governed tables and no others.

use chrono::NaiveDate;
use sea_orm::{ColIdx, ColumnType, QueryResult, Value};
use uuid::Uuid;

use crate::error::Result;

/// Reads a cell of a column of this type: by position, which costs no search for the name, or by name. Null stays a null of its type.
pub(super) fn cell(kind: &ColumnType, row: &QueryResult, at: impl ColIdx) -> Result<Value> {
    Ok(match kind {
        ColumnType::SmallInteger => row.try_get_by::<Option<i16>, _>(at)?.into(),
        ColumnType::Integer => row.try_get_by::<Option<i32>, _>(at)?.into(),
        ColumnType::BigInteger => row.try_get_by::<Option<i64>, _>(at)?.into(),
        ColumnType::Boolean => row.try_get_by::<Option<bool>, _>(at)?.into(),
        ColumnType::Date => row.try_get_by::<Option<NaiveDate>, _>(at)?.into(),
        ColumnType::Uuid => row.try_get_by::<Option<Uuid>, _>(at)?.into(),
        _ => row.try_get_by::<Option<String>, _>(at)?.into(),
    })
}
