//! Whether a document holds values of its own, such as a name that somebody looks for. A document without any says only what
//! its front end is interested in; one with values says what its sender is. Refuses to tell what a value is about: any counts.

use async_graphql::{
    Name, Positioned,
    parser::types::{Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::Value;

/// Arguments whose numbers are the size of a page.
const SIZES: [&str; 2] = ["first", "last"];
/// No page is larger; a larger number may stand for something.
const LARGEST_PAGE: u64 = 1_000;

/// Whether values stand in a document, in its arguments, in the defaults of its variables or in its comments.
pub(super) fn holds_values(text: &str, document: &ExecutableDocument) -> bool {
    text.contains(['"', '#'])
        || document.operations.iter().any(|(_, operation)| in_operation(&operation.node))
        || document
            .fragments
            .values()
            .any(|fragment| in_directives(&fragment.node.directives) || in_selection(&fragment.node.selection_set.node))
}

fn in_operation(operation: &OperationDefinition) -> bool {
    let in_variables = operation.variable_definitions.iter().any(|variable| {
        let variable = &variable.node;
        let default = variable.default_value.as_ref().map(|value| value.node.clone().into_value());
        in_directives(&variable.directives) || default.is_some_and(|value| is_own(&variable.name.node, &value))
    });
    in_variables || in_directives(&operation.directives) || in_selection(&operation.selection_set.node)
}

fn in_selection(selection: &SelectionSet) -> bool {
    selection.items.iter().any(|item| match &item.node {
        Selection::Field(field) => {
            let field = &field.node;
            in_arguments(&field.arguments)
                || in_directives(&field.directives)
                || in_selection(&field.selection_set.node)
        }
        Selection::InlineFragment(inline) => {
            in_directives(&inline.node.directives) || in_selection(&inline.node.selection_set.node)
        }
        Selection::FragmentSpread(spread) => in_directives(&spread.node.directives),
    })
}

fn in_directives(directives: &[Positioned<Directive>]) -> bool {
    directives.iter().any(|directive| in_arguments(&directive.node.arguments))
}

fn in_arguments(arguments: &[(Positioned<Name>, Positioned<Value>)]) -> bool {
    arguments.iter().any(|(name, value)| is_own(&name.node, &value.node))
}

/// Whether a value under this name is one of the document's own. What the schema lists, such as a code, is not.
fn is_own(name: &str, value: &Value) -> bool {
    match value {
        Value::Variable(_) | Value::Null | Value::Boolean(_) | Value::Enum(_) => false,
        Value::Number(number) => {
            !(SIZES.contains(&name) && number.as_u64().is_some_and(|number| number <= LARGEST_PAGE))
        }
        Value::String(_) | Value::Binary(_) => true,
        Value::List(items) => items.iter().any(|item| is_own("", item)),
        Value::Object(members) => members.iter().any(|(name, member)| is_own(name, member)),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn holds(text: &str) -> bool {
        holds_values(text, &parse_query(text).unwrap())
    }

    #[test]
    fn what_a_front_end_sends_holds_none() {
        for text in [
            "{ viewer { subject } }",
            "query($n: String, $first: Int = 20) { individuals(search: $n, first: $first, filter: { gender: { eq: FEMININE } }) { nodes { id } } }",
            "query { cases(last: 1000, missions: [UA], orderBy: [{ field: OWNER, direction: ASC }]) { nodes { ...F } } } fragment F on Case { id @skip(if: true) }",
        ] {
            assert!(!holds(text), "{text}");
        }
    }

    #[test]
    fn values_are_found_wherever_they_stand() {
        for text in [
            "{ individuals(search: \"Petrenko\") { nodes { id } } }",
            "{ individuals(search: \"\"\"Petrenko\"\"\") { nodes { id } } }",
            "{ viewer { subject } } # Petrenko",
            "query($n: String = \"Petrenko\") { individuals(search: $n) { nodes { id } } }",
            "query($n: Int = 7) { cases(first: $n) { nodes { id } } }",
            "{ cases(first: 1001) { nodes { id } } }",
            "{ cases(filter: { numberOfChildren: { in: [7] } }) { nodes { id } } }",
            "{ cases(first: 1) { nodes { ...F } } } fragment F on Case { a(b: 1.5) }",
            "{ ... @x(y: 7) { viewer { subject } } }",
            "query @x(y: 7) { viewer { subject } }",
        ] {
            assert!(holds(text), "{text}");
        }
    }
}
