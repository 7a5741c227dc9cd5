//! What the schema makes of the declaration of a table: which of its columns filter, order, search and are written, under which
//! names, and which lists lead back to it. The one place for it, so that what is registered is what is answered.

use entity::{
    TABLES,
    table::{Back, Column, Role, Table, Write},
};

/// The lists on a table's object: each with the column that leads from their rows to it.
pub(super) fn lists(table: &'static Table) -> impl Iterator<Item = (&'static Column, Back)> {
    let columns = TABLES.iter().flat_map(|of| of.columns.iter());
    columns.filter_map(move |column| match column.role {
        Role::Link(link) if *link.to == *table => Some((column, link.back?)),
        _ => None,
    })
}

/// The name of a table's filter.
pub(super) fn filter_name(table: &Table) -> String {
    format!("{}Filter", table.name)
}

/// The name of one key of a table's order.
pub(super) fn order_name(table: &Table) -> String {
    format!("{}Order", table.name)
}

/// The name of a table's input.
pub(super) fn input_name(table: &Table) -> String {
    format!("{}Input", table.name)
}

/// The leaves by which lists of a table are filtered, each with its field.
pub(super) fn filtered_leaves(table: &'static Table) -> impl Iterator<Item = (&'static Column, &'static str)> {
    let leaves = table.columns.iter().filter(|column| column.filter && !matches!(column.role, Role::Link(_)));
    leaves.filter_map(|column| Some((column, column.field?)))
}

/// The links by which lists of a table are filtered, each with its field and where it leads.
pub(super) fn filtered_links(
    table: &'static Table,
) -> impl Iterator<Item = (&'static Column, &'static str, &'static Table)> {
    table.columns.iter().filter(|column| column.filter).filter_map(|column| match column.role {
        Role::Link(link) if is_filtered(link.to) => Some((column, column.field?, link.to)),
        _ => None,
    })
}

/// Whether lists of a table can be filtered.
pub(super) fn is_filtered(table: &Table) -> bool {
    table.columns.iter().any(|column| column.filter)
}

/// Something by which lists of a table can be ordered.
pub(super) struct Ordered {
    /// Its name in the schema: `FAMILY_NAME`, `INDIVIDUAL_FAMILY_NAME`.
    pub(super) name: String,
    /// The leaf, of this table or of the one that the link leads to.
    pub(super) column: &'static Column,
    /// The link of this table.
    pub(super) through: Option<&'static Column>,
}

/// Everything by which lists of a table can be ordered.
pub(super) fn ordered(table: &'static Table) -> impl Iterator<Item = Ordered> {
    let own = table.columns.iter().filter(|column| column.order);
    let own = own.map(|column| Ordered { name: column.name.to_uppercase(), column, through: None });
    let linked = table.columns.iter().filter_map(|column| match column.role {
        Role::Link(link) => Some((column, column.field?, link)),
        _ => None,
    });
    let linked = linked.flat_map(|(through, field, link)| {
        let there = link.order.iter().filter_map(move |name| link.to.column(name));
        there.map(move |column| {
            let name = format!("{}_{}", screaming(field), column.name.to_uppercase());
            Ordered { name, column, through: Some(through) }
        })
    });
    own.chain(linked)
}

/// The leaves of a table in which its lists are searched.
pub(super) fn searched(table: &'static Table) -> impl Iterator<Item = &'static Column> {
    table.columns.iter().filter(|column| column.search && !matches!(column.role, Role::Link(_)))
}

/// The links of a table along which its lists are searched, each with where it leads.
pub(super) fn searched_links(table: &'static Table) -> impl Iterator<Item = (&'static Column, &'static Table)> {
    table.columns.iter().filter(|column| column.search).filter_map(|column| match column.role {
        Role::Link(link) => Some((column, link.to)),
        _ => None,
    })
}

/// Whether lists of a table can be searched.
pub(super) fn is_searched(table: &'static Table) -> bool {
    table.columns.iter().any(|column| column.search) || lists(table).any(|(_, back)| back.search)
}

/// The columns of a table that clients write, each with its field.
pub(super) fn written(table: &'static Table) -> impl Iterator<Item = (&'static Column, &'static str)> {
    let written = table.columns.iter().filter(|column| column.write != Write::No);
    written.filter_map(|column| Some((column, column.field?)))
}

/// `referringCase` becomes `REFERRING_CASE`.
fn screaming(camel: &str) -> String {
    let mut name = String::with_capacity(camel.len() + 4);
    for letter in camel.chars() {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_becomes_a_name_of_an_enumeration() {
        for (field, name) in [("case", "CASE"), ("referringCase", "REFERRING_CASE"), ("aBC", "A_B_C")] {
            assert_eq!(screaming(field), name);
        }
    }

    /// A link back that nobody declared would have no field, and one of two fields of a name would hide the other.
    #[test]
    fn the_fields_of_an_object_have_names_of_their_own() {
        for table in TABLES {
            let fields = table.columns.iter().filter_map(|column| column.field);
            let mut names: Vec<&str> = fields.chain(lists(table).map(|(_, back)| back.entry.name)).collect();
            names.extend(["mission", "withheld"]);
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{}: {names:?}", table.name);
        }
    }
}
