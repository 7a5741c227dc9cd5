//! What would be lost if steps were undone. They are undone in a transaction that is rolled back, and what is gone then is
//! counted: a step says in its code alone what it drops, and a list of that beside it would be wrong one day.

#![expect(
    clippy::disallowed_types,
    reason = "migrations run as the owner of the tables; the statements are constants and names of tables out of the catalogue"
)]

use std::collections::{BTreeMap, BTreeSet};

use futures::future::BoxFuture;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement, TransactionTrait};

use super::migrations::{MigrationError, connect_as_owner, see_every_mission};
use crate::config::DatabaseConfig;

/// What goes when steps are undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// The steps, the last one first.
    pub steps: Vec<String>,
    /// The tables that go, with their rows.
    pub tables: Vec<(String, u64)>,
    /// The columns that go from tables that stay, as `table.column`, with the rows that have a value there.
    pub columns: Vec<(String, u64)>,
}

/// The columns of each table.
type Shape = BTreeMap<String, BTreeSet<String>>;

/// Finds out what would go with the last `steps`. Nothing is changed; on PostgreSQL the tables that would go are locked for a
/// moment.
///
/// # Errors
/// A login that may not undo steps, or what the database says.
pub fn loss(config: &DatabaseConfig, steps: u32) -> BoxFuture<'_, Result<Loss, MigrationError>> {
    Box::pin(async move {
        let connection = connect_as_owner(config).await?;
        let mut applied: Vec<String> = Migrator::get_applied_migrations_read_only(&connection)
            .await?
            .iter()
            .map(|step| step.name().to_owned())
            .collect();
        applied.reverse();
        applied.truncate(steps as usize);
        if applied.is_empty() {
            return Ok(Loss::default());
        }
        let transaction = connection.begin().await?;
        let before = shape(&transaction).await?;
        let trial = transaction.begin().await?;
        Migrator::down(&trial, Some(steps)).await?;
        let after = shape(&trial).await?;
        trial.rollback().await?;
        let loss = count(&transaction, applied, &before, &after).await?;
        transaction.rollback().await?;
        connection.close().await?;
        Ok(loss)
    })
}

async fn count(
    transaction: &DatabaseTransaction,
    steps: Vec<String>,
    before: &Shape,
    after: &Shape,
) -> Result<Loss, DbErr> {
    if before.contains_key("mission") {
        see_every_mission(transaction).await?;
    }
    let mut loss = Loss { steps, ..Loss::default() };
    for (table, columns) in before {
        let Some(left) = after.get(table) else {
            let rows = number(transaction, &format!("SELECT COUNT(*) AS number FROM \"{table}\"")).await?;
            loss.tables.push((table.clone(), rows));
            continue;
        };
        for column in columns.difference(left) {
            let values = number(transaction, &format!("SELECT COUNT(\"{column}\") AS number FROM \"{table}\"")).await?;
            loss.columns.push((format!("{table}.{column}"), values));
        }
    }
    Ok(loss)
}

async fn shape(transaction: &DatabaseTransaction) -> Result<Shape, DbErr> {
    let backend = transaction.get_database_backend();
    let catalogue = match backend {
        DbBackend::Postgres => {
            "SELECT table_name::text AS place, column_name::text AS name FROM information_schema.columns \
             WHERE table_schema = 'public'"
        }
        _ => {
            "SELECT one.name AS place, field.name AS name FROM sqlite_master AS one JOIN pragma_table_info(one.name) AS field \
             WHERE one.type = 'table' AND one.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        }
    };
    let mut shape = Shape::new();
    for row in transaction.query_all_raw(Statement::from_string(backend, catalogue)).await? {
        let table: String = row.try_get("", "place")?;
        shape.entry(table).or_default().insert(row.try_get("", "name")?);
    }
    Ok(shape)
}

async fn number(transaction: &DatabaseTransaction, statement: &str) -> Result<u64, DbErr> {
    let statement = Statement::from_string(transaction.get_database_backend(), statement);
    let row = transaction.query_one_raw(statement).await?;
    let number: i64 = row.map_or(Ok(0), |row| row.try_get("", "number"))?;
    Ok(u64::try_from(number).unwrap_or_default())
}
