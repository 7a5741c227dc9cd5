//! Creates `refusal`: how often a command of a viewer was refused or undone, by mission and day. Its rows are added and counted
//! up, never down: on PostgreSQL the gateway's role may change nothing else, and on both databases a trigger refuses less.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Refusal {
    Table,
    MissionId,
    Day,
    Subject,
    Action,
    Code,
    Attempts,
    FirstAt,
    LastAt,
}

/// A role that may update `attempts` could otherwise forget what it counted.
const GROWS_ON_POSTGRES: &str = "CREATE FUNCTION refusal_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
    IF NEW.attempts <= OLD.attempts THEN RAISE EXCEPTION 'refusals are counted, and never forgotten'; END IF; \
    RETURN NEW; END $$; \
    CREATE TRIGGER refusal_grows BEFORE UPDATE ON refusal FOR EACH ROW EXECUTE FUNCTION refusal_grows()";
const GROWS_ON_SQLITE: &str = "CREATE TRIGGER refusal_grows BEFORE UPDATE ON refusal WHEN NEW.attempts <= OLD.attempts \
    BEGIN SELECT RAISE(ABORT, 'refusals are counted, and never forgotten'); END";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Refusal::Table)
            .col(ColumnDef::new(Refusal::MissionId).string_len(2).not_null())
            .col(ColumnDef::new(Refusal::Day).date().not_null())
            .col(ColumnDef::new(Refusal::Subject).text().not_null())
            .col(ColumnDef::new(Refusal::Action).text().not_null())
            .col(ColumnDef::new(Refusal::Code).text().not_null())
            .col(ColumnDef::new(Refusal::Attempts).big_integer().not_null())
            .col(ColumnDef::new(Refusal::FirstAt).timestamp_with_time_zone().not_null())
            .col(ColumnDef::new(Refusal::LastAt).timestamp_with_time_zone().not_null())
            .primary_key(
                Index::create()
                    .col(Refusal::MissionId)
                    .col(Refusal::Day)
                    .col(Refusal::Subject)
                    .col(Refusal::Action)
                    .col(Refusal::Code),
            )
            .foreign_key(
                ForeignKey::create()
                    .name("refusal_mission")
                    .from(Refusal::Table, Refusal::MissionId)
                    .to("mission", "id"),
            )
            .to_owned();
        manager.create_table(table).await?;
        let grows = match manager.get_database_backend() {
            DbBackend::Postgres => GROWS_ON_POSTGRES,
            _ => GROWS_ON_SQLITE,
        };
        manager.get_connection().execute_unprepared(grows).await?;
        tenant::protect(manager, "refusal", "SELECT, INSERT, UPDATE (attempts, last_at)").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Refusal::Table).to_owned()).await?;
        tenant::on_postgres(manager, "DROP FUNCTION refusal_grows()").await
    }
}
