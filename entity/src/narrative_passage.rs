//! `narrative_passage`: one passage of a narrative. Its classification decides which class of policy governs its text; a passage without one is identifying.

use crate::CountryCode;
use crate::codes::PassageClassification;
use causeway_derive::Table;
use sea_orm::entity::prelude::*;

/// One passage of a narrative. Its classification decides who may read its text.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Table)]
#[sea_orm(table_name = "narrative_passage")]
#[table(name = "NarrativePassage", plural = "passages", path = Child)]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// How often the row was changed, from 1; by what is derived it is not.
    pub version: Option<i32>,
    /// The case that it is about.
    #[reference(to = case_file, required)]
    pub case_id: Option<Uuid>,
    /// The narrative that it belongs to.
    #[reference(to = narrative, back(passages, "The passages, in their order.", order = position, search), required)]
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
    pub text_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
