//! Creates `change`: the transactional change log. Its rows are added and read, never changed.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Change {
    Table,
    MissionId,
    DataVersion,
    At,
    ObjectType,
    ObjectId,
    Kind,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Change::Table)
            .col(ColumnDef::new(Change::MissionId).string_len(2).not_null())
            .col(ColumnDef::new(Change::DataVersion).big_integer().not_null())
            .col(ColumnDef::new(Change::At).timestamp_with_time_zone().not_null())
            .col(ColumnDef::new(Change::ObjectType).text().not_null())
            .col(ColumnDef::new(Change::ObjectId).uuid())
            .col(ColumnDef::new(Change::Kind).text().not_null())
            .primary_key(Index::create().col(Change::MissionId).col(Change::DataVersion))
            .foreign_key(
                ForeignKey::create().name("change_mission").from(Change::Table, Change::MissionId).to("mission", "id"),
            )
            .to_owned();
        manager.create_table(table).await?;
        tenant::protect(manager, "change", tenant::APPEND).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Change::Table).to_owned()).await
    }
}
