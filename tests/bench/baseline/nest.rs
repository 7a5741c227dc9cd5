//! Writes the rows of a statement as JSON of the gateway's shape.

use causeway::access::{RowId, Seal};
use causeway_tests::Result;
use entity::CountryCode;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::cell::{Cell, Shown};
use super::replay::Rows;
use crate::tree::{PAGE, Tree};

/// Global ids of one type all have the same length.
pub fn id_length(type_name: &str) -> usize {
    Seal::new(&[0; 32]).id(type_name, RowId { mission: CountryCode::UNALLOCATED, id: Uuid::nil() }).len()
}

/// An object with what is known of it before any request.
pub struct Shape {
    tree: Tree,
    id_length: usize,
}

impl Shape {
    pub fn new(tree: &Tree) -> Self {
        Self { tree: tree.clone(), id_length: id_length(&tree.type_name) }
    }

    /// The rows of a request, ready to be written.
    pub fn nest<'a>(&'a self, rows: &'a [Rows]) -> Level<'a> {
        let own = rows.iter().find(|rows| rows.table.as_deref() == Some(&self.tree.table));
        let place = |name: &str| own.and_then(|own| own.columns.place(name));
        let leaves = self.tree.leaves.iter().map(|leaf| place(&leaf.column)).collect();
        Level { shape: self, rows: own.map_or(&[], |own| &own.rows), id: place("id"), leaves }
    }
}

/// The rows of one table in one answer.
pub struct Level<'a> {
    shape: &'a Shape,
    rows: &'a [Vec<Cell>],
    id: Option<usize>,
    leaves: Vec<Option<usize>>,
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
        object.end()
    }
}
