//! Relay connections: the page of a list, its edges, and the arguments that choose it.

use async_graphql::registry::{MetaField, MetaInputValue, Registry};

use super::words::{add, asking, field, fields, object, rated, value};
use crate::graphql::cost::{Weighted, paged};

/// What it costs to count the rows of a list.
const COUNTING: &str = "20";

/// Registers the page of a list of a type, and its edge.
pub(super) fn of(registry: &mut Registry, name: &str) {
    let (page, edge) = (connection(name), format!("{name}Edge"));
    let total =
        field("totalCount", "How many rows there are in all that the viewer may see and that meet the filter.", "Int!");
    let of_page = [
        field("edges", "The nodes with their cursors.", format!("[{edge}!]!")),
        field("nodes", "The nodes.", format!("[{name}!]!")),
        field("pageInfo", "Where the page stands in the list.", "PageInfo!"),
        rated(total, Weighted::apply(COUNTING.to_owned())),
    ];
    add(registry, object(&page, "One page of a list.", fields(of_page)));
    let of_edge = [
        field("node", "The node.", format!("{name}!")),
        field("cursor", "Opaque; for `after` and `before` of the same list in the same order.", "String!"),
    ];
    add(registry, object(&edge, "A node and where it stands in the list.", fields(of_edge)));
}

/// Registers where a page stands.
pub(super) fn page_info(registry: &mut Registry) {
    let all = [
        field("hasNextPage", "Whether there are nodes behind the last one.", "Boolean!"),
        field("hasPreviousPage", "Whether there are nodes before the first one.", "Boolean!"),
        field("startCursor", "The cursor of the first node.", "String"),
        field("endCursor", "The cursor of the last node.", "String"),
    ];
    add(registry, object("PageInfo", "Where a page stands in its list.", fields(all)));
}

/// A field that is a list of a type, by pages.
pub(super) fn list(name: &str, doc: &str, of: &str) -> MetaField {
    let list = field(name, doc, format!("{}!", connection(of)));
    rated(asking(list, page()), paged())
}

/// The arguments that choose a page.
pub(super) fn page() -> [MetaInputValue; 4] {
    [
        value("first", "At most so many from the beginning: 20 where nothing is said, 100 at most.", "Int"),
        value("after", "Behind this cursor.", "String"),
        value("last", "At most so many from the end.", "Int"),
        value("before", "Before this cursor.", "String"),
    ]
}

fn connection(name: &str) -> String {
    format!("{name}Connection")
}
