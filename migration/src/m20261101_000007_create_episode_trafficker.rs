//! Creates `episode_trafficker`.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum EpisodeTrafficker {
    Table,
    CaseId,
    EpisodeId,
    TraffickerId,
    Roles,
    Relationship,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = tenant::table(EpisodeTrafficker::Table);
        table
            .col(ColumnDef::new(EpisodeTrafficker::CaseId).uuid().not_null())
            .col(ColumnDef::new(EpisodeTrafficker::EpisodeId).uuid().not_null())
            .col(ColumnDef::new(EpisodeTrafficker::TraffickerId).uuid().not_null())
            .col(ColumnDef::new(EpisodeTrafficker::Roles).big_integer())
            .col(ColumnDef::new(EpisodeTrafficker::Relationship).small_integer());
        tenant::refer(&mut table, "episode_trafficker", "case_id", "case_file");
        tenant::refer(&mut table, "episode_trafficker", "episode_id", "trafficking_episode");
        tenant::refer(&mut table, "episode_trafficker", "trafficker_id", "trafficker");
        manager.create_table(table).await?;
        tenant::index(manager, "episode_trafficker", &["case_id"]).await?;
        tenant::index(manager, "episode_trafficker", &["episode_id"]).await?;
        tenant::index(manager, "episode_trafficker", &["trafficker_id"]).await?;
        tenant::protect(manager, "episode_trafficker", tenant::KEEP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(EpisodeTrafficker::Table).to_owned()).await
    }
}
