//! What every table of a mission has in common: a key that begins with the mission, references that cannot leave it, and on
//! PostgreSQL row-level security that is forced on a role that owns nothing. It refuses a table without a mission.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Rows may be read, added and changed.
pub const KEEP: &str = "SELECT, INSERT, UPDATE";
/// Rows may be read and added, never changed: ledgers and logs.
pub const APPEND: &str = "SELECT, INSERT";

/// A table whose primary key is the mission and a UUID.
pub fn table(name: impl IntoIden) -> TableCreateStatement {
    let name = name.into_iden();
    Table::create()
        .table(name.clone())
        .col(ColumnDef::new("mission_id").string_len(2).not_null())
        .col(ColumnDef::new("id").uuid().not_null())
        .primary_key(Index::create().col("mission_id").col("id"))
        .foreign_key(ForeignKey::create().from(name, "mission_id").to("mission", "id"))
        .to_owned()
}

/// A reference to a row of the same mission: the mission is part of the foreign key.
pub fn refer(table: &mut TableCreateStatement, from: &'static str, column: &'static str, to: &'static str) {
    table.foreign_key(
        ForeignKey::create()
            .name(format!("{from}_{column}"))
            .from(from, ("mission_id", column))
            .to(to, ("mission_id", "id")),
    );
}

/// An index within the mission.
pub async fn index(manager: &SchemaManager<'_>, table: &'static str, columns: &[&'static str]) -> Result<(), DbErr> {
    manager.create_index(within_mission(table, columns, "index")).await
}

/// An index within the mission that refuses a second row with the same values.
pub async fn unique(manager: &SchemaManager<'_>, table: &'static str, columns: &[&'static str]) -> Result<(), DbErr> {
    manager.create_index(within_mission(table, columns, "unique").unique().take()).await
}

fn within_mission(table: &'static str, columns: &[&'static str], kind: &str) -> IndexCreateStatement {
    let mut index =
        Index::create().name(format!("{table}_{}_{kind}", columns.join("_"))).table(table).col("mission_id").take();
    for column in columns {
        index.col(*column);
    }
    index
}

/// A text that is ordered and compared byte by byte on either database, whatever its locale: a key.
pub fn by_bytes(manager: &SchemaManager<'_>, column: &'static str) -> ColumnDef {
    let mut text = ColumnDef::new(column);
    text.text();
    if manager.get_database_backend() == DbBackend::Postgres {
        text.extra("COLLATE \"C\"");
    }
    text
}

/// An index of the rows that have a text without its matching key. It is empty where all is well, so that looking for them costs
/// nothing.
pub async fn unkeyed(manager: &SchemaManager<'_>, table: &str, texts: &[&str]) -> Result<(), DbErr> {
    let missing: Vec<String> =
        texts.iter().map(|text| format!("({text} IS NOT NULL AND {text}_key IS NULL)")).collect();
    let index = format!("CREATE INDEX {table}_unkeyed ON {table} (mission_id) WHERE {}", missing.join(" OR "));
    manager.get_connection().execute_unprepared(&index).await?;
    Ok(())
}

/// Row-level security: the gateway's role sees and writes only rows of the missions that its transaction has set.
/// The setting is read in a sub-select, once a statement and not once a row. Without the setting nothing is visible.
/// `COALESCE` makes it a filter: as a condition that an index can serve, PostgreSQL would suppose ten missions of it, whatever
/// they are, and read whole missions where a statement names twenty rows.
pub async fn protect(manager: &SchemaManager<'_>, table: &str, privileges: &str) -> Result<(), DbErr> {
    let in_scope = format!("COALESCE(mission_id = ANY ({MISSIONS}), false)");
    on_postgres(
        manager,
        &format!(
            "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; \
             ALTER TABLE {table} FORCE ROW LEVEL SECURITY; \
             CREATE POLICY missions_in_scope ON {table} USING ({in_scope}) WITH CHECK ({in_scope}); \
             GRANT {privileges} ON {table} TO causeway_gateway"
        ),
    )
    .await
}

/// Lets the role for statistics read the table.
pub async fn open_to_statistics(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    on_postgres(manager, &format!("GRANT SELECT ON {table} TO causeway_statistics")).await
}

/// The missions that the transaction has set.
pub const MISSIONS: &str = "(SELECT string_to_array(current_setting('causeway.missions', true), ','))::text[]";

/// Runs statements on PostgreSQL, and nothing on SQLite.
pub async fn on_postgres(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        manager.get_connection().execute_unprepared(statements).await?;
    }
    Ok(())
}
