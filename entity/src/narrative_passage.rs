//! `narrative_passage`: one passage of a narrative. Its classification decides which class of policy governs its text; a passage without one is identifying.

use crate::codes::PassageClassification;
use crate::leaf::leaves;
use crate::{CasePath, CountryCode, Governed};
use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;

/// One row, with the leaves of its GraphQL type. What was not asked for or is withheld is `None`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "narrative_passage")]
#[graphql(name = "NarrativePassageLeaves")]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    /// The case that it is about.
    #[graphql(skip)]
    pub case_id: Option<Uuid>,
    /// The narrative that it belongs to.
    #[graphql(skip)]
    pub narrative_id: Option<Uuid>,
    /// Its place in the narrative, from 1.
    pub position: Option<i16>,
    /// Identifying, restricted or open.
    pub classification: Option<PassageClassification>,
    /// The words.
    pub text: Option<String>,
    /// The matching key of `text`.
    #[graphql(skip)]
    pub text_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Governed for Entity {
    const TYPE_NAME: &'static str = "NarrativePassage";
    const CASE_PATH: CasePath = CasePath::Child;
    const LINKS: &'static [(Column, &'static str)] = &[(Column::CaseId, "case"), (Column::NarrativeId, "narrative")];
    const KEYS: &'static [(Column, Column)] = &[(Column::TextKey, Column::Text)];
    const MISSION_ID: Column = Column::MissionId;
    const ID: Column = Column::Id;

    leaves! {
        "position" => position,
        "classification" => classification,
        "text" => text,
    }
}
