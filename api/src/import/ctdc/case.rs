//! A draft as the rows of one case: the individual, the case, and one episode with its exploitations and perpetrators.
//!
//! What CTDC does not say stays empty, except for the status, which every case must have: these interviews are history, so
//! it is *closed*. Whether somebody was trafficked before is not said either.

use entity::codes::{CaseStatus, DataSource};
use entity::{CountryCode, CountryList, case_file, individual};
use uuid::{Builder, Uuid};

use super::{Release, draft::Draft, episode, exploitations, perpetrators};
use crate::casework::bundle::CaseBundle;

/// Where a row comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// The release.
    pub(super) release: Release,
    /// The line in the file.
    pub(super) line: u64,
    /// A digest of the row, hexadecimal.
    pub(super) digest: String,
}

impl Origin {
    fn case_number(&self) -> String {
        format!("CTDC-{}-{}", self.release.tag(), self.line)
    }

    /// The line is part of it: most rows equal another one and are another person's all the same.
    fn import_key(&self) -> String {
        format!("{}:{}:{}", self.release.tag(), self.line, self.digest)
    }
}

/// The mission that holds the row.
pub(super) fn mission_of(draft: &Draft) -> CountryCode {
    draft.country.unwrap_or(CountryCode::UNALLOCATED)
}

/// The rows of one case, derived columns included.
pub(super) fn bundle(draft: &Draft, origin: &Origin) -> CaseBundle {
    let individual = individual_of(draft);
    let case = case_of(draft, origin, individual.id);
    let episode = episode::of(draft, &case);
    let exploitations = exploitations::of(draft, &episode);
    let (traffickers, involvements) = perpetrators::of(&draft.perpetrators, &episode);
    let mut bundle = CaseBundle {
        individual,
        case,
        episodes: vec![episode],
        exploitations,
        traffickers,
        involvements,
        narratives: Vec::new(),
        passages: Vec::new(),
        consents: Vec::new(),
        referrals: Vec::new(),
    };
    bundle.derive();
    bundle.episodes.iter_mut().for_each(|episode| episode.re_trafficking = None);
    bundle
}

fn individual_of(draft: &Draft) -> individual::Model {
    individual::Model {
        mission_id: mission_of(draft),
        id: Uuid::now_v7(),
        given_names: None,
        family_name: None,
        birth_date: None,
        identity_number: None,
        phone: None,
        email: None,
        address: None,
        gender: draft.gender,
        citizenships: draft.citizenship.map(|country| CountryList(vec![country])),
        country_of_birth: None,
        marital_status: None,
        education: None,
        primary_language: None,
        number_of_children: None,
        given_names_key: None,
        family_name_key: None,
        identity_number_key: None,
        email_key: None,
        address_key: None,
        primary_language_key: None,
    }
}

fn case_of(draft: &Draft, origin: &Origin, individual: Uuid) -> case_file::Model {
    case_file::Model {
        mission_id: mission_of(draft),
        id: Uuid::now_v7(),
        individual_id: Some(individual),
        case_number: Some(origin.case_number()),
        status: Some(CaseStatus::Closed),
        trafficking_status: None,
        trafficking_status_decided_by: None,
        data_source: if origin.release.is_synthetic() { Some(DataSource::SyntheticData) } else { draft.data_source },
        registered_on: None,
        registration_month: None,
        year_of_registration: draft.year,
        registered_by: None,
        owner: None,
        team: None,
        risk_level: None,
        closed_on: None,
        closure_reason: None,
        age_band: draft.age_band,
        majority_status: draft.majority,
        consents_in_force: None,
        record_key: Some(Builder::from_random_bytes(rand::random()).into_uuid()),
        import_key: Some(origin.import_key()),
        case_number_key: None,
        registered_by_key: None,
        owner_key: None,
        team_key: None,
    }
}
