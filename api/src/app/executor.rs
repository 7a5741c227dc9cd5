//! The gateway behind the edge: who asks, who is let in, whether it is ready; operations are the engine's.

use std::sync::Arc;

use async_graphql::Request;

use super::App;
use crate::access::identity::Viewer;
use crate::error::ClientError;
use crate::graphql::{ExecuteOptions, Execution, observe};
use crate::http::{Bearer, Executor, Outcome, Readiness};

impl Executor for App {
    type Caller = Arc<Viewer>;

    async fn identify(&self, token: Option<&str>) -> crate::error::Result<Arc<Viewer>> {
        let token = token.ok_or(ClientError::Unauthenticated("a bearer token is needed"))?;
        Ok(Arc::new(self.identity.verify(token).await?))
    }

    fn bearer(viewer: &Arc<Viewer>) -> Bearer<'_> {
        Bearer { viewer: viewer.actor(), expires_at: viewer.expires_at() }
    }

    async fn execute(&self, viewer: Arc<Viewer>, request: Request, options: ExecuteOptions) -> Outcome {
        let timed = observe::of_viewer(&viewer);
        let (allowance, slot) = self.admission.admit(&viewer).await;
        let execution = match slot {
            // Held until the answer is made.
            Ok(_slot) => self.engine.run(Arc::clone(&viewer), request, options).await,
            Err(error) => Execution::Refused(error.into()),
        };
        timed.end(execution.code());
        Outcome { execution, allowance: Some(allowance) }
    }

    async fn ready(&self) -> Vec<Readiness> {
        let takes_writes = self.access.takes_writes().await.map_err(|error| error.to_string());
        let migrations = match takes_writes.is_ok().then(|| self.access.pending_migrations()) {
            Some(pending) => pending.await.map_err(|error| error.to_string()),
            // Whoever does not answer is not asked again.
            None => Err("the database does not answer".to_owned()),
        };
        let migrations = match migrations {
            Ok(pending) if pending.is_empty() => Ok(()),
            Ok(pending) => Err(format!("{} steps have not run", pending.len())),
            Err(said) => Err(said),
        };
        let writes = match &takes_writes {
            Ok(true) => Ok(()),
            Ok(false) => Err("the database is read-only".to_owned()),
            Err(_) => Err("the database does not answer".to_owned()),
        };
        let keys = self.identity.has_keys().then_some(()).ok_or_else(|| "no issuer's keys are at hand".to_owned());
        vec![
            Readiness { name: "database", outcome: takes_writes.map(drop) },
            Readiness { name: "migrations", outcome: migrations },
            // Without one nothing starts.
            Readiness { name: "policy", outcome: Ok(()) },
            Readiness { name: "keys", outcome: keys },
            Readiness { name: "writes", outcome: writes },
        ]
    }

    fn schema_text(&self, audience: Option<&str>) -> Option<Arc<str>> {
        self.texts.text(audience)
    }
}
