//! A set of columns of one table, and what an operation asks of a row.

use std::marker::PhantomData;

use entity::Governed;
use sea_orm::{IdenStatic, Iterable};

/// Columns of `E`, as bits in the order of the table. No table has more than 64.
pub struct Columns<E> {
    bits: u64,
    table: PhantomData<fn() -> E>,
}

impl<E> Clone for Columns<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Columns<E> {}

impl<E> PartialEq for Columns<E> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}

impl<E> Default for Columns<E> {
    fn default() -> Self {
        Self::none()
    }
}

impl<E> Columns<E> {
    /// No column.
    #[must_use]
    pub const fn none() -> Self {
        Self { bits: 0, table: PhantomData }
    }

    /// The columns of both.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self { bits: self.bits | others.bits, table: PhantomData }
    }
}

impl<E: Governed> Columns<E> {
    /// The columns behind GraphQL fields; fields that are no column are passed over.
    pub fn of_fields<'a>(fields: impl IntoIterator<Item = &'a str>) -> Self {
        fields.into_iter().filter_map(E::column).collect()
    }

    /// Every column that a client can name.
    #[must_use]
    pub fn all() -> Self {
        E::Column::iter().filter(|column| E::field(*column).is_some()).collect()
    }

    /// The set with one column more.
    #[must_use]
    pub fn with(self, column: E::Column) -> Self {
        Self { bits: self.bits | 1 << super::clearance::index_of::<E>(column), ..self }
    }

    /// Whether a column is in it.
    #[must_use]
    pub fn contains(self, column: E::Column) -> bool {
        self.bits & 1 << super::clearance::index_of::<E>(column) != 0
    }

    /// The columns, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = E::Column> {
        E::Column::iter().enumerate().filter(move |(at, _)| self.bits & 1 << at != 0).map(|(_, column)| column)
    }
}

impl<E: Governed> FromIterator<E::Column> for Columns<E> {
    fn from_iter<I: IntoIterator<Item = E::Column>>(columns: I) -> Self {
        columns.into_iter().fold(Self::default(), Self::with)
    }
}

impl<E: Governed> std::fmt::Debug for Columns<E> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.iter().map(|column| column.as_str().to_owned())).finish()
    }
}

/// What an operation asks of a row.
pub struct Asked<E> {
    /// These columns.
    pub columns: Columns<E>,
    /// And the names of all that are withheld in the row.
    pub withheld: bool,
}

impl<E> Clone for Asked<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Asked<E> {}

impl<E> From<Columns<E>> for Asked<E> {
    fn from(columns: Columns<E>) -> Self {
        Self { columns, withheld: false }
    }
}
