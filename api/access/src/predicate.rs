//! Filters and searches. A [`Predicate`] names columns and values; it becomes SQL only through the masks of the viewer, so
//! that a filter tells nobody more than a select would. It refuses a column that is withheld.
//!
//! There are three values: a condition on what is withheld or unknown is itself unknown, and so is its contrary, at any depth.
//! `NOT` in SQL would lose that at a link, where `EXISTS` knows two values only. So a predicate is asked for the rows of which
//! it is *known* to be true, or for those of which it is *known* to be false, and a contrary is the other of the two questions:
//! `not` goes down to the leaves (De Morgan), and what a link leads to is asked for the contrary there.

use std::sync::Arc;

use entity::{CountryCode, Governed};
use sea_orm::Value;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};

use super::mask::Masks;
use super::mask_source::MaskSource;
use super::{keys, search};
use crate::error::{ClientError, Result};

/// What a column is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    /// The same value.
    Equal(Value),
    /// One of the values.
    OneOf(Vec<Value>),
    /// Whether it is null, which is what a withheld value is too.
    Null(bool),
    /// The value or a later one.
    From(Value),
    /// An earlier value.
    Before(Value),
    /// A text that contains this one, both folded where the column has a matching key.
    Contains(String),
    /// A text that begins with this one, likewise.
    StartsWith(String),
    /// A code set that has any of these bits.
    HasAny(i64),
    /// A code set that has all of these bits.
    HasAll(i64),
    /// A list of countries with this one in it.
    HasCountry(CountryCode),
}

/// A condition on rows of `E`.
pub enum Predicate<E: Governed> {
    /// A comparison of one column.
    Is(E::Column, Comparison),
    /// Each of them.
    All(Vec<Self>),
    /// At least one of them.
    Any(Vec<Self>),
    /// At least one of those that the viewer may ask; the others take no part. For searches over several tables.
    AnyVisible(Vec<Self>),
    /// Not this one. A row in which the column is withheld or unknown meets neither a condition nor its contrary.
    Not(Box<Self>),
    /// Each word of the text stands in one of the columns that the viewer may see.
    Search(Vec<E::Column>, String),
    /// The row that a link leads to, or a row that refers to this one, meets a condition.
    Linked(Arc<dyn Linked<E>>),
}

/// A condition on a row of another table that is linked with a row of `E`.
pub trait Linked<E: Governed>: Send + Sync {
    /// SQL on rows of `E` of which the condition is known to be `wanted`. A row without a link, or whose other side is not there
    /// for the viewer, is neither.
    ///
    /// # Errors
    /// `FORBIDDEN` for a column that is withheld.
    fn known(&self, source: &MaskSource<'_>, masks: &Masks<'_, E>, wanted: bool) -> Result<Expr>;
}

/// The link and the condition on its other side.
pub struct LinkedTo<E: Governed, F: Governed> {
    /// The column of `E` that refers to `F`.
    pub link: E::Column,
    /// The condition on `F`.
    pub predicate: Predicate<F>,
}

impl<E: Governed, F: Governed> Linked<E> for LinkedTo<E, F> {
    /// There is one row at most at the other side: the condition is false of it where it is there and its contrary is known.
    fn known(&self, source: &MaskSource<'_>, masks: &Masks<'_, E>, wanted: bool) -> Result<Expr> {
        let link = masks.seen(self.link).ok_or_else(|| withheld::<E>(self.link))?;
        let there = source.masks::<F>();
        let mut rows = Query::select();
        rows.expr(Expr::value(1))
            .from(F::default())
            .and_where(Expr::col((F::default(), F::MISSION_ID)).equals((E::default(), E::MISSION_ID)))
            .and_where(Expr::col((F::default(), F::ID)).eq(link))
            .and_where(there.rows())
            .and_where(self.predicate.known(source, &there, wanted)?);
        Ok(Expr::exists(rows))
    }
}

/// The column of `C` that refers to `E`, and the condition on `C`.
pub struct ChildOf<E: Governed, C: Governed> {
    /// The column of `C`.
    pub link: C::Column,
    /// The condition on `C`.
    pub predicate: Predicate<C>,
    /// The parent.
    pub parent: std::marker::PhantomData<fn() -> E>,
}

impl<E: Governed, C: Governed> Linked<E> for ChildOf<E, C> {
    /// True where some child meets the condition; false where each child that the viewer sees is known not to.
    fn known(&self, source: &MaskSource<'_>, _: &Masks<'_, E>, wanted: bool) -> Result<Expr> {
        let there = source.masks::<C>();
        let link = there.seen(self.link).ok_or_else(|| withheld::<C>(self.link))?;
        let known = self.predicate.known(source, &there, wanted)?;
        let mut rows = Query::select();
        rows.expr(Expr::value(1))
            .from(C::default())
            .and_where(Expr::col((C::default(), C::MISSION_ID)).equals((E::default(), E::MISSION_ID)))
            .and_where(link.eq(Expr::col((E::default(), E::ID))))
            .and_where(there.rows());
        if wanted {
            return Ok(Expr::exists(rows.and_where(known).take()));
        }
        let known = Expr::from(Func::coalesce([known, Expr::value(false)]));
        Ok(Expr::exists(rows.and_where(known.not()).take()).not())
    }
}

impl<E: Governed> Predicate<E> {
    /// Whether it asks nothing of a row.
    pub(super) const fn is_empty(&self) -> bool {
        matches!(self, Self::All(all) if all.is_empty())
    }

    /// SQL on the rows of which the predicate is known to be `wanted`; null or false for any other.
    ///
    /// # Errors
    /// `FORBIDDEN` for a column that is withheld.
    pub(super) fn known(&self, source: &MaskSource<'_>, masks: &Masks<'_, E>, wanted: bool) -> Result<Expr> {
        match self {
            Self::Is(column, comparison) => {
                let (column, comparison) = keys::prepared::<E>(*column, comparison);
                let masked = masks.expression(column).ok_or_else(|| withheld::<E>(column))?;
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
            Self::Linked(linked) => linked.known(source, masks, wanted),
        }
    }
}

/// Each of several predicates, asked the same.
fn parts<E: Governed>(
    parts: &[Predicate<E>],
    source: &MaskSource<'_>,
    masks: &Masks<'_, E>,
    wanted: bool,
) -> Result<Vec<Expr>> {
    parts.iter().map(|part| part.known(source, masks, wanted)).collect()
}

/// All of the conditions, or at least one of them: of none the first holds and the second does not.
fn join(conditions: Vec<Expr>, all: bool) -> Expr {
    let join: fn(Expr, Expr) -> Expr = if all { ExprTrait::and } else { ExprTrait::or };
    conditions.into_iter().reduce(join).unwrap_or_else(|| Expr::value(all))
}

impl Comparison {
    /// The comparison is known to be true, or known to be false. Of a null only [`Comparison::Null`] is either.
    fn known(&self, column: Expr, wanted: bool) -> Expr {
        match self {
            // SQL calls this one false of a null, too.
            Self::OneOf(values) if values.is_empty() && !wanted => column.is_not_null(),
            _ if wanted => self.to_sql(column),
            _ => self.to_sql(column).not(),
        }
    }

    fn to_sql(&self, column: Expr) -> Expr {
        match self {
            Self::Equal(value) => column.eq(value.clone()),
            Self::OneOf(values) => column.is_in(values.clone()),
            Self::Null(true) => column.is_null(),
            Self::Null(false) => column.is_not_null(),
            Self::From(value) => column.gte(value.clone()),
            Self::Before(value) => column.lt(value.clone()),
            Self::Contains(text) => keys::contains(column, text),
            Self::StartsWith(text) => keys::starts_with(column, text),
            Self::HasAny(bits) => column.bit_and(*bits).ne(0_i64),
            Self::HasAll(bits) => column.bit_and(*bits).eq(*bits),
            Self::HasCountry(country) => column.like(format!("%{country}%")),
        }
    }
}

/// The refusal of a column that is withheld.
pub(super) fn withheld<E: Governed>(column: E::Column) -> crate::error::Error {
    let object = E::object(column).unwrap_or_default();
    ClientError::Forbidden(format!("{object} is withheld from you: you cannot filter, order or group by it")).into()
}
