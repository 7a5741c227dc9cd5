//! Orders: by which leaves the lists of a table can be ordered, and which way.

use async_graphql::{
    InputType,
    registry::{MetaInputValue, Registry},
};
use entity::table::Table;

use super::words::{add, enumeration, input_object, value};
use crate::access::Direction;
use crate::graphql::tables::{order_name, ordered};

/// Registers the order of a table, if lists of it can be ordered.
pub(super) fn of(registry: &mut Registry, table: &'static Table) {
    let names: Vec<_> = ordered(table).map(|ordered| (ordered.name, None)).collect();
    if names.is_empty() {
        return;
    }
    let (order, by) = (order_name(table), format!("{}Field", order_name(table)));
    let doc = "What can be ordered by: the leaves of these names, as you see them.";
    add(registry, enumeration(&by, doc, names));
    let direction = <Direction as InputType>::create_type_info(registry);
    let way = "Which way. Rows without a value, or with one that is withheld, come last either way.";
    let fields = [
        value("field", "By what.", format!("{by}!")),
        MetaInputValue {
            default_value: Some(Direction::Asc.to_value().to_string()),
            ..value("direction", way, direction)
        },
    ];
    add(registry, input_object(&order, &format!("One key of the order of {}.", table.plural), fields));
}
