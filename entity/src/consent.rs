//! `consent`: one entry of the consent ledger. Entries are added, never changed; the latest one of a purpose is in force.

use crate::CountryCode;
use crate::codes::{ConsentDecision, ConsentMethod, ConsentPurpose};
use causeway_derive::Table;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// One entry of the consent ledger.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Table)]
#[sea_orm(table_name = "consent")]
#[table(
    name = "Consent", plural = "entries of the consent ledger", path = Child,
    input = "A decision about consent: an entry of the ledger."
)]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// How often the row was changed, from 1; by what is derived it is not.
    pub version: Option<i32>,
    /// The case in which it was given.
    #[reference(to = case_file, back(consents, "The consent ledger, the earliest entry first.", order = decided_on), required)]
    pub case_id: Option<Uuid>,
    /// The individual who decided.
    #[reference(to = individual, required)]
    pub individual_id: Option<Uuid>,
    /// What the data may be used for.
    #[column(needed, required, input = "For what.")]
    pub purpose: Option<ConsentPurpose>,
    /// Given, refused or withdrawn.
    #[column(needed, required)]
    pub decision: Option<ConsentDecision>,
    /// How the decision was expressed.
    #[column(write, input = "How it was expressed.")]
    pub method: Option<ConsentMethod>,
    /// The day of the decision.
    #[column(write, required, input = "When; today in the mission where nothing is said.")]
    pub decided_on: Option<NaiveDate>,
    /// The organisation that a consent to referral names.
    #[column(write)]
    pub organisation: Option<String>,
    /// The subject who recorded the entry.
    #[column(derived)]
    pub recorded_by: Option<String>,
    /// The matching key of `organisation`.
    #[key(organisation)]
    pub organisation_key: Option<String>,
    /// The matching key of `recorded_by`.
    #[key(recorded_by)]
    pub recorded_by_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
