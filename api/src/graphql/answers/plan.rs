//! What an operation asks of rows, made once before anything is read: of each field what it is, and for the reader which columns, and
//! what hangs below the rows. The reader reads the whole of it in one statement; the walk then goes through the same plan.

use async_graphql::{
    Positioned, Variables,
    parser::types::{Field, Selection, SelectionSet},
};
use entity::table::{Back, Column, Role, Table};

use crate::access::{Asked, Branch, Direction, OrderKey, Question};
use crate::error::ClientError;
use crate::graphql::{page::PageArguments, questions::Arguments, tables::lists};

/// The field of every governed object that names what is withheld of its row.
const WITHHELD: &str = "withheld";

/// The fields that are asked for of each object of a level, in their order.
pub(super) enum Plan<'s> {
    /// Of rows.
    Rows(Vec<(&'s Positioned<Field>, Is<'s>)>),
    /// Of missions, of which nothing is read with them.
    Missions(&'s SelectionSet),
}

/// What a field of rows is.
pub(super) enum Is<'s> {
    TypeName,
    Id,
    Mission,
    Withheld,
    Leaf(&'static Column),
    /// The row that a link leads to: its place among what hangs below, its table, and what is asked of it.
    Link(usize, &'static Table, Plan<'s>),
    /// A page of the rows that refer to the row, likewise.
    List(usize, &'static Table, PagesPlan<'s>),
    /// A list that is refused before anything is read of it.
    Refused(ClientError),
    /// No field of this table.
    Unknown,
}

/// The fields that are asked for of each page.
pub(super) type PagesPlan<'s> = Vec<(&'s Positioned<Field>, OfPage<'s>)>;

/// What a field of a page is.
pub(super) enum OfPage<'s> {
    TypeName,
    Total,
    Info(&'s SelectionSet),
    Nodes(Plan<'s>),
    Edges(Vec<(&'s Positioned<Field>, OfEdge<'s>)>),
    Unknown,
}

/// What a field of an edge is.
pub(super) enum OfEdge<'s> {
    TypeName,
    Cursor,
    Node(Plan<'s>),
    Unknown,
}

/// Makes plans of what an operation asks.
pub(super) struct Planner<'v> {
    pub(super) variables: &'v Variables,
}

impl Planner<'_> {
    /// What is asked of rows of a table by a selection on their object.
    pub(super) fn rows<'s>(&self, table: &'static Table, selection: &'s SelectionSet) -> (Plan<'s>, Asked) {
        let mut asked = Asked::default();
        let plan = self.add(table, selection, &mut asked);
        (plan, asked)
    }

    /// What is asked of the rows of pages.
    pub(super) fn pages<'s>(&self, table: &'static Table, selection: &'s SelectionSet) -> (PagesPlan<'s>, Asked) {
        let mut asked = Asked::default();
        let plan = pages(selection, |selection| self.add(table, selection, &mut asked));
        (plan, asked)
    }

    /// Adds to what is asked of rows what one selection asks of them.
    fn add<'s>(&self, table: &'static Table, selection: &'s SelectionSet, asked: &mut Asked) -> Plan<'s> {
        Plan::Rows(fields(selection).map(|field| (field, self.field(table, field, asked))).collect())
    }

    fn field<'s>(&self, table: &'static Table, field: &'s Positioned<Field>, asked: &mut Asked) -> Is<'s> {
        let name = field.node.name.node.as_str();
        match name {
            "__typename" => return Is::TypeName,
            "mission" => return Is::Mission,
            WITHHELD => {
                asked.withheld = true;
                return Is::Withheld;
            }
            _ => {}
        }
        let selection = &field.node.selection_set.node;
        let Some(column) = table.field(name) else {
            let Some((link, back)) = lists(table).find(|(_, back)| back.entry.name == name) else { return Is::Unknown };
            return self.list(link, back, field, asked).unwrap_or_else(Is::Refused);
        };
        asked.columns = asked.columns.with(column);
        match column.role {
            Role::Id => Is::Id,
            Role::Link(link) => {
                let (plan, of_linked) = self.rows(link.to, selection);
                asked.below.push(Branch::Link(column, of_linked));
                Is::Link(asked.below.len() - 1, link.to, plan)
            }
            _ => Is::Leaf(column),
        }
    }

    /// A page of the rows that refer to each row by `link`.
    fn list<'s>(
        &self,
        link: &'static Column,
        back: Back,
        field: &'s Positioned<Field>,
        asked: &mut Asked,
    ) -> Result<Is<'s>, ClientError> {
        let window = PageArguments::of(&Arguments::of(&field.node, self.variables))?.window()?;
        let selection = &field.node.selection_set.node;
        let (plan, of_rows) = self.pages(link.table, selection);
        let by = back.order.and_then(|name| link.table.column(name));
        let question = Question {
            table: link.table,
            missions: None,
            asked: of_rows,
            predicate: None,
            order: by.map(|column| OrderKey::by(column, Direction::Asc)).into_iter().collect(),
            window,
            total: total(selection),
            cursors: cursors(selection),
        };
        asked.below.push(Branch::List(link, question));
        Ok(Is::List(asked.below.len() - 1, link.table, plan))
    }
}

/// What is asked of pages, with what is asked of each of their objects under `nodes` and under `edges { node }`.
pub(super) fn pages<'s>(
    selection: &'s SelectionSet,
    mut node: impl FnMut(&'s SelectionSet) -> Plan<'s>,
) -> PagesPlan<'s> {
    let of_page = |field: &'s Positioned<Field>| {
        let selection = &field.node.selection_set.node;
        let of_page = match field.node.name.node.as_str() {
            "__typename" => OfPage::TypeName,
            "totalCount" => OfPage::Total,
            "pageInfo" => OfPage::Info(selection),
            "nodes" => OfPage::Nodes(node(selection)),
            "edges" => OfPage::Edges(edges(selection, &mut node)),
            _ => OfPage::Unknown,
        };
        (field, of_page)
    };
    fields(selection).map(of_page).collect()
}

fn edges<'s>(
    selection: &'s SelectionSet,
    node: &mut impl FnMut(&'s SelectionSet) -> Plan<'s>,
) -> Vec<(&'s Positioned<Field>, OfEdge<'s>)> {
    let of_edge = |field: &'s Positioned<Field>| {
        let of_edge = match field.node.name.node.as_str() {
            "__typename" => OfEdge::TypeName,
            "cursor" => OfEdge::Cursor,
            "node" => OfEdge::Node(node(&field.node.selection_set.node)),
            _ => OfEdge::Unknown,
        };
        (field, of_edge)
    };
    fields(selection).map(of_edge).collect()
}

/// The fields of a selection on an object.
pub(super) fn fields(selection: &SelectionSet) -> impl Iterator<Item = &Positioned<Field>> {
    selection.items.iter().filter_map(|item| match &item.node {
        Selection::Field(field) => Some(field),
        // What was written out has none on an object.
        Selection::InlineFragment(_) | Selection::FragmentSpread(_) => None,
    })
}

/// The selection on one of the objects that an interface may be.
pub(super) fn on<'s>(selection: &'s SelectionSet, object: &str) -> Option<&'s SelectionSet> {
    selection.items.iter().find_map(|item| match &item.node {
        Selection::InlineFragment(fragment) => {
            let condition = fragment.node.type_condition.as_ref()?;
            (condition.node.on.node == object).then_some(&fragment.node.selection_set.node)
        }
        _ => None,
    })
}

/// The fields of a name in a selection. Aliases may make them several.
fn named<'s>(selection: &'s SelectionSet, name: &'s str) -> impl Iterator<Item = &'s SelectionSet> {
    fields(selection).filter(move |field| field.node.name.node == name).map(|field| &field.node.selection_set.node)
}

/// Whether the number of all rows is asked for.
pub(super) fn total(selection: &SelectionSet) -> bool {
    named(selection, "totalCount").next().is_some()
}

/// Whether any cursor is asked for.
pub(super) fn cursors(selection: &SelectionSet) -> bool {
    [("edges", "cursor"), ("pageInfo", "startCursor"), ("pageInfo", "endCursor")]
        .into_iter()
        .any(|(field, below)| named(selection, field).any(|selection| named(selection, below).next().is_some()))
}
