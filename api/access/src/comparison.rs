//! What a column is compared with in a filter, and the comparison as SQL. It knows no viewer: it is given the column as masks
//! have made it.

use entity::CountryCode;
use sea_orm::Value;
use sea_orm::sea_query::{Expr, ExprTrait};

use super::keys;

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

impl Comparison {
    /// The comparison is known to be true, or known to be false. Of a null only [`Comparison::Null`] is either.
    pub(super) fn known(&self, column: Expr, wanted: bool) -> Expr {
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
