//! Creates `referral`.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Referral {
    Table,
    CaseId,
    Direction,
    Status,
    Organisation,
    Reason,
    ReferredOn,
    AcceptedOn,
    ExpiresOn,
    ConsentInForce,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = tenant::table(Referral::Table);
        table
            .col(ColumnDef::new(Referral::CaseId).uuid().not_null())
            .col(ColumnDef::new(Referral::Direction).small_integer().not_null())
            .col(ColumnDef::new(Referral::Status).small_integer().not_null())
            .col(ColumnDef::new(Referral::Organisation).text().not_null())
            .col(ColumnDef::new(Referral::Reason).small_integer())
            .col(ColumnDef::new(Referral::ReferredOn).date())
            .col(ColumnDef::new(Referral::AcceptedOn).date())
            .col(ColumnDef::new(Referral::ExpiresOn).date())
            .col(ColumnDef::new(Referral::ConsentInForce).boolean());
        tenant::refer(&mut table, "referral", "case_id", "case_file");
        manager.create_table(table).await?;
        tenant::index(manager, "referral", &["case_id"]).await?;
        tenant::index(manager, "referral", &["organisation"]).await?;
        tenant::protect(manager, "referral", tenant::KEEP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Referral::Table).to_owned()).await
    }
}
