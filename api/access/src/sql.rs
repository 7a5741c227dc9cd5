//! A statement as its text and its values. A limit is part of the text: plans are kept for any values (decision 19), and one that
//! was made for any limit is one for a tenth of the table.

use std::fmt::{Display, Formatter, Result, Write};

use sea_orm::DbBackend;
use sea_orm::sea_query::{
    PostgresQueryBuilder, QueryBuilder, QueryStatementWriter, SqlWriter, SqliteQueryBuilder, Value, Values,
};

/// The text, and the values of its parameters in their order.
pub(super) fn sql(statement: &impl QueryStatementWriter, backend: DbBackend) -> (String, Values) {
    let mut sql = Sql { text: String::with_capacity(1_024), values: Vec::new() };
    match backend {
        DbBackend::Postgres => statement.build_collect_into(PostgresQueryBuilder, &mut sql),
        _ => statement.build_collect_into(SqliteQueryBuilder, &mut sql),
    }
    (sql.text, Values(sql.values))
}

struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Write for Sql {
    fn write_str(&mut self, text: &str) -> Result {
        self.text.write_str(text)
    }
}

impl Display for Sql {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        to.write_str(&self.text)
    }
}

impl SqlWriter for Sql {
    fn push_param<T: QueryBuilder>(&mut self, value: Value, builder: &T) {
        // Columns have no such values: it is a limit.
        if let Value::BigUnsigned(Some(limit)) = value {
            self.text.push_str(&limit.to_string());
            return;
        }
        self.values.push(value);
        let (mark, is_numbered) = builder.placeholder();
        self.text.push_str(mark);
        if is_numbered {
            self.text.push_str(&self.values.len().to_string());
        }
    }

    fn as_writer(&mut self) -> &mut dyn Write {
        self
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::{Expr, ExprTrait, Query};

    use super::*;

    #[test]
    fn a_limit_is_part_of_the_text() {
        let mut inner = Query::select();
        inner.column("id").from("consent").and_where(Expr::col("purpose").eq(2_i16)).limit(1);
        let mut statement = Query::select();
        statement.column("id").from("case_file").and_where(Expr::col("mission_id").eq("UA"));
        statement.and_where(Expr::col("id").in_subquery(inner)).limit(21);
        let expected = Values(vec![Value::from("UA"), Value::from(2_i16)]);
        let (text, values) = sql(&statement, DbBackend::Postgres);
        assert!(
            text.contains(
                r#""mission_id" = $1 AND "id" IN (SELECT "id" FROM "consent" WHERE "purpose" = $2 LIMIT 1) LIMIT 21"#
            ),
            "{text}"
        );
        assert_eq!(values, expected);
        let (text, values) = sql(&statement, DbBackend::Sqlite);
        assert!(text.contains(r#""purpose" = ? LIMIT 1) LIMIT 21"#), "{text}");
        assert_eq!(values, expected);
    }
}
