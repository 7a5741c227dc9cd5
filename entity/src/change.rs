//! `change`: the transactional change log, one row a committed write. Caches, subscriptions and feeds follow it.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::CountryCode;

/// One change of one object.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change")]
pub struct Model {
    /// The mission whose data changed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mission_id: CountryCode,
    /// The mission's data version that this change made.
    #[sea_orm(primary_key, auto_increment = false)]
    pub data_version: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// The GraphQL type of the object.
    pub object_type: String,
    /// The object; none for a batch.
    pub object_id: Option<Uuid>,
    /// What happened to it: `registered`, `updated` or `imported`.
    pub kind: String,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
