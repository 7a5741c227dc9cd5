//! A set of columns of one table.

use entity::table::{Column, Table};

/// Columns of one table, as bits in the order of the table. Of which table is said by what they stand in: a question, a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Columns(u128);

impl Columns {
    /// No column.
    pub const NONE: Self = Self(0);

    /// Every column that a client can name.
    #[must_use]
    pub fn all(table: &Table) -> Self {
        table.fields().collect()
    }

    /// The columns behind GraphQL fields; fields that are no column are passed over.
    pub fn of_fields<'a>(table: &Table, fields: impl IntoIterator<Item = &'a str>) -> Self {
        fields.into_iter().filter_map(|field| table.field(field)).collect()
    }

    /// The columns of both.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// The set with one column more.
    #[must_use]
    pub fn with(self, column: &Column) -> Self {
        Self(self.0 | bit(column))
    }

    /// The set without a column.
    #[must_use]
    pub fn without(self, column: &Column) -> Self {
        Self(self.0 & !bit(column))
    }

    /// Whether a column is in it.
    #[must_use]
    pub fn contains(self, column: &Column) -> bool {
        self.0 & bit(column) != 0
    }

    /// Whether no column is in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The place of a column among them, in the order of the table; none for a column that is not in it.
    #[must_use]
    pub fn place(self, column: &Column) -> Option<usize> {
        let bit = bit(column);
        (self.0 & bit != 0).then(|| (self.0 & (bit - 1)).count_ones() as usize)
    }

    /// The columns, which are of this table, in its order.
    pub fn iter(self, table: &'static Table) -> impl Iterator<Item = &'static Column> {
        table.columns.iter().filter(move |column| self.contains(column))
    }
}

/// No bit for a column that no set has room for; the declaration of a table refuses one.
fn bit(column: &Column) -> u128 {
    1_u128.checked_shl(column.at.into()).unwrap_or(0)
}

impl FromIterator<&'static Column> for Columns {
    fn from_iter<I: IntoIterator<Item = &'static Column>>(columns: I) -> Self {
        columns.into_iter().fold(Self::NONE, |all, column| all.with(column))
    }
}
