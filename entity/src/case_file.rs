//! `case_file`: one assistance case of one individual: HTCDS Case.

use crate::codes::{
    AgeBand, CaseStatus, ConsentPurpose, DataSource, DecisionMakingOrganisation, MajorityStatus, RiskLevel,
    TraffickingStatus,
};
use crate::leaf::leaves;
use crate::{CasePath, CodeSet, CountryCode, Governed};
use async_graphql::SimpleObject;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// One row, with the leaves of its GraphQL type. What was not asked for or is withheld is `None`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "case_file")]
#[graphql(name = "CaseLeaves")]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    /// The individual assisted.
    #[graphql(skip)]
    pub individual_id: Option<Uuid>,
    /// What the mission calls the case; unique in the mission.
    pub case_number: Option<String>,
    /// HTCDS cas_Status.
    pub status: Option<CaseStatus>,
    /// HTCDS vic_TraffickingStatus.
    pub trafficking_status: Option<TraffickingStatus>,
    /// HTCDS vic_TraffickingStatusDecisionMakingOrg.
    pub trafficking_status_decided_by: Option<DecisionMakingOrganisation>,
    /// Whether the individual was served in person or remotely (CTDC Datasource).
    pub data_source: Option<DataSource>,
    /// The day of registration.
    pub registered_on: Option<NaiveDate>,
    /// The month of registration, ISO 8601 `YYYY-MM`; derived from the day.
    pub registration_month: Option<String>,
    /// The year of registration; derived from the day where it is known.
    pub year_of_registration: Option<i16>,
    /// The subject who registered the case.
    pub registered_by: Option<String>,
    /// HTCDS cas_CaseOwner: the subject of the case worker who manages the case.
    pub owner: Option<String>,
    /// The team of case workers who may act for the owner.
    pub team: Option<String>,
    /// The assessed risk of harm.
    pub risk_level: Option<RiskLevel>,
    /// The day of closure.
    pub closed_on: Option<NaiveDate>,
    /// HTCDS cas_ReasonForCaseClosure.
    pub closure_reason: Option<String>,
    /// Age at registration; derived from the birth date where it is known.
    pub age_band: Option<AgeBand>,
    /// Minor or adult at registration; derived from the age where it is known.
    pub majority_status: Option<MajorityStatus>,
    /// The purposes whose latest consent entry is *given*; derived from the consent ledger.
    pub consents_in_force: Option<CodeSet<ConsentPurpose>>,
    /// The key of the case in the fact table, random, so that a fact leads to no case.
    #[graphql(skip)]
    pub record_key: Option<Uuid>,
    /// Where an imported case comes from; unique in the mission, so that a second import adds nothing.
    #[graphql(skip)]
    pub import_key: Option<String>,
    /// The matching key of `case_number`.
    #[graphql(skip)]
    pub case_number_key: Option<String>,
    /// The matching key of `registered_by`.
    #[graphql(skip)]
    pub registered_by_key: Option<String>,
    /// The matching key of `owner`.
    #[graphql(skip)]
    pub owner_key: Option<String>,
    /// The matching key of `team`.
    #[graphql(skip)]
    pub team_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Governed for Entity {
    const TYPE_NAME: &'static str = "Case";
    const CASE_PATH: CasePath = CasePath::Itself;
    const LINKS: &'static [(Column, &'static str)] = &[(Column::IndividualId, "individual")];
    const HIDDEN: &'static [Column] = &[Column::RecordKey, Column::ImportKey];
    const KEYS: &'static [(Column, Column)] = &[
        (Column::CaseNumberKey, Column::CaseNumber),
        (Column::RegisteredByKey, Column::RegisteredBy),
        (Column::OwnerKey, Column::Owner),
        (Column::TeamKey, Column::Team),
    ];
    const DERIVED: &'static [Column] = &[
        Column::RegistrationMonth,
        Column::YearOfRegistration,
        Column::RegisteredBy,
        Column::AgeBand,
        Column::MajorityStatus,
        Column::ConsentsInForce,
    ];
    const MISSION_ID: Column = Column::MissionId;
    const ID: Column = Column::Id;

    leaves! {
        "caseNumber" => case_number,
        "status" => status,
        "traffickingStatus" => trafficking_status,
        "traffickingStatusDecidedBy" => trafficking_status_decided_by,
        "dataSource" => data_source,
        "registeredOn" => registered_on,
        "registrationMonth" => registration_month,
        "yearOfRegistration" => year_of_registration,
        "registeredBy" => registered_by,
        "owner" => owner,
        "team" => team,
        "riskLevel" => risk_level,
        "closedOn" => closed_on,
        "closureReason" => closure_reason,
        "ageBand" => age_band,
        "majorityStatus" => majority_status,
        "consentsInForce" => consents_in_force,
    }
}
