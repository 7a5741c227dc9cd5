//! `consent`: one entry of the consent ledger. Entries are added, never changed; the latest one of a purpose is in force.

use crate::codes::{ConsentDecision, ConsentMethod, ConsentPurpose};
use crate::leaf::leaves;
use crate::{CasePath, CountryCode, Governed};
use async_graphql::SimpleObject;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// One row, with the leaves of its GraphQL type. What was not asked for or is withheld is `None`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "consent")]
#[graphql(name = "ConsentLeaves")]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    /// The case in which it was given.
    #[graphql(skip)]
    pub case_id: Option<Uuid>,
    /// The individual who decided.
    #[graphql(skip)]
    pub individual_id: Option<Uuid>,
    /// What the data may be used for.
    pub purpose: Option<ConsentPurpose>,
    /// Given, refused or withdrawn.
    pub decision: Option<ConsentDecision>,
    /// How the decision was expressed.
    pub method: Option<ConsentMethod>,
    /// The day of the decision.
    pub decided_on: Option<NaiveDate>,
    /// The organisation that a consent to referral names.
    pub organisation: Option<String>,
    /// The subject who recorded the entry.
    pub recorded_by: Option<String>,
    /// The matching key of `organisation`.
    #[graphql(skip)]
    pub organisation_key: Option<String>,
    /// The matching key of `recorded_by`.
    #[graphql(skip)]
    pub recorded_by_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Governed for Entity {
    const TYPE_NAME: &'static str = "Consent";
    const CASE_PATH: CasePath = CasePath::Child;
    const LINKS: &'static [(Column, &'static str)] = &[(Column::CaseId, "case"), (Column::IndividualId, "individual")];
    const KEYS: &'static [(Column, Column)] =
        &[(Column::OrganisationKey, Column::Organisation), (Column::RecordedByKey, Column::RecordedBy)];
    const DERIVED: &'static [Column] = &[Column::RecordedBy];
    const MISSION_ID: Column = Column::MissionId;
    const ID: Column = Column::Id;

    leaves! {
        "purpose" => purpose,
        "decision" => decision,
        "method" => method,
        "decidedOn" => decided_on,
        "organisation" => organisation,
        "recordedBy" => recorded_by,
    }
}
