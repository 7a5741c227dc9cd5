//! `audit_chain`: where the chain of a mission's audit ends. It is beside the mission's row, so that an entry that tells of no change
//! of data does not wait for whoever is changing the mission.

use sea_orm::entity::prelude::*;

use crate::CountryCode;

/// The end of one mission's chain.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_chain")]
pub struct Model {
    /// The mission.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mission_id: CountryCode,
    /// The place of the latest entry, from 1; nought before the first one.
    pub sequence: i64,
    /// The hash of the latest entry, lower-case hexadecimal; empty before the first one.
    pub head: String,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
