//! Answers of a real schema, compared as text.

mod schema;

use async_graphql::{
    PathSegment, Request, Response, ServerError, Value, Variables,
    parser::{parse_query, parse_schema},
    value,
};
use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::complete;
use crate::graphql::{documents, shapes::Shapes};
use schema::schema;

fn finish(query: &str, operation: Option<&str>, variables: &Variables, response: Response) -> Response {
    let shapes = Shapes::of(&parse_schema(schema().sdl()).unwrap());
    let document = parse_query(query).unwrap();
    let operation = documents::operation(&document, operation).unwrap();
    complete(&shapes, &document, operation, variables, response)
}

fn text(value: &Value) -> String {
    serde_json::to_string(value).unwrap()
}

/// The data as the library answers them and as they are completed. No error may change.
async fn answers(query: &str, variables: &Variables) -> (String, String) {
    let response = schema().execute(Request::new(query).variables(variables.clone())).await;
    let (before, errors) = (text(&response.data), response.errors.clone());
    let completed = finish(query, None, variables, response);
    assert_eq!(completed.errors, errors);
    (before, text(&completed.data))
}

/// What the library gets wrong, and is completed to what is wanted.
async fn mends(query: &str, wanted: &str) {
    let (before, after) = answers(query, &Variables::default()).await;
    assert_eq!(after, wanted, "{query}");
    assert_ne!(before, wanted, "the library gets this right: {query}");
}

/// What the library gets right, and stays.
async fn keeps(query: &str, wanted: &str) {
    let (before, after) = answers(query, &Variables::default()).await;
    assert_eq!(after, wanted, "{query}");
    assert_eq!(before, wanted, "the library gets this wrong: {query}");
}

#[tokio::test]
async fn keys_stand_in_the_order_of_the_selection() {
    mends(
        "{ person { name nick number } boss { name } }",
        r#"{"person":{"name":"n1","nick":"k1","number":1},"boss":{"name":"n1"}}"#,
    )
    .await;
    mends(
        "{ chiefs { home { country label } friend(number: 0) { name } number __typename } }",
        concat!(
            r#"{"chiefs":[{"home":{"country":"UA","label":"place 1"},"friend":null,"number":1,"__typename":"Person"},"#,
            r#"{"home":{"country":"UA","label":"place 3"},"friend":null,"number":3,"__typename":"Person"}]}"#
        ),
    )
    .await;
    keeps("{ person { number name } }", r#"{"person":{"number":1,"name":"n1"}}"#).await;
}

#[tokio::test]
async fn merged_selections_and_aliases_are_one_key_where_it_stands_first() {
    mends(
        "{ a: person { name } b: boss { number } a: person { n: number nick } ...More }
         fragment More on Query { b: boss { name } }",
        r#"{"a":{"name":"n1","n":1,"nick":"k1"},"b":{"number":1,"name":"n1"}}"#,
    )
    .await;
}

#[tokio::test]
async fn fragments_stand_where_they_are_spread() {
    mends(
        "{ person { ...Names ... { nick } number ...Names } }
         fragment Names on Person { name ... on Labelled { label ... on Place { country } } }",
        r#"{"person":{"name":"n1","label":"person 1","nick":"k1","number":1}}"#,
    )
    .await;
}

#[tokio::test]
async fn a_failed_field_that_may_be_null_is_null() {
    mends("{ person(number: 2) { nick number } }", r#"{"person":{"nick":null,"number":2}}"#).await;
    mends("{ person(number: 2) { a: nick b: nick } }", r#"{"person":{"a":null,"b":null}}"#).await;
    mends("{ boss(number: 2) { nick } }", r#"{"boss":{"nick":null}}"#).await;
    keeps("{ person(number: 0) { nick } }", r#"{"person":null}"#).await;
}

#[tokio::test]
async fn a_failed_field_that_may_not_be_null_nulls_the_nearest_ancestor_that_may() {
    mends("{ person(number: 2) { number name } }", r#"{"person":null}"#).await;
    mends("{ person { number boss(number: 2) { number name } } }", r#"{"person":null}"#).await;
    mends(
        "{ person { number friend(number: 2) { boss(number: 2) { number home { label } } } } }",
        r#"{"person":{"number":1,"friend":null}}"#,
    )
    .await;
    mends("{ person { number } boss(number: 2) { number name } }", "null").await;
    mends("{ boss(number: 2) { name } }", "null").await;
}

#[tokio::test]
async fn items_that_may_be_null_stop_the_null_and_others_hand_it_to_the_list() {
    mends("{ some { name number } }", r#"{"some":[{"name":"n1","number":1},null,null,{"name":"n3","number":3}]}"#)
        .await;
    mends("{ person { number } allOrNone { number name } }", r#"{"person":{"number":1},"allOrNone":null}"#).await;
    mends("{ person { number } all { number name } }", "null").await;
    mends(
        "{ all { nick number } }",
        r#"{"all":[{"nick":"k1","number":1},{"nick":null,"number":2},{"nick":"k3","number":3}]}"#,
    )
    .await;
    mends("{ all { nick } }", r#"{"all":[{"nick":"k1"},{"nick":null},{"nick":"k3"}]}"#).await;
    mends("{ groups { number name } }", r#"{"groups":[[{"number":1,"name":"n1"},null],[]]}"#).await;
}

#[tokio::test]
async fn an_object_of_an_abstract_type_is_told_by_its_keys() {
    mends(
        "{ labelled { ... on Place { country } label number ... on Person { name nick } } }",
        concat!(
            r#"{"labelled":[{"label":"person 1","number":1,"name":"n1","nick":"k1"},"#,
            r#"{"country":null,"label":"place 2","number":2},{"country":"UA","label":"place 3","number":3}]}"#
        ),
    )
    .await;
    // A person has all keys of a place but the country, and is none.
    mends(
        "{ labelled { label number ... on Place { country } } }",
        concat!(
            r#"{"labelled":[{"label":"person 1","number":1},{"label":"place 2","number":2,"country":null},"#,
            r#"{"label":"place 3","number":3,"country":"UA"}]}"#
        ),
    )
    .await;
    mends(
        "{ found { ... on Person { nick number } ... on Place { country number } } }",
        r#"{"found":[{"country":"UA","number":1},{"nick":null,"number":2},{"country":null,"number":2}]}"#,
    )
    .await;
    mends(
        "{ found { ... on Person { nick name } ... on Place { country } } }",
        r#"{"found":[{"country":"UA"},null,{"country":null}]}"#,
    )
    .await;
}

#[tokio::test]
async fn an_object_of_an_abstract_type_is_told_by_its_type_name() {
    mends(
        "{ found { ... on Labelled { number } kind: __typename ... on Person { boss(number: 3) { label number } }
           ... on Place { label } } }",
        concat!(
            r#"{"found":[{"number":1,"kind":"Place","label":"place 1"},"#,
            r#"{"number":2,"kind":"Person","boss":{"label":"person 3","number":3}},"#,
            r#"{"number":2,"kind":"Place","label":"place 2"}]}"#
        ),
    )
    .await;
    // The two have the same keys in another order, so nothing but the name tells them apart.
    mends(
        "{ labelled { __typename ... on Person { label number } ... on Place { number label } } }",
        concat!(
            r#"{"labelled":[{"__typename":"Person","label":"person 1","number":1},"#,
            r#"{"__typename":"Place","number":2,"label":"place 2"},{"__typename":"Place","number":3,"label":"place 3"}]}"#
        ),
    )
    .await;
}

/// The library gives no path to an error of a field that is selected on an interface.
#[tokio::test]
async fn an_error_without_a_path_still_completes_what_is_missing() {
    let query = "{ silent { number label } person { number } }";
    let response = schema().execute(query).await;
    assert_eq!(response.errors.len(), 1);
    assert!(response.errors.iter().all(|error| error.path.is_empty()));
    mends(query, r#"{"silent":null,"person":{"number":1}}"#).await;
}

#[tokio::test]
async fn directives_decide_with_variables_and_defaults() {
    let query = "query ($yes: Boolean!, $no: Boolean!, $unset: Boolean = true) {
        person(number: 2) {
            label @include(if: $no)
            nick @include(if: $yes)
            name @skip(if: $unset)
            ... @skip(if: $no) { number }
            ...Home @include(if: $no)
        }
    }
    fragment Home on Person { home { label } }";
    let given = |unset: bool| Variables::from_value(value!({"yes": true, "no": false, "unset": unset}));
    let (_, skipped) = answers(query, &given(true)).await;
    assert_eq!(skipped, r#"{"person":{"nick":null,"number":2}}"#);
    let (_, included) = answers(query, &given(false)).await;
    assert_eq!(included, r#"{"person":null}"#);
    let unset = Variables::from_value(value!({"yes": true, "no": false}));
    let mut failed = Response::from_errors(vec![ServerError::new("silent", None)]);
    failed.data = value!({"person": {"number": 2}});
    assert_eq!(text(&finish(query, None, &unset, failed).data), skipped);
}

#[tokio::test]
async fn what_has_no_selection_left_is_an_empty_object() {
    mends("{ person { number boss(number: 1) { name @skip(if: true) } } }", r#"{"person":{"number":1,"boss":{}}}"#)
        .await;
    mends("{ person @include(if: false) { number } }", "{}").await;
}

#[tokio::test]
async fn introspection_stands_in_order_and_stays() {
    let query =
        r#"{ person { name } __typename __type(name: "Place") { name kind } s: __schema { queryType { name } } }"#;
    let wanted = concat!(
        r#"{"person":{"name":"n1"},"__typename":"Query","__type":{"name":"Place","kind":"OBJECT"},"#,
        r#""s":{"queryType":{"name":"Query"}}}"#
    );
    mends(query, wanted).await;
}

#[tokio::test]
async fn the_named_operation_counts_and_a_mutation_has_its_root() {
    let query = "query A { person { number name } }
        mutation B { a: hire(number: 1) { name number } b: hire(number: 1) { number } }";
    let response = schema().execute(Request::new(query).operation_name("B")).await;
    let completed = finish(query, Some("B"), &Variables::default(), response);
    assert_eq!(text(&completed.data), r#"{"a":{"name":"n1","number":1},"b":{"number":1}}"#);
    mends("mutation { a: hire(number: 1) { number } b: hire(number: 2) { number } }", "null").await;
}

#[tokio::test]
async fn a_refused_operation_stays_without_data() {
    keeps("{ person { nothing } }", "null").await;
    keeps("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "null").await;
}

#[test]
fn an_object_that_failed_itself_is_not_made_up_again() {
    let at = |path: &[&str]| {
        let path = path.iter().map(|key| PathSegment::Field((*key).to_owned())).collect();
        ServerError::new("silent", None).with_path(path)
    };
    let query = "{ person { nick } boss { number } }";
    let person = |errors| {
        let mut failed = Response::from_errors(errors);
        failed.data = value!({"boss": {"number": 1}, "person": null});
        text(&finish(query, None, &Variables::default(), failed).data)
    };
    assert_eq!(person(vec![at(&["person"]), at(&["person", "nick"])]), r#"{"person":null,"boss":{"number":1}}"#);
    assert_eq!(person(vec![at(&["person", "nick"])]), r#"{"person":{"nick":null},"boss":{"number":1}}"#);
    assert_eq!(person(vec![at(&["boss"])]), r#"{"person":null,"boss":{"number":1}}"#);
}

#[test]
fn a_null_without_an_error_is_not_handed_up() {
    let response = Response::new(value!({"boss": {"number": null, "name": "n1"}}));
    let completed = finish("{ boss { name number } }", None, &Variables::default(), response);
    assert_eq!(text(&completed.data), r#"{"boss":{"name":"n1","number":null}}"#);
}

fn shuffle(value: &mut Value, random: &mut ChaCha8Rng) {
    match value {
        Value::Object(members) => {
            let mut entries: Vec<_> = std::mem::take(members).into_iter().collect();
            entries.shuffle(random);
            members.extend(entries);
            members.values_mut().for_each(|value| shuffle(value, random));
        }
        Value::List(values) => values.iter_mut().for_each(|value| shuffle(value, random)),
        _ => {}
    }
}

/// Whatever order the members come in, an answer without errors keeps each of them and gets one order.
#[tokio::test]
async fn without_errors_only_the_order_changes() {
    let query = "{
        chiefs { ...Deep number label friend(number: 4) { ...Deep nick } }
        person { ...Deep }
        labelled { label ... on Person { name nick } ... on Place { number home: __typename } }
        boss { number }
    }
    fragment Deep on Person { nick home { country number label } boss(number: 3) { name number label } name }";
    let variables = Variables::default();
    let response = schema().execute(query).await;
    assert!(response.errors.is_empty());
    let data = response.data.clone();
    let wanted = text(&finish(query, None, &variables, response).data);
    assert!(wanted.starts_with(
        r#"{"chiefs":[{"nick":"k1","home":{"country":"UA","number":1,"label":"place 1"},"boss":{"name":"n3","#
    ));
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..100 {
        let mut shuffled = data.clone();
        shuffle(&mut shuffled, &mut random);
        let completed = finish(query, None, &variables, Response::new(shuffled)).data;
        // Equality of objects does not look at the order.
        assert_eq!(completed, data);
        assert_eq!(text(&completed), wanted);
    }
}
