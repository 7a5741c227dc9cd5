//! `audit_entry`: what was written, by whom, as a chain of hashes a mission. Entries name columns, never values.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::CountryCode;

/// One entry of a mission's chain.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    /// The mission whose data was touched.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mission_id: CountryCode,
    /// Place in the chain, from 1, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
    /// Who did it: issuer and subject of the token, as `viewer.actor` says them; for a command on the machine itself a word, such
    /// as `operator`.
    pub subject: String,
    /// The command, such as `register_case`.
    pub action: String,
    /// The GraphQL type of the object.
    pub object_type: String,
    /// The object; none for a batch.
    pub object_id: Option<Uuid>,
    /// The policy objects touched, sorted, with single spaces between them; for a batch, its size.
    pub detail: String,
    /// The hash of the entry before, lower-case hexadecimal; empty for the first.
    pub previous_hash: String,
    /// SHA-256 over the entry and the hash before it, lower-case hexadecimal.
    pub hash: String,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
