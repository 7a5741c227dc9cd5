//! The consent ledger: given, refused and withdrawn, never before the registration and never in the future.

use chrono::NaiveDate;
use entity::codes::{ConsentDecision, ConsentPurpose};
use entity::consent;

use super::draw::Draw;
use super::truth::Truth;

/// Of a hundred, how many give it, refuse it, and withdraw what they gave; the rest were not asked.
const PURPOSES: &[(ConsentPurpose, [u32; 3])] = &[
    (ConsentPurpose::DataManagement, [97, 1, 1]),
    (ConsentPurpose::Assistance, [90, 2, 2]),
    (ConsentPurpose::ResearchAndStatistics, [58, 17, 8]),
    (ConsentPurpose::CrossMissionLinkage, [22, 14, 2]),
    (ConsentPurpose::LawEnforcement, [28, 26, 4]),
];

/// What the individual decided about everything but referrals, until the last day of the case.
pub(super) fn consents(draw: &mut Draw, truth: &Truth, recorder: &str, last_day: NaiveDate) -> Vec<consent::Model> {
    let mut ledger = Vec::new();
    for (purpose, [given, refused, withdrawn]) in PURPOSES {
        let first_day = truth.registered_on;
        let decision = match draw.below(100) {
            at if at < *given => ConsentDecision::Given,
            at if at < given + refused => ConsentDecision::Refused,
            _ => continue,
        };
        let decided_on = draw.day(first_day, last_day.min(super::draw::plus(first_day, 14)));
        ledger.push(entry(draw, truth, *purpose, decision, decided_on, recorder));
        if decision == ConsentDecision::Given && draw.percent(withdrawn * 100 / given) {
            let later = draw.day(decided_on, last_day);
            ledger.push(entry(draw, truth, *purpose, ConsentDecision::Withdrawn, later, recorder));
        }
    }
    ledger
}

/// One entry of the ledger, naming no organisation.
pub(super) fn entry(
    draw: &mut Draw,
    truth: &Truth,
    purpose: ConsentPurpose,
    decision: ConsentDecision,
    decided_on: NaiveDate,
    recorder: &str,
) -> consent::Model {
    let id = draw.id(decided_on);
    consent::Model {
        case_id: Some(truth.case_id),
        individual_id: Some(truth.individual_id),
        purpose: Some(purpose),
        decision: Some(decision),
        method: Some(truth.consent_method(draw, decided_on)),
        decided_on: Some(decided_on),
        recorded_by: Some(recorder.to_owned()),
        ..consent::Model::blank(truth.mission.code, id)
    }
}
