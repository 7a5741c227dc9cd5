//! Creates `organisation`.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "organisation";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = tenant::table(TABLE)
            .col(ColumnDef::new("version").integer().not_null().default(1))
            .col(tenant::by_bytes(manager, "key").not_null())
            .col(ColumnDef::new("name").text().not_null())
            .col(ColumnDef::new("type").small_integer().not_null())
            .col(ColumnDef::new("status").small_integer().not_null())
            .col(ColumnDef::new("services").big_integer())
            .col(ColumnDef::new("serves").big_integer())
            .col(ColumnDef::new("phone").text())
            .col(ColumnDef::new("email").text())
            .col(ColumnDef::new("country").string_len(2))
            .col(ColumnDef::new("receives_referrals").boolean())
            .col(ColumnDef::new("agreement_until").date())
            .col(tenant::by_bytes(manager, "name_key"))
            .take();
        manager.create_table(table).await?;
        tenant::unique(manager, TABLE, &["key"]).await?;
        tenant::index(manager, TABLE, &["name_key"]).await?;
        tenant::unkeyed(manager, TABLE, &["name"]).await?;
        tenant::protect(manager, TABLE, tenant::KEEP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).to_owned()).await
    }
}
