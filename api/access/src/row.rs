//! Rows as their viewer sees them, with what hangs below them.

use entity::table::{Column, Table};
use sea_orm::Value;

use super::{columns::Columns, sealing::RowId};
use crate::error::ClientError;

/// One row as the viewer sees it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Of which table.
    pub table: &'static Table,
    /// Which row.
    pub id: RowId,
    /// The sealed id, where it was asked for.
    pub global_id: Option<String>,
    /// The columns of which it has values: those asked for, but for mission and id.
    pub columns: Columns,
    /// Their values, in the order of the table ([`Columns::place`]); null where unknown or withheld.
    pub values: Box<[Value]>,
    /// The columns that were asked for and are withheld in this row.
    pub refused: Columns,
    /// All columns that are withheld in this row, where that was asked for: the same for this viewer whatever else was.
    pub withheld: Columns,
    /// What hangs below it, in the order in which it was asked for.
    pub below: Vec<Below>,
}

/// What hangs below a row.
#[derive(Clone, Debug)]
pub enum Below {
    /// The row that a link leads to; none where it leads nowhere, or nowhere that the viewer may see.
    Link(Option<Box<Row>>),
    /// A page of the rows that refer to it.
    List(Page),
    /// Nothing, since the question about the list is refused.
    Refused(ClientError),
}

impl Below {
    /// The rows, however many.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        match self {
            Self::Link(row) => row.as_deref().map_or(&[], std::slice::from_ref),
            Self::List(page) => &page.rows,
            Self::Refused(_) => &[],
        }
    }
}

/// What a row says of a column that it has no value of.
static NOTHING: Value = Value::Bool(None);

impl Row {
    /// The value of a column: null where it is unknown, withheld, not asked for or of another table.
    #[must_use]
    pub fn value(&self, column: &Column) -> &Value {
        let place = (*column.table == *self.table).then(|| self.columns.place(column)).flatten();
        place.and_then(|place| self.values.get(place)).unwrap_or(&NOTHING)
    }
}

/// One page of rows.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// A sealed cursor for each row, where they were asked for.
    pub cursors: Vec<Option<String>>,
    /// Whether there are rows behind the last one.
    pub has_next: bool,
    /// Whether there are rows before the first one.
    pub has_previous: bool,
    /// The number of all rows, where it was asked for.
    pub total: Option<i64>,
}

impl Page {
    /// The ids of the rows.
    pub fn ids(&self) -> impl Iterator<Item = RowId> {
        self.rows.iter().map(|row| row.id)
    }
}
