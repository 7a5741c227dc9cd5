//! One row as its viewer sees it.

use entity::table::{Column, Table};
use sea_orm::Value;

use super::{columns::Columns, sealing::RowId};

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
