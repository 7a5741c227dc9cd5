//! `narrative`: qualitative text about one case, kept in passages.

use crate::codes::NarrativeKind;
use crate::leaf::leaves;
use crate::{CasePath, CountryCode, Governed};
use async_graphql::SimpleObject;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// One row, with the leaves of its GraphQL type. What was not asked for or is withheld is `None`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "narrative")]
#[graphql(name = "NarrativeLeaves")]
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
    /// What kind of text it is.
    pub kind: Option<NarrativeKind>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// The day on which it was written.
    pub written_on: Option<NaiveDate>,
    /// The matching key of `language`.
    #[graphql(skip)]
    pub language_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Governed for Entity {
    const TYPE_NAME: &'static str = "Narrative";
    const CASE_PATH: CasePath = CasePath::Child;
    const LINKS: &'static [(Column, &'static str)] = &[(Column::CaseId, "case")];
    const KEYS: &'static [(Column, Column)] = &[(Column::LanguageKey, Column::Language)];
    const MISSION_ID: Column = Column::MissionId;
    const ID: Column = Column::Id;

    leaves! {
        "kind" => kind,
        "language" => language,
        "writtenOn" => written_on,
    }
}
