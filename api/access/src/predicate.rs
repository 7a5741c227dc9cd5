//! Filters and searches. A [`Predicate`] names columns and values; it becomes SQL only through the masks of the viewer, so
//! that a filter tells nobody more than a select would. It refuses a column that is withheld.
//!
//! There are three values: a condition on what is withheld or unknown is itself unknown, and so is its contrary, at any depth.
//! `NOT` in SQL would lose that at a link, where `EXISTS` knows two values only. So a predicate is asked for the rows of which
//! it is *known* to be true, or for those of which it is *known* to be false, and a contrary is the other of the two questions:
//! `not` goes down to the leaves (De Morgan), and what a link leads to is asked for the contrary there.

use entity::table::{Column, ID, MISSION_ID};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement};

use super::comparison::Comparison;
use super::mask::Masks;
use super::mask_source::MaskSource;
use super::{keys, search};
use crate::error::{ClientError, Result};

/// A condition on rows of one table. A column of another table counts as withheld.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// A comparison of one column.
    Is(&'static Column, Comparison),
    /// Each of them.
    All(Vec<Self>),
    /// At least one of them.
    Any(Vec<Self>),
    /// At least one of those that the viewer may ask; the others take no part. For searches over several tables.
    AnyVisible(Vec<Self>),
    /// Not this one. A row in which the column is withheld or unknown meets neither a condition nor its contrary.
    Not(Box<Self>),
    /// Each word of the text stands in one of the columns that the viewer may see.
    Search(Vec<&'static Column>, String),
    /// The row to which this link leads meets a condition.
    Linked(&'static Column, Box<Self>),
    /// A row of another table, of which this link leads to the row, meets a condition.
    Child(&'static Column, Box<Self>),
}

impl Predicate {
    /// Whether it asks nothing of a row.
    pub(super) const fn is_empty(&self) -> bool {
        matches!(self, Self::All(all) if all.is_empty())
    }

    /// SQL on the rows of which the predicate is known to be `wanted`; null or false for any other.
    ///
    /// # Errors
    /// `FORBIDDEN` for a column that is withheld.
    pub(super) fn known(&self, source: &MaskSource<'_>, masks: &Masks<'_>, wanted: bool) -> Result<Expr> {
        match self {
            Self::Is(column, comparison) => {
                let (column, comparison) = keys::prepared(column, comparison);
                let masked = masks.expression(column).ok_or_else(|| withheld(column))?;
                Ok(comparison.known(masked, wanted))
            }
            Self::All(all) => Ok(join(parts(all, source, masks, wanted)?, wanted)),
            Self::Any(any) => Ok(join(parts(any, source, masks, wanted)?, !wanted)),
            Self::AnyVisible(any) => {
                let mut tried: Vec<Result<Expr>> = any.iter().map(|part| part.known(source, masks, wanted)).collect();
                if tried.iter().any(Result::is_ok) {
                    tried.retain(Result::is_ok);
                }
                Ok(join(tried.into_iter().collect::<Result<_>>()?, !wanted))
            }
            Self::Not(inner) => inner.known(source, masks, !wanted),
            // Of what is hidden or unknown each comparison is null, which SQL keeps through its `NOT` where there is no link.
            Self::Search(columns, text) => {
                let found = search::condition(masks, columns, text)?;
                Ok(if wanted { found } else { found.not() })
            }
            Self::Linked(link, there) => linked(link, there, source, masks, wanted),
            Self::Child(link, there) => child(link, there, source, masks, wanted),
        }
    }
}

/// The rows whose link leads to a row of which the condition is known to be `wanted`. There is one row at most at the other side:
/// the condition is false of it where it is there and its contrary is known. A row without a link, or whose other side is not
/// there for the viewer, is neither.
fn linked(
    column: &'static Column,
    condition: &Predicate,
    source: &MaskSource<'_>,
    masks: &Masks<'_>,
    wanted: bool,
) -> Result<Expr> {
    let refusal = || withheld(column);
    let link = masks.seen(column).ok_or_else(refusal)?;
    let there = source.masks(column.leads_to().ok_or_else(refusal)?);
    let mut rows = rows_beside(&there, masks);
    rows.and_where(Expr::col((there.table().table, ID)).eq(link))
        .and_where(there.rows())
        .and_where(condition.known(source, &there, wanted)?);
    Ok(Expr::exists(rows))
}

/// The rows to which the link of some row of another table leads: true where one of these meets the condition; false where each
/// that the viewer sees is known not to.
fn child(
    column: &'static Column,
    condition: &Predicate,
    source: &MaskSource<'_>,
    masks: &Masks<'_>,
    wanted: bool,
) -> Result<Expr> {
    let refusal = || withheld(column);
    if column.leads_to() != Some(masks.table()) {
        return Err(refusal());
    }
    let there = source.masks(column.table);
    let link = there.seen(column).ok_or_else(refusal)?;
    let known = condition.known(source, &there, wanted)?;
    let mut rows = rows_beside(&there, masks);
    rows.and_where(link.eq(Expr::col((masks.table().table, ID)))).and_where(there.rows());
    if wanted {
        return Ok(Expr::exists(rows.and_where(known).take()));
    }
    let known = Expr::from(Func::coalesce([known, Expr::value(false)]));
    Ok(Expr::exists(rows.and_where(known.not()).take()).not())
}

/// Rows of another table in the mission of a row.
fn rows_beside(there: &Masks<'_>, masks: &Masks<'_>) -> SelectStatement {
    let (there, here) = (there.table().table, masks.table().table);
    let mut rows = Query::select();
    rows.expr(Expr::value(1)).from(there).and_where(Expr::col((there, MISSION_ID)).equals((here, MISSION_ID)));
    rows
}

/// Each of several predicates, asked the same.
fn parts(parts: &[Predicate], source: &MaskSource<'_>, masks: &Masks<'_>, wanted: bool) -> Result<Vec<Expr>> {
    parts.iter().map(|part| part.known(source, masks, wanted)).collect()
}

/// So many conditions are written one after the other; more are halved, so that the expression does not become as deep as they
/// are many: the statement is built, written and dropped by recursion.
const IN_A_ROW: usize = 8;

/// All of the conditions, or at least one of them: of none the first holds and the second does not.
fn join(mut conditions: Vec<Expr>, all: bool) -> Expr {
    let join_two: fn(Expr, Expr) -> Expr = if all { ExprTrait::and } else { ExprTrait::or };
    if conditions.len() > IN_A_ROW {
        let rest = conditions.split_off(conditions.len() / 2);
        return join_two(join(conditions, all), join(rest, all));
    }
    conditions.into_iter().reduce(join_two).unwrap_or_else(|| Expr::value(all))
}

/// The refusal of a column that is withheld.
pub(super) fn withheld(column: &Column) -> crate::error::Error {
    let object = column.object.unwrap_or_default();
    ClientError::Forbidden(format!("{object} is withheld from you: you cannot filter, order or group by it")).into()
}
