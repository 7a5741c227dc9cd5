//! `narrative_passage`: one passage of a narrative. Its classification decides which class of policy governs its text; a passage without one is identifying.

use crate::CountryCode;
use crate::codes::PassageClassification;
use async_graphql::SimpleObject;
use causeway_derive::Table;
use sea_orm::entity::prelude::*;

/// One passage of a narrative. Its classification decides who may read its text.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject, Table)]
#[sea_orm(table_name = "narrative_passage")]
#[graphql(name = "NarrativePassageLeaves")]
#[table(name = "NarrativePassage", plural = "passages", path = Child)]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    /// How often the row was changed, from 1.
    pub version: Option<i32>,
    /// The case that it is about.
    #[reference(to = case_file, required)]
    #[graphql(skip)]
    pub case_id: Option<Uuid>,
    /// The narrative that it belongs to.
    #[reference(to = narrative, back(passages, "The passages, in their order.", order = position, search), required)]
    #[graphql(skip)]
    pub narrative_id: Option<Uuid>,
    /// Its place in the narrative, from 1.
    #[column(required)]
    pub position: Option<i16>,
    /// Identifying, restricted or open.
    pub classification: Option<PassageClassification>,
    /// The words.
    #[column(search, required, classified_by(classification, unknown = PassageClassification::Identifying))]
    pub text: Option<String>,
    /// The matching key of `text`.
    #[key(text)]
    #[graphql(skip)]
    pub text_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
