//! `case_file`: one assistance case of one individual: HTCDS Case.

use crate::codes::{
    AgeBand, CaseStatus, ConsentPurpose, DataSource, DecisionMakingOrganisation, MajorityStatus, RiskLevel,
    TraffickingStatus,
};
use crate::{CodeSet, CountryCode};
use causeway_derive::Table;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// One assistance case of one individual.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Table)]
#[sea_orm(table_name = "case_file")]
#[table(
    name = "Case", plural = "cases", path = Itself,
    list(cases, "Cases."),
    one(case, "One case by its global id; null where there is none for you."),
    input = "What is known of a case."
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
    /// The individual assisted.
    #[reference(to = individual, back(cases, "Cases of this individual."), filter, search, order(family_name, given_names), required)]
    pub individual_id: Option<Uuid>,
    /// What the mission calls the case; unique in the mission.
    #[column(
        filter,
        order,
        search,
        write,
        required,
        input = "What the mission calls it; made up where nothing is said."
    )]
    pub case_number: Option<String>,
    /// HTCDS cas_Status.
    #[column(filter, order, write, required, htcds = "cas_Status", input = "Status.")]
    pub status: Option<CaseStatus>,
    /// HTCDS vic_TraffickingStatus.
    #[column(filter, order, write, htcds = "vic_TraffickingStatus", input = "Status as a victim of trafficking.")]
    pub trafficking_status: Option<TraffickingStatus>,
    /// HTCDS vic_TraffickingStatusDecisionMakingOrg.
    #[column(filter, write, htcds = "vic_TraffickingStatusDecisionMakingOrg", input = "Who decided that.")]
    pub trafficking_status_decided_by: Option<DecisionMakingOrganisation>,
    /// Whether the individual was served in person or remotely (CTDC Datasource).
    #[column(filter, order, write, input = "Served in person or remotely.")]
    pub data_source: Option<DataSource>,
    /// The day of registration.
    #[column(filter, order, write, input = "Day of registration; today in the mission where nothing is said.")]
    pub registered_on: Option<NaiveDate>,
    /// The month of registration, ISO 8601 `YYYY-MM`; derived from the day.
    #[column(filter, order, derived)]
    pub registration_month: Option<String>,
    /// The year of registration; derived from the day where it is known.
    #[column(filter, order, derived)]
    pub year_of_registration: Option<i16>,
    /// The subject who registered the case.
    #[column(filter, order, derived)]
    pub registered_by: Option<String>,
    /// HTCDS cas_CaseOwner: the subject of the case worker who manages the case.
    #[column(
        filter,
        order,
        write,
        htcds = "cas_CaseOwner",
        input = "Who manages the case; you, where nothing is said and you may."
    )]
    pub owner: Option<String>,
    /// The team of case workers who may act for the owner.
    #[column(filter, order, write, input = "Who may act for the owner.")]
    pub team: Option<String>,
    /// The assessed risk of harm.
    #[column(filter, order, write, input = "Risk of harm.")]
    pub risk_level: Option<RiskLevel>,
    /// The day of closure.
    #[column(filter, order, write, input = "Day of closure.")]
    pub closed_on: Option<NaiveDate>,
    /// HTCDS cas_ReasonForCaseClosure.
    #[column(write, htcds = "cas_ReasonForCaseClosure", input = "Why it was closed.")]
    pub closure_reason: Option<String>,
    /// Age at registration; derived from the birth date where it is known.
    #[column(filter, order, derived)]
    pub age_band: Option<AgeBand>,
    /// Minor or adult at registration; derived from the age where it is known.
    #[column(filter, order, derived)]
    pub majority_status: Option<MajorityStatus>,
    /// The purposes whose latest consent entry is *given*; derived from the consent ledger.
    #[column(filter, required, derived)]
    pub consents_in_force: Option<CodeSet<ConsentPurpose>>,
    /// The key of the case in the fact table, random, so that a fact leads to no case.
    #[hidden(required)]
    pub record_key: Option<Uuid>,
    /// Where an imported case comes from; unique in the mission, so that a second import adds nothing.
    #[hidden]
    pub import_key: Option<String>,
    /// The matching key of `case_number`.
    #[key(case_number)]
    pub case_number_key: Option<String>,
    /// The matching key of `registered_by`.
    #[key(registered_by)]
    pub registered_by_key: Option<String>,
    /// The matching key of `owner`.
    #[key(owner)]
    pub owner_key: Option<String>,
    /// The matching key of `team`.
    #[key(team)]
    pub team_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
