//! Creates `fact`, the one table that statistics read.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Fact {
    Table,
    MissionId,
    RecordKey,
    YearOfRegistration,
    DataSource,
    CaseStatus,
    TraffickingStatus,
    Gender,
    AgeBand,
    MajorityStatus,
    MajorityAtEntry,
    MajorityAtExploitation,
    Citizenship,
    CountryOfExploitation,
    ExploitationTypes,
    ForcedLabourIndustries,
    SexExploitationTypes,
    MeansOfControl,
    RecruiterRelations,
    RecruitmentMethods,
    Abduction,
    DurationBand,
    ReTrafficked,
    TraffickerRoles,
    TraffickerGenders,
    TraffickerCitizenship,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Fact::Table)
            .col(ColumnDef::new(Fact::MissionId).string_len(2).not_null())
            .col(ColumnDef::new(Fact::RecordKey).uuid().not_null())
            .col(ColumnDef::new(Fact::YearOfRegistration).small_integer())
            .col(ColumnDef::new(Fact::DataSource).small_integer())
            .col(ColumnDef::new(Fact::CaseStatus).small_integer())
            .col(ColumnDef::new(Fact::TraffickingStatus).small_integer())
            .col(ColumnDef::new(Fact::Gender).small_integer())
            .col(ColumnDef::new(Fact::AgeBand).small_integer())
            .col(ColumnDef::new(Fact::MajorityStatus).small_integer())
            .col(ColumnDef::new(Fact::MajorityAtEntry).small_integer())
            .col(ColumnDef::new(Fact::MajorityAtExploitation).small_integer())
            .col(ColumnDef::new(Fact::Citizenship).string_len(2))
            .col(ColumnDef::new(Fact::CountryOfExploitation).string_len(2))
            .col(ColumnDef::new(Fact::ExploitationTypes).big_integer().not_null())
            .col(ColumnDef::new(Fact::ForcedLabourIndustries).big_integer().not_null())
            .col(ColumnDef::new(Fact::SexExploitationTypes).big_integer().not_null())
            .col(ColumnDef::new(Fact::MeansOfControl).big_integer().not_null())
            .col(ColumnDef::new(Fact::RecruiterRelations).big_integer().not_null())
            .col(ColumnDef::new(Fact::RecruitmentMethods).big_integer().not_null())
            .col(ColumnDef::new(Fact::Abduction).boolean())
            .col(ColumnDef::new(Fact::DurationBand).small_integer())
            .col(ColumnDef::new(Fact::ReTrafficked).boolean())
            .col(ColumnDef::new(Fact::TraffickerRoles).big_integer().not_null())
            .col(ColumnDef::new(Fact::TraffickerGenders).big_integer().not_null())
            .col(ColumnDef::new(Fact::TraffickerCitizenship).string_len(2))
            .primary_key(Index::create().col(Fact::MissionId).col(Fact::RecordKey))
            .foreign_key(
                ForeignKey::create().name("fact_mission").from(Fact::Table, Fact::MissionId).to("mission", "id"),
            )
            .to_owned();
        manager.create_table(table).await?;
        tenant::protect(manager, "fact", tenant::KEEP).await?;
        tenant::open_to_statistics(manager, "fact").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Fact::Table).to_owned()).await
    }
}
