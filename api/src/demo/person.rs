//! The individual assisted: names, contact and background as far as they were recorded. Telephone numbers begin with 000 after
//! the country's code, document numbers with a letter pair kept free for users, and mail goes to example.org: none belongs to anybody.

use entity::codes::{Education, Gender, MaritalStatus};
use entity::{CountryCode, CountryList, individual};

use super::draw::Draw;
use super::truth::Truth;

const STREETS: &[&str] = &["Garden", "Station", "Mill", "Harbour", "Market", "School", "Orchard", "Bridge"];
/// ISO 3166-1 keeps XA to XZ free for users.
const DOCUMENT_PREFIXES: &[&str] = &["XA", "XB", "XD", "XE", "XK", "XM", "XN", "XP"];

/// The individual of a case.
pub(super) fn individual(draw: &mut Draw, truth: &Truth) -> individual::Model {
    let mission_id = truth.mission.code;
    let (given_names, family_name) = names(draw, truth);
    let email = email(draw, given_names.as_deref());
    let citizenships = citizenships(draw, truth);
    let age = truth.age_on(truth.registered_on);
    individual::Model {
        birth_date: draw.percent(if truth.remote { 20 } else { 72 }).then_some(truth.born),
        identity_number: recorded(draw, truth, 45, 3).then(|| identity_number(draw)),
        phone: recorded(draw, truth, 60, 40).then(|| format!("+{}000{}", truth.mission.calling_code, draw.digits(6))),
        email,
        address: recorded(draw, truth, 62, 8).then(|| address(draw, truth)),
        gender: recorded_gender(draw, truth.gender),
        country_of_birth: country_of_birth(draw, citizenships.as_ref()),
        citizenships,
        marital_status: recorded(draw, truth, 65, 10).then(|| marital_status(draw, age)).flatten(),
        education: recorded(draw, truth, 55, 6).then(|| education(draw, age)).flatten(),
        primary_language: recorded(draw, truth, 75, 45).then(|| truth.citizenship.language.clone()),
        number_of_children: (age >= 18 && recorded(draw, truth, 50, 8)).then(|| children(draw, age)),
        given_names,
        family_name,
        ..individual::Model::blank(mission_id, truth.individual_id)
    }
}

/// Whether something was recorded: so many times in a hundred in person, so many remotely.
pub(super) fn recorded(draw: &mut Draw, truth: &Truth, in_person: u32, remotely: u32) -> bool {
    draw.percent(if truth.remote { remotely } else { in_person })
}

fn names(draw: &mut Draw, truth: &Truth) -> (Option<String>, Option<String>) {
    let Some(culture) = truth.culture() else { return (None, None) };
    let form = truth.form(draw);
    let original = culture.has_original() && draw.percent(20);
    let (given, family) = culture.name(draw, form, original);
    let known = recorded(draw, truth, 97, 55);
    let family_known = known && recorded(draw, truth, 98, 65);
    (known.then_some(given), family_known.then_some(family))
}

fn identity_number(draw: &mut Draw) -> String {
    format!("{}{}", draw.pick(DOCUMENT_PREFIXES).unwrap_or_default(), draw.digits(7))
}

fn email(draw: &mut Draw, given: Option<&str>) -> Option<String> {
    let letters: String = given?.chars().filter(char::is_ascii_alphabetic).collect();
    let wanted = draw.percent(13) && letters.len() > 2;
    wanted.then(|| format!("{}.{}@example.org", letters.to_ascii_lowercase(), draw.digits(4)))
}

fn address(draw: &mut Draw, truth: &Truth) -> String {
    let number = draw.between(1, 140);
    format!("{number} {} Street, {}", draw.pick(STREETS).unwrap_or_default(), truth.town)
}

/// CTDC: unknown in 8 of 100.
fn recorded_gender(draw: &mut Draw, gender: Gender) -> Option<Gender> {
    match draw.below(100) {
        0..5 => None,
        5..8 => Some(Gender::NonSpecifiedUnknown),
        _ => Some(gender),
    }
}

/// CTDC: unknown in 45 of 100. A few have two.
fn citizenships(draw: &mut Draw, truth: &Truth) -> Option<CountryList> {
    if !recorded(draw, truth, 86, 32) {
        return None;
    }
    let first = truth.citizenship.code;
    let second = draw.percent(2).then(|| truth.mission.citizenship(draw)).flatten().map(|country| country.code);
    Some(CountryList([Some(first), second.filter(|second| *second != first)].into_iter().flatten().collect()))
}

fn country_of_birth(draw: &mut Draw, citizenships: Option<&CountryList>) -> Option<CountryCode> {
    let first = citizenships.and_then(|list| list.0.first().copied());
    first.filter(|_| draw.percent(70))
}

fn marital_status(draw: &mut Draw, age: u32) -> Option<MaritalStatus> {
    use MaritalStatus::{Divorced, Married, RegisteredPartnership, Separated, Single, Widowed};
    match age {
        0..18 => Some(Single),
        18..27 => draw.weighted(&[(Single, 70), (Married, 20), (Separated, 6), (Divorced, 4)]),
        _ => draw.weighted(&[
            (Single, 32),
            (Married, 36),
            (Divorced, 16),
            (Separated, 10),
            (Widowed, 5),
            (RegisteredPartnership, 1),
        ]),
    }
}

fn education(draw: &mut Draw, age: u32) -> Option<Education> {
    use Education::{
        BachelorsOrEquivalentLevel, EarlyChildhoodEducation, LowerSecondaryEducation, MastersOrEquivalentLevel,
        PostSecondaryNonTertiaryEducation, PrimaryEducation, ShortCycleTertiaryEducation, UpperSecondaryEducation,
    };
    match age {
        0..4 => None,
        4..9 => Some(EarlyChildhoodEducation),
        9..15 => draw.weighted(&[(EarlyChildhoodEducation, 15), (PrimaryEducation, 85)]),
        15..19 => draw.weighted(&[(PrimaryEducation, 45), (LowerSecondaryEducation, 55)]),
        _ => draw.weighted(&[
            (EarlyChildhoodEducation, 3),
            (PrimaryEducation, 22),
            (LowerSecondaryEducation, 28),
            (UpperSecondaryEducation, 27),
            (PostSecondaryNonTertiaryEducation, 10),
            (ShortCycleTertiaryEducation, 4),
            (BachelorsOrEquivalentLevel, if age > 21 { 5 } else { 0 }),
            (MastersOrEquivalentLevel, u32::from(age > 23)),
        ]),
    }
}

fn children(draw: &mut Draw, age: u32) -> i16 {
    let most = if age < 24 { 2 } else { 5 };
    let drawn = draw.between(0, most).min(draw.between(0, most));
    i16::try_from(drawn).unwrap_or_default()
}
