//! Creates `mission`, and on PostgreSQL the two roles that every later step grants to: the gateway's, which owns nothing,
//! and the one for statistics, which can read facts and missions alone.

use sea_orm_migration::prelude::*;

use crate::tenant::{self, MISSIONS};

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Mission {
    Table,
    Id,
    UnRegion,
    RegionalOffice,
    Status,
    DataVersion,
    AuditHead,
    CreatedAt,
}

/// Roles belong to the whole server, so another database may have made them already; two migrations may also race.
const ROLES: &str = "DO $$ BEGIN \
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'causeway_gateway') THEN CREATE ROLE causeway_gateway NOLOGIN NOBYPASSRLS; END IF; \
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'causeway_statistics') THEN CREATE ROLE causeway_statistics NOLOGIN NOBYPASSRLS; END IF; \
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tenant::on_postgres(manager, ROLES).await?;
        let table = Table::create()
            .table(Mission::Table)
            .col(ColumnDef::new(Mission::Id).string_len(2).not_null().primary_key())
            .col(ColumnDef::new(Mission::UnRegion).small_integer())
            .col(ColumnDef::new(Mission::RegionalOffice).text())
            .col(ColumnDef::new(Mission::Status).small_integer().not_null())
            .col(ColumnDef::new(Mission::DataVersion).big_integer().not_null().default(0))
            .col(ColumnDef::new(Mission::AuditHead).text().not_null().default(""))
            .col(ColumnDef::new(Mission::CreatedAt).timestamp_with_time_zone().not_null())
            .to_owned();
        manager.create_table(table).await?;
        // Every viewer may know which missions there are; only those in scope may be touched.
        let policies = format!(
            "ALTER TABLE mission ENABLE ROW LEVEL SECURITY; \
             ALTER TABLE mission FORCE ROW LEVEL SECURITY; \
             CREATE POLICY every_mission ON mission FOR SELECT USING (true); \
             CREATE POLICY missions_in_scope ON mission FOR UPDATE USING (id = ANY ({MISSIONS})); \
             CREATE POLICY set_up ON mission FOR INSERT WITH CHECK (id = ANY ({MISSIONS})); \
             GRANT SELECT, INSERT, UPDATE ON mission TO causeway_gateway; \
             GRANT SELECT ON seaql_migrations TO causeway_gateway"
        );
        tenant::on_postgres(manager, &policies).await?;
        tenant::open_to_statistics(manager, "mission").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Mission::Table).to_owned()).await
    }
}
