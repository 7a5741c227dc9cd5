//! From a selection set to columns: which leaves and links of a type an operation asks for, and whether it asks what is
//! withheld. It sees through fragments and aliases, after `@skip` and `@include`.

use async_graphql::{Context, SelectionField};
use entity::Governed;

use crate::access::{Asked, Columns};

/// The field of every governed object that names what is withheld of its row.
pub const WITHHELD: &str = "withheld";

/// The columns of a type, asked for directly below the field.
#[must_use]
pub fn of_object<E: Governed>(context: &Context<'_>) -> Asked<E> {
    asked(context.field().selection_set())
}

/// The columns of a connection's nodes, asked for under `nodes` and `edges { node }`.
#[must_use]
pub fn of_connection<E: Governed>(context: &Context<'_>) -> Asked<E> {
    let below = context.field();
    let nodes =
        named(below, "nodes").into_iter().chain(named(below, "edges").into_iter().flat_map(|edge| named(edge, "node")));
    asked(nodes.flat_map(|node| node.selection_set().collect::<Vec<_>>()))
}

/// The columns of an object below a payload's field.
#[must_use]
pub fn of_payload<E: Governed>(context: &Context<'_>, object: &str) -> Asked<E> {
    asked(named(context.field(), object).into_iter().flat_map(|field| field.selection_set().collect::<Vec<_>>()))
}

/// The fields of a name directly below a field. Aliases may make them several.
fn named<'a>(field: SelectionField<'a>, name: &str) -> Vec<SelectionField<'a>> {
    field.selection_set().filter(|below| below.name() == name).collect()
}

/// Whether a field stands directly below this one.
#[must_use]
pub fn asks_for(context: &Context<'_>, name: &str) -> bool {
    context.field().selection_set().any(|field| field.name() == name)
}

/// Whether a field stands below one directly below this one.
#[must_use]
pub fn asks_for_below(context: &Context<'_>, name: &str, below: &str) -> bool {
    named(context.field(), name).into_iter().any(|field| field.selection_set().any(|field| field.name() == below))
}

fn asked<'a, E: Governed>(fields: impl Iterator<Item = SelectionField<'a>>) -> Asked<E> {
    let mut asked = Asked::from(Columns::none());
    for field in fields {
        asked.withheld |= field.name() == WITHHELD;
        asked.columns = E::column(field.name()).map_or(asked.columns, |column| asked.columns.with(column));
    }
    asked
}
