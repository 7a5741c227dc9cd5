//! Questions about rows: which columns and what hangs below them, which rows, in which order, which page. They carry no SQL and
//! nothing of a viewer.

use entity::CountryCode;
use entity::table::{Column, Table};

use super::{columns::Columns, order::OrderKey, predicate::Predicate};

/// What an operation asks of a row.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// These columns.
    pub columns: Columns,
    /// And the names of all that are withheld in the row.
    pub withheld: bool,
    /// And what hangs below it.
    pub below: Vec<Branch>,
}

/// What hangs below a row.
#[derive(Clone, Debug)]
pub enum Branch {
    /// The row that this link of the row leads to. The link is one of the columns that are asked for.
    Link(&'static Column, Asked),
    /// A page of the rows that refer to the row by this link, which is one of theirs. The question is about their table, in the
    /// missions of the row, and has no predicate. An order by what is withheld falls away and refuses nobody.
    List(&'static Column, Question),
}

impl From<Columns> for Asked {
    fn from(columns: Columns) -> Self {
        Self { columns, ..Self::default() }
    }
}

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
