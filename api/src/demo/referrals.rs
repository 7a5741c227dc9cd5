//! Referrals in and out with the consents that they need.
//!
//! In mission UA some of the latest cases are referred to `safe-harbour`, in every state that a partner's row scope tells apart.

use chrono::NaiveDate;
use entity::codes::{ConsentDecision, ConsentPurpose, ReferralDirection, ReferralReason, ReferralStatus};
use entity::{consent, referral};

use super::consents;
use super::draw::{Draw, plus};
use super::organisations::{ORGANISATIONS, PARTNER};
use super::truth::Truth;

/// How one of the latest cases of mission UA is referred to the partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scenario {
    /// Accepted, not expired, the consent in force.
    InForce,
    /// Accepted, not expired, the consent refused.
    Refused,
    /// Accepted, not expired, the consent withdrawn.
    Withdrawn,
    /// Accepted and expired, the consent in force.
    Expired,
    /// Not yet accepted, the consent in force.
    Proposed,
}

impl Scenario {
    /// The scenario of case `index` of `count`: half of the last fifth of mission UA, each in turn.
    pub(super) fn of(mission: &str, index: usize, count: usize) -> Option<Self> {
        if mission != "UA" || index * 5 < count * 4 {
            return None;
        }
        let all = [Self::InForce, Self::Refused, Self::Withdrawn, Self::Expired, Self::Proposed];
        all.get(index % 10).copied()
    }

    /// Whether the case must still be open today.
    pub(super) fn is_current(self) -> bool {
        self != Self::Expired
    }
}

/// Who records, and until when.
pub(super) struct Desk<'a> {
    pub(super) recorder: &'a str,
    pub(super) last_day: NaiveDate,
}

/// The referrals of a case and the consents to them.
pub(super) fn referrals(
    draw: &mut Draw,
    truth: &Truth,
    desk: &Desk<'_>,
    scenario: Option<Scenario>,
) -> (Vec<referral::Model>, Vec<consent::Model>) {
    let (mut referrals, mut ledger) = (Vec::new(), Vec::new());
    if draw.percent(32) {
        referrals.push(incoming(draw, truth));
    }
    if let Some(scenario) = scenario {
        let referral = to_partner(draw, truth, desk.last_day, scenario);
        ledger.extend(consents_to(draw, truth, desk, &referral, decisions_in(scenario)));
        referrals.push(referral);
    } else if draw.percent(34) {
        let referral = outgoing(draw, truth, desk.last_day);
        let decisions = draw.weighted(&[(GIVEN, 78), (REFUSED, 8), (WITHDRAWN, 6), (NOT_ASKED, 8)]);
        ledger.extend(consents_to(draw, truth, desk, &referral, decisions.unwrap_or_default()));
        referrals.push(referral);
    }
    (referrals, ledger)
}

const GIVEN: &[ConsentDecision] = &[ConsentDecision::Given];
const REFUSED: &[ConsentDecision] = &[ConsentDecision::Refused];
const WITHDRAWN: &[ConsentDecision] = &[ConsentDecision::Given, ConsentDecision::Withdrawn];
const NOT_ASKED: &[ConsentDecision] = &[];

const fn decisions_in(scenario: Scenario) -> &'static [ConsentDecision] {
    match scenario {
        Scenario::InForce | Scenario::Expired | Scenario::Proposed => GIVEN,
        Scenario::Refused => REFUSED,
        Scenario::Withdrawn => WITHDRAWN,
    }
}

/// The first decision falls on or before the day of the referral, a second one after it.
fn consents_to(
    draw: &mut Draw,
    truth: &Truth,
    desk: &Desk<'_>,
    referral: &referral::Model,
    decisions: &[ConsentDecision],
) -> Vec<consent::Model> {
    let referred_on = referral.referred_on.unwrap_or(truth.registered_on);
    let mut first_day = truth.registered_on;
    let mut last_day = referred_on;
    let mut ledger = Vec::with_capacity(decisions.len());
    for decision in decisions {
        let day = draw.day(first_day, last_day);
        let mut entry = consents::entry(draw, truth, ConsentPurpose::Referral, *decision, day, desk.recorder);
        entry.organisation.clone_from(&referral.organisation);
        ledger.push(entry);
        first_day = referral.accepted_on.unwrap_or(referred_on);
        last_day = desk.last_day;
    }
    ledger
}

fn incoming(draw: &mut Draw, truth: &Truth) -> referral::Model {
    let referred_on = plus(truth.registered_on, -draw.between(0, 20));
    let status = draw.weighted(&[(ReferralStatus::Accepted, 60), (ReferralStatus::Completed, 40)]);
    let mut referral = referral(draw, truth, ReferralDirection::Incoming, status, referred_on);
    referral.accepted_on = Some(truth.registered_on);
    referral
}

fn outgoing(draw: &mut Draw, truth: &Truth, last_day: NaiveDate) -> referral::Model {
    use ReferralStatus::{Accepted, Completed, Declined, Proposed};
    let referred_on = draw.day(truth.registered_on, last_day.min(plus(truth.registered_on, 240)));
    let status = draw.weighted(&[(Accepted, 45), (Completed, 35), (Declined, 11), (Proposed, 9)]);
    let mut referral = referral(draw, truth, ReferralDirection::Outgoing, status, referred_on);
    if matches!(status, Some(Accepted | Completed)) {
        let accepted_on = draw.day(referred_on, last_day.min(plus(referred_on, 20)));
        referral.accepted_on = Some(accepted_on);
        referral.expires_on = Some(plus(accepted_on, draw.between(60, 365)));
    }
    referral
}

fn to_partner(draw: &mut Draw, truth: &Truth, last_day: NaiveDate, scenario: Scenario) -> referral::Model {
    let today = truth.today;
    let (accepted_on, expires_on) = match scenario {
        Scenario::Expired => {
            let accepted_on = draw.day(truth.registered_on, last_day.min(plus(today, -20)));
            (accepted_on, draw.day(plus(accepted_on, 1), plus(today, -1)))
        }
        _ => (draw.day(truth.registered_on.max(plus(today, -60)), today), plus(today, draw.between(20, 200))),
    };
    let referred_on = plus(accepted_on, -draw.between(0, 14)).max(truth.registered_on);
    let accepted = scenario != Scenario::Proposed;
    let status = if accepted { ReferralStatus::Accepted } else { ReferralStatus::Proposed };
    let mut referral = referral(draw, truth, ReferralDirection::Outgoing, Some(status), referred_on);
    referral.organisation = Some(PARTNER.to_owned());
    referral.accepted_on = accepted.then_some(accepted_on);
    referral.expires_on = accepted.then_some(expires_on);
    referral
}

fn referral(
    draw: &mut Draw,
    truth: &Truth,
    direction: ReferralDirection,
    status: Option<ReferralStatus>,
    referred_on: NaiveDate,
) -> referral::Model {
    use ReferralReason::{AdditionalServicesRequired, MigrationOrChangeOfLocation, Other};
    let reason = draw.weighted(&[(AdditionalServicesRequired, 70), (MigrationOrChangeOfLocation, 20), (Other, 10)]);
    let id = draw.id(referred_on.max(truth.registered_on));
    referral::Model {
        case_id: Some(truth.case_id),
        direction: Some(direction),
        status,
        organisation: Some(draw.pick(ORGANISATIONS).map_or(PARTNER, |organisation| organisation.key).to_owned()),
        reason: reason.filter(|_| direction == ReferralDirection::Outgoing),
        referred_on: Some(referred_on),
        ..referral::Model::blank(truth.mission.code, id)
    }
}
