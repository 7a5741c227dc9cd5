//! Creates `field_change`: what fields were before they were changed. Its rows are added and read, never changed.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = tenant::table("field_change")
            .col(ColumnDef::new("object_type").text().not_null())
            .col(ColumnDef::new("object_id").uuid().not_null())
            .col(ColumnDef::new("version").integer().not_null())
            .col(ColumnDef::new("old_field").text().not_null())
            .col(ColumnDef::new("new_field").text().not_null())
            .col(ColumnDef::new("old_value").text())
            .col(ColumnDef::new("new_value").text())
            .col(ColumnDef::new("at").timestamp_with_time_zone().not_null())
            .col(ColumnDef::new("by").text().not_null())
            .col(ColumnDef::new("command").text().not_null())
            .col(ColumnDef::new("audit_sequence").big_integer().not_null())
            .to_owned();
        manager.create_table(table).await?;
        tenant::index(manager, "field_change", &["object_id", "version"]).await?;
        tenant::protect(manager, "field_change", tenant::APPEND).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("field_change").to_owned()).await
    }
}
