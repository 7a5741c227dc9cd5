//! The case file: number, status, people in charge, risk, closure.
//!
//! The subjects and teams that the tokens of `causeway demo` name have their cases in mission UA: see [`people`].

use chrono::{Datelike, NaiveDate};
use entity::codes::{CaseStatus, DataSource, DecisionMakingOrganisation, RiskLevel, TraffickingStatus};
use entity::{case_file, individual};

use super::draw::{Draw, plus};
use super::names::CULTURES;
use super::places::{self, Mission};
use super::referrals::Scenario;
use super::truth::Truth;
use crate::casework::derive;

const CLOSURE_REASONS: &[(&str, u32)] = &[
    ("Assistance completed", 55),
    ("Contact lost", 20),
    ("Moved to another country", 10),
    ("Assistance declined", 8),
    ("Not eligible", 7),
];
/// So many case workers are in a team.
const TEAM_SIZE: usize = 3;
const TEAMS: &[&str] = &["intake", "shelter", "protection"];

/// Who registered and who manages a case.
pub(super) struct People {
    pub(super) registered_by: String,
    pub(super) owner: String,
    team: String,
}

/// Where a case stands in its mission.
#[derive(Clone, Copy)]
pub(super) struct Rank {
    /// Its place among the cases of the mission, from 0.
    pub(super) index: usize,
    /// How many cases the mission has.
    pub(super) count: usize,
    /// Its number among the cases of the mission and the year, from 1.
    pub(super) number: u32,
}

/// Draws who is in charge. In mission UA `case_worker` owns about 15 cases in a hundred, colleagues in the team `UA/intake`
/// 20 more, and `data_entry` registered 5: more of the latest ones, which are open.
pub(super) fn people(draw: &mut Draw, mission: &Mission, rank: Rank) -> People {
    let demo = mission.code.as_str() == "UA";
    let late = rank.index * 5 >= rank.count * 4;
    let by_data_entry = demo && draw.percent(if late { 10 } else { 4 });
    let intake = subject(mission, draw.below(TEAM_SIZE as u32) as usize);
    let registered_by = if by_data_entry { "data_entry".to_owned() } else { intake };
    let (owner, team) = match draw.below(100) {
        0..15 if demo => ("case_worker".to_owned(), 0),
        0..35 => (subject(mission, draw.below(TEAM_SIZE as u32) as usize), 0),
        _ => {
            let team = 1 + draw.below(TEAMS.len() as u32 - 1) as usize;
            (subject(mission, team * TEAM_SIZE + draw.below(TEAM_SIZE as u32) as usize), team)
        }
    };
    People { registered_by, owner, team: format!("{}/{}", mission.code, TEAMS[team]) }
}

/// The subject of a case worker, such as `olena.k`.
fn subject(mission: &Mission, at: usize) -> String {
    let culture = places::country(mission.code).and_then(|country| CULTURES.get(country.culture.as_str()));
    let mut given = culture.into_iter().flat_map(|culture| &culture.female).map(|name| name.latin[1]);
    let mut family = culture.into_iter().flat_map(|culture| &culture.family).map(|name| name.latin[1]);
    let plain = |name: &&str| name.bytes().all(|byte| byte.is_ascii_alphabetic());
    let (given, family) = (given.by_ref().filter(plain).nth(at), family.by_ref().filter(plain).nth(at + 1));
    format!("{}.{}", given.unwrap_or("worker"), family.map_or("x", |family| &family[..1])).to_ascii_lowercase()
}

/// The case file of an individual.
pub(super) fn case(
    draw: &mut Draw,
    truth: &Truth,
    individual: &individual::Model,
    people: &People,
    rank: Rank,
    scenario: Option<Scenario>,
) -> case_file::Model {
    let (status, closed_on) = status(draw, truth, scenario);
    let trafficking_status = trafficking_status(draw);
    let year = truth.registered_on.year();
    let mut case = case_file::Model {
        individual_id: Some(truth.individual_id),
        case_number: Some(format!("{}-{year}-{:06}", truth.mission.code, rank.number)),
        status: Some(status),
        trafficking_status,
        trafficking_status_decided_by: decided_by(draw, trafficking_status),
        data_source: Some(if truth.remote { DataSource::Hotline } else { DataSource::CaseManagement }),
        registered_on: Some(truth.registered_on),
        registered_by: Some(people.registered_by.clone()),
        owner: Some(people.owner.clone()),
        team: Some(people.team.clone()),
        risk_level: risk_level(draw),
        closed_on,
        closure_reason: closed_on.and_then(|_| draw.weighted(CLOSURE_REASONS)).map(str::to_owned),
        record_key: Some(draw.random_uuid()),
        ..case_file::Model::blank(truth.mission.code, truth.case_id)
    };
    report_age(draw, truth, individual, &mut case);
    case
}

/// Cases last from two months to four years; what would end after today is open.
fn status(draw: &mut Draw, truth: &Truth, scenario: Option<Scenario>) -> (CaseStatus, Option<NaiveDate>) {
    let length = draw.between(60, 1460).min(draw.between(60, 1460));
    let end = plus(truth.registered_on, length);
    let kept_open = scenario.is_some_and(Scenario::is_current) || draw.percent(2);
    if end > truth.today || kept_open {
        let open = draw.weighted(&[(CaseStatus::Active, 65), (CaseStatus::FollowUp, 35)]);
        return (open.unwrap_or(CaseStatus::Active), None);
    }
    let closed = draw.weighted(&[(CaseStatus::Closed, 88), (CaseStatus::ClosedReferred, 12)]);
    (closed.unwrap_or(CaseStatus::Closed), Some(end))
}

fn trafficking_status(draw: &mut Draw) -> Option<TraffickingStatus> {
    use TraffickingStatus::{ActualVictimOfTrafficking, NotAVictimOfTrafficking, PossibleVictimOfTrafficking};
    draw.weighted(&[
        (Some(ActualVictimOfTrafficking), 58),
        (Some(PossibleVictimOfTrafficking), 31),
        (Some(NotAVictimOfTrafficking), 3),
        (None, 8),
    ])
    .flatten()
}

fn decided_by(draw: &mut Draw, status: Option<TraffickingStatus>) -> Option<DecisionMakingOrganisation> {
    use DecisionMakingOrganisation::{CourtOrProsecution, NGO, NonPoliceGovernmentalOrganization, Other, Police};
    let decided = status.is_some_and(|status| status != TraffickingStatus::PossibleVictimOfTrafficking);
    let organisations =
        [(NGO, 42), (Police, 24), (NonPoliceGovernmentalOrganization, 18), (CourtOrProsecution, 8), (Other, 8)];
    (decided && draw.percent(70)).then(|| draw.weighted(&organisations)).flatten()
}

fn risk_level(draw: &mut Draw) -> Option<RiskLevel> {
    use RiskLevel::{Critical, High, Low, Medium};
    draw.weighted(&[(Some(Low), 28), (Some(Medium), 38), (Some(High), 17), (Some(Critical), 3), (None, 14)]).flatten()
}

/// Where the birth date was not recorded, the band or the majority may have been. CTDC: the band is unknown in 47 of 100, the
/// majority in 27.
fn report_age(draw: &mut Draw, truth: &Truth, individual: &individual::Model, case: &mut case_file::Model) {
    let age = truth.age_on(truth.registered_on);
    if individual.birth_date.is_some() {
        return;
    }
    match draw.below(100) {
        0..12 => {
            case.age_band = Some(derive::age_band(age));
            case.majority_status = Some(derive::majority(age));
        }
        12..50 => case.majority_status = Some(derive::majority(age)),
        _ => {}
    }
}
