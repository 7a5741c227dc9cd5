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
    use std::collections::{BTreeMap, BTreeSet};

    use async_graphql::parser::{
        parse_schema,
        types::{TypeKind, TypeSystemDefinition},
    };
    use entity::table::Kind;

    use super::*;
    use crate::graphql::entrances::{CASE_BY_NUMBER, MISSION, MISSIONS, NODE, NODES};

    #[test]
    fn a_field_becomes_a_name_of_an_enumeration() {
        for (field, name) in [("case", "CASE"), ("referringCase", "REFERRING_CASE"), ("aBC", "A_B_C")] {
            assert_eq!(screaming(field), name);
        }
    }

    /// What of the schema is an object, an input or an enumeration, with the names in it; each field with its type.
    fn types() -> BTreeMap<String, BTreeMap<String, String>> {
        let definitions = parse_schema(crate::graphql::schema::running().sdl()).unwrap().definitions.into_iter();
        let members = |kind: TypeKind| -> BTreeMap<String, String> {
            match kind {
                TypeKind::Object(of) => {
                    let fields = of.fields.into_iter().map(|field| field.node);
                    fields.map(|field| (field.name.node.to_string(), field.ty.node.to_string())).collect()
                }
                TypeKind::InputObject(of) => {
                    let fields = of.fields.into_iter().map(|field| field.node);
                    fields.map(|field| (field.name.node.to_string(), field.ty.node.to_string())).collect()
                }
                TypeKind::Enum(of) => {
                    of.values.into_iter().map(|value| (value.node.value.node.to_string(), String::new())).collect()
                }
                _ => BTreeMap::new(),
            }
        };
        let types = definitions.filter_map(|definition| match definition {
            TypeSystemDefinition::Type(ty) => Some((ty.node.name.node.to_string(), members(ty.node.kind))),
            _ => None,
        });
        types.collect()
    }

    /// Of two that are called the same one is in the schema, and the other nowhere: a table, a code list, or what every schema has.
    #[test]
    fn what_is_declared_is_in_the_schema_under_its_name() {
        let types = types();
        let names = |of: &str| types[of].keys().map(String::as_str).collect::<BTreeSet<_>>();
        for table in TABLES {
            let fields = table.columns.iter().filter_map(|column| column.field);
            let fields = fields.chain(lists(table).map(|(_, back)| back.entry.name)).chain(["mission", "withheld"]);
            assert_eq!(names(table.name), fields.collect(), "{}", table.name);
            if is_filtered(table) {
                let fields = filtered_leaves(table).map(|(_, field)| field);
                let fields = fields.chain(filtered_links(table).map(|(_, field, _)| field)).chain(["and", "or", "not"]);
                assert_eq!(names(&filter_name(table)), fields.collect(), "{}", table.name);
            }
            if table.input.is_some() {
                assert_eq!(
                    names(&input_name(table)),
                    written(table).map(|(_, field)| field).collect(),
                    "{}",
                    table.name
                );
            }
            for column in table.columns {
                if let (Some(_), Kind::Code(list) | Kind::Codes(list)) = (column.field, column.kind) {
                    assert_eq!(names(list.graphql), list.values.iter().map(|value| value.graphql).collect());
                }
            }
        }
    }

    /// Likewise the fields of the root: those of the tables, and those that are there whatever the tables are.
    #[test]
    fn each_field_of_the_root_is_its_own() {
        let root = types().remove("Query").unwrap();
        let lists = TABLES.iter().filter_map(|table| Some((table.list?.name, format!("{}Connection!", table.name))));
        let ones = TABLES.iter().filter_map(|table| Some((table.one?.name, table.name.to_owned())));
        let others = [
            ("viewer", "Viewer!"),
            ("statistics", "Statistics!"),
            ("flows", "Statistics!"),
            ("codeList", "CodeList!"),
            (CASE_BY_NUMBER, "Case"),
            (MISSIONS, "MissionConnection!"),
            (MISSION, "Mission"),
            (NODE, "Node"),
            (NODES, "[Node]!"),
        ];
        for (field, ty) in lists.chain(ones).chain(others.map(|(field, ty)| (field, ty.to_owned()))) {
            assert_eq!(root.get(field), Some(&ty), "{field}");
        }
    }
}
