//! What is asked of the engine beside the operation, and how an operation ended.

use async_graphql::{Response, Value};

use super::documents::DocumentHash;
use crate::error::{ClientError, Error};

/// How an operation is to be run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExecuteOptions {
    /// Refuse the operation as a whole when the viewer may not see all that it asks for (`Causeway-Withheld: reject`).
    pub withheld_reject: bool,
    /// The document by the hash of its text; the query is empty where it stands for it.
    pub document: Option<DocumentHash>,
    /// The request came by GET, which must not change anything: a mutation is [`Execution::MutationByGet`].
    pub reject_mutations: bool,
}

/// How an operation ended. The draft gives each way its own status code.
#[derive(Debug)]
pub enum Execution {
    /// It was run. Its data may be partial, or null.
    Executed(Response),
    /// It never began: the document does not parse or validate, the operation is not determined, or a variable does not fit.
    RequestError(Response),
    /// It is a mutation, and [`ExecuteOptions::reject_mutations`] was set. Nothing was run.
    MutationByGet,
    /// Nothing was run, for a reason outside of the document: no valid token, a limit on requests, a service that is down.
    Refused(Error),
}

impl Execution {
    /// The code of the first error, where there is one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Executed(response) | Self::RequestError(response) => {
                let code = response.errors.first()?.extensions.as_ref().and_then(|extensions| extensions.get("code"));
                match code {
                    Some(Value::String(code)) => Some(code),
                    // The library's own errors, before they get theirs.
                    _ => Some(ClientError::BAD_INPUT),
                }
            }
            Self::MutationByGet => Some(ClientError::BAD_INPUT),
            Self::Refused(error) => Some(error.code()),
        }
    }

    /// Tells apart what async-graphql's `Schema::execute` does not: an error found before execution has no path, an error
    /// of a field has one.
    #[must_use]
    pub fn from_response(response: Response) -> Self {
        let began =
            response.data != Value::Null || response.is_ok() || response.errors.iter().any(|e| !e.path.is_empty());
        if began { Self::Executed(response) } else { Self::RequestError(response) }
    }
}
