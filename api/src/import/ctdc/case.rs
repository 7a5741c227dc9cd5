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
        gender: draft.gender,
        citizenships: draft.citizenship.map(|country| CountryList(vec![country])),
        ..individual::Model::blank(mission_of(draft), Uuid::now_v7())
    }
}

fn case_of(draft: &Draft, origin: &Origin, individual: Uuid) -> case_file::Model {
    case_file::Model {
        individual_id: Some(individual),
        case_number: Some(origin.case_number()),
        status: Some(CaseStatus::Closed),
        data_source: if origin.release.is_synthetic() { Some(DataSource::SyntheticData) } else { draft.data_source },
        year_of_registration: draft.year,
        age_band: draft.age_band,
        majority_status: draft.majority,
        record_key: Some(Builder::from_random_bytes(rand::random()).into_uuid()),
        import_key: Some(origin.import_key()),
        ..case_file::Model::blank(mission_of(draft), Uuid::now_v7())
    }
}
