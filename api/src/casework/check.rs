//! What must hold of a case, whoever writes it. Each refusal names the argument.

use chrono::{Datelike, NaiveDate};
use entity::codes::{ConsentDecision, ConsentPurpose};
use entity::{case_file, consent, individual};

use super::bundle::CaseBundle;
use crate::error::{ClientError, Result};

/// No day of a case can be earlier: nobody alive was born before.
const EARLIEST_YEAR: i32 = 1900;

/// The longest text of a field that is not a narrative, in characters.
const LONGEST_TEXT: usize = 500;

/// Checks individual, case and consents together. `today` is the day in the mission of the case.
///
/// # Errors
/// `BAD_INPUT` for the first thing that cannot be right.
pub fn bundle(bundle: &CaseBundle, today: NaiveDate) -> Result<()> {
    individual(&bundle.individual, today)?;
    case(&bundle.case, &bundle.individual, today)?;
    for consent in &bundle.consents {
        consent_entry(consent, today)?;
    }
    Ok(())
}

/// Checks what must hold between a case as it was and as it becomes.
///
/// # Errors
/// `BAD_INPUT` for a day of registration that is taken away: month and year derive from it, and would tell of a day that
/// nobody stands for any more.
pub fn change(before: &case_file::Model, after: &case_file::Model) -> Result<()> {
    if before.registered_on.is_some() && after.registered_on.is_none() {
        return refuse("case.registeredOn", "a day that is known is corrected, not taken away");
    }
    Ok(())
}

fn individual(individual: &individual::Model, today: NaiveDate) -> Result<()> {
    not_later("individual.birthDate", individual.birth_date, today)?;
    text("individual.givenNames", individual.given_names.as_deref())?;
    text("individual.familyName", individual.family_name.as_deref())?;
    text("individual.identityNumber", individual.identity_number.as_deref())?;
    text("individual.address", individual.address.as_deref())?;
    text("individual.email", individual.email.as_deref())?;
    if individual.phone.as_deref().is_some_and(|phone| !is_e164(phone)) {
        return refuse("individual.phone", "must be in E.164 form, such as +380441234567");
    }
    if individual.email.as_deref().is_some_and(|email| !email.contains('@')) {
        return refuse("individual.email", "must be an address with an @ in it");
    }
    if individual.primary_language.as_deref().is_some_and(|tag| oxilangtag::LanguageTag::parse(tag).is_err()) {
        return refuse("individual.primaryLanguage", "must be a BCP 47 language tag, such as uk or sr-Latn");
    }
    if individual.number_of_children.is_some_and(|number| !(0..=30).contains(&number)) {
        return refuse("individual.numberOfChildren", "must be from 0 to 30");
    }
    Ok(())
}

fn case(case: &case_file::Model, individual: &individual::Model, today: NaiveDate) -> Result<()> {
    if case.status.is_none() {
        return refuse("case.status", "a case has a status");
    }
    if case.case_number.is_none() {
        return refuse("case.caseNumber", "a case has a number; leave it out to keep it as it is");
    }
    text("case.caseNumber", case.case_number.as_deref())?;
    text("case.owner", case.owner.as_deref())?;
    text("case.team", case.team.as_deref())?;
    text("case.closureReason", case.closure_reason.as_deref())?;
    not_later("case.registeredOn", case.registered_on, today)?;
    not_later("case.closedOn", case.closed_on, today)?;
    if case.registered_on.zip(individual.birth_date).is_some_and(|(registered, birth)| registered < birth) {
        return refuse("case.registeredOn", "must not be before the individual's birth");
    }
    if case.registered_on.zip(case.closed_on).is_some_and(|(registered, closed)| closed < registered) {
        return refuse("case.closedOn", "must not be before the registration");
    }
    Ok(())
}

fn consent_entry(consent: &consent::Model, today: NaiveDate) -> Result<()> {
    text("consents.organisation", consent.organisation.as_deref())?;
    not_later("consents.decidedOn", consent.decided_on, today)?;
    if consent.organisation.is_some() && consent.purpose != Some(ConsentPurpose::Referral) {
        return refuse("consents.organisation", "only a consent to referral names an organisation");
    }
    Ok(())
}

/// Personal data is recorded with consent to data management, or not at all (HTCDS con_Consent). It holds for what is being
/// recorded: a withdrawal is always taken down, and what was recorded before waits for its erasure.
///
/// # Errors
/// `BAD_INPUT` for identity that is recorded without that consent.
pub fn identity_needs_consent(individual: &individual::Model, case: &case_file::Model) -> Result<()> {
    let identified = [
        individual.given_names.is_some(),
        individual.family_name.is_some(),
        individual.birth_date.is_some(),
        individual.identity_number.is_some(),
        individual.phone.is_some(),
        individual.email.is_some(),
        individual.address.is_some(),
    ];
    let consented = case.consents_in_force.is_some_and(|purposes| purposes.contains(ConsentPurpose::DataManagement));
    if identified.contains(&true) && !consented {
        let decision = ConsentDecision::Given;
        return refuse(
            "consents",
            &format!("names, birth date, documents and contact need a consent to DATA_MANAGEMENT that is {decision:?}"),
        );
    }
    Ok(())
}

fn text(field: &str, text: Option<&str>) -> Result<()> {
    match text {
        Some(text) if text.trim().is_empty() => refuse(field, "must not be empty; leave it out instead"),
        Some(text) if text.chars().count() > LONGEST_TEXT => {
            refuse(field, &format!("must have at most {LONGEST_TEXT} characters"))
        }
        Some(text) if text.chars().any(char::is_control) => refuse(field, "must not have control characters"),
        _ => Ok(()),
    }
}

fn not_later(field: &str, day: Option<NaiveDate>, today: NaiveDate) -> Result<()> {
    match day {
        Some(day) if day > today => refuse(field, "must not be in the future"),
        Some(day) if day.year() < EARLIEST_YEAR => refuse(field, &format!("must not be before {EARLIEST_YEAR}")),
        _ => Ok(()),
    }
}

/// HTCDS prs_MobilePhone: an optional plus sign, then 2 to 15 digits, the first one not zero.
fn is_e164(phone: &str) -> bool {
    let digits = phone.strip_prefix('+').unwrap_or(phone);
    (2..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn refuse(field: &str, message: &str) -> Result<()> {
    Err(ClientError::bad_input(field, message).into())
}
