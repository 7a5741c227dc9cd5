//! Filters and searches. A [`Predicate`] names columns and values; it becomes SQL only through the masks of the viewer, so
//! that a filter tells nobody more than a select would. It refuses a column that is withheld.

use std::sync::Arc;

use entity::{CountryCode, Governed};
use sea_orm::Value;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use super::mask::{Mask, Masks};
use super::mask_source::MaskSource;
use super::{keys, search};
use crate::error::{ClientError, Result};

/// The most values in one list of a filter.
const MOST_VALUES: usize = 1_000;

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
    /// The condition as SQL on rows of `E`.
    ///
    /// # Errors
    /// `FORBIDDEN` for a column that is withheld.
    fn exists(&self, source: &MaskSource<'_>, masks: &Masks<'_, E>) -> Result<Expr>;
}

/// The link and the condition on its other side.
pub struct LinkedTo<E: Governed, F: Governed> {
    /// The column of `E` that refers to `F`.
    pub link: E::Column,
    /// The condition on `F`.
    pub predicate: Predicate<F>,
}

impl<E: Governed, F: Governed> Linked<E> for LinkedTo<E, F> {
    fn exists(&self, source: &MaskSource<'_>, masks: &Masks<'_, E>) -> Result<Expr> {
        let link = masks.expression(self.link).ok_or_else(|| withheld::<E>(self.link))?;
        let there = source.masks::<F>();
        let mut rows = Query::select();
        rows.expr(Expr::value(1))
            .from(F::default())
            .and_where(Expr::col((F::default(), F::MISSION_ID)).equals((E::default(), E::MISSION_ID)))
            .and_where(Expr::col((F::default(), F::ID)).eq(link))
            .and_where(there.rows())
            .and_where(self.predicate.to_sql(source, &there, true)?);
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
    fn exists(&self, source: &MaskSource<'_>, _: &Masks<'_, E>) -> Result<Expr> {
        let there = source.masks::<C>();
        let link = there.expression(self.link).ok_or_else(|| withheld::<C>(self.link))?;
        let mut rows = Query::select();
        rows.expr(Expr::value(1))
            .from(C::default())
            .and_where(Expr::col((C::default(), C::MISSION_ID)).equals((E::default(), E::MISSION_ID)))
            .and_where(link.eq(Expr::col((E::default(), E::ID))))
            .and_where(there.rows())
            .and_where(self.predicate.to_sql(source, &there, true)?);
        Ok(Expr::exists(rows))
    }
}

impl<E: Governed> Predicate<E> {
    /// Whether it asks nothing of a row.
    pub(super) const fn is_empty(&self) -> bool {
        matches!(self, Self::All(all) if all.is_empty())
    }

    /// The condition as SQL. `positive`: it only ever adds to what selects a row, so that `scope AND column = x` may stand
    /// for `CASE WHEN scope THEN column END = x`; both are true for the same rows, and only the first can use an index.
    ///
    /// # Errors
    /// `FORBIDDEN` for a column that is withheld.
    pub(super) fn to_sql(&self, source: &MaskSource<'_>, masks: &Masks<'_, E>, positive: bool) -> Result<Expr> {
        match self {
            Self::Is(_, Comparison::OneOf(values)) if values.len() > MOST_VALUES => {
                Err(ClientError::bad_input("filter", format!("a list has at most {MOST_VALUES} values")).into())
            }
            Self::Is(column, comparison) => {
                let (column, comparison) = keys::prepared::<E>(*column, comparison)?;
                match masks.mask(column) {
                    Mask::Withheld => Err(withheld::<E>(column)),
                    Mask::Under(scope) if positive && !matches!(comparison, Comparison::Null(true)) => {
                        Ok(scope.and(comparison.to_sql(Expr::col((E::default(), column)))))
                    }
                    _ => {
                        let masked = masks.expression(column).ok_or_else(|| withheld::<E>(column))?;
                        Ok(comparison.to_sql(masked))
                    }
                }
            }
            Self::All(all) => fold(all, source, masks, positive, ExprTrait::and, true),
            Self::Any(any) => fold(any, source, masks, positive, ExprTrait::or, false),
            Self::AnyVisible(any) => {
                let mut tried: Vec<Result<Expr>> =
                    any.iter().map(|part| part.to_sql(source, masks, positive)).collect();
                if tried.iter().any(Result::is_ok) {
                    tried.retain(Result::is_ok);
                }
                let visible = tried.into_iter().collect::<Result<Vec<_>>>()?;
                Ok(visible.into_iter().reduce(ExprTrait::or).unwrap_or_else(|| Expr::value(false)))
            }
            Self::Not(inner) => Ok(inner.to_sql(source, masks, false)?.not()),
            Self::Search(columns, text) => search::condition(masks, columns, text),
            Self::Linked(linked) => linked.exists(source, masks),
        }
    }
}

fn fold<E: Governed>(
    parts: &[Predicate<E>],
    source: &MaskSource<'_>,
    masks: &Masks<'_, E>,
    positive: bool,
    join: fn(Expr, Expr) -> Expr,
    none: bool,
) -> Result<Expr> {
    let parts = parts.iter().map(|part| part.to_sql(source, masks, positive)).collect::<Result<Vec<_>>>()?;
    Ok(parts.into_iter().reduce(join).unwrap_or_else(|| Expr::value(none)))
}

impl Comparison {
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
