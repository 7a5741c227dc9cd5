//! Indexes by which the cases of a scope are found: of a team, and of whoever registered them.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 2] = ["team", "registered_by"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            tenant::index(manager, "case_file", &[column]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            let index = Index::drop().name(format!("case_file_{column}_index")).table("case_file").to_owned();
            manager.drop_index(index).await?;
        }
        Ok(())
    }
}
