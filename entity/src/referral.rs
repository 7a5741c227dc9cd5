//! `referral`: a referral in or out. An accepted outgoing one is what a partner's row scope rests on.

use crate::CountryCode;
use crate::codes::{ReferralDirection, ReferralReason, ReferralStatus};
use causeway_derive::Table;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// A referral in or out.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Table)]
#[sea_orm(table_name = "referral")]
#[table(name = "Referral", plural = "referrals", path = Child, list(referrals, "Referrals."))]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// How often the row was changed, from 1; by what is derived it is not.
    pub version: Option<i32>,
    /// The case that is referred.
    #[reference(to = case_file, back(referrals, "Referrals in and out."), filter, required)]
    pub case_id: Option<Uuid>,
    /// Incoming or outgoing.
    #[column(filter, order, required)]
    pub direction: Option<ReferralDirection>,
    /// Proposed, accepted, declined or completed.
    #[column(filter, order, required)]
    pub status: Option<ReferralStatus>,
    /// HTCDS cas_ReferredOrganisation or cas_ReferringOrganisation: the key of the partner organisation.
    #[column(filter, order, search, required, htcds = "cas_ReferredOrganisation, cas_ReferringOrganisation")]
    pub organisation: Option<String>,
    /// HTCDS cas_ReasonForOutgoingReferral.
    #[column(filter, htcds = "cas_ReasonForOutgoingReferral")]
    pub reason: Option<ReferralReason>,
    /// HTCDS cas_OutgoingReferralDate.
    #[column(filter, order, htcds = "cas_OutgoingReferralDate")]
    pub referred_on: Option<NaiveDate>,
    /// The day on which the organisation accepted.
    #[column(filter, order)]
    pub accepted_on: Option<NaiveDate>,
    /// The last day on which the organisation may read the case.
    #[column(filter, order)]
    pub expires_on: Option<NaiveDate>,
    /// Whether the individual's consent to this referral is in force; derived from the consent ledger.
    #[column(filter, derived)]
    pub consent_in_force: Option<bool>,
    /// The matching key of `organisation`.
    #[key(organisation)]
    pub organisation_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
