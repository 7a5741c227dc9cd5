//! Creates `audit_entry`: the hash-chained log. Its rows are added and read, never changed.

use sea_orm_migration::prelude::*;

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum AuditEntry {
    Table,
    MissionId,
    Sequence,
    At,
    Subject,
    Action,
    ObjectType,
    ObjectId,
    Detail,
    PreviousHash,
    Hash,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(AuditEntry::Table)
            .col(ColumnDef::new(AuditEntry::MissionId).string_len(2).not_null())
            .col(ColumnDef::new(AuditEntry::Sequence).big_integer().not_null())
            .col(ColumnDef::new(AuditEntry::At).timestamp_with_time_zone().not_null())
            .col(ColumnDef::new(AuditEntry::Subject).text().not_null())
            .col(ColumnDef::new(AuditEntry::Action).text().not_null())
            .col(ColumnDef::new(AuditEntry::ObjectType).text().not_null())
            .col(ColumnDef::new(AuditEntry::ObjectId).uuid())
            .col(ColumnDef::new(AuditEntry::Detail).text().not_null())
            .col(ColumnDef::new(AuditEntry::PreviousHash).text().not_null())
            .col(ColumnDef::new(AuditEntry::Hash).text().not_null())
            .primary_key(Index::create().col(AuditEntry::MissionId).col(AuditEntry::Sequence))
            .foreign_key(
                ForeignKey::create()
                    .name("audit_entry_mission")
                    .from(AuditEntry::Table, AuditEntry::MissionId)
                    .to("mission", "id"),
            )
            .to_owned();
        manager.create_table(table).await?;
        tenant::protect(manager, "audit_entry", tenant::APPEND).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(AuditEntry::Table).to_owned()).await
    }
}
