//! The tables as they are, past the gateway: as the role that owns them, with every mission of a test in scope. What a
//! gateway says it did is compared with this.

use std::collections::HashSet;
use std::time::Duration;

use causeway_tests::{Backend, Gateway, Result, TestDatabase};
use entity::{CountryCode, audit_chain, audit_entry, change, field_change, mission};
use sea_orm::{
    ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, Statement,
};

/// Opens one connection to all rows of a database.
pub async fn open(db: &TestDatabase) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(&db.owner_url);
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await?;
    if db.backend == Backend::Postgres {
        // Row-level security binds the owner too. One connection, so the setting stays.
        let every = "SELECT set_config('causeway.missions', coalesce(string_agg(id, ','), ''), false) FROM mission";
        connection.execute_unprepared(every).await?;
    }
    Ok(connection)
}

/// How many rows a table has.
pub async fn count<E>(rows: &DatabaseConnection) -> Result<u64>
where
    E: EntityTrait,
    E::Model: Sync,
{
    Ok(E::find().count(rows).await?)
}

/// One number that the database tells.
pub async fn number(rows: &DatabaseConnection, sql: &str) -> Result<i64> {
    let row = rows.query_one_raw(Statement::from_string(rows.get_database_backend(), sql)).await?.ok_or("no row")?;
    Ok(row.try_get_by_index(0)?)
}

/// How many of the gateway's transactions waited for each other crosswise, until the database ended one. The gateway ends with
/// this: connections tell what they counted when they end. SQLite has one writer at a time, so there are none.
pub async fn deadlocks(gateway: &Gateway, db: &TestDatabase, rows: &DatabaseConnection) -> Result<i64> {
    if db.backend == Backend::Sqlite {
        return Ok(0);
    }
    gateway.app.access.close().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    number(rows, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").await
}

/// The audit entries of a mission, in order.
pub async fn audit(rows: &DatabaseConnection, mission: CountryCode) -> Result<Vec<audit_entry::Model>> {
    let entries = audit_entry::Entity::find().filter(audit_entry::Column::MissionId.eq(mission));
    Ok(entries.order_by_asc(audit_entry::Column::Sequence).all(rows).await?)
}

/// What is wrong with the entries of a mission's audit; nothing where they are whole: no gap, every hash right, each entry linked
/// to the one before.
pub async fn broken_links(rows: &DatabaseConnection, mission: CountryCode) -> Result<Option<String>> {
    let mut previous = String::new();
    for (entry, expected) in audit(rows, mission).await?.into_iter().zip(1..) {
        if entry.sequence != expected {
            return Ok(Some(format!("entry {expected} is missing")));
        }
        if entry.previous_hash != previous {
            return Ok(Some(format!("entry {expected} does not follow")));
        }
        if entry.hash != causeway::access::audit::hash(&entry) {
            return Ok(Some(format!("entry {expected} was changed")));
        }
        previous = entry.hash;
    }
    Ok(None)
}

/// What is wrong with a mission's audit chain; nothing where it is whole: its entries are, and the last one is where the chain
/// ends; the change log has what changed data, and what a field was is kept by such a change.
pub async fn broken_chain(rows: &DatabaseConnection, mission: CountryCode) -> Result<Option<String>> {
    if let Some(broken) = broken_links(rows, mission).await? {
        return Ok(Some(broken));
    }
    let entries = audit(rows, mission).await?;
    let head = mission::Entity::find_by_id(mission).one(rows).await?.ok_or("no such mission")?;
    let previous = entries.last().map_or("", |entry| entry.hash.as_str());
    let end = audit_chain::Entity::find_by_id(mission).one(rows).await?.ok_or("no chain")?;
    if end.head != previous {
        return Ok(Some("the last entry is not the head".to_owned()));
    }
    if end.sequence != i64::try_from(entries.len())? {
        return Ok(Some("the end of the chain is not the number of entries".to_owned()));
    }
    let changes = change::Entity::find().filter(change::Column::MissionId.eq(mission));
    let changes = changes.order_by_asc(change::Column::DataVersion).all(rows).await?;
    // Each change has its entry, in the order of the entries. An entry that tells of none changed no data.
    let mut left = entries.iter();
    let mut latest = "";
    let mut changed = HashSet::new();
    for (change, version) in changes.iter().zip(1..) {
        let entry = left.find(|entry| change.object_id == entry.object_id && change.at == entry.at);
        let Some(entry) = entry.filter(|_| change.data_version == version) else {
            return Ok(Some("the change log differs from the audit log".to_owned()));
        };
        latest = &entry.hash;
        changed.insert(entry.sequence);
    }
    let fields = field_change::Entity::find().filter(field_change::Column::MissionId.eq(mission)).all(rows).await?;
    if let Some(field) = fields.iter().find(|field| !changed.contains(&field.audit_sequence)) {
        return Ok(Some(format!(
            "{} was changed by entry {}, which changed nothing",
            field.new_field, field.audit_sequence
        )));
    }
    let state = (head.data_version, head.audit_head.as_str());
    Ok((state != (i64::try_from(changes.len())?, latest))
        .then(|| "the state is not that of the latest change".to_owned()))
}
