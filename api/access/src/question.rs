//! Questions about rows: which columns, which rows, in which order, which page. They carry no SQL and nothing of a viewer.

use entity::CountryCode;
use entity::table::Table;

use super::{columns::Asked, order::OrderKey, predicate::Predicate, row::Row, sealing::RowId};

/// Which part of an ordered list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// At most so many rows.
    pub limit: u64,
    /// From the end of the list instead of its beginning.
    pub backwards: bool,
    /// Beyond the row that this sealed cursor stands for.
    pub beyond: Option<String>,
}

/// A question about a list of rows.
#[derive(Clone, Debug)]
pub struct Question {
    /// Of which table.
    pub table: &'static Table,
    /// The missions asked for; none: all that the viewer has.
    pub missions: Option<Vec<CountryCode>>,
    /// What is asked of each row.
    pub asked: Asked,
    /// Which rows.
    pub predicate: Option<Predicate>,
    /// In which order; mission and id decide between equals.
    pub order: Vec<OrderKey>,
    /// Which page.
    pub window: Window,
    /// Whether the number of all rows is wanted.
    pub total: bool,
    /// Whether cursors are wanted: to seal them costs more than to read the rows.
    pub cursors: bool,
}

/// One page of rows.
#[derive(Debug, Default)]
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
