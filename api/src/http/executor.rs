//! What the edge needs of the gateway behind it, and nothing more. Whoever implements [`Executor`] verifies the token, then
//! parses, validates and runs the operation; the edge only turns the outcome into HTTP.

use std::{future::Future, sync::Arc};

use async_graphql::{Request, Response, Value};

use crate::admission::Allowance;
use crate::error::{ClientError, Error};
use crate::graphql::documents::DocumentHash;

/// The gateway behind the edge.
pub trait Executor: Send + Sync + 'static {
    /// Who asks, once that is verified.
    type Caller: Send;

    /// Verifies the bearer of a token; `None`: there was no `Authorization` header. It is asked before the body is read, so
    /// that nobody has to read what a stranger sends.
    ///
    /// # Errors
    /// The answer that a stranger gets.
    fn identify(&self, token: Option<&str>) -> impl Future<Output = Result<Self::Caller, Error>> + Send;

    /// Whose token it was.
    fn bearer(caller: &Self::Caller) -> Bearer<'_>;

    /// Runs one operation. The future is dropped when the client goes away or the time is up, so it must leave nothing half
    /// done.
    fn execute(
        &self,
        caller: Self::Caller,
        request: Request,
        options: ExecuteOptions,
    ) -> impl Future<Output = Outcome> + Send;

    /// The named checks that must all pass before traffic is sent here. An empty list counts as not ready.
    fn ready(&self) -> impl Future<Output = Vec<Readiness>> + Send;

    /// The schema that an audience sees, in GraphQL's schema language; `None` for an audience that does not exist.
    fn schema_sdl(&self, audience: &str) -> Option<Arc<str>>;
}

/// Who keeps a connection, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Bearer<'caller> {
    /// The viewer, unique over all issuers.
    pub viewer: &'caller str,
    /// When the token expires, in seconds since 1970.
    pub expires_at: u64,
}

/// What the HTTP request says about how to run the operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExecuteOptions {
    /// Refuse the operation as a whole when the viewer may not see all that it asks for (`Causeway-Withheld: reject`).
    pub withheld_reject: bool,
    /// The document by the hash of its text; the query is empty where it stands for it.
    pub document: Option<DocumentHash>,
    /// The request came by GET, which must not change anything: a mutation is [`Execution::MutationByGet`].
    pub reject_mutations: bool,
}

/// How an operation ended, and what its viewer may still send.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub execution: Execution,
    /// What is left of the viewer's allowance; none where there is no verified viewer.
    pub allowance: Option<Allowance>,
}

impl From<Execution> for Outcome {
    fn from(execution: Execution) -> Self {
        Self { execution, allowance: None }
    }
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

/// One check of readiness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// What was checked, such as `database`; clients see it.
    pub name: &'static str,
    /// `Err` has a short reason. It goes to the log; clients do not see it.
    pub outcome: Result<(), String>,
}
