//! What documents take in memory.

use async_graphql::{
    Positioned,
    parser::types::{ExecutableDocument, Field, Selection, SelectionSet},
};
use async_graphql_value::Value;

/// What a document takes in memory, in bytes; an estimate. Its text says little: one selection is a hundred times its letters.
pub(super) fn of_document(document: &ExecutableDocument) -> u32 {
    fn of_selection(selection: &SelectionSet) -> usize {
        let of_item = |item: &Positioned<Selection>| match &item.node {
            Selection::Field(field) => of_field(&field.node) + of_selection(&field.node.selection_set.node),
            Selection::InlineFragment(fragment) => 400 + of_selection(&fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => 400,
        };
        selection.items.iter().map(of_item).sum()
    }
    let operations = document.operations.iter().map(|(_, operation)| of_selection(&operation.node.selection_set.node));
    let fragments = document.fragments.values().map(|fragment| of_selection(&fragment.node.selection_set.node));
    u32::try_from(1_000 + operations.sum::<usize>() + fragments.sum::<usize>()).unwrap_or(u32::MAX)
}

/// What a field takes in memory besides what is asked for below it, in bytes; an estimate.
pub(super) fn of_field(field: &Field) -> usize {
    500 + field.arguments.iter().map(|(_, value)| of_value(&value.node)).sum::<usize>()
}

fn of_value(value: &Value) -> usize {
    64 + match value {
        Value::String(text) => text.len(),
        Value::List(items) => items.iter().map(of_value).sum(),
        Value::Object(members) => members.values().map(of_value).sum(),
        _ => 0,
    }
}
