//! Means of control: which, by what the trafficking was for; which were assessed and are not the case.

use entity::codes::MeansOfControl;
use entity::{CodeSet, trafficking_episode};

use super::draw::Draw;
use super::truth::Purpose;

/// Of a hundred cases with any known means: how many have this one, in sexual exploitation, forced labour, other (CTDC synthetic).
const MEANS: &[(MeansOfControl, [u32; 3])] = &[
    (MeansOfControl::PhysicalThreats, [33, 49, 31]),
    (MeansOfControl::ThreatsLawEnforcement, [3, 26, 2]),
    (MeansOfControl::ThreatensChildrenFamily, [3, 5, 4]),
    (MeansOfControl::DebtBondage, [8, 21, 6]),
    (MeansOfControl::FalsePromises, [13, 47, 34]),
    (MeansOfControl::PhysicalAbuse, [29, 29, 35]),
    (MeansOfControl::SexualAbuse, [21, 4, 12]),
    (MeansOfControl::TakesEarnings, [14, 57, 5]),
    (MeansOfControl::RestrictsFinancialAccess, [4, 8, 4]),
    (MeansOfControl::RestrictsMedicalCare, [3, 21, 21]),
    (MeansOfControl::WithholdsNecessities, [8, 29, 27]),
    (MeansOfControl::PsychologicalAbuse, [36, 50, 30]),
    (MeansOfControl::PsychoactiveSubstance, [22, 2, 1]),
    (MeansOfControl::ExcessiveWorkingHours, [5, 50, 9]),
    (MeansOfControl::WithholdsDocuments, [6, 38, 6]),
    (MeansOfControl::RestrictsMovement, [33, 47, 20]),
    (MeansOfControl::Other, [21, 17, 35]),
];

/// Sets the means of control of an episode and those that are not the case. What is in neither set is unknown.
pub(super) fn means(draw: &mut Draw, purpose: Purpose, episode: &mut trafficking_episode::Model) {
    let (column, known) = match purpose {
        Purpose::Sexual => (0, 47),
        Purpose::Labour | Purpose::Combined => (1, 66),
        Purpose::Other => (2, 20),
    };
    let drawn = match draw.percent(known) {
        true => draw.each(MEANS.iter().map(|(means, shares)| (*means, shares[column]))),
        false => CodeSet::default(),
    };
    if drawn.is_empty() {
        // CTDC: "not specified" in 6 of 10 records for which the question was asked at all.
        let asked = draw.percent(80);
        episode.means_of_control = asked.then(|| [MeansOfControl::NotSpecified].into_iter().collect());
        return;
    }
    episode.means_of_control = Some(drawn);
    if draw.percent(45) {
        let rest = MEANS.iter().map(|(means, _)| *means).filter(|means| !drawn.contains(*means));
        episode.means_of_control_excluded = Some(draw.each(rest.map(|means| (means, 55))));
    }
}
