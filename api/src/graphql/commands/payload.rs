//! What a mutation answers: the row as the viewer sees it after the command, in the same transaction; or everything that was wrong
//! with the input, or what is different by now.

use async_graphql::{OutputType, SimpleObject};
use entity::Governed;

use super::Done;
use crate::casework::{
    mistakes::Mistake,
    refused::{self, Refused},
};
use crate::error::{ClientError, Error, Result};
use crate::graphql::{answers::OneRow, cost::ListSize};

/// The payload of a mutation.
pub trait Payload: OutputType {
    /// The table of the row that it gives back.
    type Row: Governed;

    /// Made of what every payload has.
    fn of(row: Option<OneRow<Self::Row>>, user_errors: Vec<UserError>, conflict: Option<Conflict>) -> Self;
}

/// What is different from the version that a change was made against.
#[derive(Clone, Debug, SimpleObject)]
pub struct Conflict {
    /// The version of the record now, such as the case, if that is another one and you may see it.
    pub current_version: Option<i32>,
    /// The version of the individual of a case now, if that is another one and you may see it.
    pub current_individual_version: Option<i32>,
    /// The fields that changed since and that you may see in this record now, such as `Case.status`; there may be others.
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

/// The payload of a command.
pub(super) fn answered<P: Payload>(done: Done) -> Result<P> {
    match done {
        Ok(Ok(row)) => Ok(P::of(Some(OneRow::of(row)), Vec::new(), None)),
        Ok(Err(Refused::Mistakes(mistakes))) => Ok(refused(mistakes.into_iter().map(UserError::from))),
        Ok(Err(Refused::Stale(stale))) => Ok(P::of(None, stale_versions(&stale), Some(stale.into()))),
        Err(Error::Client(error @ (ClientError::BadInput { .. } | ClientError::Conflict { .. }))) => {
            Ok(refused([UserError::from(error)]))
        }
        Err(error) => Err(error),
    }
}

/// The payload of a command that comes after one that was refused.
pub(super) fn not_tried<P: Payload>() -> P {
    let error = ClientError::conflict("", "not tried: an earlier mutation of this operation was refused");
    refused([error.into()])
}

fn refused<P: Payload>(errors: impl IntoIterator<Item = UserError>) -> P {
    P::of(None, errors.into_iter().collect(), None)
}

/// The versions of the input that are no longer those of the records.
fn stale_versions(stale: &refused::Conflict) -> Vec<UserError> {
    let fields = [(stale.record.is_some(), "version"), (stale.individual.is_some(), "individualVersion")];
    let fields = fields.into_iter().filter(|(stale, _)| *stale);
    fields.map(|(_, field)| ClientError::conflict(field, "it was changed since; look at it again").into()).collect()
}

impl From<refused::Conflict> for Conflict {
    fn from(conflict: refused::Conflict) -> Self {
        let (record, individual) = (conflict.record.unwrap_or_default(), conflict.individual.unwrap_or_default());
        let fields = [record.fields, individual.fields].concat();
        Self { current_version: record.current, current_individual_version: individual.current, fields }
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
