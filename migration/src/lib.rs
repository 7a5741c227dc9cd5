//! The tables of Causeway, one file per step, up and down, for PostgreSQL and SQLite. A step that has been released is never edited.

use sea_orm_migration::prelude::*;
pub use sea_orm_migration::{prelude::MigratorTrait, seaql_migrations};

mod tenant;

mod m20261101_000001_create_mission;
mod m20261101_000002_create_individual;
mod m20261101_000003_create_case_file;
mod m20261101_000004_create_trafficking_episode;
mod m20261101_000005_create_exploitation;
mod m20261101_000006_create_trafficker;
mod m20261101_000007_create_episode_trafficker;
mod m20261101_000008_create_narrative;
mod m20261101_000009_create_narrative_passage;
mod m20261101_000010_create_consent;
mod m20261101_000011_create_referral;
mod m20261101_000012_create_fact;
mod m20261101_000013_create_audit_entry;
mod m20261101_000014_create_change;
mod m20261127_000020_index_scopes;
mod m20261127_000030_add_matching_keys;
mod m20261127_000031_add_time_zone;
mod m20261127_000040_create_refusal;
mod m20261127_000050_add_version;
mod m20261127_000060_part_audit_from_data;
mod m20261127_000061_create_field_change;
mod m20261127_000070_create_organisation;

/// Every step, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261101_000001_create_mission::Migration),
            Box::new(m20261101_000002_create_individual::Migration),
            Box::new(m20261101_000003_create_case_file::Migration),
            Box::new(m20261101_000004_create_trafficking_episode::Migration),
            Box::new(m20261101_000005_create_exploitation::Migration),
            Box::new(m20261101_000006_create_trafficker::Migration),
            Box::new(m20261101_000007_create_episode_trafficker::Migration),
            Box::new(m20261101_000008_create_narrative::Migration),
            Box::new(m20261101_000009_create_narrative_passage::Migration),
            Box::new(m20261101_000010_create_consent::Migration),
            Box::new(m20261101_000011_create_referral::Migration),
            Box::new(m20261101_000012_create_fact::Migration),
            Box::new(m20261101_000013_create_audit_entry::Migration),
            Box::new(m20261101_000014_create_change::Migration),
            Box::new(m20261127_000020_index_scopes::Migration),
            Box::new(m20261127_000030_add_matching_keys::Migration),
            Box::new(m20261127_000031_add_time_zone::Migration),
            Box::new(m20261127_000040_create_refusal::Migration),
            Box::new(m20261127_000050_add_version::Migration),
            Box::new(m20261127_000060_part_audit_from_data::Migration),
            Box::new(m20261127_000061_create_field_change::Migration),
            Box::new(m20261127_000070_create_organisation::Migration),
        ]
    }
}
