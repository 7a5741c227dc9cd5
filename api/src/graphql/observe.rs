//! What operators are told of a request and its operation: a span, and how long each took. The operation's name is told only
//! where it is the operator's own, out of the manifest of trusted documents: a client may name an operation after a person.

use std::time::Duration;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
use tracing::Instrument;

use super::execution::Execution;
use crate::access::identity::{Place, Viewer};
use crate::telemetry::{
    instruments::{self, Timed},
    spans,
};

/// Measures a viewer's request: from here to its answer, the wait for a slot included.
pub fn of_viewer(viewer: &Viewer) -> Timed<impl FnMut(Option<&str>, Duration)> {
    Timed::begin(|code, took| instruments::mission(mission_of(viewer), viewer.kind().name(), code, took))
}

/// Runs an operation of a viewer, of this cost and perhaps a name, in a span, and measures it.
pub(super) async fn run(
    viewer: &Viewer,
    operation: OperationType,
    name: Option<&str>,
    cost: u64,
    work: impl Future<Output = Execution>,
) -> Execution {
    let kind = match operation {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    };
    let span = spans::operation(kind, name, mission_of(viewer), cost);
    let timed = Timed::begin(|code, took| instruments::operation(kind, name, code, took));
    let execution = work.instrument(span.clone()).await;
    spans::ended(&span, execution.code());
    timed.end(execution.code());
    execution
}

/// The name of the operation that a request means, as the document has it.
pub(super) fn name_of<'d>(document: &'d ExecutableDocument, asked: Option<&str>) -> Option<&'d str> {
    match (&document.operations, asked) {
        (DocumentOperations::Single(_), _) => None,
        (DocumentOperations::Multiple(operations), Some(asked)) => {
            operations.get_key_value(asked).map(|(name, _)| name)
        }
        (DocumentOperations::Multiple(operations), None) => operations.keys().next(),
    }
    .map(|name| name.as_str())
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
