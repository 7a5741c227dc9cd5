//! Which columns a selection asks for, and whether it asks what is withheld.

use async_graphql::{
    Positioned,
    parser::types::{Field, Selection, SelectionSet},
};
use entity::table::Table;

use crate::access::{Asked, Columns};

/// The field of every governed object that names what is withheld of its row.
pub(super) const WITHHELD: &str = "withheld";

/// The fields of a selection on an object.
pub(super) fn fields(selection: &SelectionSet) -> impl Iterator<Item = &Positioned<Field>> {
    selection.items.iter().filter_map(|item| match &item.node {
        Selection::Field(field) => Some(field),
        // What was written out has none on an object.
        Selection::InlineFragment(_) | Selection::FragmentSpread(_) => None,
    })
}

/// The selection on one of the objects that an interface may be.
pub(super) fn on<'s>(selection: &'s SelectionSet, object: &str) -> Option<&'s SelectionSet> {
    selection.items.iter().find_map(|item| match &item.node {
        Selection::InlineFragment(fragment) => {
            let condition = fragment.node.type_condition.as_ref()?;
            (condition.node.on.node == object).then_some(&fragment.node.selection_set.node)
        }
        _ => None,
    })
}

/// The fields of a name in a selection. Aliases may make them several.
fn named<'s>(selection: &'s SelectionSet, name: &'s str) -> impl Iterator<Item = &'s SelectionSet> {
    fields(selection).filter(move |field| field.node.name.node == name).map(|field| &field.node.selection_set.node)
}

/// What is asked of rows by a selection on their object.
pub(super) fn of_rows(table: &'static Table, selection: &SelectionSet) -> Asked {
    of_all(table, std::iter::once(selection))
}

/// What is asked of the rows of pages, under `nodes` and `edges { node }`.
pub(super) fn of_pages(table: &'static Table, selection: &SelectionSet) -> Asked {
    let below_edges = named(selection, "edges").flat_map(|edge| named(edge, "node"));
    of_all(table, named(selection, "nodes").chain(below_edges))
}

fn of_all<'s>(table: &'static Table, selections: impl Iterator<Item = &'s SelectionSet>) -> Asked {
    let (mut columns, mut withheld) = (Columns::NONE, false);
    for field in selections.flat_map(fields) {
        let name = field.node.name.node.as_str();
        withheld |= name == WITHHELD;
        columns = table.field(name).map_or(columns, |column| columns.with(column));
    }
    Asked { columns, withheld }
}

/// Whether the number of all rows is asked for.
pub(super) fn total(selection: &SelectionSet) -> bool {
    named(selection, "totalCount").next().is_some()
}

/// Whether any cursor is asked for.
pub(super) fn cursors(selection: &SelectionSet) -> bool {
    [("edges", "cursor"), ("pageInfo", "startCursor"), ("pageInfo", "endCursor")]
        .into_iter()
        .any(|(field, below)| named(selection, field).any(|selection| named(selection, below).next().is_some()))
}
