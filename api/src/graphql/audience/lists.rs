//! Lists, as the tables declare them: which rows belong to another one, and what a search of a list looks into.

use entity::{
    TABLES,
    table::{Column, Table},
};

use super::reach::Reach;
use crate::graphql::tables::{self, ordered, searched, searched_links};

/// Whether somebody may see which rows of a list belong to the row that has it; without that it is empty. None where a field is no such
/// list.
pub(super) fn leads_back(reach: &Reach, parent: &str, list: &str) -> Option<bool> {
    let (link, _) = tables::lists(named(parent)?).find(|(_, back)| back.entry.name == list)?;
    Some(reads(reach, link))
}

/// Whether the search of a list at the root looks into anything that somebody may see: leaves of its rows, of rows that they lead to,
/// or of rows that lead to them. None where a field is no such list.
pub(super) fn searches(reach: &Reach, list: &str) -> Option<bool> {
    let table = TABLES.iter().find(|table| table.list.is_some_and(|entry| entry.name == list))?;
    let looks_into = |table| searched(table).any(|column| reads(reach, column));
    let mut links = searched_links(table);
    let mut back = tables::lists(table).filter(|(_, back)| back.search);
    Some(
        looks_into(table)
            || links.any(|(link, there)| reads(reach, link) && looks_into(there))
            || back.any(|(link, _)| reads(reach, link) && looks_into(link.table)),
    )
}

/// Whether somebody may see that by which an order orders: a leaf of the rows, or a link and a leaf that it leads to. None where it is
/// no order of a table.
pub(super) fn orders(reach: &Reach, rows: &str, name: &str) -> Option<bool> {
    let by = ordered(named(rows)?).find(|ordered| ordered.name == name);
    Some(by.is_some_and(|by| reads(reach, by.column) && by.through.is_none_or(|link| reads(reach, link))))
}

fn named(name: &str) -> Option<&'static Table> {
    TABLES.iter().copied().find(|table| table.name == name)
}

fn reads(reach: &Reach, column: &Column) -> bool {
    column.field.is_some_and(|field| reach.reads(column.table.name, field))
}
