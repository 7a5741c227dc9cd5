//! `refusal`: how often a command of a viewer was refused, or undone after it had gone through. It names no record and no value.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::CountryCode;

/// The count of one viewer, command and outcome on one day.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refusal")]
pub struct Model {
    /// The mission that the command was for; one of the viewer's own where it was for a mission of others, or for none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mission_id: CountryCode,
    /// The day, by the time of the mission.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: NaiveDate,
    /// Who it was: issuer and subject of the token, as `viewer.actor` says them.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    /// The command, such as `register_case`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub action: String,
    /// What came of it: `CONFLICT`, `FORBIDDEN`, `NOT_FOUND`, or `UNDONE` for a command that went through in an operation of
    /// which nothing lasts.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// How often.
    pub attempts: i64,
    /// The first time.
    pub first_at: DateTime<Utc>,
    /// The last time.
    pub last_at: DateTime<Utc>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
