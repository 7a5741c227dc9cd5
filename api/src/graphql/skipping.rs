//! `@skip` and `@include`: whether a selection is asked for at all.

use async_graphql::{Name, Positioned, Value, parser::types::Directive};

/// Whether a selection with these directives is asked for. `variable` gives the values of variables.
pub(super) fn is_included(
    directives: &[Positioned<Directive>],
    variable: impl Fn(&Name) -> Option<Value> + Copy,
) -> bool {
    directives.iter().all(|directive| match directive.node.name.node.as_str() {
        "skip" => !is_true(&directive.node, variable),
        "include" => is_true(&directive.node, variable),
        _ => true,
    })
}

fn is_true(directive: &Directive, variable: impl Fn(&Name) -> Option<Value>) -> bool {
    let condition = directive.get_argument("if").map(|condition| condition.node.clone());
    let value = condition.and_then(|value| value.into_const_with(|name| variable(&name).ok_or(())).ok());
    value == Some(Value::Boolean(true))
}
