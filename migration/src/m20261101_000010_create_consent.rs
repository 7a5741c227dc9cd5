//! Creates `consent`.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Consent {
    Table,
    CaseId,
    IndividualId,
    Purpose,
    Decision,
    Method,
    DecidedOn,
    Organisation,
    RecordedBy,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = tenant::table(Consent::Table);
        table
            .col(ColumnDef::new(Consent::CaseId).uuid().not_null())
            .col(ColumnDef::new(Consent::IndividualId).uuid().not_null())
            .col(ColumnDef::new(Consent::Purpose).small_integer().not_null())
            .col(ColumnDef::new(Consent::Decision).small_integer().not_null())
            .col(ColumnDef::new(Consent::Method).small_integer())
            .col(ColumnDef::new(Consent::DecidedOn).date().not_null())
            .col(ColumnDef::new(Consent::Organisation).text())
            .col(ColumnDef::new(Consent::RecordedBy).text());
        tenant::refer(&mut table, "consent", "case_id", "case_file");
        tenant::refer(&mut table, "consent", "individual_id", "individual");
        manager.create_table(table).await?;
        tenant::index(manager, "consent", &["case_id"]).await?;
        tenant::protect(manager, "consent", tenant::APPEND).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Consent::Table).to_owned()).await
    }
}
