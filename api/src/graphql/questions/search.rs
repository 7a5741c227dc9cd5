//! A search as a [`Predicate`]: over the leaves of a table that are searched, and over rows that it leads to or that lead to it.

use entity::table::{Column, Table};

use crate::access::Predicate;
use crate::casework::LONGEST_TEXT;
use crate::error::ClientError;
use crate::graphql::tables::{lists, searched, searched_links};
use crate::text::stored;

/// The condition that each word of a text stands in what the viewer may see of a row.
///
/// # Errors
/// `BAD_INPUT` for a text that is longer than a name can be, and for none. Any name is found by its own spelling.
pub(in crate::graphql) fn search(table: &'static Table, text: String) -> Result<Predicate, ClientError> {
    if !(1..=LONGEST_TEXT).contains(&stored(text.trim()).chars().count()) {
        return Err(ClientError::bad_input("search", format!("must have 1 to {LONGEST_TEXT} characters")));
    }
    let own: Vec<&'static Column> = searched(table).collect();
    let own = (!own.is_empty()).then(|| Predicate::Search(own, text.clone()));
    let there = |table| Box::new(Predicate::Search(searched(table).collect(), text.clone()));
    let links = searched_links(table).map(|(link, to)| Predicate::Linked(link, there(to)));
    let back = lists(table).filter(|(_, back)| back.search);
    let back = back.map(|(link, _)| Predicate::Child(link, there(link.table)));
    let mut parts: Vec<Predicate> = own.into_iter().chain(links).chain(back).collect();
    Ok(if parts.len() == 1 { parts.remove(0) } else { Predicate::AnyVisible(parts) })
}
