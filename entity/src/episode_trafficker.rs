//! `episode_trafficker`: what one trafficker did in one episode.

use crate::codes::{RelationshipToTrafficker, RoleInProcess};
use crate::leaf::leaves;
use crate::{CasePath, CodeSet, CountryCode, Governed};
use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;

/// One row, with the leaves of its GraphQL type. What was not asked for or is withheld is `None`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "episode_trafficker")]
#[graphql(name = "TraffickerInvolvementLeaves")]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    /// The case in which it was recorded.
    #[graphql(skip)]
    pub case_id: Option<Uuid>,
    /// The episode.
    #[graphql(skip)]
    pub episode_id: Option<Uuid>,
    /// The trafficker.
    #[graphql(skip)]
    pub trafficker_id: Option<Uuid>,
    /// HTCDS per_RoleInProcess.
    pub roles: Option<CodeSet<RoleInProcess>>,
    /// HTCDS vic_RelationshipToTrafficker.
    pub relationship: Option<RelationshipToTrafficker>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Governed for Entity {
    const TYPE_NAME: &'static str = "TraffickerInvolvement";
    const CASE_PATH: CasePath = CasePath::Child;
    const LINKS: &'static [(Column, &'static str)] =
        &[(Column::CaseId, "case"), (Column::EpisodeId, "episode"), (Column::TraffickerId, "trafficker")];
    const MISSION_ID: Column = Column::MissionId;
    const ID: Column = Column::Id;

    leaves! {
        "roles" => roles,
        "relationship" => relationship,
    }
}
