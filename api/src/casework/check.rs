//! What must hold of a case, and of an organisation, whoever writes it. Each thing that does not names the argument, and all are found at once.

use chrono::{Datelike, NaiveDate};
use entity::codes::{ConsentDecision, ConsentPurpose};
use entity::table::{Column, Write};
use entity::{Governed, case_file, consent, individual, organisation};
use sea_orm::ModelTrait;

use super::mistakes::Mistakes;
use crate::error::{ClientError, Error};

/// No day of a case can be earlier: nobody alive was born before.
const EARLIEST_YEAR: i32 = 1900;

/// The longest text of a field that is not a narrative, in characters of the form in which it is stored.
pub const LONGEST_TEXT: usize = 500;

/// The longest key of an organisation and the longest name of one, likewise.
const LONGEST_KEY: usize = 50;
const LONGEST_NAME: usize = 200;

/// The most entries of the consent ledger that one command adds.
const MOST_CONSENTS: usize = 50;

/// How many digits a telephone number has, the code of its country included. ITU-T E.164 allows fifteen; the shortest that any
/// country gives have seven (Niue: 683 and four).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

const BIRTH_DATE: &str = "individual.birthDate";
const REGISTERED_ON: &str = "case.registeredOn";
const CASE_NUMBER: &str = "case.caseNumber";
const CLOSED_ON: &str = "case.closedOn";
const KEY: &str = "organisation.key";

/// Checks what must hold between a case as it was and as it becomes: a day of registration is not taken away, since month and
/// year derive from it, and would tell of a day that nobody stands for any more.
pub fn change(before: &case_file::Model, after: &case_file::Model, mistakes: &mut Mistakes) {
    if before.registered_on.is_some() && after.registered_on.is_none() {
        mistakes.note(REGISTERED_ON, "a day that is known is corrected, not taken away");
    }
}

/// Checks an individual.
pub fn individual(individual: &individual::Model, today: NaiveDate, mistakes: &mut Mistakes) {
    not_later(BIRTH_DATE, individual.birth_date, today, mistakes);
    text("individual.givenNames", individual.given_names.as_deref(), mistakes);
    text("individual.familyName", individual.family_name.as_deref(), mistakes);
    text("individual.identityNumber", individual.identity_number.as_deref(), mistakes);
    text("individual.address", individual.address.as_deref(), mistakes);
    text("individual.email", individual.email.as_deref(), mistakes);
    contact("individual", individual.phone.as_deref(), individual.email.as_deref(), mistakes);
    if individual.primary_language.as_deref().is_some_and(|tag| oxilangtag::LanguageTag::parse(tag).is_err()) {
        mistakes.note("individual.primaryLanguage", "must be a BCP 47 language tag, such as uk or sr-Latn");
    }
    if individual.number_of_children.is_some_and(|number| !(0..=30).contains(&number)) {
        mistakes.note("individual.numberOfChildren", "must be from 0 to 30");
    }
}

/// Checks a case beside its individual, which was checked before.
pub fn case(case: &case_file::Model, individual: &individual::Model, today: NaiveDate, mistakes: &mut Mistakes) {
    if case.status.is_none() {
        mistakes.note("case.status", "a case has a status");
    }
    if case.case_number.is_none() {
        mistakes.note(CASE_NUMBER, "a case has a number; leave it out to keep it as it is");
    }
    text(CASE_NUMBER, case.case_number.as_deref(), mistakes);
    text("case.owner", case.owner.as_deref(), mistakes);
    text("case.team", case.team.as_deref(), mistakes);
    text("case.closureReason", case.closure_reason.as_deref(), mistakes);
    not_later(REGISTERED_ON, case.registered_on, today, mistakes);
    not_later(CLOSED_ON, case.closed_on, today, mistakes);
    let (birth, registered, closed) =
        ((BIRTH_DATE, individual.birth_date), (REGISTERED_ON, case.registered_on), (CLOSED_ON, case.closed_on));
    if is_before(registered, birth, mistakes) {
        mistakes.note_beside(REGISTERED_ON, BIRTH_DATE, "must not be before the individual's birth");
    }
    if is_before(closed, registered, mistakes) {
        mistakes.note_beside(CLOSED_ON, REGISTERED_ON, "must not be before the registration");
    }
}

/// Whether a day is before another one. Where one of them is wrong by itself, nothing is said of the two.
fn is_before(
    (field, day): (&str, Option<NaiveDate>),
    (other, reference): (&str, Option<NaiveDate>),
    mistakes: &Mistakes,
) -> bool {
    !mistakes.has(field) && !mistakes.has(other) && day.zip(reference).is_some_and(|(day, reference)| day < reference)
}

/// What writing a case met, with its field where it is the number: nothing else that people say of a case has to be its own alone.
pub fn number_is_given(error: Error) -> Error {
    is_given::<case_file::Entity>(error, CASE_NUMBER, "the mission has another case of this number")
}

/// What writing an organisation met, with its field where it is the key.
pub fn key_is_given(error: Error) -> Error {
    is_given::<organisation::Entity>(error, KEY, "the mission has another organisation of this key")
}

/// The error with the field by which rows of a table are in each other's way; a conflict of other rows has none. The database is the
/// one to know; it is asked last, by the write itself.
fn is_given<E: Governed>(error: Error, own: &str, message: &str) -> Error {
    match error {
        Error::Client(ClientError::Conflict { field, .. }) if field == E::TABLE.name => {
            ClientError::conflict(own, message).into()
        }
        Error::Client(ClientError::Conflict { message, .. }) => ClientError::conflict("", message).into(),
        other => other,
    }
}

/// Checks new entries of the consent ledger, each by its place in the input.
pub fn consents(consents: &[consent::Model], today: NaiveDate, mistakes: &mut Mistakes) {
    if consents.len() > MOST_CONSENTS {
        mistakes.note("consents", format!("must be at most {MOST_CONSENTS} at once"));
    }
    for (at, consent) in consents.iter().enumerate() {
        let organisation = format!("consents.{at}.organisation");
        text(&organisation, consent.organisation.as_deref(), mistakes);
        not_later(&format!("consents.{at}.decidedOn"), consent.decided_on, today, mistakes);
        if consent.organisation.is_some() && consent.purpose != Some(ConsentPurpose::Referral) {
            mistakes.note(organisation, "only a consent to referral names an organisation");
        }
    }
}

/// Checks an organisation of the directory.
pub fn organisation(organisation: &organisation::Model, mistakes: &mut Mistakes) {
    required::<organisation::Entity>("organisation", organisation, mistakes);
    text_of(KEY, organisation.key.as_deref(), LONGEST_KEY, mistakes);
    text_of("organisation.name", organisation.name.as_deref(), LONGEST_NAME, mistakes);
    text("organisation.email", organisation.email.as_deref(), mistakes);
    contact("organisation", organisation.phone.as_deref(), organisation.email.as_deref(), mistakes);
}

/// Checks that the key of an organisation stays: referrals, consents and tokens name it.
pub fn key_stays(before: &organisation::Model, after: &organisation::Model, mistakes: &mut Mistakes) {
    if before.key != after.key {
        mistakes.note(KEY, "is never changed: referrals, consents and tokens name it");
    }
}

/// Checks that a row has what the database keeps no row without.
fn required<E: Governed>(at: &str, row: &E::Model, mistakes: &mut Mistakes) {
    let is_missing =
        |column: &Column| E::typed(column).map(|typed| row.get(typed)).is_some_and(|value| value == value.as_null());
    for column in E::TABLE.columns.iter().filter(|column| column.required && column.write != Write::No) {
        if let Some(field) = column.field.filter(|_| is_missing(column)) {
            mistakes.note(format!("{at}.{field}"), "has to have a value");
        }
    }
}

/// Checks how somebody can be reached.
fn contact(at: &str, phone: Option<&str>, email: Option<&str>, mistakes: &mut Mistakes) {
    if phone.is_some_and(|phone| !is_e164(phone)) {
        mistakes.note(format!("{at}.phone"), "must be in E.164 form, such as +380441234567");
    }
    if email.is_some_and(|email| !email.contains('@')) {
        mistakes.note(format!("{at}.email"), "must be an address with an @ in it");
    }
}

/// Checks that personal data is recorded with consent to data management, or not at all (HTCDS con_Consent). It holds for what is
/// being recorded: a withdrawal is always taken down, and what was recorded before waits for its erasure.
pub fn identity_needs_consent(individual: &individual::Model, case: &case_file::Model, mistakes: &mut Mistakes) {
    let identified = [
        individual.given_names.is_some(),
        individual.family_name.is_some(),
        individual.birth_date.is_some() || mistakes.has(BIRTH_DATE),
        individual.identity_number.is_some(),
        individual.phone.is_some(),
        individual.email.is_some(),
        individual.address.is_some(),
    ];
    let consented = case.consents_in_force.is_some_and(|purposes| purposes.contains(ConsentPurpose::DataManagement));
    if identified.contains(&true) && !consented {
        let decision = ConsentDecision::Given;
        mistakes.note(
            "consents",
            format!("names, birth date, documents and contact need a consent to DATA_MANAGEMENT that is {decision:?}"),
        );
    }
}

fn text(field: &str, text: Option<&str>, mistakes: &mut Mistakes) {
    text_of(field, text, LONGEST_TEXT, mistakes);
}

fn text_of(field: &str, text: Option<&str>, longest: usize, mistakes: &mut Mistakes) {
    match text {
        Some(text) if text.trim().is_empty() => mistakes.note(field, "must not be empty; leave it out instead"),
        Some(text) if text.chars().count() > longest => {
            mistakes.note(field, format!("must have at most {longest} characters"));
        }
        Some(text) if text.chars().any(char::is_control) => mistakes.note(field, "must not have control characters"),
        _ => {}
    }
}

fn not_later(field: &str, day: Option<NaiveDate>, today: NaiveDate, mistakes: &mut Mistakes) {
    match day {
        Some(day) if day > today => mistakes.note(field, "must not be in the future"),
        Some(day) if day.year() < EARLIEST_YEAR => mistakes.note(field, format!("must not be before {EARLIEST_YEAR}")),
        _ => {}
    }
}

/// HTCDS prs_MobilePhone: an optional plus sign, then the digits of an international number, the first one not zero.
fn is_e164(phone: &str) -> bool {
    let digits = phone.strip_prefix('+').unwrap_or(phone);
    PHONE_DIGITS.contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_has_as_many_digits_as_one_can_have() {
        for phone in ["+380441234567", "380441234567", "+6834123", "+123456789012345"] {
            assert!(is_e164(phone), "{phone}");
        }
        for phone in ["", "+", "12", "+123456", "1234567890123456", "0044123456", "+38 044 1234567", "+38044123456x"] {
            assert!(!is_e164(phone), "{phone}");
        }
    }
}
