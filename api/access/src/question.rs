//! Questions about rows: which columns, which rows, in which order, which page. They carry no SQL and nothing of a viewer.

use entity::{CountryCode, Governed};

use super::{columns::Asked, order::OrderKey, predicate::Predicate, projection::Row, sealing::RowId};

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
pub struct Question<E: Governed> {
    /// The missions asked for; none: all that the viewer has.
    pub missions: Option<Vec<CountryCode>>,
    /// What is asked of each row.
    pub columns: Asked<E>,
    /// Which rows.
    pub predicate: Option<Predicate<E>>,
    /// In which order; mission and id decide between equals.
    pub order: Vec<OrderKey<E>>,
    /// Which page.
    pub window: Window,
    /// Whether the number of all rows is wanted.
    pub total: bool,
    /// Whether cursors are wanted: to seal them costs more than to read the rows.
    pub cursors: bool,
}

/// One page of rows.
#[derive(Debug)]
pub struct Page<E: Governed> {
    /// The rows, in order.
    pub rows: Vec<Row<E>>,
    /// A sealed cursor for each row, where they were asked for.
    pub cursors: Vec<Option<String>>,
    /// Whether there are rows behind the last one.
    pub has_next: bool,
    /// Whether there are rows before the first one.
    pub has_previous: bool,
    /// The number of all rows, where it was asked for.
    pub total: Option<i64>,
}

impl<E: Governed> Default for Page<E> {
    fn default() -> Self {
        Self { rows: Vec::new(), cursors: Vec::new(), has_next: false, has_previous: false, total: None }
    }
}

impl<E: Governed> Page<E> {
    /// The ids of the rows.
    pub fn ids(&self) -> impl Iterator<Item = RowId> {
        self.rows.iter().map(|row| row.id)
    }
}
