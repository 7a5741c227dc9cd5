//! What the schema has of each table, out of its declaration: object, list, filter, order and input, put into the library's
//! registry as data. There is no Rust type for a table, and nothing here that is about one by name: a table more is a
//! declaration more.
//!
//! | file | has |
//! |---|---|
//! | `words` | how a type, a field, an argument is said to the registry |
//! | `kinds` | what the values of columns are: scalars and enumerations |
//! | `objects` | the object of a table, and what may be asked of a mission |
//! | `connections` | the page of a list |
//! | `filters`, `orders` | which rows, in which order |
//! | `inputs` | what clients write |
//! | `roots` | where questions begin |

mod connections;
mod filters;
mod inputs;
mod kinds;
mod objects;
mod orders;
mod roots;
mod words;

use async_graphql::{
    TypeDirective,
    indexmap::IndexMap,
    registry::{MetaField, Registry},
};
use entity::TABLES;

use super::cost::{ListSize, Weighted};

pub(super) use inputs::input;
pub(super) use words::object;

/// Registers everything that is said of records; the fields with which questions begin.
pub(super) fn records(registry: &mut Registry) -> IndexMap<String, MetaField> {
    ListSize.register(registry);
    Weighted.register(registry);
    kinds::scalars(registry);
    objects::node(registry);
    objects::mission(registry);
    connections::page_info(registry);
    for table in TABLES {
        table.columns.iter().for_each(|column| kinds::codes(registry, column.kind));
        objects::of(registry, table);
        connections::of(registry, table.name);
        filters::of(registry, table);
        orders::of(registry, table);
    }
    roots::of_records()
}
