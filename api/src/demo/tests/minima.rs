//! How much there is of everything over the default number of cases.

use std::collections::{BTreeMap, BTreeSet};

use entity::codes::{
    CaseStatus, ConsentDecision, ExploitationType, Gender, PassageClassification, ReferralDirection, ReferralStatus,
};

use super::super::names::CULTURES;
use super::super::places::{self, COUNTRIES, MISSIONS};
use super::super::{CASES, Generator, organisations::PARTNER};
use super::{bundles, today};
use crate::casework::bundle::CaseBundle;

fn share(all: &[CaseBundle], is: impl Fn(&CaseBundle) -> bool) -> f64 {
    all.iter().filter(|bundle| is(bundle)).count() as f64 / all.len() as f64
}

fn assert_near(what: &str, share: f64, wanted: std::ops::Range<f64>) {
    assert!(wanted.contains(&share), "{what}: {share:.3} is not in {wanted:?}");
}

#[test]
fn every_row_of_the_data_files_is_used() {
    assert_eq!(COUNTRIES.len(), include_str!("../data/countries.csv").lines().count() - 1);
    assert_eq!(MISSIONS.len(), include_str!("../data/missions.csv").lines().count() - 1);
    for country in COUNTRIES.iter().filter(|country| !country.culture.is_empty()) {
        assert!(CULTURES.contains_key(country.culture.as_str()), "{} has no names", country.code);
    }
    for mission in MISSIONS.iter() {
        assert!(places::country(mission.code).is_some(), "{} has no citizens", mission.code);
        assert!(mission.towns.len() >= 8, "{} has few towns", mission.code);
    }
}

#[test]
fn cultures_have_enough_names() {
    assert!(CULTURES.len() >= 12);
    for (culture, names) in CULTURES.iter() {
        for (list, least) in [(&names.female, 30), (&names.male, 30), (&names.family, 40)] {
            assert!(list.len() >= least, "{culture} has a list of {}", list.len());
            let original = list.iter().filter(|name| name.original.is_some()).count();
            assert_eq!(original, if names.has_original() { list.len() } else { 0 }, "{culture} mixes scripts");
            assert!(list.iter().flat_map(|name| name.latin).all(|name| name.chars().count() > 1), "{culture}");
        }
    }
}

#[test]
fn the_default_demo_is_broad() {
    let missions = Generator::missions();
    let offices: BTreeSet<_> = missions.iter().filter_map(|mission| mission.regional_office.clone()).collect();
    assert!(missions.len() >= 12 && offices.len() >= 4, "{} missions, {} offices", missions.len(), offices.len());

    let all = bundles(1, CASES);
    let used: BTreeSet<_> = all.iter().map(|bundle| bundle.case.mission_id).collect();
    assert_eq!(used.len(), missions.len());
    let citizenships: BTreeSet<_> =
        all.iter().filter_map(|bundle| bundle.individual.citizenships.as_ref()?.0.first().copied()).collect();
    let countries: BTreeSet<_> =
        all.iter().flat_map(|bundle| &bundle.exploitations).filter_map(|row| row.country).collect();
    assert!(citizenships.len() > 80, "{} citizenships", citizenships.len());
    assert!(countries.len() > 90, "{} countries of exploitation", countries.len());

    let numbers: BTreeSet<_> = all.iter().map(|bundle| bundle.case.case_number.clone()).collect();
    assert_eq!(numbers.len(), CASES, "case numbers repeat");
    let keys: BTreeSet<_> = all.iter().map(|bundle| bundle.case.record_key).collect();
    assert_eq!(keys.len(), CASES, "record keys repeat");
}

#[test]
fn shares_are_near_those_of_ctdc() {
    let all = bundles(2, CASES);
    let known: Vec<_> = all
        .iter()
        .filter(|bundle| bundle.individual.gender.is_some_and(|gender| gender != Gender::NonSpecifiedUnknown))
        .cloned()
        .collect();
    let feminine = share(&known, |bundle| bundle.individual.gender == Some(Gender::Feminine));
    assert_near("feminine of the known", feminine, 0.72..0.82);
    assert_near("no age band", share(&all, |bundle| bundle.case.age_band.is_none()), 0.35..0.55);
    assert_near("no majority", share(&all, |bundle| bundle.case.majority_status.is_none()), 0.15..0.35);
    assert_near("no citizenship", share(&all, |bundle| bundle.individual.citizenships.is_none()), 0.25..0.5);
    assert_near("more than one episode", share(&all, |bundle| bundle.episodes.len() > 1), 0.03..0.07);
    assert_near(
        "2015 to 2019",
        share(&all, |bundle| (2015..=2019).contains(&bundle.case.year_of_registration.unwrap())),
        0.5..0.65,
    );
    let typed: Vec<_> = all
        .into_iter()
        .filter(|bundle| bundle.exploitations.iter().any(|row| row.exploitation_type.is_some()))
        .collect();
    let of = |kind| share(&typed, |bundle| bundle.exploitations.iter().any(|row| row.exploitation_type == Some(kind)));
    assert_near("sexual", of(ExploitationType::SexualExploitation), 0.57..0.66);
    assert_near("labour", of(ExploitationType::ForcedLabour), 0.2..0.32);
}

#[test]
fn the_subjects_of_the_demo_have_cases() {
    let mut all = bundles(3, CASES);
    all.retain(|bundle| bundle.case.mission_id.as_str() == "UA");
    let own = share(&all, |bundle| bundle.case.owner.as_deref() == Some("case_worker"));
    assert_near("owned by case_worker", own, 0.12..0.18);
    let team = share(&all, |bundle| {
        bundle.case.team.as_deref() == Some("UA/intake") && bundle.case.owner.as_deref() != Some("case_worker")
    });
    assert_near("of the team, owned by others", team, 0.17..0.24);
    let entered = |bundle: &CaseBundle| bundle.case.registered_by.as_deref() == Some("data_entry");
    assert_near("registered by data_entry", share(&all, entered), 0.03..0.07);
    assert!(all.iter().any(|bundle| entered(bundle) && bundle.case.status == Some(CaseStatus::Active)));
    assert!(all.iter().any(|bundle| entered(bundle) && bundle.case.status == Some(CaseStatus::Closed)));
}

#[test]
fn the_partner_has_referrals_in_every_state() {
    for cases in [300, CASES] {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let all = bundles(4, cases);
        let ua = all.iter().filter(|bundle| bundle.case.mission_id.as_str() == "UA");
        let partner = Some(PARTNER.to_owned());
        for referral in ua.flat_map(|bundle| &bundle.referrals).filter(|referral| referral.organisation == partner) {
            if referral.direction != Some(ReferralDirection::Outgoing)
                || referral.status != Some(ReferralStatus::Accepted)
            {
                continue;
            }
            let expired = referral.expires_on.unwrap() < today();
            *seen
                .entry(match (expired, referral.consent_in_force.unwrap()) {
                    (true, _) => "expired",
                    (false, true) => "with consent",
                    (false, false) => "without consent",
                })
                .or_default() += 1;
        }
        assert_eq!(seen.len(), 3, "{cases} cases: {seen:?}");
    }
}

#[test]
fn every_decision_and_classification_occurs() {
    let all = bundles(5, 2000);
    let decisions: BTreeSet<_> =
        all.iter().flat_map(|bundle| &bundle.consents).filter_map(|row| row.decision).collect();
    assert_eq!(
        decisions,
        BTreeSet::from([ConsentDecision::Given, ConsentDecision::Refused, ConsentDecision::Withdrawn])
    );
    let classes: BTreeSet<_> = all.iter().flat_map(|bundle| &bundle.passages).map(|row| row.classification).collect();
    use PassageClassification::{Identifying, Open, Restricted};
    assert_eq!(classes, BTreeSet::from([None, Some(Identifying), Some(Restricted), Some(Open)]));
}
