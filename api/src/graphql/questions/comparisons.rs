//! Comparisons by kind of column. Null is nothing to compare with and is refused: taken for *left out* it would widen a question to
//! every row. So is a text to look for of which nothing would be left, or which is too long, and a list with too many values.

use async_graphql::{MaybeUndefined, Name, Value, indexmap::IndexMap};
use entity::table::Kind;

use super::arguments::{items, of_type};
use crate::access::Comparison;
use crate::error::ClientError;
use crate::graphql::{
    column_values,
    conditions::{self, Condition, Test},
};
use crate::text;

/// What is asked of a column of this kind: each of the comparisons holds.
///
/// # Errors
/// `BAD_INPUT` for null, for a text that cannot be looked for, or for a list with too many values.
pub(super) fn comparisons(kind: Kind, asked: &IndexMap<Name, Value>) -> Result<Vec<Comparison>, ClientError> {
    let conditions = conditions::of(kind).map(|filter| filter.conditions).unwrap_or_default();
    let asked = conditions.iter().filter_map(|condition| Some((condition, asked.get(condition.name)?)));
    asked.map(|(condition, value)| comparison(kind, condition, value)).collect()
}

fn comparison(kind: Kind, condition: &Condition, value: &Value) -> Result<Comparison, ClientError> {
    let name = condition.name;
    if *value == Value::Null {
        return Err(no_null(name));
    }
    let one = || column_values::compared(kind, value).ok_or_else(|| of_type(name));
    let several = || column_values::several(kind, items(value)).ok_or_else(|| of_type(name));
    let part = || -> Result<String, ClientError> {
        let Value::String(text) = value else { return Err(of_type(name)) };
        check_part(text, name)?;
        Ok(text.clone())
    };
    let bits = || column_values::bits(kind, items(value)).ok_or_else(|| of_type(name));
    Ok(match condition.test {
        Test::Equal => Comparison::Equal(one()?),
        Test::OneOf => {
            check_length(items(value), name)?;
            Comparison::OneOf(several()?)
        }
        Test::From => Comparison::From(one()?),
        Test::Before => Comparison::Before(one()?),
        Test::Contains => Comparison::Contains(part()?),
        Test::StartsWith => Comparison::StartsWith(part()?),
        Test::Has => Comparison::HasCountry(column_values::country(value).ok_or_else(|| of_type(name))?),
        Test::HasAny => Comparison::HasAny(bits()?),
        Test::HasAll => Comparison::HasAll(bits()?),
        Test::Null => {
            let Value::Boolean(truth) = value else { return Err(of_type(name)) };
            Comparison::Null(*truth)
        }
    })
}

/// What was asked under a name; none where nothing was said.
///
/// # Errors
/// `BAD_INPUT` for null, naming `isNull`.
pub(in crate::graphql) fn given<T>(asked: MaybeUndefined<T>, name: &str) -> Result<Option<T>, ClientError> {
    match asked {
        MaybeUndefined::Undefined => Ok(None),
        MaybeUndefined::Null => Err(no_null(name)),
        MaybeUndefined::Value(value) => Ok(Some(value)),
    }
}

/// What is said of null.
pub(super) fn no_null(name: &str) -> ClientError {
    let message = "null is nothing to compare with: leave it out, or ask for what is unknown with isNull: true";
    ClientError::bad_input(name, message)
}

/// The most values in one list of a filter.
const MOST_VALUES: usize = 1_000;

fn check_length(values: &[Value], name: &str) -> Result<(), ClientError> {
    if values.len() > MOST_VALUES {
        return Err(ClientError::bad_input(name, format!("a list has at most {MOST_VALUES} values")));
    }
    Ok(())
}

/// The longest text that is looked for in another, in characters. SQLite refuses longer patterns than 50,000 bytes, and a letter
/// may become several.
const LONGEST_PART: usize = 1_000;

/// Refuses a text that cannot be looked for in another. One of which folding leaves nothing would be found in every text.
fn check_part(text: &str, name: &str) -> Result<(), ClientError> {
    if text.chars().count() > LONGEST_PART {
        let message = format!("a text to look for must have at most {LONGEST_PART} characters");
        return Err(ClientError::bad_input(name, message));
    }
    if !text.is_empty() && text::folded(text).is_empty() {
        return Err(ClientError::bad_input(name, "a text to look for must have a letter, a digit or a sign in it"));
    }
    Ok(())
}
