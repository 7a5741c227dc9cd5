//! `episode_trafficker`: what one trafficker did in one episode.

use crate::codes::{RelationshipToTrafficker, RoleInProcess};
use crate::{CodeSet, CountryCode};
use causeway_derive::Table;
use sea_orm::entity::prelude::*;

/// What one trafficker did in one episode.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Table)]
#[sea_orm(table_name = "episode_trafficker")]
#[table(name = "TraffickerInvolvement", plural = "involvements", path = Child)]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// How often the row was changed, from 1; by what is derived it is not.
    pub version: Option<i32>,
    /// The case in which it was recorded.
    #[reference(to = case_file, required)]
    pub case_id: Option<Uuid>,
    /// The episode.
    #[reference(to = trafficking_episode, back(involvements, "Who took part, and how."), required)]
    pub episode_id: Option<Uuid>,
    /// The trafficker.
    #[reference(to = trafficker, back(involvements, "The episodes in which the trafficker took part."), required)]
    pub trafficker_id: Option<Uuid>,
    /// HTCDS per_RoleInProcess.
    #[column(htcds = "per_RoleInProcess")]
    pub roles: Option<CodeSet<RoleInProcess>>,
    /// HTCDS vic_RelationshipToTrafficker.
    #[column(htcds = "vic_RelationshipToTrafficker")]
    pub relationship: Option<RelationshipToTrafficker>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
