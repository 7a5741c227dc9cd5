//! What operators are told of an operation: its span, and how long it took. The operation's name is told only where it is the
//! operator's own, out of the manifest of trusted documents: a client may name an operation after a person.

use std::time::Instant;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
use tracing::{Instrument, Span};

use crate::access::identity::{Place, Viewer, ViewerKind};
use crate::http::Execution;
use crate::telemetry::{
    instruments::{self, Asked},
    spans,
};

/// An operation that is about to run.
pub(super) struct Observed<'a> {
    asked: Asked<'a>,
    span: Span,
}

impl<'a> Observed<'a> {
    /// Who asks for what, at which cost.
    pub(super) fn new(viewer: &'a Viewer, operation: OperationType, name: Option<&'a str>, cost: u64) -> Self {
        let kind = match operation {
            OperationType::Query => "query",
            OperationType::Mutation => "mutation",
            OperationType::Subscription => "subscription",
        };
        let asked = Asked { kind, name, mission: mission_of(viewer), viewer: kind_of(viewer) };
        let span = spans::operation(kind, name, asked.mission, cost);
        Self { asked, span }
    }

    /// Runs it.
    pub(super) async fn run(self, operation: impl Future<Output = Execution>) -> Execution {
        let began = Instant::now();
        let execution = operation.instrument(self.span.clone()).await;
        let code = execution.code();
        if let Some(code) = code {
            spans::failed(&self.span, code);
        }
        instruments::operation(&self.asked, code, began.elapsed());
        execution
    }
}

/// The name of the operation that a request means.
pub(super) fn name_of<'a>(document: &'a ExecutableDocument, asked: Option<&'a str>) -> Option<&'a str> {
    match (&document.operations, asked) {
        (DocumentOperations::Single(_), _) => None,
        (DocumentOperations::Multiple(_), Some(asked)) => Some(asked),
        (DocumentOperations::Multiple(operations), None) => operations.keys().next().map(|name| name.as_str()),
    }
}

/// The mission that a viewer works for, or in how many places.
fn mission_of(viewer: &Viewer) -> &str {
    match viewer.memberships() {
        [] => "none",
        [first, rest @ ..] if rest.iter().any(|other| other.place != first.place) => "several",
        [first, ..] => match &first.place {
            Place::Mission(code) => code.as_str(),
            Place::Region(_) => "region",
            Place::Everywhere => "everywhere",
        },
    }
}

const fn kind_of(viewer: &Viewer) -> &'static str {
    match viewer.kind() {
        ViewerKind::Mission => "mission",
        ViewerKind::Headquarters => "headquarters",
        ViewerKind::Partner => "partner",
    }
}
