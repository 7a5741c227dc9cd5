//! A gateway of a few lines in front of a real schema, so that the edge is tested against real GraphQL responses.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_graphql::{
    Context, EmptySubscription, Object, Request, Schema,
    parser::types::{ExecutableDocument, OperationType},
};

use crate::{
    admission::Allowance,
    error::{ClientError, Error, InternalError},
    graphql::{ExecuteOptions, Execution},
    http::{Bearer, Executor, Outcome, Readiness},
};

pub(super) struct Fake {
    schema: Schema<Query, Mutation, EmptySubscription>,
    /// What readiness is told.
    pub(super) checks: Mutex<Vec<Readiness>>,
    /// How often it has asked.
    pub(super) looks: AtomicUsize,
}

struct Heard {
    token: Option<String>,
    options: ExecuteOptions,
}

pub(super) struct Query;
pub(super) struct Mutation;

#[Object]
impl Query {
    async fn bearer(&self, context: &Context<'_>) -> async_graphql::Result<Option<String>> {
        Ok(context.data::<Heard>()?.token.clone())
    }

    async fn withheld_reject(&self, context: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(context.data::<Heard>()?.options.withheld_reject)
    }

    async fn echo(&self, text: String) -> String {
        text
    }

    async fn nothing(&self) -> async_graphql::Result<Option<i32>> {
        Err(Error::Client(ClientError::NotFound).into())
    }

    async fn never(&self) -> async_graphql::Result<i32> {
        Err(Error::Client(ClientError::NotFound).into())
    }

    async fn panic(&self, #[graphql(default = true)] now: bool) -> bool {
        assert!(!now, "a secret value");
        now
    }

    async fn pause(&self) -> i32 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        1
    }

    async fn slow(&self) -> i32 {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        1
    }
}

#[Object]
impl Mutation {
    async fn change(&self) -> bool {
        true
    }
}

impl Fake {
    pub(super) fn new() -> Self {
        let checks =
            vec![Readiness { name: "database", outcome: Ok(()) }, Readiness { name: "policy", outcome: Ok(()) }];
        let (checks, looks) = (Mutex::new(checks), AtomicUsize::new(0));
        Self { schema: Schema::new(Query, Mutation, EmptySubscription), checks, looks }
    }
}

impl Executor for Fake {
    type Caller = Option<String>;

    async fn identify(&self, token: Option<&str>) -> Result<Option<String>, Error> {
        match token {
            Some("expired") => Err(ClientError::Unauthenticated("the token has expired").into()),
            Some("slow") => {
                tokio::time::sleep(Duration::from_millis(100)).await;
                Ok(token.map(str::to_owned))
            }
            token => Ok(token.map(str::to_owned)),
        }
    }

    fn bearer(token: &Option<String>) -> Bearer<'_> {
        Bearer { viewer: token.as_deref().unwrap_or_default(), expires_at: u64::MAX }
    }

    async fn execute(&self, token: Option<String>, mut request: Request, options: ExecuteOptions) -> Outcome {
        match token.as_deref() {
            Some("forbidden") => return Execution::Refused(ClientError::Forbidden("not for you".into()).into()).into(),
            Some("many") => {
                let allowance = Allowance { limit: 600, remaining: 0, reset: Duration::from_secs(7) };
                let execution = Execution::Refused(ClientError::RateLimited.into());
                return Outcome { execution, allowance: Some(allowance) };
            }
            Some("busy") => return Execution::Refused(ClientError::Overloaded.into()).into(),
            Some("broken") => return Execution::Refused(InternalError::new("a secret cause").into()).into(),
            _ => {}
        }
        let name = request.operation_name.clone();
        let mutation = request.parsed_query().is_ok_and(|document| is_mutation(document, name.as_deref()));
        if mutation && options.reject_mutations {
            return Execution::MutationByGet.into();
        }
        let asked = Heard { token, options };
        Execution::from_response(self.schema.execute(request.data(asked)).await).into()
    }

    async fn ready(&self) -> Vec<Readiness> {
        self.looks.fetch_add(1, Ordering::SeqCst);
        // Long enough for requests at the same time to meet.
        tokio::time::sleep(Duration::from_millis(20)).await;
        self.checks.lock().unwrap().clone()
    }

    fn schema_text(&self, audience: Option<&str>) -> Option<Arc<str>> {
        let whole = self.schema.sdl();
        match audience {
            None => Some(whole.into()),
            Some(audience) => (audience == "mission").then(|| format!("# {audience}\n{whole}").into()),
        }
    }
}

fn is_mutation(document: &ExecutableDocument, name: Option<&str>) -> bool {
    document.operations.iter().any(|(own, operation)| {
        (name.is_none() || own.map(|own| own.as_str()) == name) && operation.node.ty == OperationType::Mutation
    })
}
