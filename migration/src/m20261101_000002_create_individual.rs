//! Creates `individual`.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Individual {
    Table,
    GivenNames,
    FamilyName,
    BirthDate,
    IdentityNumber,
    Phone,
    Email,
    Address,
    Gender,
    Citizenships,
    CountryOfBirth,
    MaritalStatus,
    Education,
    PrimaryLanguage,
    NumberOfChildren,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = tenant::table(Individual::Table);
        table
            .col(ColumnDef::new(Individual::GivenNames).text())
            .col(ColumnDef::new(Individual::FamilyName).text())
            .col(ColumnDef::new(Individual::BirthDate).date())
            .col(ColumnDef::new(Individual::IdentityNumber).text())
            .col(ColumnDef::new(Individual::Phone).text())
            .col(ColumnDef::new(Individual::Email).text())
            .col(ColumnDef::new(Individual::Address).text())
            .col(ColumnDef::new(Individual::Gender).small_integer())
            .col(ColumnDef::new(Individual::Citizenships).text())
            .col(ColumnDef::new(Individual::CountryOfBirth).string_len(2))
            .col(ColumnDef::new(Individual::MaritalStatus).small_integer())
            .col(ColumnDef::new(Individual::Education).small_integer())
            .col(ColumnDef::new(Individual::PrimaryLanguage).text())
            .col(ColumnDef::new(Individual::NumberOfChildren).small_integer());
        manager.create_table(table).await?;
        tenant::index(manager, "individual", &["family_name"]).await?;
        tenant::protect(manager, "individual", tenant::KEEP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Individual::Table).to_owned()).await
    }
}
