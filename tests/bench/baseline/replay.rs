//! Runs the statements of one request as the gateway ran them, and decodes every column of every row.

use std::sync::{Arc, OnceLock};

use causeway_tests::Result;
use serde_json::Value;
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgArguments;
use sqlx::{AssertSqlSafe, Column, Executor, PgPool, Postgres, Row, Statement, TypeInfo};

use super::cell::{Cell, Shown, Type};
use crate::plan::{Parameter, Step};
use crate::tree::Kind;

/// Statements with more parameters are not kept prepared by the gateway either.
const MOST_KEPT: usize = 1_000;

/// One request's steps, ready to be run.
pub struct Replay {
    steps: Vec<Ready>,
}

enum Ready {
    Simple(Arc<str>),
    Prepared(Box<Prepared>),
}

struct Prepared {
    sql: Arc<str>,
    parameters: Vec<(Bound, Type)>,
    /// What the statement is about: see [`table_of`].
    table: Option<String>,
    columns: OnceLock<Arc<Columns>>,
}

enum Bound {
    Fixed(Cell),
    DataVersion,
    Sequence,
    RowVersion(i32),
    Fresh,
    Year(usize),
}

/// What earlier statements of the transaction returned.
#[derive(Default)]
struct Known {
    data_version: Option<Cell>,
    sequence: Option<i64>,
    row_version: Option<i32>,
}

/// Names and types of a statement's columns.
pub struct Columns {
    pub names: Vec<String>,
    types: Vec<Type>,
}

/// The rows of one statement.
pub struct Rows {
    pub table: Option<String>,
    pub columns: Arc<Columns>,
    pub rows: Vec<Vec<Cell>>,
}

impl Rows {
    /// All cells as JSON, row by row.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        let written =
            |row: &Vec<Cell>| serde_json::to_vec(&row.iter().map(|cell| Shown(cell, &Kind::Plain)).collect::<Vec<_>>());
        let rows = self.rows.iter().map(written).collect::<std::result::Result<Vec<_>, _>>()?;
        Ok(rows.concat())
    }
}

impl Columns {
    /// The place of a column.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }
}

impl Replay {
    /// Asks PostgreSQL for the types of all parameters, once.
    pub async fn prepare(pool: &PgPool, steps: &[Step]) -> Result<Self> {
        let mut connection = pool.acquire().await?;
        let mut ready = Vec::with_capacity(steps.len());
        for step in steps {
            ready.push(match step {
                Step::Simple(text) => Ready::Simple(text.as_str().into()),
                Step::Prepared { sql, parameters } => {
                    Ready::Prepared(Box::new(prepare(&mut connection, sql, parameters).await?))
                }
            });
        }
        // A role that a step set must not outlast it.
        connection.close().await?;
        Ok(Self { steps: ready })
    }

    /// Runs all steps. A rollback at the end is left to a task: the gateway's answer does not wait for it either.
    pub async fn run(&self, pool: &PgPool, variables: &Value) -> Result<Vec<Rows>> {
        let mut connection = pool.acquire().await?;
        let (last, before) = self.steps.split_last().ok_or("the plan has no step")?;
        let rollback = match last {
            Ready::Simple(text) if text.starts_with("ROLLBACK") => Some(Arc::clone(text)),
            _ => None,
        };
        let steps = if rollback.is_some() { before } else { &self.steps[..] };
        let (mut known, mut all) = (Known::default(), Vec::new());
        for step in steps {
            if let Err(cause) = run(&mut connection, step, variables, &mut known, &mut all).await {
                // It may be in the middle of a transaction.
                connection.close_on_drop();
                return Err(cause);
            }
        }
        if let Some(text) = rollback {
            tokio::spawn(async move { connection.execute(sqlx::raw_sql(AssertSqlSafe(text))).await.map(|_| ()) });
        }
        Ok(all)
    }
}

async fn run(
    connection: &mut PoolConnection<Postgres>,
    step: &Ready,
    variables: &Value,
    known: &mut Known,
    all: &mut Vec<Rows>,
) -> Result {
    let prepared = match step {
        Ready::Simple(text) => {
            connection.execute(sqlx::raw_sql(AssertSqlSafe(Arc::clone(text)))).await?;
            return Ok(());
        }
        Ready::Prepared(prepared) => prepared,
    };
    let arguments = prepared.arguments(variables, known)?;
    let query = sqlx::query_with(AssertSqlSafe(Arc::clone(&prepared.sql)), arguments);
    let query = query.persistent(prepared.parameters.len() <= MOST_KEPT);
    let rows = query.fetch_all(&mut **connection).await?;
    let Some(first) = rows.first() else { return Ok(()) };
    let columns = match prepared.columns.get() {
        Some(columns) => Arc::clone(columns),
        None => {
            let names = first.columns().iter().map(|column| column.name().to_owned()).collect();
            let columns = Arc::new(Columns { names, types: Type::of_row(first)? });
            Arc::clone(prepared.columns.get_or_init(|| columns))
        }
    };
    let decode = |row| columns.types.iter().enumerate().map(|(at, column)| Cell::decode(row, at, *column)).collect();
    let rows = rows.iter().map(decode).collect::<Result<Vec<Vec<Cell>>>>()?;
    let first = |name: &str| columns.place(name).and_then(|at| rows.first()?.get(at).cloned());
    if prepared.sql.starts_with("UPDATE") {
        known.data_version = first("data_version");
    }
    // The end of the chain, and behind it what a gateway of an older release appended.
    if let (Some(Cell::Long(sequence)), true) = (first("sequence"), prepared.sql.contains("\"audit_")) {
        known.sequence = known.sequence.max(Some(sequence));
    }
    if let (Some(Cell::Int(version)), true) = (first("version"), prepared.sql.contains("FROM \"case_file\"")) {
        known.row_version = known.row_version.or(Some(version));
    }
    all.push(Rows { table: prepared.table.clone(), columns, rows });
    Ok(())
}

impl Prepared {
    fn arguments(&self, variables: &Value, known: &Known) -> Result<PgArguments> {
        let mut arguments = PgArguments::default();
        for (bound, column) in &self.parameters {
            match bound {
                Bound::Fixed(cell) => cell.bind(*column, &mut arguments)?,
                Bound::DataVersion => {
                    let version = known.data_version.as_ref().ok_or("no statement returned a data version")?;
                    version.bind(*column, &mut arguments)?;
                }
                Bound::Sequence => {
                    let last = known.sequence.ok_or("no statement returned the number of the audit's last entry")?;
                    Cell::Long(last + 1).bind(*column, &mut arguments)?;
                }
                Bound::RowVersion(more) => {
                    let version = known.row_version.ok_or("no statement read the version of a case")?;
                    Cell::Int(version + more).bind(*column, &mut arguments)?;
                }
                Bound::Fresh => Cell::Uuid(uuid::Uuid::now_v7()).bind(*column, &mut arguments)?,
                Bound::Year(at) => {
                    let year = variables["years"][*at].as_str().ok_or("the request names too few years")?;
                    Cell::parse(Some(year), *column)?.bind(*column, &mut arguments)?;
                }
            }
        }
        Ok(arguments)
    }
}

async fn prepare(connection: &mut PoolConnection<Postgres>, sql: &str, parameters: &[Parameter]) -> Result<Prepared> {
    let statement = connection.prepare(sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(sql.to_owned()))).await?;
    let types = statement.parameters().and_then(|types| types.left()).unwrap_or_default();
    let types = types.iter().map(|info| Type::named(info.name())).collect::<Result<Vec<_>>>()?;
    if types.len() != parameters.len() {
        return Err(format!("{} parameters were logged of {}: {sql}", parameters.len(), types.len()).into());
    }
    let bound = |(parameter, column): (&Parameter, Type)| {
        let bound = match parameter {
            Parameter::Fixed(text) => Bound::Fixed(Cell::parse(text.as_deref(), column)?),
            Parameter::DataVersion => Bound::DataVersion,
            Parameter::Sequence => Bound::Sequence,
            Parameter::RowVersion(more) => Bound::RowVersion(*more),
            Parameter::Fresh => Bound::Fresh,
            Parameter::Year(at) => Bound::Year(*at),
        };
        Ok((bound, column))
    };
    let parameters = parameters.iter().zip(types).map(bound).collect::<Result<Vec<_>>>()?;
    Ok(Prepared { sql: sql.into(), parameters, table: table_of(sql), columns: OnceLock::new() })
}

/// The table whose rows a statement reads, told by the first column that it selects from a table.
fn table_of(sql: &str) -> Option<String> {
    let selects = sql.match_indices("SELECT \"").filter_map(|(at, found)| sql[at + found.len()..].split_once('"'));
    let mut tables = selects.filter(|(table, rest)| *table != "page" && rest.starts_with(".\"mission_id\""));
    tables.next().map(|(table, _)| table.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_one_that_is_read_and_not_one_of_a_condition() {
        let inner = r#"SELECT "individual"."mission_id", EXISTS(SELECT 1 FROM "case_file" AS "scope_case") AS "_g0""#;
        let sql = format!(r#"SELECT "page"."mission_id" FROM ({inner} FROM "individual") AS "page""#);
        assert_eq!(table_of(&sql).as_deref(), Some("individual"));
        assert_eq!(table_of(r#"SELECT "id" FROM "mission""#), None);
    }
}
