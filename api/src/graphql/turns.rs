//! What a mutation does about others who change the same records: it names the cases that it is about before it runs, so that
//! they are locked in one order, and it runs again where the database ended it nevertheless.

use std::time::Duration;

use async_graphql::{
    Value as Constant, Variables,
    parser::types::{OperationDefinition, OperationType, Selection},
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

/// The texts in the arguments of a mutation, among which are the ids of what it is about.
pub(super) fn texts(operation: &OperationDefinition, variables: &Variables) -> Vec<String> {
    let mut texts = Vec::new();
    if operation.ty == OperationType::Mutation {
        for selection in &operation.selection_set.node.items {
            let Selection::Field(field) = &selection.node else { continue };
            field.node.arguments.iter().for_each(|(_, value)| gather(&value.node, variables, &mut texts));
        }
    }
    texts
}

fn gather(value: &Value, variables: &Variables, texts: &mut Vec<String>) {
    match value {
        Value::Variable(name) => {
            if let Some(value) = variables.get(name) {
                gather_constant(value, texts);
            }
        }
        Value::String(text) => add(text, texts),
        Value::List(items) => items.iter().for_each(|item| gather(item, variables, texts)),
        Value::Object(members) => members.values().for_each(|member| gather(member, variables, texts)),
        _ => {}
    }
}

fn gather_constant(value: &Constant, texts: &mut Vec<String>) {
    match value {
        Constant::String(text) => add(text, texts),
        Constant::List(items) => items.iter().for_each(|item| gather_constant(item, texts)),
        Constant::Object(members) => members.values().for_each(|member| gather_constant(member, texts)),
        _ => {}
    }
}

fn add(text: &str, texts: &mut Vec<String>) {
    if text.len() <= LONGEST_ID {
        texts.push(text.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{Name, parser::parse_query};

    use super::*;

    #[test]
    fn texts_are_found_wherever_they_stand() {
        let document = "mutation($i: X, $id: ID!) { a: f(input: {id: \"A\", n: 1, of: [\"B\"]}) b: f(id: $id) c: f(input: $i) { id(x: \"no\") } }";
        let document = parse_query(document).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let mut variables = Variables::default();
        variables.insert(Name::new("id"), Constant::from("C"));
        variables.insert(Name::new("i"), Constant::from_json(serde_json::json!({ "of": [{ "id": "D" }] })).unwrap());
        assert_eq!(texts(&operation.node, &variables), ["A", "B", "C", "D"]);
    }

    #[test]
    fn a_mutation_runs_a_few_times_and_a_query_once() {
        let mut runs = Runs::of(OperationType::Mutation);
        let again = (0..6).map(|_| runs.begin()).collect::<Vec<_>>();
        assert_eq!(again, [true, true, true, false, false, false]);
        assert!(!Runs::of(OperationType::Query).begin());
    }
}
