//! [`Truth`]: what is so in one case. What of it was recorded is decided by the files that make the rows; many things were not.
//!
//! Weights here and in the files beside it are shares of CTDC's published counts (k-anonymised release of July 2021 and synthetic
//! release of August 2021), rounded: facts about columns, no row of them.

use chrono::{Months, NaiveDate};
use entity::codes::{ConsentMethod, Gender};
use uuid::Uuid;

use super::draw::{Draw, plus};
use super::names::{CULTURES, Culture, Form};
use super::places::{Country, Mission};

/// One time through the process, as it was.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) started_on: NaiveDate,
    pub(super) ended_on: NaiveDate,
    pub(super) months: i16,
}

/// What the trafficking was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Sexual,
    Labour,
    Combined,
    Other,
}

/// CTDC synthetic: sexual 63, labour 42, other 10 (thousands; a record may have several); labour is set lower, as in the k-anonymised release.
const PURPOSES: &[(Purpose, u32)] =
    &[(Purpose::Sexual, 60), (Purpose::Labour, 27), (Purpose::Combined, 2), (Purpose::Other, 11)];

/// Age at registration, first and last completed year, by CTDC's bands, for sexual exploitation.
const AGES_SEXUAL: &[((i64, i64), u32)] = &[
    ((1, 8), 2),
    ((9, 17), 31),
    ((18, 20), 17),
    ((21, 23), 15),
    ((24, 26), 11),
    ((27, 29), 7),
    ((30, 38), 13),
    ((39, 47), 3),
    ((48, 66), 1),
];
/// The same for everything else.
const AGES_OTHER: &[((i64, i64), u32)] = &[
    ((1, 8), 3),
    ((9, 17), 16),
    ((18, 20), 7),
    ((21, 23), 8),
    ((24, 26), 8),
    ((27, 29), 9),
    ((30, 38), 30),
    ((39, 47), 13),
    ((48, 70), 6),
];

/// What is so in one case.
pub(super) struct Truth {
    pub(super) mission: &'static Mission,
    pub(super) case_id: Uuid,
    pub(super) individual_id: Uuid,
    pub(super) today: NaiveDate,
    pub(super) registered_on: NaiveDate,
    /// Served remotely. Such cases have many gaps.
    pub(super) remote: bool,
    pub(super) citizenship: &'static Country,
    pub(super) gender: Gender,
    pub(super) born: NaiveDate,
    pub(super) purpose: Purpose,
    /// The town where the individual lives now.
    pub(super) town: &'static str,
}

impl Truth {
    /// Draws a case of a mission. None where the data files know no people for it.
    pub(super) fn draw(
        draw: &mut Draw,
        mission: &'static Mission,
        registered_on: NaiveDate,
        today: NaiveDate,
    ) -> Option<Self> {
        let purpose = draw.weighted(PURPOSES)?;
        let ages = if purpose == Purpose::Sexual { AGES_SEXUAL } else { AGES_OTHER };
        let (youngest, oldest) = draw.weighted(ages)?;
        let age = u32::try_from(draw.between(youngest, oldest)).unwrap_or_default();
        let birthday = registered_on.checked_sub_months(Months::new(age * 12))?;
        let own = super::places::country(mission.code);
        Some(Self {
            mission,
            case_id: draw.id(registered_on),
            individual_id: draw.id(registered_on),
            today,
            registered_on,
            remote: draw.percent(40),
            citizenship: mission.citizenship(draw).or(own)?,
            gender: gender(draw, purpose),
            born: plus(birthday, -draw.between(0, 364)),
            purpose,
            town: mission.town(draw),
        })
    }

    /// Completed years on a day; 0 before birth.
    pub(super) fn age_on(&self, day: NaiveDate) -> u32 {
        day.years_since(self.born).unwrap_or_default()
    }

    /// How somebody of that age in that situation consents: for a child, a guardian does.
    pub(super) fn consent_method(&self, draw: &mut Draw, day: NaiveDate) -> ConsentMethod {
        if self.age_on(day) < 18 {
            return ConsentMethod::Guardian;
        }
        let verbal = if self.remote { 90 } else { 15 };
        if draw.percent(verbal) { ConsentMethod::Verbal } else { ConsentMethod::Written }
    }

    /// The forms of names that fit the gender.
    pub(super) fn form(&self, draw: &mut Draw) -> Form {
        match self.gender {
            Gender::Feminine | Gender::TransgenderFeminine => Form::Feminine,
            Gender::Masculine | Gender::TransgenderMasculine => Form::Masculine,
            Gender::NonConforming | Gender::NonSpecifiedUnknown => {
                if draw.percent(50) {
                    Form::Feminine
                } else {
                    Form::Masculine
                }
            }
        }
    }

    /// The culture that names the individual.
    pub(super) fn culture(&self) -> Option<&'static Culture> {
        CULTURES.get(self.citizenship.culture.as_str())
    }
}

/// CTDC: 76 feminine to 24 masculine of the known; of victims of sexual exploitation 94, of forced labour about 50.
fn gender(draw: &mut Draw, purpose: Purpose) -> Gender {
    let feminine = match purpose {
        Purpose::Sexual => 930,
        Purpose::Labour => 480,
        Purpose::Combined | Purpose::Other => 700,
    };
    let rare = [(Gender::TransgenderFeminine, 2), (Gender::TransgenderMasculine, 1), (Gender::NonConforming, 1)];
    let usual = [(Gender::Feminine, feminine), (Gender::Masculine, 996 - feminine)];
    draw.weighted(&[usual.as_slice(), rare.as_slice()].concat()).unwrap_or(Gender::NonSpecifiedUnknown)
}
