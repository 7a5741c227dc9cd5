//! Rows of a case belong together, and their dates, ages and sets do not contradict each other.

use std::collections::BTreeSet;

use chrono::Datelike;
use entity::codes::{ConsentMethod, MajorityStatus};
use entity::{Code, CodeSet};
use uuid::Uuid;

use super::{bundles, today};
use crate::casework::bundle::CaseBundle;
use crate::casework::derive;

#[test]
fn references_stay_in_the_bundle_and_ids_are_new() {
    let mut ids = BTreeSet::new();
    for bundle in bundles(11, 3000) {
        let mission = bundle.case.mission_id;
        let case = Some(bundle.case.id);
        let mut add = |mission_id, id: Uuid| {
            assert_eq!(mission_id, mission);
            assert_eq!(id.get_version_num(), 7);
            assert!(ids.insert(id), "an id repeats");
        };
        add(bundle.individual.mission_id, bundle.individual.id);
        add(mission, bundle.case.id);
        assert_eq!(bundle.case.individual_id, Some(bundle.individual.id));
        assert_eq!(bundle.case.record_key.unwrap().get_version_num(), 4);
        for row in &bundle.episodes {
            add(row.mission_id, row.id);
            assert_eq!(row.case_id, case);
        }
        let episode = |id: Option<Uuid>| bundle.episodes.iter().any(|row| Some(row.id) == id);
        for row in &bundle.exploitations {
            add(row.mission_id, row.id);
            assert!(row.case_id == case && episode(row.episode_id));
        }
        bundle.traffickers.iter().for_each(|row| add(row.mission_id, row.id));
        for row in &bundle.involvements {
            add(row.mission_id, row.id);
            assert!(row.case_id == case && episode(row.episode_id));
            assert!(bundle.traffickers.iter().any(|trafficker| Some(trafficker.id) == row.trafficker_id));
        }
        for row in &bundle.narratives {
            add(row.mission_id, row.id);
            assert_eq!(row.case_id, case);
        }
        for row in &bundle.passages {
            add(row.mission_id, row.id);
            assert!(row.case_id == case && bundle.narratives.iter().any(|text| Some(text.id) == row.narrative_id));
        }
        for row in &bundle.consents {
            add(row.mission_id, row.id);
            assert!(row.case_id == case && row.individual_id == bundle.case.individual_id);
        }
        for row in &bundle.referrals {
            add(row.mission_id, row.id);
            assert_eq!(row.case_id, case);
        }
    }
}

#[test]
fn cases_of_a_mission_come_in_the_order_of_their_days() {
    let all = bundles(12, 3000);
    for (earlier, later) in all.iter().zip(&all[1..]).filter(|(one, two)| one.case.mission_id == two.case.mission_id) {
        assert!(earlier.case.registered_on <= later.case.registered_on);
        assert!(earlier.case.registered_on.unwrap().year() >= 2005);
        assert!(later.case.registered_on.unwrap() <= today());
    }
}

#[test]
fn dates_follow_each_other() {
    for bundle in bundles(13, 4000) {
        let registered = bundle.case.registered_on.unwrap();
        let last = bundle.case.closed_on.unwrap_or(today());
        assert!(registered <= last && last <= today());
        assert_eq!(bundle.case.closed_on.is_some(), bundle.case.closure_reason.is_some());
        let born = bundle.individual.birth_date;
        let mut before = None;
        for row in &bundle.episodes {
            assert!(row.started_on.is_none_or(|day| day >= born.unwrap_or(day) && Some(day) >= before), "{row:?}");
            assert!(
                row.ended_on.is_none_or(|day| day <= registered && row.started_on.is_none_or(|start| start <= day))
            );
            before = row.ended_on.or(row.started_on).or(before);
        }
        for row in &bundle.exploitations {
            let episode = bundle.episodes.iter().find(|episode| Some(episode.id) == row.episode_id).unwrap();
            assert!(row.started_on.is_none() || row.started_on >= episode.started_on);
            assert!(row.started_on.is_none() || episode.ended_on.is_none() || row.started_on <= episode.ended_on);
        }
        assert!(bundle.narratives.iter().all(|row| (registered..=last).contains(&row.written_on.unwrap())));
        assert!(bundle.consents.iter().all(|row| (registered..=last).contains(&row.decided_on.unwrap())));
        assert!(bundle.consents.is_sorted_by_key(|row| row.decided_on));
        for row in &bundle.referrals {
            assert!(row.referred_on.unwrap() <= last);
            assert!(row.accepted_on.is_none_or(|day| row.referred_on.unwrap() <= day && day <= last), "{row:?}");
            assert!(row.expires_on.is_none_or(|day| day >= row.accepted_on.unwrap()), "{row:?}");
        }
    }
}

#[test]
fn ages_agree() {
    for bundle in bundles(14, 4000) {
        for row in &bundle.episodes {
            if let (Some(age), Some(majority)) = (row.age_at_entry, row.majority_at_entry) {
                assert_eq!(majority, derive::majority(age.unsigned_abs().into()));
            }
            if let (Some(age), Some(born), Some(start)) =
                (row.age_at_entry, bundle.individual.birth_date, row.started_on)
            {
                assert_eq!(start.years_since(born), Some(age.unsigned_abs().into()));
            }
            if bundle.case.majority_status == Some(MajorityStatus::Minor) {
                assert_ne!(row.majority_at_entry, Some(MajorityStatus::Adult));
                assert_ne!(row.majority_at_exploitation, Some(MajorityStatus::Adult));
            }
        }
        if bundle.case.majority_status == Some(MajorityStatus::Minor) {
            assert!(bundle.individual.number_of_children.is_none());
        }
    }
}

#[test]
fn guardians_consent_for_children_and_for_nobody_else() {
    let mut children = 0;
    for bundle in bundles(15, 4000) {
        let Some(born) = bundle.individual.birth_date else { continue };
        for row in &bundle.consents {
            let child = row.decided_on.unwrap().years_since(born).unwrap() < 18;
            assert_eq!(row.method == Some(ConsentMethod::Guardian), child);
            children += usize::from(child);
        }
    }
    assert!(children > 500);
}

fn disjoint<T: Code>(one: Option<CodeSet<T>>, other: Option<CodeSet<T>>) -> bool {
    one.unwrap_or_default().bits() & other.unwrap_or_default().bits() == 0
}

#[test]
fn nothing_is_both_the_case_and_excluded() {
    let mut excluded = 0;
    for CaseBundle { episodes, exploitations, .. } in bundles(16, 4000) {
        for row in &episodes {
            assert!(disjoint(row.means_of_control, row.means_of_control_excluded));
            assert!(disjoint(row.recruiter_relations, row.recruiter_relations_excluded));
            excluded += usize::from(row.exploitation_types_excluded.is_some());
            for of_episode in exploitations.iter().filter(|one| one.episode_id == Some(row.id)) {
                let kind = of_episode.exploitation_type.into_iter().collect();
                assert!(disjoint(Some(kind), row.exploitation_types_excluded));
                assert!(disjoint(of_episode.forced_labour_industries, row.forced_labour_industries_excluded));
                assert!(disjoint(of_episode.sex_exploitation_types, row.sex_exploitation_types_excluded));
            }
        }
    }
    assert!(excluded > 500);
}
