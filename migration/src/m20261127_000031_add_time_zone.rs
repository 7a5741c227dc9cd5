//! Adds the time zone of a mission, by which its days begin and end. Null is that of the country's capital.

use sea_orm_migration::prelude::*;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Mission {
    Table,
    TimeZone,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let alter =
            Table::alter().table(Mission::Table).add_column(ColumnDef::new(Mission::TimeZone).text()).to_owned();
        manager.alter_table(alter).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table(Mission::Table).drop_column(Mission::TimeZone).to_owned()).await
    }
}
