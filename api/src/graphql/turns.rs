//! What a mutation does about others who change the same records: it names the cases that it is about before it runs, so that
//! they are locked in one order, and it runs again where the database ended it nevertheless.

use std::time::Duration;

use async_graphql::{
    Value as Constant, Variables,
    parser::types::{Field, OperationDefinition, OperationType, Selection},
};
use async_graphql_value::Value;
use rand::Rng;

/// How often an operation is run at most.
const RUNS: u32 = 4;
/// So long does it wait at most before it runs a second time, in milliseconds; before each further time twice as long.
const PAUSE: u64 = 50;
/// No sealed id is longer, in bytes.
const LONGEST_ID: usize = 256;

/// The runs of one operation.
pub(super) struct Runs {
    left: u32,
    pause: u64,
}

impl Runs {
    /// A mutation may run again: nothing of it has lasted, and nothing of its answer was sent. So might a query, but no query
    /// waits for anybody.
    pub(super) const fn of(operation: OperationType) -> Self {
        let left = if matches!(operation, OperationType::Mutation) { RUNS } else { 1 };
        Self { left, pause: PAUSE }
    }

    /// Begins a run; whether another may follow.
    pub(super) const fn begin(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    /// Waits before the next one: at random, since whoever was in the way waits, too.
    pub(super) async fn pause(&mut self) {
        let pause = rand::rng().random_range(1..=self.pause);
        self.pause *= 2;
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
}

/// The ids of what a mutation changes: `input.id` of each of its fields. No other text is looked at, so that an operation is about
/// as many records as it has fields.
pub(super) fn ids(operation: &OperationDefinition, variables: &Variables) -> Vec<String> {
    if operation.ty != OperationType::Mutation {
        return Vec::new();
    }
    let items = operation.selection_set.node.items.iter();
    let ids = items.filter_map(|item| match &item.node {
        Selection::Field(field) => id_of(&field.node, variables),
        _ => None,
    });
    ids.filter(|id| id.len() <= LONGEST_ID).collect()
}

fn id_of(field: &Field, variables: &Variables) -> Option<String> {
    let id = match &field.get_argument("input")?.node {
        Value::Object(members) => match members.get("id")? {
            Value::String(id) => return Some(id.clone()),
            Value::Variable(name) => variables.get(name)?,
            _ => return None,
        },
        Value::Variable(name) => match variables.get(name)? {
            Constant::Object(members) => members.get("id")?,
            _ => return None,
        },
        _ => return None,
    };
    if let Constant::String(id) = id { Some(id.clone()) } else { None }
}

#[cfg(test)]
mod tests {
    use async_graphql::{Name, parser::parse_query};

    use super::*;

    #[test]
    fn ids_are_those_of_the_inputs() {
        let document = "mutation($i: X, $id: ID!, $n: X) {
            a: f(input: { id: \"A\", n: \"no\", of: [\"no\"] }) b: f(input: { id: $id }) c: f(input: $i) { id(x: \"no\") }
            d: f(id: \"no\", input: {}) e: f(input: $n) f: f(input: [{ id: \"no\" }]) g: f(input: { consents: [{ id: \"no\" }] }) }";
        let document = parse_query(document).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let mut variables = Variables::default();
        variables.insert(Name::new("id"), Constant::from("B"));
        let input = serde_json::json!({ "id": "C", "of": [{ "id": "no" }] });
        variables.insert(Name::new("i"), Constant::from_json(input).unwrap());
        assert_eq!(ids(&operation.node, &variables), ["A", "B", "C"]);
        let query = parse_query("{ f(input: { id: \"no\" }) }").unwrap();
        let (_, operation) = query.operations.iter().next().unwrap();
        assert!(ids(&operation.node, &variables).is_empty());
    }

    #[test]
    fn a_mutation_runs_a_few_times_and_a_query_once() {
        let mut runs = Runs::of(OperationType::Mutation);
        let again = (0..6).map(|_| runs.begin()).collect::<Vec<_>>();
        assert_eq!(again, [true, true, true, false, false, false]);
        assert!(!Runs::of(OperationType::Query).begin());
    }
}
