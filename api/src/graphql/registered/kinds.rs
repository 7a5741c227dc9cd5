//! What the values of columns are in the schema: scalars, and an enumeration for each code list.

use std::borrow::Cow;

use async_graphql::{OutputType, registry::Registry};
use chrono::NaiveDate;
use entity::{
    CodeValue, CountryCode,
    table::{CodeList, Kind},
};

use super::words::{add, enumeration};

/// Registers the scalars that the library does not know by itself.
pub(super) fn scalars(registry: &mut Registry) {
    <CountryCode as OutputType>::create_type_info(registry);
    <NaiveDate as OutputType>::create_type_info(registry);
}

/// Registers the enumeration of a kind that has one.
pub(super) fn codes(registry: &mut Registry, kind: Kind) {
    if let Kind::Code(list) | Kind::Codes(list) = kind {
        code_list(registry, list);
    }
}

/// Registers a code list.
pub(super) fn code_list(registry: &mut Registry, list: &CodeList) {
    let doc = format!("Code list `{}`.", list.name);
    let values = list.values.iter().map(|code| (code.graphql.to_owned(), Some(meaning(code))));
    add(registry, enumeration(list.graphql, &doc, values));
}

fn meaning(code: &CodeValue) -> String {
    format!("{}. {} Source: {}.", code.label, code.definition, code.source)
}

/// The type of a column's value where it may be unknown.
pub(super) fn ty(kind: Kind) -> Cow<'static, str> {
    match kind {
        Kind::Countries | Kind::Codes(_) => format!("[{}!]", item(kind)).into(),
        _ => item(kind).into(),
    }
}

/// The type of one value of a column.
pub(super) const fn item(kind: Kind) -> &'static str {
    match kind {
        Kind::Id => "ID",
        Kind::Text => "String",
        Kind::Day => "NaiveDate",
        Kind::Number | Kind::Count => "Int",
        Kind::Truth => "Boolean",
        Kind::Country | Kind::Countries => "CountryCode",
        Kind::Code(list) | Kind::Codes(list) => list.graphql,
    }
}
