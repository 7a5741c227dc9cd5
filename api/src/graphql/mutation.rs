//! Mutations: thin; the rules are in `casework`. An operation is one transaction: if any of its mutations fails, none lasts.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{CountryCode, case_file, consent, individual};
use sea_orm::{IdenStatic, Value, sea_query::ValueType};

use super::{
    answers::OneRow,
    cost::{ListSize, Weighted},
    inputs::Written,
    request_context::request,
    tried::Tried,
};
use crate::access::{Command, RowId, Writer};
use crate::casework::{
    mistakes::{Mistake, Mistakes},
    refused::{self, Outcome, Refused},
    register_case::{NewCase, NewConsent, register_case},
    update_case::{CaseChanges, update_case},
};
use crate::error::{ClientError, Error, Result};

/// What it costs to write a case with its facts, audit and changes.
const WRITING: &str = "50";

/// The root of mutations.
pub struct Mutation;

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

/// What is different from the version that a change was made against.
#[derive(Clone, Debug, SimpleObject)]
pub struct Conflict {
    /// The version of the case now, if that is another one and you may see it.
    pub current_version: Option<i32>,
    /// The version of the individual now, if that is another one and you may see it.
    pub current_individual_version: Option<i32>,
    /// The fields that changed since and that you may see in this case now, such as `Case.status`; there may be others.
    #[graphql(directive = ListSize::apply(20, None, None, false))]
    pub fields: Vec<String>,
}

/// Something wrong with the input that a user can mend.
#[derive(Clone, Debug, SimpleObject)]
pub struct UserError {
    /// Where it stands in the input, as a path: `individual.phone`, `consents.0.decidedOn`.
    pub field: Option<String>,
    /// What is wrong with it.
    pub message: String,
    /// `BAD_INPUT` or `CONFLICT`.
    pub code: &'static str,
}

/// Commands. An operation is one transaction: if any of its mutations fails, none lasts.
#[Object]
impl Mutation {
    /// Registers an individual, a case and consents.
    #[graphql(directive = Weighted::apply(WRITING.to_owned()))]
    async fn register_case(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new case.")] input: RegisterCaseInput,
    ) -> Result<CasePayload> {
        if request(context)?.is_refused() {
            return Ok(CasePayload::not_tried());
        }
        let writer = request(context)?.writer().await?;
        let mut mistakes = Mistakes::default();
        let mission = input.mission.read("mission", &mut mistakes);
        let new = NewCase {
            mission,
            individual: input.individual.values("individual", &mut mistakes),
            case: input.case.unwrap_or_default().values("case", &mut mistakes),
            consents: entries(&input.consents, &mut mistakes),
        };
        request(context)?.begin(Command::RegisterCase, mission);
        let done = register_case(writer, new, mistakes).await;
        request(context)?.end(refusal(&done));
        payload(done)
    }

    /// Changes a case and its individual, and adds to the consent ledger.
    #[graphql(directive = Weighted::apply(WRITING.to_owned()))]
    async fn update_case(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What changes; what is left out stays as it is.")] input: UpdateCaseInput,
    ) -> Result<CasePayload> {
        if request(context)?.is_refused() {
            return Ok(CasePayload::not_tried());
        }
        let writer = request(context)?.writer().await?;
        let row = writer.seal().open_id(&input.id).filter(|(of_type, _)| of_type == "Case").map(|(_, row)| row);
        request(context)?.begin(Command::UpdateCase, row.map(|row| row.mission));
        let done = match row {
            Some(case) => change(writer, case, input).await,
            None => Err(ClientError::NotFound.into()),
        };
        request(context)?.end(refusal(&done));
        payload(done)
    }
}

/// What became of a command.
type Done = Result<Outcome<RowId>>;

async fn change(writer: &Writer, case: RowId, input: UpdateCaseInput) -> Done {
    let mut mistakes = Mistakes::default();
    let changes = CaseChanges {
        case,
        individual: input.individual.unwrap_or_default().values("individual", &mut mistakes),
        values: input.case.unwrap_or_default().values("case", &mut mistakes),
        consents: entries(&input.consents, &mut mistakes),
        version: input.version,
        individual_version: input.individual_version,
    };
    let done = update_case(writer, changes, mistakes).await;
    done.map(|done| done.map(|()| case))
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

/// The code of a command that was refused.
const fn refusal(done: &Done) -> Option<&'static str> {
    match done {
        Ok(Ok(_)) => None,
        Ok(Err(Refused::Mistakes(_))) => Some(ClientError::BAD_INPUT),
        Ok(Err(Refused::Stale(_))) => Some(ClientError::CONFLICT),
        Err(error) => Some(error.code()),
    }
}

/// The case as the viewer sees it after the command, in the same transaction; or everything that was wrong with the input.
fn payload(done: Done) -> Result<CasePayload> {
    match done {
        Ok(Ok(row)) => Ok(CasePayload { case: Some(OneRow::of(row)), user_errors: Vec::new(), conflict: None }),
        Ok(Err(Refused::Mistakes(mistakes))) => Ok(CasePayload::refused(mistakes.into_iter().map(UserError::from))),
        Ok(Err(Refused::Stale(stale))) => {
            let refused = CasePayload::refused(stale_versions(&stale));
            Ok(CasePayload { conflict: Some(stale.into()), ..refused })
        }
        Err(Error::Client(error @ (ClientError::BadInput { .. } | ClientError::Conflict { .. }))) => {
            Ok(CasePayload::refused([UserError::from(error)]))
        }
        Err(error) => Err(error),
    }
}

/// The versions of the input that are no longer those of the records.
fn stale_versions(stale: &refused::Conflict) -> impl Iterator<Item = UserError> {
    let fields = [(stale.case.is_some(), "version"), (stale.individual.is_some(), "individualVersion")];
    let fields = fields.into_iter().filter(|(stale, _)| *stale);
    fields.map(|(_, field)| ClientError::conflict(field, "it was changed since; look at it again").into())
}

impl CasePayload {
    /// Of a command that comes after one that was refused.
    fn not_tried() -> Self {
        let error = ClientError::conflict("", "not tried: an earlier mutation of this operation was refused");
        Self::refused([error.into()])
    }

    fn refused(errors: impl IntoIterator<Item = UserError>) -> Self {
        Self { case: None, user_errors: errors.into_iter().collect(), conflict: None }
    }
}

impl From<refused::Conflict> for Conflict {
    fn from(conflict: refused::Conflict) -> Self {
        let (case, individual) = (conflict.case.unwrap_or_default(), conflict.individual.unwrap_or_default());
        let fields = [case.fields, individual.fields].concat();
        Self { current_version: case.current, current_individual_version: individual.current, fields }
    }
}

impl From<Mistake> for UserError {
    fn from(mistake: Mistake) -> Self {
        let Mistake { field, message } = mistake;
        Self { field: Some(field), message, code: ClientError::BAD_INPUT }
    }
}

impl From<ClientError> for UserError {
    fn from(error: ClientError) -> Self {
        let field = match &error {
            ClientError::BadInput { field, .. } | ClientError::Conflict { field, .. } => Some(field.clone()),
            _ => None,
        };
        let field = field.filter(|field| !field.is_empty());
        Self { field, message: error.to_string(), code: error.code() }
    }
}
