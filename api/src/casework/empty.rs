//! Rows with nothing in them but their keys and what follows from these.

use chrono::{DateTime, SubsecRound, Utc};
use entity::{CodeSet, CountryCode, case_file, codes::MissionStatus, mission};
use uuid::Uuid;

/// A mission without any records, with the region and the office of its country.
#[must_use]
pub fn mission(code: CountryCode, created_at: DateTime<Utc>) -> mission::Model {
    let country = code.country();
    mission::Model {
        id: code,
        un_region: country.un_region,
        regional_office: (!country.regional_office.is_empty()).then(|| country.regional_office.to_owned()),
        status: MissionStatus::Active,
        data_version: 0,
        audit_head: String::new(),
        time_zone: None,
        // PostgreSQL keeps no more; both databases then hold the same moment.
        created_at: created_at.trunc_subsecs(6),
    }
}

/// A case of which nothing is known yet but whose it is. Its key in the fact table is random: a fact leads to no case.
#[must_use]
pub fn case_file(mission: CountryCode, id: Uuid, individual: Uuid) -> case_file::Model {
    case_file::Model {
        individual_id: Some(individual),
        consents_in_force: Some(CodeSet::from_bits(0)),
        record_key: Some(Uuid::new_v4()),
        ..case_file::Model::blank(mission, id)
    }
}
