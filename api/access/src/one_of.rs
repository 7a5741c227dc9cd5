//! A column has one of several values. On PostgreSQL the values are one array, so that a statement has the same text, and its
//! plan is kept, however many they are; SQLite has no arrays and gets a list.

use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, ExprTrait, Value, ValueType, extension::postgres::PgFunc};

/// The condition that a column has one of the values; none of them: never.
pub(super) fn one_of<T>(backend: DbBackend, column: Expr, values: impl IntoIterator<Item = T>) -> Expr
where
    T: Into<Value> + ValueType,
{
    let values = values.into_iter().map(Into::into);
    match backend {
        DbBackend::Postgres => {
            column.eq(PgFunc::any(Expr::value(Value::Array(T::array_type(), Some(Box::new(values.collect()))))))
        }
        _ => column.is_in(values),
    }
}
