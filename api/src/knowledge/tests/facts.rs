//! Random facts, and what each of them counts as, worked out from the typed columns and not from stored numbers.

use entity::{Code, CodeSet, CountryCode, fact};
use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

use super::super::Dimension;

/// Every dimension.
pub(super) fn dimensions() -> Vec<Dimension> {
    use async_graphql::resolver_utils::EnumType;
    Dimension::items().iter().map(|item| item.value).collect()
}

/// Facts with few distinct values, so that groups have several cases, and with every kind of unknown.
pub(super) fn random(random: &mut ChaCha8Rng, mission: &str, how_many: usize) -> Vec<fact::Model> {
    (0..how_many).map(|_| one(random, mission.parse().unwrap())).collect()
}

fn one(random: &mut ChaCha8Rng, mission_id: CountryCode) -> fact::Model {
    fact::Model {
        mission_id,
        record_key: Uuid::from_u128(random.random()),
        year_of_registration: random.random_bool(0.9).then(|| random.random_range(2018..2021)),
        data_source: code(random),
        case_status: code(random),
        trafficking_status: code(random),
        gender: code(random),
        age_band: code(random),
        majority_status: code(random),
        majority_at_entry: code(random),
        majority_at_exploitation: code(random),
        citizenship: country(random),
        country_of_exploitation: country(random),
        exploitation_types: set(random),
        forced_labour_industries: set(random),
        sex_exploitation_types: set(random),
        means_of_control: set(random),
        recruiter_relations: set(random),
        recruitment_methods: set(random),
        abduction: random.random_bool(0.8).then(|| random.random()),
        duration_band: code(random),
        re_trafficked: random.random_bool(0.8).then(|| random.random()),
        trafficker_roles: set(random),
        trafficker_genders: set(random),
        trafficker_citizenship: country(random),
    }
}

fn code<T: Code>(random: &mut ChaCha8Rng) -> Option<T> {
    random.random_bool(0.8).then(|| *T::ALL.choose(random).unwrap())
}

/// The first and the last value of a list more often than the others.
fn set<T: Code>(random: &mut ChaCha8Rng) -> CodeSet<T> {
    let mut set: CodeSet<T> = (0..random.random_range(0..3)).map(|_| *T::ALL.choose(random).unwrap()).collect();
    if random.random_bool(0.3) {
        set.insert(*[T::ALL.first(), T::ALL.last()].choose(random).unwrap().unwrap());
    }
    set
}

fn country(random: &mut ChaCha8Rng) -> Option<CountryCode> {
    ["UA", "MD", "ZW", ""].choose(random).unwrap().parse().ok()
}

/// The keys that a fact counts under.
pub(super) fn keys(dimension: Dimension, fact: &fact::Model) -> Vec<Option<String>> {
    let mission = fact.mission_id.country();
    match dimension {
        Dimension::Mission => vec![Some(fact.mission_id.to_string())],
        Dimension::Region => of_code(mission.un_region),
        Dimension::RegionalOffice => {
            vec![Some(mission.regional_office.to_owned()).filter(|office| !office.is_empty())]
        }
        Dimension::YearOfRegistration => vec![fact.year_of_registration.map(|year| year.to_string())],
        Dimension::DataSource => of_code(fact.data_source),
        Dimension::CaseStatus => of_code(fact.case_status),
        Dimension::TraffickingStatus => of_code(fact.trafficking_status),
        Dimension::Gender => of_code(fact.gender),
        Dimension::AgeBand => of_code(fact.age_band),
        Dimension::MajorityStatus => of_code(fact.majority_status),
        Dimension::MajorityAtEntry => of_code(fact.majority_at_entry),
        Dimension::MajorityAtExploitation => of_code(fact.majority_at_exploitation),
        Dimension::Citizenship => of_country(fact.citizenship),
        Dimension::CountryOfExploitation => of_country(fact.country_of_exploitation),
        Dimension::ExploitationType => of_set(fact.exploitation_types),
        Dimension::ForcedLabourIndustry => of_set(fact.forced_labour_industries),
        Dimension::SexExploitationType => of_set(fact.sex_exploitation_types),
        Dimension::MeansOfControl => of_set(fact.means_of_control),
        Dimension::RecruiterRelation => of_set(fact.recruiter_relations),
        Dimension::RecruitmentMethod => of_set(fact.recruitment_methods),
        Dimension::Abduction => of_truth(fact.abduction),
        Dimension::DurationBand => of_code(fact.duration_band),
        Dimension::ReTrafficked => of_truth(fact.re_trafficked),
        Dimension::TraffickerRole => of_set(fact.trafficker_roles),
        Dimension::TraffickerGender => of_set(fact.trafficker_genders),
        Dimension::TraffickerCitizenship => of_country(fact.trafficker_citizenship),
    }
}

fn of_code<T: Code>(code: Option<T>) -> Vec<Option<String>> {
    vec![code.map(|code| code.described().graphql.to_owned())]
}

fn of_set<T: Code>(set: CodeSet<T>) -> Vec<Option<String>> {
    let known: Vec<_> = set.iter().map(|code| Some(code.described().graphql.to_owned())).collect();
    if known.is_empty() { vec![None] } else { known }
}

fn of_truth(truth: Option<bool>) -> Vec<Option<String>> {
    vec![truth.map(|truth| if truth { "YES" } else { "NO" }.to_owned())]
}

fn of_country(country: Option<CountryCode>) -> Vec<Option<String>> {
    vec![country.map(|country| country.to_string())]
}
