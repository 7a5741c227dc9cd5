//! Creates `trafficker`.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Trafficker {
    Table,
    GivenNames,
    FamilyName,
    Alias,
    Gender,
    Citizenship,
    AgeBand,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = tenant::table(Trafficker::Table);
        table
            .col(ColumnDef::new(Trafficker::GivenNames).text())
            .col(ColumnDef::new(Trafficker::FamilyName).text())
            .col(ColumnDef::new(Trafficker::Alias).text())
            .col(ColumnDef::new(Trafficker::Gender).small_integer())
            .col(ColumnDef::new(Trafficker::Citizenship).string_len(2))
            .col(ColumnDef::new(Trafficker::AgeBand).small_integer());
        manager.create_table(table).await?;
        tenant::protect(manager, "trafficker", tenant::KEEP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Trafficker::Table).to_owned()).await
    }
}
