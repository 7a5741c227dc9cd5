//! A filter as a [`Predicate`]. A filter with nothing in it is no condition; null is none either and is refused, wherever it
//! stands.

use async_graphql::{Name, Value, indexmap::IndexMap};
use entity::table::{Column, Table};

use super::{
    arguments::{items, of_type},
    comparisons::{comparisons, no_null},
};
use crate::access::Predicate;
use crate::error::ClientError;
use crate::graphql::tables::{filtered_leaves, filtered_links};

type Members = IndexMap<Name, Value>;

/// The most conditions of a filter, at all its depths: each is a part of the statement, with the scopes and masks of its column,
/// and what holds them together is as deep as they are many.
const MOST_CONDITIONS: usize = 100;
/// The most values that the lists of a filter have in all: each is a parameter of the statement on SQLite.
const MOST_VALUES: usize = 2_000;

/// The condition that a filter of a table makes.
///
/// # Errors
/// `BAD_INPUT` for null, for a text that cannot be looked for, for a list with too many values, or for too many conditions; the
/// path begins in the filter.
pub(in crate::graphql) fn filter(table: &'static Table, filter: &Value) -> Result<Predicate, ClientError> {
    let (conditions, values) = size(filter);
    if conditions > MOST_CONDITIONS {
        return Err(ClientError::bad_input("", format!("a filter has at most {MOST_CONDITIONS} conditions in all")));
    }
    if values > MOST_VALUES {
        return Err(ClientError::bad_input(
            "",
            format!("the lists of a filter have at most {MOST_VALUES} values in all"),
        ));
    }
    read(table, filter)
}

/// How many conditions and how many values in lists there are. What is empty counts, too: it is a part of the statement.
fn size(filter: &Value) -> (usize, usize) {
    let add = |(conditions, values): (usize, usize), (more, also): (usize, usize)| (conditions + more, values + also);
    match filter {
        Value::Object(members) => members.values().map(size).fold((1, 0), add),
        Value::List(items) => items.iter().map(size).fold((0, items.len()), add),
        _ => (0, 0),
    }
}

fn read(table: &'static Table, filter: &Value) -> Result<Predicate, ClientError> {
    let Value::Object(members) = filter else { return Err(of_type("")) };
    let mut all = Vec::new();
    for (column, field) in filtered_leaves(table) {
        all.extend(on(column, field, members)?);
    }
    for (link, field, to) in filtered_links(table) {
        if let Some(there) = given(members, field)? {
            let there = read(to, there).map_err(|error| error.within(field))?;
            all.push(Predicate::Linked(link, Box::new(there)));
        }
    }
    if let Some(parts) = given(members, "and")? {
        all.extend(each(table, parts, "and")?);
    }
    if let Some(parts) = given(members, "or")? {
        all.push(Predicate::Any(each(table, parts, "or")?));
    }
    if let Some(inner) = given(members, "not")? {
        let inner = read(table, inner).map_err(|error| error.within("not"))?;
        all.push(Predicate::Not(Box::new(inner)));
    }
    Ok(Predicate::All(all))
}

/// What is asked under a name; none where nothing is said.
fn given<'m>(members: &'m Members, name: &str) -> Result<Option<&'m Value>, ClientError> {
    match members.get(name) {
        Some(Value::Null) => Err(no_null(name)),
        given => Ok(given),
    }
}

/// The condition that each comparison makes on a column.
fn on(column: &'static Column, field: &str, members: &Members) -> Result<Vec<Predicate>, ClientError> {
    let comparisons = match given(members, field)? {
        Some(Value::Object(asked)) => comparisons(column.kind, asked).map_err(|error| error.within(field))?,
        Some(_) => return Err(of_type(field)),
        None => Vec::new(),
    };
    Ok(comparisons.into_iter().map(|comparison| Predicate::Is(column, comparison)).collect())
}

/// The conditions of several filters of a table, the name of whose list is given.
fn each(table: &'static Table, filters: &Value, name: &str) -> Result<Vec<Predicate>, ClientError> {
    let numbered = items(filters).iter().enumerate();
    let tried =
        numbered.map(|(at, part)| read(table, part).map_err(|error| error.within(&at.to_string()).within(name)));
    tried.collect()
}
