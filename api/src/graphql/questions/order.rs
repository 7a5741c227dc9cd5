//! An order as the keys by which rows are ordered.

use async_graphql::{InputType, Value};
use entity::table::Table;

use super::arguments::{items, of_type};
use crate::access::{Direction, OrderKey};
use crate::error::ClientError;
use crate::graphql::tables::ordered;

/// The most keys of an order. Where a page begins within it is a condition that is as deep as they are many.
const MOST_KEYS: usize = 20;

/// The keys, the most important one first.
///
/// # Errors
/// `BAD_INPUT` for something by which the table cannot be ordered, or for too many keys.
pub(in crate::graphql) fn order(table: &'static Table, keys: &Value) -> Result<Vec<OrderKey>, ClientError> {
    if items(keys).len() > MOST_KEYS {
        return Err(ClientError::bad_input("orderBy", format!("an order has at most {MOST_KEYS} keys")));
    }
    items(keys).iter().map(|asked| key(table, asked).ok_or_else(|| of_type("orderBy"))).collect()
}

fn key(table: &'static Table, asked: &Value) -> Option<OrderKey> {
    let Value::Object(members) = asked else { return None };
    let name = match members.get("field")? {
        Value::Enum(name) => name.as_str(),
        Value::String(name) => name,
        _ => return None,
    };
    let by = ordered(table).find(|ordered| ordered.name == name)?;
    let direction = match members.get("direction") {
        None => Direction::Asc,
        Some(direction) => <Direction as InputType>::parse(Some(direction.clone())).ok()?,
    };
    Some(OrderKey { column: by.column, through: by.through, direction })
}
