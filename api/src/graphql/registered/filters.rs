//! Filters: the conditions on each kind of column, and for each table those on its columns and on the rows that it leads to.

use async_graphql::registry::{MetaInputValue, Registry};
use entity::table::{Kind, Table};

use super::{
    kinds::item,
    words::{add, input_object, value},
};
use crate::graphql::{
    conditions::{self, Takes},
    tables::{filter_name, filtered_leaves, filtered_links, is_filtered},
};

/// Registers the filter of a table, if lists of it can be filtered, and those of its columns.
pub(super) fn of(registry: &mut Registry, table: &'static Table) {
    if !is_filtered(table) {
        return;
    }
    let mut all = Vec::new();
    for (column, field) in filtered_leaves(table) {
        if let Some(filter) = conditions::of(column.kind) {
            of_kind(registry, column.kind);
            all.push(value(field, "On the leaf of this name, as you see it.", filter.name));
        }
    }
    let links = filtered_links(table);
    all.extend(
        links.map(|(_, field, to)| value(field, "On the row that this leads to, as you see it.", filter_name(to))),
    );
    let name = filter_name(table);
    all.push(value("and", "Each of these.", format!("[{name}!]")));
    all.push(value("or", "At least one of these.", format!("[{name}!]")));
    let not = "Not this one. A row whose value is unknown or withheld meets neither a condition nor its contrary.";
    all.push(value("not", not, name.clone()));
    add(registry, input_object(&name, &format!("Which {}. All conditions hold.", table.plural), all));
}

/// Registers the filter of a kind of column.
fn of_kind(registry: &mut Registry, kind: Kind) {
    let Some(filter) = conditions::of(kind) else { return };
    let one = |condition: &conditions::Condition| -> MetaInputValue {
        let ty = match condition.test.takes() {
            Takes::One => item(kind).to_owned(),
            Takes::Several => format!("[{}!]", item(kind)),
            Takes::Truth => item(Kind::Truth).to_owned(),
        };
        value(condition.name, condition.doc, ty)
    };
    add(registry, input_object(&filter.name, filter.doc, filter.conditions.iter().map(one)));
}
