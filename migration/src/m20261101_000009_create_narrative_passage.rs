//! Creates `narrative_passage`.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum NarrativePassage {
    Table,
    CaseId,
    NarrativeId,
    Position,
    Classification,
    Text,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = tenant::table(NarrativePassage::Table);
        table
            .col(ColumnDef::new(NarrativePassage::CaseId).uuid().not_null())
            .col(ColumnDef::new(NarrativePassage::NarrativeId).uuid().not_null())
            .col(ColumnDef::new(NarrativePassage::Position).small_integer().not_null())
            .col(ColumnDef::new(NarrativePassage::Classification).small_integer())
            .col(ColumnDef::new(NarrativePassage::Text).text().not_null());
        tenant::refer(&mut table, "narrative_passage", "case_id", "case_file");
        tenant::refer(&mut table, "narrative_passage", "narrative_id", "narrative");
        manager.create_table(table).await?;
        tenant::index(manager, "narrative_passage", &["case_id"]).await?;
        tenant::index(manager, "narrative_passage", &["narrative_id", "position"]).await?;
        tenant::protect(manager, "narrative_passage", tenant::KEEP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(NarrativePassage::Table).to_owned()).await
    }
}
