//! Arrays in JSON, as either database makes them, and as they are read.

use std::{borrow::Cow, fmt};

use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, Func, SelectStatement};
use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};

/// The most arguments of a function: PostgreSQL takes 100, SQLite 127. A longer array is made of arrays.
const MOST_ARGUMENTS: usize = 100;

/// An array of these values. A value is no JSON, or what [`nested`] made of it.
pub(super) fn array(backend: DbBackend, mut values: Vec<Expr>) -> Expr {
    let name = if backend == DbBackend::Postgres { "json_build_array" } else { "json_array" };
    if values.len() <= MOST_ARGUMENTS {
        return Func::cust(name).args(values).into();
    }
    let mut parts = Vec::with_capacity(values.len().div_ceil(MOST_ARGUMENTS));
    while !values.is_empty() {
        let rest = values.split_off(values.len().min(MOST_ARGUMENTS));
        parts.push(Func::cust(name).args(std::mem::replace(&mut values, rest)).into());
    }
    Func::cust(name).args(parts).into()
}

/// A value in JSON. A text is a part of what was read, where it has no escapes. There are no objects and no fractions.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json<'t> {
    Null,
    Truth(bool),
    Number(i64),
    Text(Cow<'t, str>),
    Array(Vec<Self>),
}

impl Json<'_> {
    pub(super) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) const fn as_number(&self) -> Option<i64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// SQLite has numbers for truth.
    pub(super) const fn as_truth(&self) -> Option<bool> {
        match self {
            Self::Truth(truth) => Some(*truth),
            Self::Number(number) => Some(*number != 0),
            _ => None,
        }
    }

    pub(super) fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(elements) = self { Some(elements) } else { None }
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Json<'de>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("an array, a text, a whole number, a truth or null")
    }

    fn visit_unit<E: Error>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Json<'de>, E> {
        Ok(Json::Truth(truth))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json<'de>, E> {
        i64::try_from(number).map(Json::Number).map_err(E::custom)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(text.into()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(text.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json<'de>, A::Error> {
        let mut array = Vec::with_capacity(elements.size_hint().unwrap_or_default());
        while let Some(element) = elements.next_element()? {
            array.push(element);
        }
        Ok(Json::Array(array))
    }
}

/// The elements of an array of so many values; none for what is none.
pub(super) fn elements<'j, 't>(json: &'j Json<'t>, length: usize) -> Option<Cow<'j, [Json<'t>]>> {
    let elements = json.as_array()?;
    if length <= MOST_ARGUMENTS {
        return (elements.len() == length).then_some(Cow::Borrowed(elements));
    }
    let parts = elements.iter().map(Json::as_array).collect::<Option<Vec<_>>>()?;
    let all: Vec<Json<'t>> = parts.into_iter().flatten().cloned().collect();
    (all.len() == length).then_some(Cow::Owned(all))
}

/// An array of this value of each row, in the order of the rows.
pub(super) fn all(backend: DbBackend, value: Expr) -> Expr {
    Func::cust(if backend == DbBackend::Postgres { "json_agg" } else { "json_group_array" }).arg(value).into()
}

/// An id as a value of an array. SQLite keeps it as bytes, which JSON has not.
pub(super) fn id(backend: DbBackend, id: Expr) -> Expr {
    match backend {
        DbBackend::Postgres => id,
        _ => Func::cust("hex").arg(id).into(),
    }
}

/// What a select of one value that is JSON gives, as an element of an array. SQLite forgets of a sub-select's value that it is JSON.
pub(super) fn nested(backend: DbBackend, select: SelectStatement) -> Expr {
    let value = Expr::SubQuery(None, Box::new(select.into()));
    match backend {
        DbBackend::Postgres => value,
        _ => Func::cust("json").arg(value).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::sea_query::{ExprTrait, PostgresQueryBuilder, Query, SqliteQueryBuilder};

    fn read(text: &str) -> Json<'_> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn values_are_read() {
        let text = r#"[null, true, -7, "a", "b\n", []]"#;
        let expected = [
            Json::Null,
            Json::Truth(true),
            Json::Number(-7),
            Json::Text("a".into()),
            Json::Text("b\n".into()),
            Json::Array(Vec::new()),
        ];
        assert_eq!(read(text), Json::Array(expected.to_vec()));
        for other in ["{}", "1.5", "18446744073709551615", "[", ""] {
            assert!(serde_json::from_str::<Json<'_>>(other).is_err(), "{other}");
        }
    }

    /// An array of more values than a function takes is made of arrays, and read as one.
    #[test]
    fn a_long_array_is_made_of_arrays() {
        let numbers = |count: i64| (0..count).map(Expr::value).collect::<Vec<_>>();
        let text = |count: i64| {
            let mut select = Query::select();
            select.expr(array(DbBackend::Postgres, numbers(count)));
            select.to_string(PostgresQueryBuilder)
        };
        assert_eq!(text(2), "SELECT json_build_array(0, 1)");
        assert_eq!(text(100).matches("json_build_array").count(), 1);
        assert_eq!(text(101).matches("json_build_array").count(), 3);
        assert_eq!(text(250).matches("json_build_array").count(), 4);
        let numbers = |from, to| Json::Array((from..to).map(Json::Number).collect());
        let parts = Json::Array(vec![numbers(0, 100), numbers(100, 150)]);
        assert_eq!(elements(&parts, 150).unwrap().last(), Some(&Json::Number(149)));
        assert_eq!(elements(&read("[0, 1]"), 2).unwrap().as_ref(), [Json::Number(0), Json::Number(1)]);
    }

    #[test]
    fn what_has_another_length_is_none() {
        let whole = Json::Array(vec![Json::Number(0); 101]);
        for (json, length) in [(read("[0]"), 2), (read("[0, 1, 2]"), 2), (read("7"), 0), (Json::Null, 1), (whole, 101)]
        {
            assert!(elements(&json, length).is_none(), "{json:?}");
        }
    }

    /// SQLite has neither ids in JSON nor JSON out of a sub-select.
    #[test]
    fn sqlite_is_told_what_is_json() {
        let mut inner = Query::select();
        inner.expr(all(DbBackend::Sqlite, array(DbBackend::Sqlite, vec![id(DbBackend::Sqlite, Expr::col("id"))])));
        let mut select = Query::select();
        select.expr(nested(DbBackend::Sqlite, inner.from("consent").and_where(Expr::col("number").eq(1)).to_owned()));
        assert_eq!(
            select.to_string(SqliteQueryBuilder),
            r#"SELECT json((SELECT json_group_array(json_array(hex("id"))) FROM "consent" WHERE "number" = 1))"#
        );
    }
}
