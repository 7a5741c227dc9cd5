//! Registering a case: individual, case and consents in one transaction, with the fact, the audit entry and the change entry.

use chrono::NaiveDate;
use entity::codes::{CaseStatus, ConsentDecision, ConsentMethod, ConsentPurpose};
use entity::{CountryCode, case_file, consent, individual};
use sea_orm::{ModelTrait, Value};
use uuid::Uuid;

use super::{bundle::CaseBundle, check, derivation::Derivation, empty, mistakes::Mistakes, refused::Outcome};
use crate::access::{Command, Opening, RowId, Writer};
use crate::error::Result;
use crate::text::{stored, stored_value};

/// What a client says of a new case.
#[derive(Clone, Debug)]
pub struct NewCase {
    /// The mission that will hold it; none where what was said of it is a mistake.
    pub mission: Option<CountryCode>,
    /// What is known of the individual.
    pub individual: Vec<(individual::Column, Value)>,
    /// What is known of the case.
    pub case: Vec<(case_file::Column, Value)>,
    /// Entries of the consent ledger.
    pub consents: Vec<NewConsent>,
}

/// What a client says of a decision about consent.
#[derive(Clone, Debug)]
pub struct NewConsent {
    /// For what.
    pub purpose: ConsentPurpose,
    /// Given, refused or withdrawn.
    pub decision: ConsentDecision,
    /// How it was expressed.
    pub method: Option<ConsentMethod>,
    /// When; today in the mission where nothing is said.
    pub decided_on: Option<NaiveDate>,
    /// The organisation that a consent to referral names.
    pub organisation: Option<String>,
}

impl NewConsent {
    /// The columns of which it speaks.
    pub(super) fn said(&self) -> Vec<consent::Column> {
        use consent::Column::{DecidedOn, Decision, Method, Organisation, Purpose};
        let mut said = vec![Purpose, Decision];
        said.extend(self.method.is_some().then_some(Method));
        said.extend(self.decided_on.is_some().then_some(DecidedOn));
        said.extend(self.organisation.is_some().then_some(Organisation));
        said
    }
}

/// Registers a case; its id, or everything that is wrong with the input, `mistakes` of reading it included.
///
/// # Errors
/// `FORBIDDEN` for what the viewer may not write, `CONFLICT` for a case number
/// that the mission uses already, `NOT_FOUND` for a mission that is not the viewer's.
pub async fn register_case(writer: &Writer, new: NewCase, mut mistakes: Mistakes) -> Result<Outcome<RowId>> {
    let today = writer.today(new.mission.unwrap_or(CountryCode::UNALLOCATED));
    let individual = with_value(&new.individual);
    let case = with_value(&new.case);
    let consents: Vec<consent::Column> = new.consents.iter().flat_map(NewConsent::said).collect();
    let bundle = to_bundle(writer, new, today);
    check::individual(&bundle.individual, today, &mut mistakes);
    check::case(&bundle.case, &bundle.individual, today, &mut mistakes);
    check::consents(&bundle.consents, today, &mut mistakes);
    check::identity_needs_consent(&bundle.individual, &bundle.case, &mut mistakes);
    if !mistakes.is_empty() {
        return Ok(Err(mistakes.into()));
    }
    let opening = Opening::of_new(Command::RegisterCase, &bundle.case)
        .says::<individual::Entity>(individual)
        .says::<case_file::Entity>(case)
        .says::<consent::Entity>(consents);
    let mut open = writer.open(opening, &Derivation).await?;
    let case = open.case();
    open.add::<individual::Entity>(bundle.individual)?;
    open.add::<case_file::Entity>(bundle.case)?;
    for consent in bundle.consents {
        open.add::<consent::Entity>(consent)?;
    }
    open.close().await.map_err(check::number_is_given)?;
    Ok(Ok(case))
}

/// The columns that are given a value.
fn with_value<C: Copy>(values: &[(C, Value)]) -> Vec<C> {
    values.iter().filter(|(_, value)| *value != value.as_null()).map(|(column, _)| *column).collect()
}

fn to_bundle(writer: &Writer, new: NewCase, today: NaiveDate) -> CaseBundle {
    // A case whose mission is a mistake is checked with all the others, and never written.
    let (mission, actor) = (new.mission.unwrap_or(CountryCode::UNALLOCATED), writer.viewer().actor());
    let mut individual = individual::Model::blank(mission, Uuid::now_v7());
    for (column, value) in new.individual {
        individual.set(column, stored_value(value));
    }
    let id = Uuid::now_v7();
    let mut case = empty::case_file(mission, id, individual.id);
    case.registered_on = Some(today);
    case.status = Some(CaseStatus::Active);
    case.owner = writer.may_own_cases(Command::RegisterCase, mission).then(|| actor.to_owned());
    for (column, value) in new.case {
        case.set(column, stored_value(value));
    }
    case.registered_by = Some(actor.to_owned());
    case.case_number = case.case_number.or_else(|| Some(number(mission, case.registered_on.unwrap_or(today))));
    let consents = new.consents.into_iter().map(|new| to_consent(&case, new, actor, today)).collect();
    let mut bundle = CaseBundle {
        individual,
        case,
        consents,
        episodes: Vec::new(),
        exploitations: Vec::new(),
        traffickers: Vec::new(),
        involvements: Vec::new(),
        narratives: Vec::new(),
        passages: Vec::new(),
        referrals: Vec::new(),
    };
    bundle.derive();
    bundle
}

/// An entry of the ledger.
pub(super) fn to_consent(case: &case_file::Model, new: NewConsent, actor: &str, today: NaiveDate) -> consent::Model {
    consent::Model {
        case_id: Some(case.id),
        individual_id: case.individual_id,
        purpose: Some(new.purpose),
        decision: Some(new.decision),
        method: new.method,
        decided_on: Some(new.decided_on.unwrap_or(today)),
        organisation: new.organisation.as_deref().map(stored),
        recorded_by: Some(actor.to_owned()),
        ..consent::Model::blank(case.mission_id, Uuid::now_v7())
    }
}

/// A number for a case whose mission gives it none: mission, year and eight random digits and letters.
fn number(mission: CountryCode, registered_on: NaiveDate) -> String {
    let random = Uuid::new_v4().simple().to_string();
    format!("{mission}-{}-{}", registered_on.format("%Y"), random[..8].to_uppercase())
}
