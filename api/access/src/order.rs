//! What an order looks at: a column of the row, or one of the row that a link leads to, such as the family name of a case's
//! individual. Both are masked. Text is ordered by its matching key, so that its order is the same on either database.

use entity::table::{Column, ID, Kind, MISSION_ID};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SubQueryStatement};

use super::{mask::Masks, mask_source::MaskSource, predicate::withheld};
use crate::error::Result;

/// Which way a column orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(name = "OrderDirection")]
pub enum Direction {
    /// The smallest first.
    Asc,
    /// The largest first.
    Desc,
}

/// One key of an order. Rows in which it is null come last, either way. A column of another table counts as withheld.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OrderKey {
    /// The column whose values decide.
    pub column: &'static Column,
    /// The link to the row that has the column; none where the row itself has it.
    pub through: Option<&'static Column>,
    /// Which way.
    pub direction: Direction,
}

/// A key as a statement has it.
pub(super) struct Key {
    /// What a cursor is bound to.
    pub(super) name: String,
    /// What its values are.
    pub(super) kind: Kind,
    /// The value as the viewer sees it.
    pub(super) masked: Expr,
    /// Which way.
    pub(super) direction: Direction,
}

/// Which rows are ordered: all of the missions, or some that something else has chosen.
#[derive(Clone, Copy)]
enum Rows {
    All,
    Chosen,
}

impl OrderKey {
    /// By a column of the row.
    #[must_use]
    pub const fn by(column: &'static Column, direction: Direction) -> Self {
        Self { column, through: None, direction }
    }

    /// By a column of the row that `link` refers to.
    #[must_use]
    pub const fn through(link: &'static Column, column: &'static Column, direction: Direction) -> Self {
        Self { column, through: Some(link), direction }
    }

    /// The key as a statement has it.
    ///
    /// # Errors
    /// `FORBIDDEN` for a column that is withheld.
    pub(super) fn masked(&self, source: &MaskSource<'_>, masks: &Masks<'_>) -> Result<Key> {
        self.of(source, masks, Rows::All)
    }

    /// The same for rows that something else has chosen already.
    ///
    /// # Errors
    /// As for [`OrderKey::masked`].
    pub(super) fn seen(&self, source: &MaskSource<'_>, masks: &Masks<'_>) -> Result<Key> {
        self.of(source, masks, Rows::Chosen)
    }

    fn of(&self, source: &MaskSource<'_>, masks: &Masks<'_>, rows: Rows) -> Result<Key> {
        let column = self.column.key().unwrap_or(self.column);
        let (name, masked) = match self.through {
            None => (column.name.to_owned(), value(column, masks, rows)?),
            Some(link) => (format!("{}.{}", link.name, column.name), linked(link, column, source, masks, rows)?),
        };
        Ok(Key { name, kind: column.kind, masked, direction: self.direction })
    }
}

/// The value of a column of a row, as the viewer sees it.
fn value(column: &'static Column, masks: &Masks<'_>, rows: Rows) -> Result<Expr> {
    let masked = match rows {
        Rows::All => masks.expression(column),
        Rows::Chosen => masks.seen(column),
    };
    masked.ok_or_else(|| withheld(column))
}

/// The value of a column of the row that a link leads to, as the viewer sees it.
fn linked(
    link: &'static Column,
    column: &'static Column,
    source: &MaskSource<'_>,
    masks: &Masks<'_>,
    rows: Rows,
) -> Result<Expr> {
    let refusal = || withheld(link);
    let seen = masks.seen(link).ok_or_else(refusal)?;
    let there = source.masks(link.leads_to().ok_or_else(refusal)?);
    let table = there.table().table;
    let mut row = Query::select();
    row.expr(value(column, &there, rows)?)
        .from(table)
        .and_where(Expr::col((table, MISSION_ID)).equals((masks.table().table, MISSION_ID)))
        .and_where(Expr::col((table, ID)).eq(seen))
        .and_where(there.rows());
    Ok(Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(row))))
}
