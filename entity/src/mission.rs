//! `mission`: one tenant, named by its country.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::CountryCode;
use crate::codes::{MissionStatus, UnRegion};

/// One mission. It holds no case data; every viewer with a role in it sees it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mission")]
pub struct Model {
    /// ISO 3166-1 alpha-2; `ZZ` for records that no mission holds.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CountryCode,
    /// Region of UN M49.
    pub un_region: Option<UnRegion>,
    /// The regional office of IOM that covers the mission.
    pub regional_office: Option<String>,
    /// Suspended missions are read and written by nobody.
    pub status: MissionStatus,
    /// Counts the changes of the mission's data. Part of the key of every cached count.
    pub data_version: i64,
    /// The hash of the audit entry that tells of the latest of these changes, lower-case hexadecimal; empty before the first one.
    pub audit_head: String,
    /// The time zone by which its days begin and end, as IANA names it; none: that of the country's capital.
    pub time_zone: Option<String>,
    /// When the mission was set up.
    pub created_at: DateTime<Utc>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
