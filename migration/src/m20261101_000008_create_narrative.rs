//! Creates `narrative`.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Narrative {
    Table,
    CaseId,
    Kind,
    Language,
    WrittenOn,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = tenant::table(Narrative::Table);
        table
            .col(ColumnDef::new(Narrative::CaseId).uuid().not_null())
            .col(ColumnDef::new(Narrative::Kind).small_integer())
            .col(ColumnDef::new(Narrative::Language).text())
            .col(ColumnDef::new(Narrative::WrittenOn).date());
        tenant::refer(&mut table, "narrative", "case_id", "case_file");
        manager.create_table(table).await?;
        tenant::index(manager, "narrative", &["case_id"]).await?;
        tenant::protect(manager, "narrative", tenant::KEEP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Narrative::Table).to_owned()).await
    }
}
