//! Where questions begin: the fields of the root, each with its arguments.

use async_graphql::{indexmap::IndexMap, registry::MetaField};
use entity::{
    TABLES, case_file,
    table::{Entry, Table},
};

use super::{
    connections::{list, page},
    words::{asking, costing, field, fields, rated, value},
};
use crate::graphql::{
    cost::{ListSize, Weighted},
    entrances, missions,
    page::LARGEST_PAGE,
    tables::{filter_name, is_filtered, is_searched, order_name, ordered},
};

/// What it costs to sort all rows of a list, and to search them.
const SORTING: &str = "20";
const SEARCHING: &str = "50";

/// The fields.
pub(super) fn of_records() -> IndexMap<String, MetaField> {
    let lists = TABLES.iter().filter_map(|table| Some(of_table(table, table.list?)));
    let ones = TABLES.iter().filter_map(|table| Some(one(table, table.one?)));
    fields(lists.chain(ones).chain([case_by_number(), all_missions(), one_mission(), node(), nodes()]))
}

/// The list of a table.
fn of_table(table: &'static Table, entry: Entry) -> MetaField {
    let missions = "Only these missions; all of yours where nothing is said.";
    let mut arguments = vec![value("missions", missions, "[CountryCode!]")];
    if is_filtered(table) {
        arguments.push(value("filter", "Which rows.", filter_name(table)));
    }
    if ordered(table).next().is_some() {
        let order = "In which order; the oldest record first where nothing is said.";
        let order = value("orderBy", order, format!("[{}!]", order_name(table)));
        arguments.push(costing(order, Weighted::apply(SORTING.to_owned())));
    }
    if is_searched(table) {
        let search = "Rows in which each of these words stands, in any order, in what you may see of them.";
        arguments.push(costing(value("search", search, "String"), Weighted::apply(SEARCHING.to_owned())));
    }
    arguments.extend(page());
    asking(list(entry.name, entry.doc, table.name), arguments)
}

fn one(table: &Table, entry: Entry) -> MetaField {
    asking(field(entry.name, entry.doc, table.name), [value("id", "Its global id.", "ID!")])
}

fn case_by_number() -> MetaField {
    let by_number = "One case by what its mission calls it; null where there is none for you.";
    asking(
        field(entrances::CASE_BY_NUMBER, by_number, case_file::TABLE.name),
        [
            value("mission", "The mission that holds it.", "CountryCode!"),
            value("caseNumber", "What the mission calls it, exactly.", "String!"),
        ],
    )
}

fn all_missions() -> MetaField {
    list(entrances::MISSIONS, "The missions in which you have a role.", missions::NAME)
}

fn one_mission() -> MetaField {
    let one = field(entrances::MISSION, "One mission of yours; null for any other.", missions::NAME);
    asking(one, [value("code", "Its country.", "CountryCode!")])
}

fn node() -> MetaField {
    let anything = "Anything by its global id; null where there is none for you.";
    asking(field(entrances::NODE, anything, "Node"), [value("id", "Its global id.", "ID!")])
}

fn nodes() -> MetaField {
    let several =
        "Several things by their global ids, in the order of the ids; null where there is none for you. At most 100.";
    let ids = value("ids", "Their global ids; the same one may stand there twice.", "[ID!]!");
    let size = ListSize::apply(LARGEST_PAGE, Some(vec!["ids".to_owned()]), None, false);
    rated(asking(field(entrances::NODES, several, "[Node]!"), [ids]), size)
}
