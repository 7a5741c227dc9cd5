//! `organisation`: one entry of a mission's directory of those whom it works with: HTCDS Organization. It leads to no case. An
//! agency that traffics never stands in it.

use crate::codes::{AssistanceType, OrganisationStatus, OrganisationType, Population};
use crate::{CodeSet, CountryCode};
use causeway_derive::Table;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// An organisation that the mission works with.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Table)]
#[sea_orm(table_name = "organisation")]
#[table(name = "Organisation", plural = "organisations", path = Mission, list(organisations, "Organisations."), input = "What an organisation becomes.")]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// How often the row was changed, from 1; by what is derived it is not.
    pub version: Option<i32>,
    /// What it is called in referrals, consents and tokens; unique in the mission, never changed.
    #[column(filter, order, write, required, whose = Organisation)]
    pub key: Option<String>,
    /// HTCDS org_Name.
    #[column(filter, order, search, write, required, htcds = "org_Name")]
    pub name: Option<String>,
    /// HTCDS org_Type.
    #[column(filter, order, write, required, htcds = "org_Type")]
    pub r#type: Option<OrganisationType>,
    /// Whether the mission still works with it.
    #[column(filter, order, write, required)]
    pub status: Option<OrganisationStatus>,
    /// What it can give.
    #[column(filter, write)]
    pub services: Option<CodeSet<AssistanceType>>,
    /// Whom it is for.
    #[column(filter, write)]
    pub serves: Option<CodeSet<Population>>,
    /// HTCDS org_Phone, E.164.
    #[column(write, htcds = "org_Phone")]
    pub phone: Option<String>,
    /// Mail address.
    #[column(write)]
    pub email: Option<String>,
    /// HTCDS org_ShippingCountry.
    #[column(filter, order, write, htcds = "org_ShippingCountry")]
    pub country: Option<CountryCode>,
    /// Whether individuals may be referred to it.
    #[column(filter, write)]
    pub receives_referrals: Option<bool>,
    /// The last day of its agreement with the mission.
    #[column(filter, order, write)]
    pub agreement_until: Option<NaiveDate>,
    /// The matching key of `name`.
    #[key(name)]
    pub name_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
