//! Where questions about records begin: the fields of the root, and what each leads to.

use entity::{TABLES, table::Table};

/// What a field of the root leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entrance {
    /// The list of a table.
    List(&'static Table),
    /// One row of a table, by its global id.
    One(&'static Table),
    /// One case, by what its mission calls it.
    CaseByNumber,
    /// The missions of the viewer.
    Missions,
    /// One of them, by its country.
    Mission,
    /// Anything, by its global id.
    Node,
    /// Several of them.
    Nodes,
}

pub(super) const CASE_BY_NUMBER: &str = "caseByNumber";
pub(super) const MISSIONS: &str = "missions";
pub(super) const MISSION: &str = "mission";
pub(super) const NODE: &str = "node";
pub(super) const NODES: &str = "nodes";

impl Entrance {
    /// What the field of this name leads to; none where it leads to no records.
    pub(super) fn named(field: &str) -> Option<Self> {
        let table = |named: fn(&Table) -> Option<entity::table::Entry>| {
            TABLES.iter().copied().find(|table| named(table).is_some_and(|entry| entry.name == field))
        };
        Some(match field {
            CASE_BY_NUMBER => Self::CaseByNumber,
            MISSIONS => Self::Missions,
            MISSION => Self::Mission,
            NODE => Self::Node,
            NODES => Self::Nodes,
            _ => match table(|table| table.list) {
                Some(table) => Self::List(table),
                None => Self::One(table(|table| table.one)?),
            },
        })
    }
}
