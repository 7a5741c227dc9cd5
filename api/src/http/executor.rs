//! What the edge needs of the gateway behind it, and nothing more. Whoever implements [`Executor`] verifies the token, then
//! parses, validates and runs the operation; the edge only turns the outcome into HTTP.

use std::{future::Future, sync::Arc};

use async_graphql::Request;

use crate::admission::Allowance;
use crate::error::Error;
use crate::graphql::{ExecuteOptions, Execution};

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

    /// The schema in its language: the whole, or what an audience can ever see of it; `None` for an audience that does not exist.
    fn schema_text(&self, audience: Option<&str>) -> Option<Arc<str>>;
}

/// Who keeps a connection, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Bearer<'caller> {
    /// The viewer, unique over all issuers.
    pub viewer: &'caller str,
    /// When the token expires, in seconds since 1970.
    pub expires_at: u64,
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

/// One check of readiness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// What was checked, such as `database`; clients see it.
    pub name: &'static str,
    /// `Err` has a short reason. It goes to the log; clients do not see it.
    pub outcome: Result<(), String>,
}
