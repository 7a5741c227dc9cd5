//! What an order looks at: a column of the row, or one of the row that a link leads to, such as the family name of a case's
//! individual. Both are masked. Text is ordered by its matching key, so that its order is the same on either database.

use std::sync::Arc;

use entity::Governed;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SubQueryStatement};
use sea_orm::{ColumnTrait, ColumnType, IdenStatic};

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

/// One key of an order. Rows in which it is null come last, either way.
pub struct OrderKey<E: Governed> {
    by: Arc<dyn Ordering<E>>,
    direction: Direction,
}

impl<E: Governed> OrderKey<E> {
    /// By a column of the row.
    #[must_use]
    pub fn by(column: E::Column, direction: Direction) -> Self {
        Self { by: Arc::new(Own::<E>(column)), direction }
    }

    /// By a column of the row of `F` that `link` refers to.
    #[must_use]
    pub fn through<F: Governed>(link: E::Column, column: F::Column, direction: Direction) -> Self {
        Self { by: Arc::new(Through::<E, F> { link, column }), direction }
    }

    /// The key as a statement has it.
    ///
    /// # Errors
    /// `FORBIDDEN` for a column that is withheld.
    pub(super) fn masked(&self, source: &MaskSource<'_>, masks: &Masks<'_, E>) -> Result<Key> {
        self.of(source, masks, Rows::All)
    }

    /// The same for rows that something else has chosen already.
    ///
    /// # Errors
    /// As for [`OrderKey::masked`].
    pub(super) fn seen(&self, source: &MaskSource<'_>, masks: &Masks<'_, E>) -> Result<Key> {
        self.of(source, masks, Rows::Chosen)
    }

    fn of(&self, source: &MaskSource<'_>, masks: &Masks<'_, E>, rows: Rows) -> Result<Key> {
        let (name, kind, masked) = self.by.masked(source, masks, rows)?;
        Ok(Key { name, kind, masked, direction: self.direction })
    }
}

/// A key as a statement has it.
pub(super) struct Key {
    /// What a cursor is bound to.
    pub(super) name: String,
    /// The type of its values.
    pub(super) kind: ColumnType,
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

/// What a key looks at: its name, the type of its values, and its value as the viewer sees it.
trait Ordering<E: Governed>: Send + Sync {
    fn masked(&self, source: &MaskSource<'_>, masks: &Masks<'_, E>, rows: Rows) -> Result<(String, ColumnType, Expr)>;
}

struct Own<E: Governed>(E::Column);

impl<E: Governed> Ordering<E> for Own<E> {
    fn masked(&self, _: &MaskSource<'_>, masks: &Masks<'_, E>, rows: Rows) -> Result<(String, ColumnType, Expr)> {
        let column = E::key(self.0).unwrap_or(self.0);
        let masked = match rows {
            Rows::All => masks.expression(column),
            Rows::Chosen => masks.seen(column),
        };
        let masked = masked.ok_or_else(|| withheld::<E>(column))?;
        Ok((column.as_str().to_owned(), column.def().get_column_type().clone(), masked))
    }
}

struct Through<E: Governed, F: Governed> {
    link: E::Column,
    column: F::Column,
}

impl<E: Governed, F: Governed> Ordering<E> for Through<E, F> {
    fn masked(&self, source: &MaskSource<'_>, masks: &Masks<'_, E>, rows: Rows) -> Result<(String, ColumnType, Expr)> {
        let link = masks.seen(self.link).ok_or_else(|| withheld::<E>(self.link))?;
        let there = source.masks::<F>();
        let (name, kind, masked) = Own::<F>(self.column).masked(source, &there, rows)?;
        let mut row = Query::select();
        row.expr(masked)
            .from(F::default())
            .and_where(Expr::col((F::default(), F::MISSION_ID)).equals((E::default(), E::MISSION_ID)))
            .and_where(Expr::col((F::default(), F::ID)).eq(link))
            .and_where(there.rows());
        let value = Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(row)));
        Ok((format!("{}.{name}", self.link.as_str()), kind, value))
    }
}
