//! `trafficker`: the profile of one alleged perpetrator: HTCDS Person in the perpetrator context.

use crate::codes::{AgeBand, Gender};
use crate::leaf::leaves;
use crate::{CasePath, CountryCode, Governed};
use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;

/// One row, with the leaves of its GraphQL type. What was not asked for or is withheld is `None`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "trafficker")]
#[graphql(name = "TraffickerLeaves")]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    /// Given names, as alleged.
    pub given_names: Option<String>,
    /// Family name, as alleged.
    pub family_name: Option<String>,
    /// Other names that are used.
    pub alias: Option<String>,
    /// HTCDS prs_Gender.
    pub gender: Option<Gender>,
    /// HTCDS prs_Citizenship, the first one reported.
    pub citizenship: Option<CountryCode>,
    /// Age at the time of the episode.
    pub age_band: Option<AgeBand>,
    /// The matching key of `given_names`.
    #[graphql(skip)]
    pub given_names_key: Option<String>,
    /// The matching key of `family_name`.
    #[graphql(skip)]
    pub family_name_key: Option<String>,
    /// The matching key of `alias`.
    #[graphql(skip)]
    pub alias_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Governed for Entity {
    const TYPE_NAME: &'static str = "Trafficker";
    const CASE_PATH: CasePath = CasePath::Trafficker;
    const LINKS: &'static [(Column, &'static str)] = &[];
    const KEYS: &'static [(Column, Column)] = &[
        (Column::GivenNamesKey, Column::GivenNames),
        (Column::FamilyNameKey, Column::FamilyName),
        (Column::AliasKey, Column::Alias),
    ];
    const MISSION_ID: Column = Column::MissionId;
    const ID: Column = Column::Id;

    leaves! {
        "givenNames" => given_names,
        "familyName" => family_name,
        "alias" => alias,
        "gender" => gender,
        "citizenship" => citizenship,
        "ageBand" => age_band,
    }
}
