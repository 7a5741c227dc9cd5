//! Creates `case_file`.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum CaseFile {
    Table,
    IndividualId,
    CaseNumber,
    Status,
    TraffickingStatus,
    TraffickingStatusDecidedBy,
    DataSource,
    RegisteredOn,
    RegistrationMonth,
    YearOfRegistration,
    RegisteredBy,
    Owner,
    Team,
    RiskLevel,
    ClosedOn,
    ClosureReason,
    AgeBand,
    MajorityStatus,
    ConsentsInForce,
    RecordKey,
    ImportKey,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = tenant::table(CaseFile::Table);
        table
            .col(ColumnDef::new(CaseFile::IndividualId).uuid().not_null())
            .col(ColumnDef::new(CaseFile::CaseNumber).text().not_null())
            .col(ColumnDef::new(CaseFile::Status).small_integer().not_null())
            .col(ColumnDef::new(CaseFile::TraffickingStatus).small_integer())
            .col(ColumnDef::new(CaseFile::TraffickingStatusDecidedBy).small_integer())
            .col(ColumnDef::new(CaseFile::DataSource).small_integer())
            .col(ColumnDef::new(CaseFile::RegisteredOn).date())
            .col(ColumnDef::new(CaseFile::RegistrationMonth).text())
            .col(ColumnDef::new(CaseFile::YearOfRegistration).small_integer())
            .col(ColumnDef::new(CaseFile::RegisteredBy).text())
            .col(ColumnDef::new(CaseFile::Owner).text())
            .col(ColumnDef::new(CaseFile::Team).text())
            .col(ColumnDef::new(CaseFile::RiskLevel).small_integer())
            .col(ColumnDef::new(CaseFile::ClosedOn).date())
            .col(ColumnDef::new(CaseFile::ClosureReason).text())
            .col(ColumnDef::new(CaseFile::AgeBand).small_integer())
            .col(ColumnDef::new(CaseFile::MajorityStatus).small_integer())
            .col(ColumnDef::new(CaseFile::ConsentsInForce).big_integer().not_null())
            .col(ColumnDef::new(CaseFile::RecordKey).uuid().not_null())
            .col(ColumnDef::new(CaseFile::ImportKey).text());
        tenant::refer(&mut table, "case_file", "individual_id", "individual");
        manager.create_table(table).await?;
        tenant::unique(manager, "case_file", &["case_number"]).await?;
        tenant::unique(manager, "case_file", &["import_key"]).await?;
        tenant::unique(manager, "case_file", &["record_key"]).await?;
        tenant::index(manager, "case_file", &["individual_id"]).await?;
        tenant::index(manager, "case_file", &["owner"]).await?;
        tenant::index(manager, "case_file", &["registered_on"]).await?;
        tenant::protect(manager, "case_file", tenant::KEEP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(CaseFile::Table).to_owned()).await
    }
}
