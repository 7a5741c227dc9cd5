//! `field_change`: what a field was before a command changed it, one row a changed field. Nobody reads it through GraphQL yet; what
//! detects a stale change reads which fields changed.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::CountryCode;

/// One field that one change gave another value.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "field_change")]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mission_id: CountryCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The GraphQL type of the row that changed.
    pub object_type: String,
    /// The row that changed.
    pub object_id: Uuid,
    /// The version of that row which the change made; where only derived columns changed, the one that it had.
    pub version: i32,
    /// The policy object that governed the old value, its classification included.
    pub old_field: String,
    /// The policy object that governs the new value: another one where the value was classified anew.
    pub new_field: String,
    /// The value before, as it was stored, in text; none: unknown.
    pub old_value: Option<String>,
    /// The value after, likewise.
    pub new_value: Option<String>,
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
    /// Who did it, as the audit names them.
    pub by: String,
    /// The command, such as `update_case`.
    pub command: String,
    /// The entry of the audit that tells of it.
    pub audit_sequence: i64,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
