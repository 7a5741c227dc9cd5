//! Rows with nothing in them but their keys and what follows from these.

use chrono::{DateTime, SubsecRound, Utc};
use entity::{CodeSet, CountryCode, case_file, codes::MissionStatus, individual, mission};
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

/// An individual of whom nothing is known yet.
#[must_use]
pub const fn individual(mission: CountryCode, id: Uuid) -> individual::Model {
    individual::Model {
        mission_id: mission,
        id,
        given_names: None,
        family_name: None,
        birth_date: None,
        identity_number: None,
        phone: None,
        email: None,
        address: None,
        gender: None,
        citizenships: None,
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

/// A case of which nothing is known yet but whose it is. Its key in the fact table is random: a fact leads to no case.
#[must_use]
pub fn case_file(mission: CountryCode, id: Uuid, individual: Uuid) -> case_file::Model {
    case_file::Model {
        mission_id: mission,
        id,
        individual_id: Some(individual),
        case_number: None,
        status: None,
        trafficking_status: None,
        trafficking_status_decided_by: None,
        data_source: None,
        registered_on: None,
        registration_month: None,
        year_of_registration: None,
        registered_by: None,
        owner: None,
        team: None,
        risk_level: None,
        closed_on: None,
        closure_reason: None,
        age_band: None,
        majority_status: None,
        consents_in_force: Some(CodeSet::from_bits(0)),
        record_key: Some(Uuid::new_v4()),
        import_key: None,
        case_number_key: None,
        registered_by_key: None,
        owner_key: None,
        team_key: None,
    }
}
