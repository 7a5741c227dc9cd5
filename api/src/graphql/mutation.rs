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
use crate::access::{RowId, Writer};
use crate::casework::{
    mistakes::{Mistake, Mistakes},
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
}

/// What became of a command about a case.
#[derive(SimpleObject)]
pub struct CasePayload {
    /// The case, as you see it; null where nothing was done.
    pub case: Option<OneRow<case_file::Entity>>,
    /// What was wrong with the input, all of it at once. Where there is anything, nothing of the operation lasts.
    #[graphql(directive = ListSize::apply(5, None, None, false))]
    pub user_errors: Vec<UserError>,
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
        request(context)?.begin("register_case", mission);
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
        request(context)?.begin("update_case", row.map(|row| row.mission));
        let done = match row {
            Some(case) => change(writer, case, input).await,
            None => Err(ClientError::NotFound.into()),
        };
        request(context)?.end(refusal(&done));
        payload(done)
    }
}

/// What became of a command: it is done, or everything that is wrong with its input.
type Done = Result<std::result::Result<RowId, Mistakes>>;

async fn change(writer: &Writer, case: RowId, input: UpdateCaseInput) -> Done {
    let mut mistakes = Mistakes::default();
    let changes = CaseChanges {
        case,
        individual: input.individual.unwrap_or_default().values("individual", &mut mistakes),
        values: input.case.unwrap_or_default().values("case", &mut mistakes),
        consents: entries(&input.consents, &mut mistakes),
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
        Ok(Err(_)) => Some(ClientError::BAD_INPUT),
        Err(error) => Some(error.code()),
    }
}

/// The case as the viewer sees it after the command, in the same transaction; or everything that was wrong with the input.
fn payload(done: Done) -> Result<CasePayload> {
    match done {
        Ok(Ok(row)) => Ok(CasePayload { case: Some(OneRow::of(row)), user_errors: Vec::new() }),
        Ok(Err(mistakes)) => {
            Ok(CasePayload { case: None, user_errors: mistakes.into_iter().map(UserError::from).collect() })
        }
        Err(Error::Client(error @ (ClientError::BadInput { .. } | ClientError::Conflict { .. }))) => {
            Ok(CasePayload { case: None, user_errors: vec![UserError::from(error)] })
        }
        Err(error) => Err(error),
    }
}

impl CasePayload {
    /// Of a command that comes after one that was refused.
    fn not_tried() -> Self {
        let error = ClientError::conflict("", "not tried: an earlier mutation of this operation was refused");
        Self { case: None, user_errors: vec![error.into()] }
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
