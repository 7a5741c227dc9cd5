//! Rows without their matching keys: those that were written before there were keys, or before keys were made as they are now.
//! SQL cannot make keys, so that `causeway migrate up` does it after its steps, as the owner of the tables, in batches that each
//! last; broken off, it goes on where it was. A gateway refuses to start while a key is missing: searches would miss the row.

#![expect(
    clippy::disallowed_types,
    reason = "keys of old rows are made like migrations: as the owner of the tables, before anything is served"
)]

use entity::CountryCode;
use entity::table::{ID, MISSION_ID, Table};
use futures::future::BoxFuture;
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Query, SelectStatement, UpdateStatement};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, QueryResult, TransactionTrait, Value};
use uuid::Uuid;

use super::{
    Access,
    keys::folded,
    migrations::see_every_mission,
    session::{Purpose, Session},
};
use crate::error::Result;
use crate::text;

/// How many rows get their keys in one transaction.
const BATCH: u64 = 500;

/// Makes the keys that are missing; of how many rows. `progress` is told of how many so far, of how many in all. Text that such
/// a row has is put into the form in which text is stored, too.
///
/// # Errors
/// What the database says; batches that were made before stay.
pub(super) async fn fill(
    connection: &DatabaseConnection,
    mut progress: impl FnMut(usize, usize),
) -> Result<usize, DbErr> {
    let (mut filled, mut total) = (0, 0);
    for table in entity::TABLES {
        total += count(connection, table).await?;
    }
    for table in entity::TABLES {
        loop {
            match batch(connection, table).await? {
                0 => break,
                rows => filled += rows,
            }
            progress(filled, total);
        }
    }
    Ok(filled)
}

/// A transaction that sees the rows of every mission.
async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let open = connection.begin().await?;
    see_every_mission(&open).await?;
    Ok(open)
}

/// How many rows of a table lack a key.
async fn count(connection: &DatabaseConnection, table: &'static Table) -> Result<usize, DbErr> {
    let Some(is_unkeyed) = is_unkeyed(table) else { return Ok(0) };
    let mut statement = Query::select();
    statement.expr(Expr::col(Asterisk).count()).from(table.table).and_where(is_unkeyed);
    let open = begin(connection).await?;
    let row = open.query_one(&statement).await?;
    let rows: i64 = row.map_or(Ok(0), |row| row.try_get_by(0))?;
    Ok(usize::try_from(rows).unwrap_or_default())
}

/// Gives the next rows of a table their keys; how many there were.
async fn batch(connection: &DatabaseConnection, table: &'static Table) -> Result<usize, DbErr> {
    let Some(unkeyed) = unkeyed(table, BATCH) else { return Ok(0) };
    let open = begin(connection).await?;
    let rows = open.query_all(&unkeyed).await?;
    for row in &rows {
        if open.execute(&keyed(table, row)?).await?.rows_affected() == 0 {
            return Err(DbErr::RecordNotUpdated);
        }
    }
    open.commit().await?;
    Ok(rows.len())
}

/// Whether a row has a text without its key; none for a table that has no keys.
fn is_unkeyed(table: &'static Table) -> Option<Expr> {
    let column = |column: &'static str| Expr::col((table.table, column));
    let missing = table.keys().map(|(key, source)| column(source.name).is_not_null().and(column(key.name).is_null()));
    missing.reduce(ExprTrait::or)
}

/// Rows of a table that have a text without its key; none for a table that has no keys.
fn unkeyed(table: &'static Table, limit: u64) -> Option<SelectStatement> {
    let is_unkeyed = is_unkeyed(table)?;
    let mut statement = Query::select();
    statement.column((table.table, MISSION_ID)).column((table.table, ID));
    for (_, source) in table.keys() {
        statement.column((table.table, source.name));
    }
    statement.from(table.table).and_where(is_unkeyed).limit(limit);
    Some(statement)
}

/// The statement that gives a row its keys.
fn keyed(table: &'static Table, row: &QueryResult) -> Result<UpdateStatement, DbErr> {
    let (mission, id): (CountryCode, Uuid) = (row.try_get_by(0)?, row.try_get_by(1)?);
    let mut statement = Query::update();
    statement.table(table.table);
    for (at, (key, source)) in table.keys().enumerate() {
        let text = Value::String(row.try_get_by(at + 2)?);
        statement.value(key.name, folded(&text));
        let stored = text::stored_value(text.clone());
        if stored != text {
            statement.value(source.name, stored);
        }
    }
    statement.and_where(Expr::col(MISSION_ID).eq(mission)).and_where(Expr::col(ID).eq(id));
    Ok(statement)
}

impl Access {
    /// A table in which a text lacks its key. There is one: this gateway would not find every row.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unkeyed(&self) -> BoxFuture<'_, Result<Option<String>>> {
        Box::pin(async move {
            let missions: Vec<CountryCode> = self.missions().await?.into_iter().map(|mission| mission.id).collect();
            let session = Session::open(&self.inner.pool, Purpose::Read, &missions).await?;
            for table in entity::TABLES {
                if let Some(unkeyed) = unkeyed(table, 1)
                    && !session.query_table(table, &unkeyed).await?.is_empty()
                {
                    return Ok(Some(table.table.to_owned()));
                }
            }
            Ok(None)
        })
    }
}
