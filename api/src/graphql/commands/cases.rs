//! Mutations about cases.

use async_graphql::{ID, InputObject, SimpleObject};
use entity::{CountryCode, case_file, consent, individual};
use sea_orm::{IdenStatic, Value, sea_query::ValueType};

use super::{Commanded, Conflict, Done, Payload, UserError, row_of};
use crate::access::{Command, Writer};
use crate::casework::{
    mistakes::Mistakes,
    register_case::{NewCase, NewConsent, register_case},
    update_case::{CaseChanges, update_case},
};
use crate::error::ClientError;
use crate::graphql::{answers::OneRow, cost::ListSize, inputs::Written, tried::Tried};

/// A new case.
#[derive(Clone, Debug, InputObject)]
pub struct RegisterCaseInput {
    /// The mission that will hold it.
    pub mission: Tried<CountryCode>,
    /// The individual assisted.
    pub individual: Written<individual::Entity>,
    /// The case.
    pub case: Option<Written<case_file::Entity>>,
    /// Entries of the consent ledger.
    #[graphql(default)]
    pub consents: Vec<Written<consent::Entity>>,
}

/// Changes of a case.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateCaseInput {
    /// The case.
    pub id: ID,
    /// Changes of the individual.
    pub individual: Option<Written<individual::Entity>>,
    /// Changes of the case.
    pub case: Option<Written<case_file::Entity>>,
    /// New entries of the consent ledger; entries are never changed.
    #[graphql(default)]
    pub consents: Vec<Written<consent::Entity>>,
    /// The version of the case that you have seen. If it has another one by now, nothing is changed, and the payload says what is
    /// different.
    pub version: Option<i32>,
    /// The version of the individual that you have seen, likewise.
    pub individual_version: Option<i32>,
}

/// What became of a command about a case.
#[derive(SimpleObject)]
pub struct CasePayload {
    /// The case, as you see it; null where nothing was done.
    pub case: Option<OneRow<case_file::Entity>>,
    /// What was wrong with the input, all of it at once. Where there is anything, nothing of the operation lasts.
    #[graphql(directive = ListSize::apply(5, None, None, false))]
    pub user_errors: Vec<UserError>,
    /// What is different by now, where the change was made against a version that is no longer the record's.
    pub conflict: Option<Conflict>,
}

impl Payload for CasePayload {
    type Row = case_file::Entity;

    fn of(case: Option<OneRow<Self::Row>>, user_errors: Vec<UserError>, conflict: Option<Conflict>) -> Self {
        Self { case, user_errors, conflict }
    }
}

impl Commanded for RegisterCaseInput {
    const COMMAND: Command = Command::RegisterCase;
    type Payload = CasePayload;

    fn mission(&self, _: &Writer) -> Option<CountryCode> {
        self.mission.value().copied()
    }

    async fn run(self, writer: &Writer) -> Done {
        let mut mistakes = Mistakes::default();
        let new = NewCase {
            mission: self.mission.read("mission", &mut mistakes),
            individual: self.individual.values("individual", &mut mistakes),
            case: self.case.unwrap_or_default().values("case", &mut mistakes),
            consents: entries(&self.consents, &mut mistakes),
        };
        register_case(writer, new, mistakes).await
    }
}

impl Commanded for UpdateCaseInput {
    const COMMAND: Command = Command::UpdateCase;
    type Payload = CasePayload;

    fn mission(&self, writer: &Writer) -> Option<CountryCode> {
        row_of::<case_file::Entity>(writer, &self.id).map(|row| row.mission)
    }

    async fn run(self, writer: &Writer) -> Done {
        let mut mistakes = Mistakes::default();
        let changes = CaseChanges {
            case: row_of::<case_file::Entity>(writer, &self.id).ok_or(ClientError::NotFound)?,
            individual: self.individual.unwrap_or_default().values("individual", &mut mistakes),
            values: self.case.unwrap_or_default().values("case", &mut mistakes),
            consents: entries(&self.consents, &mut mistakes),
            version: self.version,
            individual_version: self.individual_version,
        };
        update_case(writer, changes, mistakes).await
    }
}

/// New entries of the consent ledger, each read by its place.
fn entries(consents: &[Written<consent::Entity>], mistakes: &mut Mistakes) -> Vec<NewConsent> {
    let numbered = consents.iter().enumerate();
    numbered.filter_map(|(at, consent)| entry(consent, &format!("consents.{at}"), mistakes)).collect()
}

/// An entry; none without what the schema says that it needs.
fn entry(consent: &Written<consent::Entity>, at: &str, mistakes: &mut Mistakes) -> Option<NewConsent> {
    let values = consent.values(at, mistakes);
    let (purpose, decision) = (said(&values, consent::Column::Purpose), said(&values, consent::Column::Decision));
    let (Some(purpose), Some(decision)) = (purpose, decision) else {
        mistakes.note(at, "an entry needs its purpose and its decision");
        return None;
    };
    Some(NewConsent {
        purpose,
        decision,
        method: said(&values, consent::Column::Method),
        decided_on: said(&values, consent::Column::DecidedOn),
        organisation: said(&values, consent::Column::Organisation),
    })
}

/// What is said of a column; none where nothing is, or that it is unknown.
fn said<T: ValueType>(values: &[(consent::Column, Value)], column: consent::Column) -> Option<T> {
    let said = values.iter().find(|(said, _)| said.as_str() == column.as_str());
    said.and_then(|(_, value)| T::try_from(value.clone()).ok())
}
