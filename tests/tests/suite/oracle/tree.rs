//! What is asked of rows and of what hangs on them, made from the declarations: the selection, and the answer that a caller ought
//! to get to it, node by node.

use super::records::{Record, Stored};
use super::{Sight, asked, shown};
use causeway::text::folded;
use entity::table::{Back, Column, Link, Role, Table};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// How many rows of a list below a row are asked for: in the demo there are hardly more, and lists in lists cost.
const BELOW: usize = 20;

/// What is asked of a row.
pub struct Tree {
    /// Of which type.
    pub table: &'static Table,
    leaves: bool,
    links: Vec<(&'static Column, Link, Tree)>,
    /// By the column of the other table that leads here.
    lists: Vec<(&'static Column, Back, Tree)>,
}

impl Tree {
    /// The id, and what is withheld of it.
    pub fn bare(table: &'static Table) -> Self {
        Self { table, leaves: false, links: Vec::new(), lists: Vec::new() }
    }

    /// All leaves, and of the rows next to it that they are there.
    pub fn row(table: &'static Table) -> Self {
        let links = links(table).map(|(column, link)| (column, link, Self::bare(link.to)));
        let lists = backs(table).map(|(column, back)| (column, back, Self::bare(column.table)));
        Self { table, leaves: true, links: links.collect(), lists: lists.collect() }
    }

    /// All leaves, the rows that it leads to, and so many levels of lists with everything in them.
    pub fn whole(table: &'static Table, levels: usize) -> Self {
        Self::below(table, levels, None, true)
    }

    /// The same rows without their leaves: whatever is selected, the same is withheld.
    pub fn hull(table: &'static Table, levels: usize) -> Self {
        Self::below(table, levels, None, false)
    }

    /// `from`: by which column one came, since the way back is known.
    fn below(table: &'static Table, levels: usize, from: Option<&'static Column>, leaves: bool) -> Self {
        let next = |to: &'static Table| Self { leaves, ..Self::bare(to) };
        let links = links(table).filter(|(column, _)| Some(*column) != from);
        let links = links.map(|(column, link)| (column, link, next(link.to))).collect();
        let lists = backs(table).filter(|_| levels > 0);
        let lists =
            lists.map(|(column, back)| (column, back, Self::below(column.table, levels - 1, Some(column), leaves)));
        Self { table, leaves, links, lists: lists.collect() }
    }

    /// As a document selects it.
    pub fn selection(&self) -> String {
        let mut parts = vec!["__typename id withheld".to_owned()];
        parts.extend(self.leaves().map(|(field, _)| field.to_owned()));
        parts.extend(self.leaves.then(|| "mission { code }".to_owned()));
        for (column, _, tree) in &self.links {
            parts.push(format!("{} {{ {} }}", field_of(column), tree.selection()));
        }
        for (_, back, tree) in &self.lists {
            let field = back.entry.name;
            parts.push(format!("{field}(first: {BELOW}) {{ totalCount nodes {{ {} }} }}", tree.selection()));
        }
        parts.join(" ")
    }

    /// Gathers what rows say is withheld of the fields that were asked for, as policy objects.
    pub fn withheld_in(&self, node: &Value, all: &mut BTreeSet<String>) {
        let withheld = node["withheld"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let asked = withheld.filter(|field| node.get(field).is_some());
        all.extend(asked.map(|field| format!("{}.{field}", self.table.name)));
        for (column, _, tree) in &self.links {
            tree.withheld_in(&node[field_of(column)], all);
        }
        for (_, back, tree) in &self.lists {
            let nodes = node[back.entry.name]["nodes"].as_array();
            nodes.into_iter().flatten().for_each(|node| tree.withheld_in(node, all));
        }
    }

    fn leaves(&self) -> impl Iterator<Item = (&'static str, &'static Column)> {
        let leaves = asked(self.table).filter(|(_, column)| !matches!(column.role, Role::Link(_)));
        leaves.filter(|_| self.leaves)
    }
}

/// The links of a table.
fn links(table: &'static Table) -> impl Iterator<Item = (&'static Column, Link)> {
    table.columns.iter().filter_map(|column| match column.role {
        Role::Link(link) => Some((column, link)),
        _ => None,
    })
}

/// The lists of rows that refer to rows of a table.
pub fn backs(table: &'static Table) -> impl Iterator<Item = (&'static Column, Back)> {
    let all = entity::TABLES.iter().flat_map(|other| links(other));
    all.filter(move |(_, link)| link.to == table).filter_map(|(column, link)| Some((column, link.back?)))
}

fn field_of(column: &Column) -> &'static str {
    column.field.expect("a link has a field")
}

impl Sight<'_> {
    /// The answers to a tree for every row of its table that the caller sees, in order.
    pub fn nodes(&self, tree: &Tree) -> Vec<Value> {
        self.oracle.records.of(tree.table).values().filter_map(|row| self.node(tree, row)).collect()
    }

    /// The answer for one row; none where it is not there for the caller.
    pub fn node(&self, tree: &Tree, row: &Record) -> Option<Value> {
        let table = tree.table;
        if !self.sees_row(table, row) {
            return None;
        }
        let mut node = Map::new();
        node.insert("__typename".to_owned(), json!(table.name));
        node.insert("id".to_owned(), json!(self.oracle.id(table.name, row.key.0, row.key.1)));
        node.insert("withheld".to_owned(), json!(self.withheld(table, row)));
        for (field, column) in tree.leaves() {
            let value = row.value(column.name).filter(|_| self.sees_column(table, row, column));
            node.insert(field.to_owned(), shown(column, value));
        }
        if tree.leaves {
            // Whose a row is, everybody may know who sees it.
            node.insert("mission".to_owned(), json!({ "code": row.key.0.as_str() }));
        }
        for (column, link, there) in &tree.links {
            node.insert(field_of(column).to_owned(), self.linked(table, row, column, *link, there));
        }
        for (column, back, there) in &tree.lists {
            node.insert(back.entry.name.to_owned(), self.list(row, column, *back, there));
        }
        Some(Value::Object(node))
    }

    fn linked(&self, table: &Table, row: &Record, column: &Column, link: Link, tree: &Tree) -> Value {
        let id = row.id_in(column.name).filter(|_| self.sees_column(table, row, column));
        let there = id.and_then(|id| self.oracle.records.of(link.to).get(&(row.key.0, id)));
        there.and_then(|there| self.node(tree, there)).unwrap_or_default()
    }

    /// A row hangs below another only where the caller sees the link. A list is in its order where the caller sees the value, then
    /// in the order of ids.
    fn list(&self, row: &Record, column: &'static Column, back: Back, tree: &Tree) -> Value {
        let table = column.table;
        let rows = self.oracle.records.referring(table.name, column.name, row.key);
        let mut rows: Vec<&Record> =
            rows.filter(|below| self.sees_row(table, below) && self.sees_column(table, below, column)).collect();
        if let Some(order) = back.order.and_then(|name| table.column(name)) {
            rows.sort_by_key(|below| {
                let value = below.value(order.name).filter(|_| self.sees_column(table, below, order));
                (value.is_none(), value.map(in_order), below.key)
            });
        }
        let nodes: Vec<Value> = rows.iter().take(BELOW).filter_map(|below| self.node(tree, below)).collect();
        json!({ "totalCount": rows.len(), "nodes": nodes })
    }
}

/// A value as it is put into an order: texts as they are folded.
pub fn in_order(value: &Stored) -> Stored {
    match value {
        Stored::Text(text) => Stored::Text(folded(text)),
        Stored::Number(_) => value.clone(),
    }
}

/// Where two answers differ first, with both values: a whole answer would be unreadable.
pub fn first_difference(found: &Value, wanted: &Value, path: &str) -> Option<String> {
    match (found, wanted) {
        (Value::Object(left), Value::Object(right)) => {
            let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            names.into_iter().find_map(|name| {
                let of = |side: &Map<String, Value>| side.get(name).cloned().unwrap_or_default();
                first_difference(&of(left), &of(right), &format!("{path}.{name}"))
            })
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let pairs = left.iter().zip(right).enumerate();
            pairs.into_iter().find_map(|(at, (left, right))| first_difference(left, right, &format!("{path}[{at}]")))
        }
        (Value::Array(left), Value::Array(right)) => {
            let at = left.iter().zip(right).position(|(left, right)| left["id"] != right["id"]);
            Some(format!("{path}: found {} rows, wanted {}; the first other one: {at:?}", left.len(), right.len()))
        }
        _ => (found != wanted).then(|| format!("{path}: found {found}, wanted {wanted}")),
    }
}
