//! Adds `version`: how often a row was changed, from 1. Rows that are there count as unchanged.

use sea_orm_migration::prelude::*;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// The tables whose rows clients see.
const TABLES: [&str; 10] = [
    "individual",
    "case_file",
    "trafficking_episode",
    "exploitation",
    "trafficker",
    "episode_trafficker",
    "narrative",
    "narrative_passage",
    "consent",
    "referral",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            let version = ColumnDef::new("version").integer().not_null().default(1).to_owned();
            manager.alter_table(Table::alter().table(table).add_column(version).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager.alter_table(Table::alter().table(table).drop_column("version").to_owned()).await?;
        }
        Ok(())
    }
}
