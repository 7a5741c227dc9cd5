//! Adds matching keys: beside each text that is searched or ordered by, a hidden column with its folded form. SQL cannot make
//! them: `causeway migrate up` fills them after its steps. Their order is that of bytes on either database, whatever its locale.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

use crate::tenant;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// The tables, each with the texts that have a key.
const TEXTS: &[(&str, &[&str])] = &[
    ("individual", &["given_names", "family_name", "identity_number", "email", "address", "primary_language"]),
    ("case_file", &["case_number", "registered_by", "owner", "team"]),
    ("trafficker", &["given_names", "family_name", "alias"]),
    ("narrative", &["language"]),
    ("narrative_passage", &["text"]),
    ("referral", &["organisation"]),
    ("consent", &["organisation", "recorded_by"]),
];

/// The keys with an index: short texts that people look for by their beginning, or order by.
const INDEXED: &[(&str, &str)] = &[
    ("individual", "given_names_key"),
    ("individual", "family_name_key"),
    ("individual", "identity_number_key"),
    ("case_file", "case_number_key"),
    ("trafficker", "given_names_key"),
    ("trafficker", "family_name_key"),
    ("trafficker", "alias_key"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, texts) in TEXTS {
            for text in *texts {
                let alter = Table::alter().table(*table).add_column(key(manager, text)).to_owned();
                manager.alter_table(alter).await?;
            }
            // Empty where all is well, so that looking for rows without keys costs nothing.
            let missing: Vec<String> =
                texts.iter().map(|text| format!("({text} IS NOT NULL AND {text}_key IS NULL)")).collect();
            let index = format!("CREATE INDEX {table}_unkeyed ON {table} (mission_id) WHERE {}", missing.join(" OR "));
            manager.get_connection().execute_unprepared(&index).await?;
        }
        for (table, key) in INDEXED {
            tenant::index(manager, table, &[*key]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, key) in INDEXED {
            manager.drop_index(Index::drop().name(format!("{table}_{key}_index")).table(*table).to_owned()).await?;
        }
        for (table, texts) in TEXTS {
            manager.drop_index(Index::drop().name(format!("{table}_unkeyed")).table(*table).to_owned()).await?;
            for text in *texts {
                let alter = Table::alter().table(*table).drop_column(format!("{text}_key")).to_owned();
                manager.alter_table(alter).await?;
            }
        }
        Ok(())
    }
}

fn key(manager: &SchemaManager<'_>, text: &str) -> ColumnDef {
    let mut key = ColumnDef::new(format!("{text}_key"));
    key.text();
    if manager.get_database_backend() == DbBackend::Postgres {
        key.extra("COLLATE \"C\"");
    }
    key
}
