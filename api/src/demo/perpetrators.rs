//! Alleged perpetrators: a profile, a name where one was alleged, and what each did in which episode.

use entity::codes::{AgeBand, Gender, RelationshipToTrafficker, RoleInProcess};
use entity::{CodeSet, episode_trafficker, trafficker, trafficking_episode};

use super::draw::Draw;
use super::names::{CULTURES, Form};
use super::places::{self, Country};
use super::truth::Truth;

/// CTDC victim-perpetrator release, `IP_Gender`: 62 masculine, 22 feminine, the rest both.
const GENDERS: &[(Gender, u32)] = &[(Gender::Masculine, 68), (Gender::Feminine, 32)];
/// The same release, `IP_ageBroad`, spread over the bands of case files.
const AGES: &[(AgeBand, u32)] = &[
    (AgeBand::Age18To20, 1),
    (AgeBand::Age21To23, 2),
    (AgeBand::Age24To26, 3),
    (AgeBand::Age27To29, 4),
    (AgeBand::Age30To38, 38),
    (AgeBand::Age39To47, 41),
    (AgeBand::Age48Plus, 11),
];
const ROLES: &[(RoleInProcess, u32)] = &[
    (RoleInProcess::RecruiterOrIntermediary, 56),
    (RoleInProcess::Exploiter, 45),
    (RoleInProcess::Transporter, 18),
    (RoleInProcess::HarbouredIndividual, 14),
    (RoleInProcess::ControlledIndividual, 12),
    (RoleInProcess::ReceivedIndividual, 10),
    (RoleInProcess::BrokerTravelAgent, 8),
    (RoleInProcess::Abuser, 6),
    (RoleInProcess::SoldIndividual, 3),
    (RoleInProcess::BoughtIndividual, 3),
    (RoleInProcess::Kidnapper, 1),
];
/// Names that other people use; no given name of the lists.
const ALIASES: &[&str] = &["Madam", "the Uncle", "the Boss", "Captain", "the Driver", "Auntie", "the Doctor"];

/// The traffickers of a case with their involvements.
pub(super) fn traffickers(
    draw: &mut Draw,
    truth: &Truth,
    episodes: &[trafficking_episode::Model],
) -> (Vec<trafficker::Model>, Vec<episode_trafficker::Model>) {
    let (mut traffickers, mut involvements) = (Vec::new(), Vec::new());
    for episode in episodes {
        let count = draw.weighted(&[(0, 56), (1, 29), (2, 11), (3, 4)]).unwrap_or(0);
        for _ in 0..count {
            let trafficker = trafficker(draw, truth);
            involvements.push(involvement(draw, truth, episode, &trafficker));
            traffickers.push(trafficker);
        }
    }
    (traffickers, involvements)
}

fn trafficker(draw: &mut Draw, truth: &Truth) -> trafficker::Model {
    let origin = origin(draw, truth);
    let gender = draw.weighted(GENDERS);
    let (given_names, family_name) = names(draw, origin, gender);
    let id = draw.id(truth.registered_on);
    trafficker::Model {
        given_names,
        family_name,
        alias: draw.percent(14).then(|| draw.pick(ALIASES).unwrap_or_default().to_owned()),
        gender: gender.filter(|_| draw.percent(80)),
        citizenship: draw.percent(67).then_some(origin.code),
        age_band: draw.percent(30).then(|| draw.weighted(AGES)).flatten(),
        ..trafficker::Model::blank(truth.mission.code, id)
    }
}

/// Most traffickers come from where the individual comes from, or from where the mission is.
fn origin(draw: &mut Draw, truth: &Truth) -> &'static Country {
    let other = match draw.below(100) {
        0..66 => None,
        66..86 => places::country(truth.mission.code),
        _ => truth.mission.citizenship(draw),
    };
    other.unwrap_or(truth.citizenship)
}

fn names(draw: &mut Draw, origin: &Country, gender: Option<Gender>) -> (Option<String>, Option<String>) {
    let form = if gender == Some(Gender::Feminine) { Form::Feminine } else { Form::Masculine };
    let name = CULTURES.get(origin.culture.as_str()).map(|culture| culture.name(draw, form, false));
    let (given, family) = name.unzip();
    match draw.below(100) {
        0..25 => (given, family),
        25..45 => (given, None),
        _ => (None, None),
    }
}

fn involvement(
    draw: &mut Draw,
    truth: &Truth,
    episode: &trafficking_episode::Model,
    trafficker: &trafficker::Model,
) -> episode_trafficker::Model {
    use RelationshipToTrafficker::{Acquainted, Familial, Unaquainted};
    let first: CodeSet<_> = draw.weighted(ROLES).into_iter().collect();
    let second = draw.percent(35).then(|| draw.weighted(ROLES)).flatten();
    let id = draw.id(truth.registered_on);
    episode_trafficker::Model {
        case_id: Some(truth.case_id),
        episode_id: Some(episode.id),
        trafficker_id: Some(trafficker.id),
        roles: draw.percent(85).then(|| first.union(second.into_iter().collect())),
        // The same release, IP_Relation: strangers 57, acquaintances 32, family and partners 7.
        relationship: draw
            .weighted(&[(Some(Unaquainted), 40), (Some(Acquainted), 25), (Some(Familial), 6), (None, 29)])
            .flatten(),
        ..episode_trafficker::Model::blank(truth.mission.code, id)
    }
}
