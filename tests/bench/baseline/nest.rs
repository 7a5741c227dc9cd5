//! Nests the rows of several statements under their parents, and writes them as JSON of the gateway's shape.

use std::collections::HashMap;

use causeway::access::{RowId, Seal};
use causeway_tests::Result;
use entity::CountryCode;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::cell::{Cell, Shown};
use super::replay::Rows;
use crate::tree::{Branch, PAGE, Tree};

/// Global ids of one type all have the same length.
pub fn id_length(type_name: &str) -> usize {
    Seal::new(&[0; 32]).id(type_name, RowId { mission: CountryCode::UNALLOCATED, id: Uuid::nil() }).len()
}

/// A tree with what is known of it before any request.
pub struct Shape {
    tree: Tree,
    id_length: usize,
    links: Vec<Shape>,
    lists: Vec<Shape>,
}

impl Shape {
    pub fn new(tree: &Tree) -> Self {
        let below = |branches: &[Branch]| branches.iter().map(|branch| Self::new(&branch.tree)).collect();
        let id_length = id_length(&tree.type_name);
        Self { tree: tree.clone(), id_length, links: below(&tree.links), lists: below(&tree.lists) }
    }

    /// The rows of a request, ready to be written.
    pub fn nest<'a>(&'a self, rows: &'a [Rows]) -> Level<'a> {
        let own = rows.iter().find(|rows| rows.table.as_deref() == Some(&self.tree.table));
        let place = |name: &str| own.and_then(|own| own.columns.place(name));
        let leaves = self.tree.leaves.iter().map(|leaf| place(&leaf.column)).collect();
        let of = |shapes: &'a [Self]| shapes.iter().map(|shape| shape.nest(rows)).collect();
        Level {
            shape: self,
            rows: own.map_or(&[], |own| &own.rows),
            id: place("id"),
            leaves,
            references: self.tree.links.iter().map(|link| place(&link.column)).collect(),
            by_id: index(own, place("id")),
            by_parent: index(own, place("_parent")),
            links: of(&self.links),
            lists: of(&self.lists),
        }
    }
}

/// The rows of one table in one answer.
pub struct Level<'a> {
    shape: &'a Shape,
    rows: &'a [Vec<Cell>],
    id: Option<usize>,
    leaves: Vec<Option<usize>>,
    references: Vec<Option<usize>>,
    by_id: HashMap<Uuid, Vec<usize>>,
    by_parent: HashMap<Uuid, Vec<usize>>,
    links: Vec<Level<'a>>,
    lists: Vec<Level<'a>>,
}

fn index(rows: Option<&Rows>, column: Option<usize>) -> HashMap<Uuid, Vec<usize>> {
    let mut index: HashMap<Uuid, Vec<usize>> = HashMap::new();
    let (Some(rows), Some(column)) = (rows, column) else { return index };
    for (at, row) in rows.rows.iter().enumerate() {
        if let Cell::Uuid(id) = &row[column] {
            index.entry(*id).or_default().push(at);
        }
    }
    index
}

/// The page of an answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<'a> {
    nodes: Nodes<'a>,
    page_info: PageInfo,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

impl<'a> Level<'a> {
    /// All rows as a page; one row too many tells that another page follows.
    pub fn page(&'a self, cursor: usize) -> Page<'a> {
        let shown = self.rows.len().min(PAGE);
        let end_cursor = (shown > 0).then(|| "-".repeat(cursor));
        let page_info = PageInfo { has_next_page: self.rows.len() > PAGE, end_cursor };
        Page { nodes: Nodes { level: self, rows: (0..shown).collect() }, page_info }
    }

    /// The first row, under the fields that lead to it.
    pub fn one(&'a self, path: &[String]) -> Result<Vec<u8>> {
        let object = (!self.rows.is_empty()).then_some(Object { level: self, row: 0 });
        let mut text = serde_json::to_vec(&object)?;
        for field in path.iter().rev() {
            let mut outer = format!("{{{}:", serde_json::to_string(field)?).into_bytes();
            outer.append(&mut text);
            outer.push(b'}');
            text = outer;
        }
        Ok(text)
    }
}

struct Nodes<'a> {
    level: &'a Level<'a>,
    rows: Vec<usize>,
}

impl Serialize for Nodes<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.collect_seq(self.rows.iter().map(|row| Object { level: self.level, row: *row }))
    }
}

#[derive(Clone, Copy)]
struct Object<'a> {
    level: &'a Level<'a>,
    row: usize,
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        let Level { shape, rows, .. } = self.level;
        let row = &rows[self.row];
        let cell = |at: Option<usize>| at.map_or(&Cell::Null, |at| &row[at]);
        let id = match cell(self.level.id) {
            Cell::Uuid(id) => *id,
            _ => Uuid::nil(),
        };
        let mut object = to.serialize_map(None)?;
        object.serialize_entry("id", &format!("{:-<width$}", id.to_string(), width = shape.id_length))?;
        for (leaf, at) in shape.tree.leaves.iter().zip(&self.level.leaves) {
            object.serialize_entry(&leaf.name, &Shown(cell(*at), &leaf.kind))?;
        }
        for ((link, at), below) in shape.tree.links.iter().zip(&self.level.references).zip(&self.level.links) {
            let there = match cell(*at) {
                Cell::Uuid(id) => below.by_id.get(id).and_then(|rows| rows.first()),
                _ => None,
            };
            object.serialize_entry(&link.name, &there.map(|row| Object { level: below, row: *row }))?;
        }
        for (list, below) in shape.tree.lists.iter().zip(&self.level.lists) {
            let rows = below.by_parent.get(&id).map(|rows| rows.iter().copied().take(PAGE).collect());
            object
                .serialize_entry(&list.name, &List { nodes: Nodes { level: below, rows: rows.unwrap_or_default() } })?;
        }
        object.end()
    }
}

#[derive(Serialize)]
struct List<'a> {
    nodes: Nodes<'a>,
}
