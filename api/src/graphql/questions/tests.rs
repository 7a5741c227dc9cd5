//! From arguments to questions.

use async_graphql::{
    Value, Variables,
    parser::{parse_query, types::Selection},
};
use entity::{case_file, individual, narrative, referral, table::Column, trafficker};
use serde_json::json;

use super::*;
use crate::access::{Comparison, Direction, OrderKey, Predicate};
use crate::error::ClientError;

fn value(json: serde_json::Value) -> Value {
    Value::from_json(json).unwrap()
}

fn case(name: &str) -> &'static Column {
    case_file::TABLE.column(name).unwrap()
}

fn refused<T>(result: Result<T, ClientError>) -> String {
    match result {
        Err(ClientError::BadInput { field, .. }) => field,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("taken"),
    }
}

#[test]
fn a_filter_is_a_condition_on_each_column_that_it_names() {
    let asked = value(json!({
        "individual": { "familyName": { "startsWith": "Ko" } },
        "owner": { "eq": "a" },
        "status": { "in": ["CLOSED"], "isNull": false },
        "consentsInForce": { "hasAny": "REFERRAL" },
        "not": { "yearOfRegistration": { "from": 2020 } },
        "or": [{}, { "team": {} }],
    }));
    let closed = entity::codes::CaseStatus::Closed as i16;
    let referral = 1 << entity::codes::ConsentPurpose::Referral as i16;
    let family_name = individual::TABLE.column("family_name").unwrap();
    let expected = Predicate::All(vec![
        Predicate::Is(case("status"), Comparison::OneOf(vec![closed.into()])),
        Predicate::Is(case("status"), Comparison::Null(false)),
        Predicate::Is(case("owner"), Comparison::Equal("a".into())),
        Predicate::Is(case("consents_in_force"), Comparison::HasAny(referral)),
        Predicate::Linked(
            case("individual_id"),
            Box::new(Predicate::All(vec![Predicate::Is(family_name, Comparison::StartsWith("Ko".to_owned()))])),
        ),
        Predicate::Any(vec![Predicate::All(Vec::new()), Predicate::All(Vec::new())]),
        Predicate::Not(Box::new(Predicate::All(vec![Predicate::Is(
            case("year_of_registration"),
            Comparison::From(2020.into()),
        )]))),
    ]);
    assert_eq!(filter(&case_file::TABLE, &asked), Ok(expected));
}

#[test]
fn what_cannot_be_asked_is_refused_where_it_stands() {
    let long = "x".repeat(1_001);
    for (asked, field) in [
        (json!(null), ""),
        (json!({ "owner": null }), "owner"),
        (json!({ "owner": { "eq": null } }), "owner.eq"),
        (json!({ "owner": { "contains": long } }), "owner.contains"),
        (json!({ "owner": { "startsWith": "\u{301}" } }), "owner.startsWith"),
        (json!({ "owner": { "in": vec!["x"; 1_001] } }), "owner.in"),
        (json!({ "status": { "eq": "NONE" } }), "status.eq"),
        (json!({ "and": [{}, { "or": [{ "not": { "team": { "isNull": null } } }] }] }), "and.1.or.0.not.team.isNull"),
        (json!({ "individual": { "gender": null } }), "individual.gender"),
    ] {
        assert_eq!(refused(filter(&case_file::TABLE, &value(asked))), field);
    }
}

#[test]
fn an_order_goes_through_links() {
    let keys = value(json!([{ "field": "INDIVIDUAL_FAMILY_NAME", "direction": "DESC" }, { "field": "CASE_NUMBER" }]));
    let family_name = individual::TABLE.column("family_name").unwrap();
    let expected = vec![
        OrderKey::through(case("individual_id"), family_name, Direction::Desc),
        OrderKey::by(case("case_number"), Direction::Asc),
    ];
    assert_eq!(order(&case_file::TABLE, &keys), Ok(expected));
    assert_eq!(refused(order(&case_file::TABLE, &value(json!({ "field": "IMPORT_KEY" })))), "orderBy");
}

#[test]
fn a_search_goes_along_links_and_back() {
    let columns = |table: &'static entity::table::Table, names: &[&str]| -> Vec<&'static Column> {
        names.iter().map(|name| table.column(name).unwrap()).collect()
    };
    let words = |table, names: &[&str]| Predicate::Search(columns(table, names), "a b".to_owned());
    let names = words(&individual::TABLE, &["given_names", "family_name", "identity_number"]);
    let link = entity::narrative_passage::TABLE.column("narrative_id").unwrap();
    for (table, expected) in [
        (
            &case_file::TABLE,
            Predicate::AnyVisible(vec![
                words(&case_file::TABLE, &["case_number"]),
                Predicate::Linked(case("individual_id"), Box::new(names.clone())),
            ]),
        ),
        (&individual::TABLE, names),
        (&trafficker::TABLE, words(&trafficker::TABLE, &["given_names", "family_name", "alias"])),
        (&narrative::TABLE, Predicate::Child(link, Box::new(words(&entity::narrative_passage::TABLE, &["text"])))),
        (&referral::TABLE, words(&referral::TABLE, &["organisation"])),
    ] {
        assert_eq!(search(table, "a b".to_owned()), Ok(expected), "{}", table.name);
    }
    for text in [" ", &"x".repeat(10_000)] {
        assert_eq!(refused(search(&case_file::TABLE, text.to_owned())), "search");
    }
}

#[test]
fn arguments_have_the_values_of_variables() {
    let document =
        parse_query("query($n: Int, $m: X) { f(first: $n, missions: [UA, $m], id: 7, after: null) }").unwrap();
    let (_, operation) = document.operations.iter().next().unwrap();
    let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else { panic!("no field") };
    let arguments = Arguments::of(&field.node, &Variables::from_json(json!({ "n": 3, "m": "MD" })));
    assert_eq!(arguments.number("first"), Ok(Some(3)));
    assert_eq!(arguments.countries("missions"), Ok(Some(vec!["UA".parse().unwrap(), "MD".parse().unwrap()])));
    assert_eq!(arguments.text("id"), Ok(Some("7".to_owned())));
    assert_eq!(arguments.text("after"), Ok(None));
    assert_eq!(refused(arguments.text("missions")), "missions");
}
