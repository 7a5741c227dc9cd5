//! Derived columns and facts: computed when a case is written, from the columns beside them. It reads nothing and writes nothing.
//! Bands are those of CTDC, so that figures compare with what is published.

use chrono::{Datelike, NaiveDate};
use entity::codes::{AgeBand, ConsentDecision, ConsentPurpose, DurationBand, MajorityStatus};
use entity::{
    Code, CodeSet, case_file, consent, episode_trafficker, exploitation, fact, individual, referral, trafficker,
    trafficking_episode,
};

use super::bundle::CaseBundle;

impl CaseBundle {
    /// Computes every derived column from the columns that it derives from.
    pub fn derive(&mut self) {
        case(&mut self.case, &self.individual, &self.consents);
        self.episodes.iter_mut().for_each(episode);
        self.referrals.iter_mut().for_each(|one| referral(one, &self.consents));
    }

    /// Its fact.
    #[must_use]
    pub fn fact(&self) -> fact::Model {
        let Self { individual, case, episodes, exploitations, traffickers, involvements, .. } = self;
        fact(&Facts { individual, case, episodes, exploitations, traffickers, involvements })
    }
}

/// The rows on which a fact rests.
pub struct Facts<'a> {
    /// The individual assisted.
    pub individual: &'a individual::Model,
    /// The case.
    pub case: &'a case_file::Model,
    /// Times through the process, the first one first.
    pub episodes: &'a [trafficking_episode::Model],
    /// Exploitations in the episodes.
    pub exploitations: &'a [exploitation::Model],
    /// Alleged perpetrators, as they come in the involvements.
    pub traffickers: &'a [trafficker::Model],
    /// What each did in which episode.
    pub involvements: &'a [episode_trafficker::Model],
}

/// Fills the derived columns of a case. What was reported (a band without a birth date) stands where nothing can be derived.
pub fn case(case: &mut case_file::Model, individual: &individual::Model, consents: &[consent::Model]) {
    if let Some(day) = case.registered_on {
        case.registration_month = Some(day.format("%Y-%m").to_string());
        case.year_of_registration = i16::try_from(day.year()).ok();
    }
    if let (Some(birth), Some(day)) = (individual.birth_date, case.registered_on) {
        // Of two days that contradict each other nothing follows, and least of all what followed from others before.
        let age = day.years_since(birth);
        case.age_band = age.map(age_band);
        case.majority_status = age.map(majority);
    }
    case.consents_in_force = Some(consents_in_force(consents));
}

/// The purposes whose latest entry is *given*. Of two entries of one day the later one in the ledger counts.
#[must_use]
pub fn consents_in_force(consents: &[consent::Model]) -> CodeSet<ConsentPurpose> {
    let purposes = ConsentPurpose::ALL.iter().copied();
    purposes
        .filter(|purpose| latest(consents, |consent| consent.purpose == Some(*purpose)) == Some(ConsentDecision::Given))
        .collect()
}

fn latest(consents: &[consent::Model], fits: impl Fn(&consent::Model) -> bool) -> Option<ConsentDecision> {
    consents
        .iter()
        .filter(|consent| fits(consent))
        .max_by_key(|consent| consent.decided_on)
        .and_then(|consent| consent.decision)
}

/// Fills the derived columns of an episode.
pub fn episode(episode: &mut trafficking_episode::Model) {
    episode.re_trafficking = episode.number.map(|number| number > 1);
    if let (Some(start), Some(end)) = (episode.started_on, episode.ended_on) {
        episode.duration_months = whole_months(start, end);
    }
    if let Some(months) = episode.duration_months {
        episode.duration_band = Some(duration_band(months));
    }
    if let Some(age) = episode.age_at_entry.and_then(|age| u32::try_from(age).ok()) {
        episode.majority_at_entry = Some(majority(age));
    }
}

/// Fills the derived column of a referral: the latest consent to referral that names its organisation, or none in particular.
pub fn referral(referral: &mut referral::Model, consents: &[consent::Model]) {
    let fits = |consent: &consent::Model| {
        consent.purpose == Some(ConsentPurpose::Referral)
            && (consent.organisation.is_none() || consent.organisation == referral.organisation)
    };
    referral.consent_in_force = Some(latest(consents, fits) == Some(ConsentDecision::Given));
}

/// The fact of a case. Sets are unions over all episodes; single values are those of the first row that has one.
#[must_use]
pub fn fact(rows: &Facts<'_>) -> fact::Model {
    let Facts { individual, case, episodes, exploitations, traffickers, involvements } = rows;
    fact::Model {
        mission_id: case.mission_id,
        record_key: case.record_key.unwrap_or_default(),
        year_of_registration: case.year_of_registration,
        data_source: case.data_source,
        case_status: case.status,
        trafficking_status: case.trafficking_status,
        gender: individual.gender,
        age_band: case.age_band,
        majority_status: case.majority_status,
        majority_at_entry: first(episodes, |episode| episode.majority_at_entry),
        majority_at_exploitation: first(episodes, |episode| episode.majority_at_exploitation),
        citizenship: individual.citizenships.as_ref().and_then(|list| list.0.first().copied()),
        country_of_exploitation: first(exploitations, |exploitation| exploitation.country),
        exploitation_types: exploitations.iter().filter_map(|exploitation| exploitation.exploitation_type).collect(),
        forced_labour_industries: union(exploitations, |exploitation| exploitation.forced_labour_industries),
        sex_exploitation_types: union(exploitations, |exploitation| exploitation.sex_exploitation_types),
        means_of_control: union(episodes, |episode| episode.means_of_control),
        recruiter_relations: union(episodes, |episode| episode.recruiter_relations),
        recruitment_methods: union(episodes, |episode| episode.recruitment_methods),
        abduction: any(episodes, |episode| episode.abduction),
        duration_band: first(episodes, |episode| episode.duration_band),
        re_trafficked: any(episodes, |episode| episode.re_trafficking),
        trafficker_roles: union(involvements, |involvement| involvement.roles),
        trafficker_genders: traffickers.iter().filter_map(|trafficker| trafficker.gender).collect(),
        trafficker_citizenship: first(traffickers, |trafficker| trafficker.citizenship),
    }
}

fn first<R, T>(rows: &[R], value: impl Fn(&R) -> Option<T>) -> Option<T> {
    rows.iter().find_map(value)
}

fn union<R, T>(rows: &[R], set: impl Fn(&R) -> Option<CodeSet<T>>) -> CodeSet<T> {
    rows.iter().filter_map(set).fold(CodeSet::default(), CodeSet::union)
}

/// Yes where any says yes; no where any says no; else unknown.
fn any<R>(rows: &[R], truth: impl Fn(&R) -> Option<bool>) -> Option<bool> {
    rows.iter().filter_map(truth).reduce(|one, other| one || other)
}

/// The age bands of CTDC, in completed years.
#[must_use]
pub const fn age_band(age: u32) -> AgeBand {
    match age {
        0..=8 => AgeBand::Age0To8,
        9..=17 => AgeBand::Age9To17,
        18..=20 => AgeBand::Age18To20,
        21..=23 => AgeBand::Age21To23,
        24..=26 => AgeBand::Age24To26,
        27..=29 => AgeBand::Age27To29,
        30..=38 => AgeBand::Age30To38,
        39..=47 => AgeBand::Age39To47,
        _ => AgeBand::Age48Plus,
    }
}

/// A child is every human being below the age of eighteen years (Palermo Protocol, article 3 d).
#[must_use]
pub const fn majority(age: u32) -> MajorityStatus {
    if age < 18 { MajorityStatus::Minor } else { MajorityStatus::Adult }
}

/// The duration bands of CTDC, in whole months.
#[must_use]
pub const fn duration_band(months: i16) -> DurationBand {
    match months {
        ..=12 => DurationBand::Months0To12,
        13..=24 => DurationBand::Months13To24,
        25..=60 => DurationBand::Months25To60,
        _ => DurationBand::Months61Plus,
    }
}

fn whole_months(start: NaiveDate, end: NaiveDate) -> Option<i16> {
    let months = (end.year() - start.year()) * 12 + end.month() as i32 - start.month() as i32;
    let unfinished = i32::from(end.day() < start.day());
    i16::try_from(months - unfinished).ok().filter(|months| *months >= 0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use entity::{CountryCode, Governed, table::Role};
    use sea_orm::{IdenStatic, Iterable, ModelTrait};
    use uuid::Uuid;

    use super::*;
    use crate::casework::empty;

    /// The columns in which two rows differ.
    fn changed<E: Governed>(before: &E::Model, after: &E::Model) -> BTreeSet<&'static str> {
        let differing = E::Column::iter().filter(|column| before.get(*column) != after.get(*column));
        differing.map(|column| column.as_str()).collect()
    }

    fn called_derived<E: Governed>() -> BTreeSet<&'static str> {
        E::TABLE
            .columns
            .iter()
            .filter(|column| column.derived && !matches!(column.role, Role::Version))
            .map(|column| column.name)
            .collect()
    }

    /// A birth after the registration leaves no age, also where there was one before.
    #[test]
    fn of_days_that_contradict_each_other_nothing_follows() {
        let (mission, id) = (CountryCode::UNALLOCATED, Uuid::nil());
        let mut person = individual::Model::blank(mission, id);
        let mut file = empty::case_file(mission, id, id);
        file.registered_on = NaiveDate::from_ymd_opt(2019, 5, 6);
        for (born, age) in [(1990, Some(29)), (2020, None), (2019, Some(0))] {
            person.birth_date = NaiveDate::from_ymd_opt(born, 1, 1);
            case(&mut file, &person, &[]);
            assert_eq!((file.age_band, file.majority_status), (age.map(age_band), age.map(majority)), "{born}");
        }
    }

    /// What entities call derived is what is derived here, and, of a case, who registered it.
    #[test]
    fn what_is_derived_is_called_so() {
        let day = NaiveDate::from_ymd_opt(2019, 5, 6);
        let (mission, id) = (CountryCode::UNALLOCATED, Uuid::nil());
        let mut person = individual::Model::blank(mission, id);
        person.birth_date = NaiveDate::from_ymd_opt(1990, 1, 1);
        let mut before = empty::case_file(mission, id, id);
        before.registered_on = day;
        before.consents_in_force = None;
        let mut after = before.clone();
        case(&mut after, &person, &[]);
        let mut derived = changed::<case_file::Entity>(&before, &after);
        assert!(derived.insert(case_file::Column::RegisteredBy.as_str()));
        assert_eq!(derived, called_derived::<case_file::Entity>());
        assert_eq!(called_derived::<individual::Entity>(), BTreeSet::new());
    }
}
