//! Inputs: the columns of a table that clients write.

use async_graphql::registry::Registry;
use entity::table::{Table, Write};

use super::{
    kinds::{self, ty},
    words::{add, input_object, value},
};
use crate::graphql::tables::{input_name, written};

/// Registers the input of a table.
pub(in crate::graphql) fn input(registry: &mut Registry, table: &'static Table) {
    kinds::scalars(registry);
    let fields = written(table).map(|(column, field)| {
        kinds::codes(registry, column.kind);
        let needed = if column.write == Write::Needed { "!" } else { "" };
        value(field, column.input_doc.unwrap_or(column.doc), format!("{}{needed}", ty(column.kind)))
    });
    let fields: Vec<_> = fields.collect();
    add(registry, input_object(&input_name(table), table.input.unwrap_or(table.doc), fields));
}
