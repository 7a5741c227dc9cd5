//! Times through the process of trafficking: when, how long, at what age. Built backwards from the registration, so that no
//! episode ends after it or begins before the individual was born.

use chrono::{Months, NaiveDate};
use entity::codes::{DurationBand, RecruiterRelation, RecruitmentMethod};
use entity::{CodeSet, exploitation, trafficking_episode};

use super::draw::{Draw, plus};
use super::truth::{Span, Truth};
use super::{control, exploitations};
use crate::casework::derive;

/// First and last whole month by CTDC's bands (synthetic release, `traffickMonths`).
const DURATIONS: &[((i64, i64), u32)] = &[((1, 12), 44), ((13, 24), 26), ((25, 60), 19), ((61, 130), 11)];

/// The episodes of a case, the first one first, with what was exploited in them. None where nothing of the process is known.
pub(super) fn episodes(draw: &mut Draw, truth: &Truth) -> (Vec<trafficking_episode::Model>, Vec<exploitation::Model>) {
    let mut exploited = Vec::new();
    let spans = spans(draw, truth);
    let episodes = (1..).zip(spans).map(|(number, span)| {
        let mut episode = episode(draw, truth, number, span);
        let of_episode = exploitations::exploitations(draw, truth, &mut episode, span);
        exploited.extend(of_episode);
        episode
    });
    (episodes.collect(), exploited)
}

/// About one in twenty was trafficked more than once; of one in twenty-five no episode is recorded.
fn spans(draw: &mut Draw, truth: &Truth) -> Vec<Span> {
    let wanted = draw.weighted(&[(0, 4), (1, 90), (2, 5), (3, 1)]).unwrap_or(1);
    let mut spans: Vec<Span> = Vec::with_capacity(wanted);
    let mut latest_end = plus(truth.registered_on, -draw.between(0, 200).min(draw.between(0, 900)));
    latest_end = latest_end.max(plus(truth.born, 200)).min(truth.registered_on);
    while spans.len() < wanted {
        let Some(span) = span(draw, truth, latest_end) else { break };
        latest_end = plus(span.started_on, -draw.between(60, 900));
        spans.push(span);
        if truth.age_on(latest_end) < 10 {
            break;
        }
    }
    spans.reverse();
    spans
}

/// An episode with this end. The younger the individual, the shorter: nobody enters long before school age.
fn span(draw: &mut Draw, truth: &Truth, ended_on: NaiveDate) -> Option<Span> {
    let longest = (i64::from(truth.age_on(ended_on)) - 5).max(0) * 6 + 3;
    let (shortest_of_band, longest_of_band) = draw.weighted(DURATIONS)?;
    let months = draw.between(shortest_of_band, longest_of_band).min(longest);
    let started_on = ended_on.checked_sub_months(Months::new(u32::try_from(months).ok()?))?;
    Some(Span { started_on, ended_on, months: i16::try_from(months).ok()? })
}

fn episode(draw: &mut Draw, truth: &Truth, number: i16, span: Span) -> trafficking_episode::Model {
    let recorded = recorded_span(draw, span);
    let age = truth.age_on(span.started_on);
    let known_age = draw.percent(22);
    let id = draw.id(truth.registered_on);
    let mut episode = trafficking_episode::Model {
        case_id: Some(truth.case_id),
        number: Some(number),
        started_on: recorded.started_on,
        ended_on: recorded.ended_on,
        duration_months: recorded.months,
        duration_band: recorded.band,
        age_at_entry: known_age.then(|| i16::try_from(age).ok()).flatten(),
        majority_at_entry: (known_age || draw.percent(6)).then(|| derive::majority(age)),
        majority_at_exploitation: draw.percent(27).then(|| derive::majority(truth.age_on(plus(span.started_on, 20)))),
        recruitment_methods: recruitment_methods(draw),
        abduction: abduction(draw),
        ..trafficking_episode::Model::blank(truth.mission.code, id)
    };
    recruiter(draw, &mut episode, age);
    control::means(draw, truth.purpose, &mut episode);
    episode
}

/// What was recorded of a span. CTDC: the duration is unknown in nine of ten; here in six.
#[derive(Default)]
struct Recorded {
    started_on: Option<NaiveDate>,
    ended_on: Option<NaiveDate>,
    months: Option<i16>,
    band: Option<DurationBand>,
}

fn recorded_span(draw: &mut Draw, span: Span) -> Recorded {
    let Span { started_on, ended_on, months } = span;
    match draw.below(100) {
        0..26 => Recorded { started_on: Some(started_on), ended_on: Some(ended_on), ..Recorded::default() },
        26..34 => Recorded { started_on: Some(started_on), ..Recorded::default() },
        34..40 => Recorded { ended_on: Some(ended_on), ..Recorded::default() },
        40..48 => Recorded { months: Some(months), ..Recorded::default() },
        48..54 => Recorded { band: Some(derive::duration_band(months)), ..Recorded::default() },
        _ => Recorded::default(),
    }
}

fn recruitment_methods(draw: &mut Draw) -> Option<CodeSet<RecruitmentMethod>> {
    use RecruitmentMethod::{
        AtAPlaceOfBusiness, AtAnEducationalInstitution, AtWork, Other, ThroughANewspaperAdvert,
        ThroughAnOnlineAdvertisement, ThroughFamilyOrFamilyEvents, ThroughFriendsOrSocialEvents,
        ThroughOnlineSocialNetworks,
    };
    let methods = [
        (AtAPlaceOfBusiness, 8),
        (AtAnEducationalInstitution, 3),
        (AtWork, 6),
        (ThroughOnlineSocialNetworks, 16),
        (ThroughAnOnlineAdvertisement, 14),
        (ThroughANewspaperAdvert, 9),
        (ThroughFamilyOrFamilyEvents, 14),
        (ThroughFriendsOrSocialEvents, 25),
        (Other, 12),
    ];
    if !draw.percent(45) {
        return None;
    }
    let first = draw.weighted(&methods).into_iter().collect::<CodeSet<_>>();
    let second = draw.percent(12).then(|| draw.weighted(&methods)).flatten();
    Some(first.union(second.into_iter().collect()))
}

/// CTDC: known in three of ten, and yes in one of a hundred of these.
fn abduction(draw: &mut Draw) -> Option<bool> {
    draw.percent(31).then(|| draw.percent(1))
}

/// CTDC `RecruiterRelationship`: missing in 39 of 100, unknown in 40.
fn recruiter(draw: &mut Draw, episode: &mut trafficking_episode::Model, age: u32) {
    use RecruiterRelation::{Family, Friend, IntimatePartner, Other, Unknown};
    match draw.below(100) {
        0..38 => {}
        38..72 => episode.recruiter_relations = Some([Unknown].into_iter().collect()),
        _ => {
            let known = [(Other, 50), (Family, 17), (Friend, 16), (IntimatePartner, if age < 15 { 0 } else { 17 })];
            let second = if draw.percent(4) { draw.weighted(&known) } else { None };
            let named: CodeSet<_> = draw.weighted(&known).into_iter().chain(second).collect();
            let excluded = known.into_iter().filter(|(relation, _)| !named.contains(*relation));
            episode.recruiter_relations_excluded = Some(draw.each(excluded.map(|(relation, _)| (relation, 80))));
            episode.recruiter_relations = Some(named);
        }
    }
}
