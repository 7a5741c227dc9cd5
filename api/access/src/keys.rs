//! Matching keys: the folded form of a text, stored beside it by the writer, in a hidden column that has the policy object of
//! the text (`Role::Key`). Filters for a part of a text, searches and orders look at the key; no database folds anything.

use entity::Governed;
use entity::table::Column;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{ModelTrait, Value};

use super::comparison::Comparison;
use crate::text;

/// Makes the keys of a row that is about to be written.
pub(super) fn fill<E: Governed>(model: &mut E::Model) {
    for (key, source) in E::TABLE.keys() {
        if let (Some(key), Some(source)) = (E::typed(key), E::typed(source)) {
            let folded = folded(&model.get(source));
            model.set(key, folded);
        }
    }
}

/// The key of a value; null of null.
pub(super) fn folded(value: &Value) -> Value {
    match value {
        Value::String(Some(text)) => Value::from(text::folded(text)),
        _ => Value::String(None),
    }
}

/// What a comparison really looks at. A part of a text is looked for in the key, folded as the key is; a whole text is compared
/// as it is stored. Text without a key, such as a telephone number or a month, has no letters, and stays what it is. Filters
/// refuse a part of which folding leaves nothing: it would be found in every text.
pub(super) fn prepared(column: &'static Column, comparison: &Comparison) -> (&'static Column, Comparison) {
    match (column.key(), comparison) {
        (Some(key), Comparison::Contains(text)) => (key, Comparison::Contains(text::folded(text))),
        (Some(key), Comparison::StartsWith(text)) => (key, Comparison::StartsWith(text::folded(text))),
        (_, Comparison::Equal(value)) => (column, Comparison::Equal(text::stored_value(value.clone()))),
        (_, Comparison::OneOf(values)) => {
            (column, Comparison::OneOf(values.iter().cloned().map(text::stored_value).collect()))
        }
        (_, other) => (column, other.clone()),
    }
}

/// The column has the text in it.
pub(super) fn contains(column: Expr, text: &str) -> Expr {
    like(column, format!("%{}%", escaped(text)))
}

/// The column begins with the text.
pub(super) fn starts_with(column: Expr, text: &str) -> Expr {
    like(column, format!("{}%", escaped(text)))
}

fn like(column: Expr, pattern: String) -> Expr {
    column.like(LikeExpr::new(pattern).escape('\\'))
}

/// What `LIKE` would take for a wildcard, made literal.
fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}
