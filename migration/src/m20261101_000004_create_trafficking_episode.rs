//! Creates `trafficking_episode`.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum TraffickingEpisode {
    Table,
    CaseId,
    Number,
    ReTrafficking,
    StartedOn,
    EndedOn,
    DurationMonths,
    DurationBand,
    AgeAtEntry,
    MajorityAtEntry,
    MajorityAtExploitation,
    RecruitmentMethods,
    RecruiterRelations,
    RecruiterRelationsExcluded,
    Abduction,
    MeansOfControl,
    MeansOfControlExcluded,
    ExploitationTypesExcluded,
    ForcedLabourIndustriesExcluded,
    SexExploitationTypesExcluded,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = tenant::table(TraffickingEpisode::Table);
        table
            .col(ColumnDef::new(TraffickingEpisode::CaseId).uuid().not_null())
            .col(ColumnDef::new(TraffickingEpisode::Number).small_integer().not_null())
            .col(ColumnDef::new(TraffickingEpisode::ReTrafficking).boolean())
            .col(ColumnDef::new(TraffickingEpisode::StartedOn).date())
            .col(ColumnDef::new(TraffickingEpisode::EndedOn).date())
            .col(ColumnDef::new(TraffickingEpisode::DurationMonths).small_integer())
            .col(ColumnDef::new(TraffickingEpisode::DurationBand).small_integer())
            .col(ColumnDef::new(TraffickingEpisode::AgeAtEntry).small_integer())
            .col(ColumnDef::new(TraffickingEpisode::MajorityAtEntry).small_integer())
            .col(ColumnDef::new(TraffickingEpisode::MajorityAtExploitation).small_integer())
            .col(ColumnDef::new(TraffickingEpisode::RecruitmentMethods).big_integer())
            .col(ColumnDef::new(TraffickingEpisode::RecruiterRelations).big_integer())
            .col(ColumnDef::new(TraffickingEpisode::RecruiterRelationsExcluded).big_integer())
            .col(ColumnDef::new(TraffickingEpisode::Abduction).boolean())
            .col(ColumnDef::new(TraffickingEpisode::MeansOfControl).big_integer())
            .col(ColumnDef::new(TraffickingEpisode::MeansOfControlExcluded).big_integer())
            .col(ColumnDef::new(TraffickingEpisode::ExploitationTypesExcluded).big_integer())
            .col(ColumnDef::new(TraffickingEpisode::ForcedLabourIndustriesExcluded).big_integer())
            .col(ColumnDef::new(TraffickingEpisode::SexExploitationTypesExcluded).big_integer());
        tenant::refer(&mut table, "trafficking_episode", "case_id", "case_file");
        manager.create_table(table).await?;
        tenant::index(manager, "trafficking_episode", &["case_id"]).await?;
        tenant::protect(manager, "trafficking_episode", tenant::KEEP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TraffickingEpisode::Table).to_owned()).await
    }
}
