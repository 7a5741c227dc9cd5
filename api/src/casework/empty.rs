//! Rows with nothing in them but their keys.

use entity::{CodeSet, CountryCode, case_file, individual};
use uuid::Uuid;

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
    }
}
