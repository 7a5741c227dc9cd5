//! `trafficker`: the profile of one alleged perpetrator: HTCDS Person in the perpetrator context.

use crate::CountryCode;
use crate::codes::{AgeBand, Gender};
use causeway_derive::Table;
use sea_orm::entity::prelude::*;

/// The profile of one alleged perpetrator.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Table)]
#[sea_orm(table_name = "trafficker")]
#[table(name = "Trafficker", plural = "traffickers", path = Trafficker, list(traffickers, "Traffickers."))]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// How often the row was changed, from 1; by what is derived it is not.
    pub version: Option<i32>,
    /// Given names, as alleged.
    #[column(filter, order, search)]
    pub given_names: Option<String>,
    /// Family name, as alleged.
    #[column(filter, order, search)]
    pub family_name: Option<String>,
    /// Other names that are used.
    #[column(filter, order, search)]
    pub alias: Option<String>,
    /// HTCDS prs_Gender.
    #[column(filter, order, htcds = "prs_Gender")]
    pub gender: Option<Gender>,
    /// HTCDS prs_Citizenship, the first one reported.
    #[column(filter, order, htcds = "prs_Citizenship")]
    pub citizenship: Option<CountryCode>,
    /// Age at the time of the episode.
    #[column(filter, order)]
    pub age_band: Option<AgeBand>,
    /// The matching key of `given_names`.
    #[key(given_names)]
    pub given_names_key: Option<String>,
    /// The matching key of `family_name`.
    #[key(family_name)]
    pub family_name_key: Option<String>,
    /// The matching key of `alias`.
    #[key(alias)]
    pub alias_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
