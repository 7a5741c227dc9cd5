//! Narratives in passages of every classification. Only identifying passages carry what identifies: the name, the birth date, the
//! telephone number, the document number and the town stand inside their words. Unlabelled passages may carry the same.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::NaiveDate;
use entity::codes::{NarrativeKind, PassageClassification};
use entity::{individual, narrative, narrative_passage};

use super::draw::{Draw, plus};
use super::truth::Truth;

/// Sentences by language and kind, such as `en.open`.
pub(super) static SENTENCES: LazyLock<BTreeMap<&'static str, Vec<&'static str>>> =
    LazyLock::new(|| read(include_str!("data/passages.txt")));

/// What identifies the individual, as recorded.
struct Identifiers {
    fields: [(&'static str, Option<String>); 6],
    named: bool,
}

impl Identifiers {
    fn new(truth: &Truth, individual: &individual::Model) -> Self {
        let (given, family) = (individual.given_names.clone(), individual.family_name.clone());
        let family_first = truth.culture().is_some_and(|culture| culture.family_first);
        let name = match (&given, &family) {
            (Some(given), Some(family)) if family_first => Some(format!("{family} {given}")),
            (Some(given), Some(family)) => Some(format!("{given} {family}")),
            _ => given.clone(),
        };
        Self {
            named: name.is_some(),
            fields: [
                ("{name}", name),
                ("{given}", given),
                ("{born}", individual.birth_date.map(|day| day.to_string())),
                ("{phone}", individual.phone.clone()),
                ("{document}", individual.identity_number.clone()),
                ("{town}", Some(truth.town.to_owned())),
            ],
        }
    }

    /// The sentence with everything that it asks for; none where something of that was not recorded.
    fn fill(&self, sentence: &str) -> Option<String> {
        let mut text = sentence.to_owned();
        for (field, value) in &self.fields {
            if text.contains(field) {
                text = text.replace(field, value.as_deref()?);
            }
        }
        Some(text)
    }
}

/// The narratives of a case and their passages.
pub(super) fn narratives(
    draw: &mut Draw,
    truth: &Truth,
    individual: &individual::Model,
    last_day: NaiveDate,
) -> (Vec<narrative::Model>, Vec<narrative_passage::Model>) {
    let identifiers = Identifiers::new(truth, individual);
    let count = draw.weighted(&[(0, 22), (1, 56), (2, 22)]).unwrap_or(0);
    let (mut narratives, mut passages) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let language = language(draw, truth);
        let written_on = draw.day(truth.registered_on, last_day.min(plus(truth.registered_on, 400)));
        let id = draw.id(written_on);
        let narrative = narrative::Model {
            case_id: Some(truth.case_id),
            kind: draw.pick(&[NarrativeKind::InterviewAccount, NarrativeKind::CaseSummary, NarrativeKind::Assessment]),
            language: Some(language.to_owned()),
            written_on: Some(written_on),
            ..narrative::Model::blank(truth.mission.code, id)
        };
        for (position, classification) in (1..).zip(classifications(draw)) {
            let text = text(draw, &identifiers, language, classification);
            let id = draw.id(written_on);
            passages.push(narrative_passage::Model {
                case_id: Some(truth.case_id),
                narrative_id: Some(narrative.id),
                position: Some(position),
                classification,
                text: Some(text),
                ..narrative_passage::Model::blank(truth.mission.code, id)
            });
        }
        narratives.push(narrative);
    }
    (narratives, passages)
}

fn language(draw: &mut Draw, truth: &Truth) -> &'static str {
    if draw.percent(35) { &truth.mission.text_language } else { "en" }
}

/// Two to five passages, the first one identifying; about one in thirty is not labelled.
fn classifications(draw: &mut Draw) -> Vec<Option<PassageClassification>> {
    use PassageClassification::{Identifying, Open, Restricted};
    let rest = [(Some(Open), 46), (Some(Restricted), 36), (Some(Identifying), 14), (None, 4)];
    let more = draw.between(1, 4);
    let mut classifications = vec![Some(Identifying)];
    classifications.extend((0..more).filter_map(|_| draw.weighted(&rest)));
    classifications
}

/// The words of a passage. What has no label may identify as well as not: the one who wrote it did not say.
fn text(
    draw: &mut Draw,
    identifiers: &Identifiers,
    language: &str,
    classification: Option<PassageClassification>,
) -> String {
    let kind = match classification {
        Some(PassageClassification::Open) => "open",
        Some(PassageClassification::Restricted) => "restricted",
        None if draw.percent(30) => "restricted",
        None | Some(PassageClassification::Identifying) if identifiers.named => "named",
        None | Some(PassageClassification::Identifying) => "unnamed",
    };
    let sentences = SENTENCES.get(format!("{language}.{kind}").as_str()).map_or(&[][..], Vec::as_slice);
    // From a random place on, the first two that can be filled.
    let start = draw.below(u32::try_from(sentences.len()).unwrap_or(u32::MAX)) as usize;
    let from_start = sentences.iter().cycle().skip(start).take(sentences.len());
    let step = if sentences.len() > 6 { 2 } else { 1 };
    let filled: Vec<String> = from_start.step_by(step).filter_map(|line| identifiers.fill(line)).take(2).collect();
    filled.join(" ")
}

fn read(text: &'static str) -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut sections: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    let mut current = "";
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(section) => current = section,
            None => sections.entry(current).or_default().push(line),
        }
    }
    sections
}
