//! The object of a table: its leaves, its links and the lists that lead back to it; and the mission, which every row has.

use async_graphql::registry::{MetaField, Registry};
use entity::{
    TABLES,
    codes::{MissionStatus, UnRegion},
    table::{Column, Kind, OfKind, Role, Table},
};

use super::{
    connections,
    kinds::{self, item, ty},
    words::{add, field, fields, interface, object},
};
use crate::graphql::{missions, tables::lists};

/// The interface of everything that has a global id.
const NODE: &str = "Node";

/// Registers the object of a table.
pub(super) fn of(registry: &mut Registry, table: &'static Table) {
    let columns = table.columns.iter().filter_map(column);
    let lists = lists(table).map(|(link, back)| connections::list(back.entry.name, back.entry.doc, link.table.name));
    let own = [
        field("mission", "The mission that holds the row.", "Mission!"),
        field(
            "withheld",
            "All leaves and links that you may not see in this row, whatever you select. Null and not named here: *unknown*.",
            "[String!]!",
        ),
    ];
    add(registry, object(table.name, table.doc, fields(columns.chain(lists).chain(own))));
    registry.add_implements(table.name, NODE);
}

/// The field of a column that clients can name.
fn column(column: &Column) -> Option<MetaField> {
    let name = column.field?;
    Some(match column.role {
        Role::Id => id(),
        Role::Link(link) => field(name, column.doc, link.to.name),
        _ => field(name, column.doc, ty(column.kind)),
    })
}

fn id() -> MetaField {
    field("id", "Opaque and lasting.", "ID!")
}

/// Registers the interface of all objects with a global id.
pub(super) fn node(registry: &mut Registry) {
    let names = TABLES.iter().map(|table| table.name).chain([missions::NAME]);
    let possible = names.map(str::to_owned).collect();
    add(registry, interface(NODE, "Anything with a global id.", fields([id()]), possible));
}

/// Registers the mission and its list. It is no governed table: it holds no case data, and whoever has a role in it sees it.
pub(super) fn mission(registry: &mut Registry) {
    let (region, status) = (<UnRegion as OfKind>::KIND, <MissionStatus as OfKind>::KIND);
    kinds::codes(registry, region);
    kinds::codes(registry, status);
    let needed = |kind: Kind| format!("{}!", item(kind));
    let all = [
        id(),
        field("code", "ISO 3166-1 alpha-2; `ZZ` for records that no mission holds.", needed(Kind::Country)),
        field("name", "The name of the country.", needed(Kind::Text)),
        field("unRegion", "The region of UN M49.", item(region)),
        field("regionalOffice", "The regional office that covers the mission.", item(Kind::Text)),
        field(
            "timeZone",
            "The time zone by which its days begin and end, as IANA names it, such as `Europe/Kyiv`.",
            needed(Kind::Text),
        ),
        field("status", "Whether the mission is in use. Rows are only ever seen of missions that are.", needed(status)),
    ];
    add(registry, object(missions::NAME, "A country mission.", fields(all)));
    registry.add_implements(missions::NAME, NODE);
    connections::of(registry, missions::NAME);
}
