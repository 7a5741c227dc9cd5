//! `referral`: a referral in or out. An accepted outgoing one is what a partner's row scope rests on.

use crate::codes::{ReferralDirection, ReferralReason, ReferralStatus};
use crate::leaf::leaves;
use crate::{CasePath, CountryCode, Governed};
use async_graphql::SimpleObject;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// One row, with the leaves of its GraphQL type. What was not asked for or is withheld is `None`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "referral")]
#[graphql(name = "ReferralLeaves")]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    /// The case that is referred.
    #[graphql(skip)]
    pub case_id: Option<Uuid>,
    /// Incoming or outgoing.
    pub direction: Option<ReferralDirection>,
    /// Proposed, accepted, declined or completed.
    pub status: Option<ReferralStatus>,
    /// HTCDS cas_ReferredOrganisation or cas_ReferringOrganisation: the key of the partner organisation.
    pub organisation: Option<String>,
    /// HTCDS cas_ReasonForOutgoingReferral.
    pub reason: Option<ReferralReason>,
    /// HTCDS cas_OutgoingReferralDate.
    pub referred_on: Option<NaiveDate>,
    /// The day on which the organisation accepted.
    pub accepted_on: Option<NaiveDate>,
    /// The last day on which the organisation may read the case.
    pub expires_on: Option<NaiveDate>,
    /// Whether the individual's consent to this referral is in force; derived from the consent ledger.
    pub consent_in_force: Option<bool>,
    /// The matching key of `organisation`.
    #[graphql(skip)]
    pub organisation_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Governed for Entity {
    const TYPE_NAME: &'static str = "Referral";
    const CASE_PATH: CasePath = CasePath::Child;
    const LINKS: &'static [(Column, &'static str)] = &[(Column::CaseId, "case")];
    const KEYS: &'static [(Column, Column)] = &[(Column::OrganisationKey, Column::Organisation)];
    const DERIVED: &'static [Column] = &[Column::ConsentInForce];
    const MISSION_ID: Column = Column::MissionId;
    const ID: Column = Column::Id;

    leaves! {
        "direction" => direction,
        "status" => status,
        "organisation" => organisation,
        "reason" => reason,
        "referredOn" => referred_on,
        "acceptedOn" => accepted_on,
        "expiresOn" => expires_on,
        "consentInForce" => consent_in_force,
    }
}
