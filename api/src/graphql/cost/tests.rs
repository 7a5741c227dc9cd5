//! The costs of questions on the real schema, and that no list of it is without a size.

use async_graphql::parser::{
    parse_query, parse_schema,
    types::{ObjectType, TypeKind, TypeSystemDefinition},
};
use serde_json::json;

use super::*;
use crate::graphql::{documents, schema};

fn types() -> ServiceDocument {
    parse_schema(schema::running().sdl()).unwrap()
}

fn cost_of(query: &str, variables: serde_json::Value) -> u64 {
    let types = types();
    let document = parse_query(query).unwrap();
    let operation = documents::operation(&document, None).unwrap();
    Rates::of(&types).cost(&Shapes::of(&types), &document, operation, &Variables::from_json(variables))
}

#[test]
fn pages_multiply() {
    for (query, expected) in [
        ("{ viewer { subject } }", 1),
        ("{ cases { nodes { caseNumber status } } }", 21),
        ("{ cases(first: 3) { nodes { caseNumber } } }", 4),
        ("{ cases(last: 3) { edges { node { caseNumber } } } }", 1 + 3 * 2),
        ("{ cases(first: 3) { edges { cursor } nodes { id } pageInfo { hasNextPage } } }", 1 + 3 + 3 + 1),
        (
            "{ cases(first: 3) { nodes { individual { id } episodes(first: 2) { nodes { id } } } } }",
            1 + 3 * (1 + 1 + 1 + 2),
        ),
        ("{ cases(first: 0) { nodes { individual { id } } } }", 1),
        ("{ cases(first: 10) { totalCount } }", 1 + 20),
        ("{ cases(first: 1, search: \"xy\") { nodes { id } } }", 2 + 50),
        ("{ cases(first: 1, search: null, orderBy: [{ field: STATUS }]) { nodes { id } } }", 2 + 20),
        ("{ a: cases(first: 1) { nodes { id } } b: cases(first: 1) { nodes { id } } }", 4),
        ("{ statistics { total cells { count } } }", 100 + 1 + 100),
        ("{ nodes(ids: [\"a\", \"b\"]) { id } }", 2),
        // The dearest of what it may be, and not all of it.
        (
            "{ node(id: \"a\") { id ... on Case { individual { id } } ... on Individual { cases { nodes { id } } } } }",
            1 + 21,
        ),
        ("{ __schema { types { name fields { name } } } __typename }", 0),
    ] {
        assert_eq!(cost_of(query, json!({})), expected, "{query}");
    }
}

#[test]
fn variables_count_as_what_they_are() {
    let query = "query($n: Int, $ids: [ID!]!, $with: Boolean!) { nodes(ids: $ids) { id } \
                 cases(first: $n) @include(if: $with) { nodes { id } } }";
    let cost = |n, with: bool| cost_of(query, json!({ "n": n, "ids": ["a", "b", "c"], "with": with }));
    assert_eq!((cost(json!(7), true), cost(json!(null), true), cost(json!(7), false)), (3 + 8, 3 + 21, 3));
    // The field refuses what is no page; until then it counts as the largest, or as nothing.
    assert_eq!((cost(json!(2_000_000_000), true), cost(json!(-5), true)), (3 + 101, 3 + 1));
}

#[test]
fn what_cannot_be_counted_is_too_much() {
    let deep = "cases(first: 100) { nodes { individual { ".repeat(12);
    let query = format!("{{ individuals {{ nodes {{ {deep} id {} }} }} }}", "} } } ".repeat(12));
    assert_eq!(cost_of(&query, json!({})), u64::MAX);
}

#[test]
fn fragments_are_counted_where_they_are_spread() {
    let query =
        "{ cases(first: 2) { nodes { ...F ...F } } } fragment F on Case { individual { id } ... on Node { id } }";
    assert_eq!(cost_of(query, json!({})), 1 + 2 * (1 + 2));
}

/// Objects of the schema, by name.
fn objects(types: &ServiceDocument) -> impl Iterator<Item = (&Name, &ObjectType)> {
    types.definitions.iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) => match &definition.node.kind {
            TypeKind::Object(object) => Some((&definition.node.name.node, object)),
            _ => None,
        },
        _ => None,
    })
}

/// A list that nobody sized would be taken for the largest page; here it is noticed instead.
#[test]
fn every_list_of_objects_has_a_size() {
    let types = types();
    let (shapes, rates) = (Shapes::of(&types), Rates::of(&types));
    let mut lists = 0;
    for (object, definition) in objects(&types) {
        for field in &definition.fields {
            let (name, ty) = (&field.node.name.node, &field.node.ty.node);
            let size = rates.of_field(object, name).and_then(|rate| rate.size.as_ref());
            if named(ty).ends_with("Connection") {
                assert!(size.is_some_and(|size| size.sized_fields == ["edges", "nodes"]), "{object}.{name}");
            }
            let is_list = matches!(ty.base, BaseType::List(_)) && !shapes.objects(named(ty)).is_empty();
            lists += usize::from(is_list);
            let by_parent = object.ends_with("Connection") && ["edges", "nodes"].contains(&name.as_str());
            assert!(!is_list || by_parent || size.is_some(), "{object}.{name}");
        }
    }
    assert!(lists > 20, "{lists}");
}

/// What front ends are shown must run.
#[test]
fn the_saved_queries_of_the_demo_are_within_the_limit() {
    let limit = crate::config::LimitsConfig::default().cost;
    for query in
        [include_str!("../../demo/queries/cases.graphql"), include_str!("../../demo/queries/statistics.graphql")]
    {
        let cost = cost_of(query, json!({}));
        assert!(cost > 100 && cost < limit / 2, "{cost}: {query}");
    }
}
