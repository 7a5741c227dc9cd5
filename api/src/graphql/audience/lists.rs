//! Lists, as the tables declare them: which rows belong to another one, and what a search of a list looks into.

use entity::{
    TABLES,
    table::{Back, Column, Link, Role, Table},
};

use super::reach::Reach;

/// Whether somebody may see which rows of a list belong to the row that has it; without that it is empty. None where a field is no such
/// list.
pub(super) fn leads_back(reach: &Reach, parent: &str, list: &str) -> Option<bool> {
    let (link, _) = backs().find(|(link, back)| leads_to(link, parent) && back.entry.name == list)?;
    Some(reads(reach, link))
}

/// Whether the search of a list at the root looks into anything that somebody may see: leaves of its rows, of rows that they lead to,
/// or of rows that lead to them. None where a field is no such list.
pub(super) fn searches(reach: &Reach, list: &str) -> Option<bool> {
    let table = TABLES.iter().find(|table| table.list.is_some_and(|entry| entry.name == list))?;
    let searched = || table.columns.iter().filter(|column| column.search && reads(reach, column));
    let mut there = searched().filter_map(Column::leads_to);
    let mut back = backs().filter(|(link, back)| back.search && leads_to(link, table.name) && reads(reach, link));
    Some(
        has_searched_leaf(reach, table)
            || there.any(|there| has_searched_leaf(reach, there))
            || back.any(|(link, _)| has_searched_leaf(reach, link.table)),
    )
}

fn has_searched_leaf(reach: &Reach, table: &Table) -> bool {
    table.columns.iter().any(|column| column.search && column.leads_to().is_none() && reads(reach, column))
}

/// The links that a list leads back along.
fn backs() -> impl Iterator<Item = (&'static Column, Back)> {
    TABLES.iter().flat_map(|table| table.columns).filter_map(|column| match column.role {
        Role::Link(Link { back: Some(back), .. }) => Some((column, back)),
        _ => None,
    })
}

fn leads_to(link: &Column, name: &str) -> bool {
    link.leads_to().is_some_and(|table| table.name == name)
}

fn reads(reach: &Reach, column: &Column) -> bool {
    column.field.is_some_and(|field| reach.reads(column.table.name, field))
}
