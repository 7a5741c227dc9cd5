//! Variables without a value, where arguments are written out. By the specification (*CoerceArgumentValues*, *Input Objects*) an
//! argument that is such a variable is not given and takes its default, a field of an input object is not there, and an item
//! of a list is null. The library takes each of them for null, which would erase what an update does not name.

use async_graphql::{Name, Positioned, Variables, parser::types::Field};
use async_graphql_value::Value;

/// The arguments of a field as they are run. Variables that have a value stay where they are.
pub(super) fn arguments(field: &Field, variables: &Variables) -> Vec<(Positioned<Name>, Positioned<Value>)> {
    let given = field.arguments.iter().filter_map(|(name, value)| {
        Some((name.clone(), Positioned::new(self::value(&value.node, variables)?, value.pos)))
    });
    given.collect()
}

/// A value as it is run; none where it is not given.
fn value(value: &Value, variables: &Variables) -> Option<Value> {
    Some(match value {
        Value::Variable(name) => return variables.contains_key(name).then(|| value.clone()),
        Value::List(items) => {
            Value::List(items.iter().map(|item| self::value(item, variables).unwrap_or_default()).collect())
        }
        Value::Object(members) => {
            let given =
                members.iter().filter_map(|(name, member)| Some((name.clone(), self::value(member, variables)?)));
            Value::Object(given.collect())
        }
        constant => constant.clone(),
    })
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::{parse_query, types::Selection};
    use serde_json::json;

    use super::*;

    /// The arguments of the one field of a document, as text.
    fn run(arguments: &str, variables: serde_json::Value) -> String {
        let document = parse_query(format!("query($a: X, $b: X) {{ f({arguments}) }}")).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else { panic!("no field") };
        let given = super::arguments(&field.node, &Variables::from_json(variables));
        given.iter().map(|(name, value)| format!("{name}: {}", value.node)).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn what_is_not_given_is_not_there() {
        for (arguments, variables, runs) in [
            ("x: $a, y: 1", json!({}), "y: 1"),
            ("x: $a, y: 1", json!({ "a": null }), "x: $a, y: 1"),
            ("x: {p: $a, q: $b}", json!({ "b": 2 }), "x: {q: $b}"),
            ("x: {p: {q: $a}}", json!({}), "x: {p: {}}"),
            ("x: [$a, $b, {p: $a}]", json!({ "b": 2 }), "x: [null, $b, {}]"),
        ] {
            assert_eq!(run(arguments, variables), runs, "{arguments}");
        }
    }
}
