//! Parts the audit's chain from the state of a mission's data: creates `audit_chain`, where each mission's chain ends. Until now
//! every entry of the audit was a change of data, so that both ends are the same.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum AuditChain {
    Table,
    MissionId,
    Sequence,
    Head,
}

/// Before the table is protected: on PostgreSQL no mission is in scope while steps run.
const ENDS: &str =
    "INSERT INTO audit_chain (mission_id, sequence, head) SELECT id, data_version, audit_head FROM mission";

/// Row-level security is forced on the owner of the tables, too: until the transaction ends every mission is in scope.
const EVERY_MISSION: &str = "SELECT set_config('causeway.missions', (SELECT string_agg(id, ',') FROM mission), true)";

/// The program before this step counts entries by the version of the data: it goes on behind the last one.
const ONE_END: &str = "UPDATE mission SET \
    data_version = (SELECT sequence FROM audit_chain WHERE mission_id = mission.id), \
    audit_head = (SELECT head FROM audit_chain WHERE mission_id = mission.id) \
    WHERE id IN (SELECT mission_id FROM audit_chain WHERE sequence > data_version)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(AuditChain::Table)
            .col(ColumnDef::new(AuditChain::MissionId).string_len(2).not_null().primary_key())
            .col(ColumnDef::new(AuditChain::Sequence).big_integer().not_null())
            .col(ColumnDef::new(AuditChain::Head).text().not_null())
            .foreign_key(
                ForeignKey::create()
                    .name("audit_chain_mission")
                    .from(AuditChain::Table, AuditChain::MissionId)
                    .to("mission", "id"),
            )
            .to_owned();
        manager.create_table(table).await?;
        manager.get_connection().execute_unprepared(ENDS).await?;
        tenant::protect(manager, "audit_chain", "SELECT, INSERT, UPDATE (sequence, head)").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tenant::on_postgres(manager, EVERY_MISSION).await?;
        manager.get_connection().execute_unprepared(ONE_END).await?;
        manager.drop_table(Table::drop().table(AuditChain::Table).to_owned()).await
    }
}
