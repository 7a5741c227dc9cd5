//! `narrative`: qualitative text about one case, kept in passages.

use crate::CountryCode;
use crate::codes::NarrativeKind;
use causeway_derive::Table;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// Qualitative text about one case, in passages.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Table)]
#[sea_orm(table_name = "narrative")]
#[table(name = "Narrative", plural = "narratives", path = Child, list(narratives, "Narratives."))]
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
    #[reference(to = case_file, back(narratives, "Narratives about the case."), filter, required)]
    pub case_id: Option<Uuid>,
    /// What kind of text it is.
    #[column(filter, order)]
    pub kind: Option<NarrativeKind>,
    /// BCP 47 tag.
    #[column(filter, order)]
    pub language: Option<String>,
    /// The day on which it was written.
    #[column(filter, order)]
    pub written_on: Option<NaiveDate>,
    /// The matching key of `language`.
    #[key(language)]
    pub language_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
