//! Whether the tables of the database are those that this program was built for: every column, its type and whether it may be
//! empty, both ways. A column that the program does not know could hold what no policy governs; one that is missing would fail
//! the first query that needs it.

use std::collections::BTreeMap;

use entity::table::{Kind, Table};
use entity::{audit_chain, audit_entry, change, fact, field_change, mission, refusal};
use futures::future::BoxFuture;
use migration::seaql_migrations;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ColumnTrait, ColumnType, DbBackend, EntityTrait, IdenStatic, Iterable, QueryResult};

use super::{
    Access,
    session::{Purpose, Session},
};
use crate::error::Result;

/// How a value is stored, by the name that differences are told with.
type Stored = &'static str;

const UUID: Stored = "uuid";
const TEXT: Stored = "text";
const DAY: Stored = "date";
const MOMENT: Stored = "timestamp with time zone";
const TRUTH: Stored = "boolean";
const SMALL: Stored = "smallint";
const INTEGER: Stored = "integer";
const BIG: Stored = "bigint";
const OTHER: Stored = "of another type";

/// A column: how it is stored, and whether the database takes rows without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    stored: Stored,
    optional: bool,
}

/// Columns by the names of table and column.
type Tables = BTreeMap<String, BTreeMap<String, Shape>>;

impl Access {
    /// In what the tables of the database are not those of this program, a line each. Empty: they fit. Tables that the program
    /// does not know are no affair of it; nor are columns that it does not know where steps of a newer program have run, so that
    /// an old gateway can be started anew during an upgrade.
    ///
    /// # Errors
    /// Those of the database.
    pub fn foreign_columns(&self) -> BoxFuture<'_, Result<Vec<String>>> {
        Box::pin(async move {
            let session = Session::open(&self.inner.pool, Purpose::Read, &[]).await?;
            let backend = self.inner.pool.backend();
            let catalogue = if backend == DbBackend::Postgres { of_postgres() } else { of_sqlite() };
            // It is asked of the catalogue; the name is for the trace.
            let rows = session.query(seaql_migrations::Entity, &catalogue).await?;
            let (mut expected, found) = (expected(backend), found(&rows)?);
            if self.is_older_than_its_tables().await? {
                know(&mut expected, &found);
            }
            Ok(differences(&expected, &found))
        })
    }
}

/// The tables that this program was built for, as a database of this kind has them.
fn expected(backend: DbBackend) -> Tables {
    let mut tables: Tables = entity::TABLES.iter().map(|table| (table.table.to_owned(), declared(table))).collect();
    tables.extend([
        of_entity::<mission::Entity>(),
        of_entity::<fact::Entity>(),
        of_entity::<audit_chain::Entity>(),
        of_entity::<audit_entry::Entity>(),
        of_entity::<change::Entity>(),
        of_entity::<field_change::Entity>(),
        of_entity::<refusal::Entity>(),
    ]);
    if backend == DbBackend::Sqlite {
        // There `integer` has up to 64 bits, and steps make no other of more than 16.
        let wide = tables.values_mut().flat_map(BTreeMap::values_mut).filter(|shape| shape.stored == BIG);
        wide.for_each(|shape| shape.stored = INTEGER);
    }
    tables
}

fn declared(table: &Table) -> BTreeMap<String, Shape> {
    let shape = |kind| match kind {
        Kind::Id => UUID,
        Kind::Text | Kind::Country | Kind::Countries => TEXT,
        Kind::Day => DAY,
        Kind::Number | Kind::Code(_) => SMALL,
        Kind::Count => INTEGER,
        Kind::Codes(_) => BIG,
        Kind::Truth => TRUTH,
    };
    let columns = table.columns.iter();
    columns
        .map(|column| (column.name.to_owned(), Shape { stored: shape(column.kind), optional: !column.required }))
        .collect()
}

/// The columns of a table that policy does not govern, as its entity has them.
fn of_entity<E: EntityTrait>() -> (String, BTreeMap<String, Shape>) {
    let columns = E::Column::iter().map(|column| {
        let definition = column.def();
        let stored = match definition.get_column_type() {
            ColumnType::Uuid => UUID,
            ColumnType::String(_) | ColumnType::Text => TEXT,
            ColumnType::Date => DAY,
            ColumnType::TimestampWithTimeZone => MOMENT,
            ColumnType::SmallInteger => SMALL,
            ColumnType::Integer => INTEGER,
            ColumnType::BigInteger => BIG,
            ColumnType::Boolean => TRUTH,
            _ => OTHER,
        };
        (column.as_str().to_owned(), Shape { stored, optional: definition.is_null() })
    });
    (E::default().table_name().to_owned(), columns.collect())
}

fn of_postgres() -> SelectStatement {
    let text = |column: &'static str| Expr::col(column).cast_as("text");
    Query::select()
        .expr(text("table_name"))
        .expr(text("column_name"))
        .expr(text("data_type"))
        .expr(Expr::col("is_nullable").eq("YES"))
        .from(("information_schema", "columns"))
        .and_where(Expr::col("table_schema").eq("public"))
        .take()
}

fn of_sqlite() -> SelectStatement {
    Query::select()
        .column(("of", "name"))
        .column(("field", "name"))
        .column(("field", "type"))
        .expr(Expr::col(("field", "notnull")).eq(0))
        .from_as("sqlite_master", "of")
        .from_function(Func::cust("pragma_table_info").arg(Expr::col(("of", "name"))), "field")
        .and_where(Expr::col(("of", "type")).eq("table"))
        .take()
}

/// What a catalogue says.
fn found(rows: &[QueryResult]) -> Result<Tables> {
    let mut tables = Tables::new();
    for row in rows {
        let (table, column, stored): (String, String, String) =
            (row.try_get_by(0)?, row.try_get_by(1)?, row.try_get_by(2)?);
        let shape = Shape { stored: named(&stored), optional: row.try_get_by(3)? };
        tables.entry(table).or_default().insert(column, shape);
    }
    Ok(tables)
}

/// Takes columns that are not expected as they are.
fn know(expected: &mut Tables, found: &Tables) {
    for (table, columns) in expected {
        for (column, shape) in found.get(table).into_iter().flatten() {
            columns.entry(column.clone()).or_insert(*shape);
        }
    }
}

/// A type by the name that either database has for it, without its length.
fn named(stored: &str) -> Stored {
    // SQLite spells some in capitals, whatever the step said.
    match stored.to_lowercase().split('(').next().unwrap_or_default() {
        "uuid" | "uuid_text" => UUID,
        "text" | "varchar" | "character varying" => TEXT,
        "date" | "date_text" => DAY,
        "timestamp with time zone" | "timestamp_with_timezone_text" => MOMENT,
        "boolean" => TRUTH,
        "smallint" => SMALL,
        "integer" => INTEGER,
        "bigint" => BIG,
        _ => OTHER,
    }
}

/// Each difference, in the order of the names.
fn differences(expected: &Tables, found: &Tables) -> Vec<String> {
    let mut told = Vec::new();
    for (table, columns) in expected {
        let Some(there) = found.get(table) else {
            told.push(format!("{table} is missing"));
            continue;
        };
        let unknown = there.keys().filter(|column| !columns.contains_key(*column));
        told.extend(unknown.map(|column| format!("{table}.{column} is unknown to this program")));
        told.extend(columns.iter().filter_map(|(column, shape)| {
            difference(*shape, there.get(column).copied()).map(|what| format!("{table}.{column} {what}"))
        }));
    }
    told
}

/// What is wrong with a column.
fn difference(expected: Shape, found: Option<Shape>) -> Option<String> {
    let Some(found) = found else { return Some("is missing".to_owned()) };
    if found.stored != expected.stored {
        return Some(format!("is {} and should be {}", found.stored, expected.stored));
    }
    match (expected.optional, found.optional) {
        (false, true) => Some("may be null and should not".to_owned()),
        (true, false) => Some("may not be null and should".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(columns: &[(&str, Stored, bool)]) -> Tables {
        let shape = |(name, stored, optional): &(&str, Stored, bool)| {
            ((*name).to_owned(), Shape { stored, optional: *optional })
        };
        Tables::from([("person".to_owned(), columns.iter().map(shape).collect())])
    }

    #[test]
    fn each_difference_is_told() {
        let expected =
            tables(&[("a", TEXT, true), ("b", DAY, true), ("c", SMALL, false), ("d", BIG, true), ("e", UUID, false)]);
        let found =
            tables(&[("a", TEXT, true), ("b", TEXT, true), ("c", SMALL, true), ("d", BIG, false), ("f", TEXT, true)]);
        let said = [
            "person.f is unknown to this program",
            "person.b is text and should be date",
            "person.c may be null and should not",
            "person.d may not be null and should",
            "person.e is missing",
        ];
        assert_eq!(differences(&expected, &found), said);
        assert_eq!(differences(&expected, &Tables::new()), ["person is missing"]);
        // Of tables that a newer program has changed, what is new is taken as it is.
        let mut newer = expected.clone();
        know(&mut newer, &found);
        assert_eq!(differences(&newer, &found), said[1..]);
        assert_eq!(differences(&expected, &expected), Vec::<String>::new());
    }

    #[test]
    fn every_type_of_every_entity_has_a_name() {
        let all = expected(DbBackend::Postgres);
        assert!(all.values().flat_map(BTreeMap::values).all(|shape| shape.stored != OTHER), "{all:?}");
    }
}
