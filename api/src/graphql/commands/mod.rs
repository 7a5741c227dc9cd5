//! Running a command: what every mutation has in common. Its input says which command it is, what mission it is about and what case
//! management has to do; whether it is tried at all, what is noted of it and how a refusal is answered stands here once.

mod cases;
mod organisations;
mod payload;

use std::future::Future;

use async_graphql::{Context, ID};
use entity::{CountryCode, Governed};

pub use cases::{CasePayload, RegisterCaseInput, UpdateCaseInput};
pub use organisations::{OrganisationPayload, SaveOrganisationInput};
pub use payload::{Conflict, UserError};

use payload::{Payload, answered, not_tried};

use super::request_context::request;
use crate::access::{Command, RowId, Writer};
use crate::casework::refused::{Outcome, Refused};
use crate::error::{ClientError, Result};

/// What became of a command: the row that it is about.
type Done = Result<Outcome<RowId>>;

/// The input of a mutation.
pub(super) trait Commanded: Sized {
    /// The command.
    const COMMAND: Command;
    /// What it answers.
    type Payload: Payload;

    /// The mission that it is about; none where the input does not tell.
    fn mission(&self, writer: &Writer) -> Option<CountryCode>;

    /// Does it.
    fn run(self, writer: &Writer) -> impl Future<Output = Done> + Send;
}

/// Runs the command of an input, unless an earlier one of the operation was refused.
///
/// # Errors
/// Those of the command that are no mistakes in its input.
pub(super) async fn run<I: Commanded>(context: &Context<'_>, input: I) -> Result<I::Payload> {
    let request = request(context)?;
    if request.is_refused() {
        return Ok(not_tried());
    }
    let writer = request.writer().await?;
    request.begin(I::COMMAND, input.mission(writer));
    let done = input.run(writer).await;
    request.end(refusal(&done));
    answered(done)
}

/// The row of a global id; none for an id of another type.
fn row_of<E: Governed>(writer: &Writer, id: &ID) -> Option<RowId> {
    writer.seal().open_id(id).filter(|(of_type, _)| of_type == E::TABLE.name).map(|(_, row)| row)
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
