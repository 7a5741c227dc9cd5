//! /graphql, against the GraphQL over HTTP draft.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use futures::stream;
use serde_json::json;

use super::{GRAPHQL, JSON, edge, get, post, query, send, short};
use crate::http::HttpOptions;

#[tokio::test]
async fn the_media_type_decides_the_status_of_a_well_formed_request() {
    let table = [
        ("{ __typename }", 200),
        ("{ nothing __typename }", 200),
        ("{ never }", 200),
        ("{", 400),
        ("{ unknownField }", 400),
        ("{ echo }", 400),
        ("query A { __typename } query B { __typename }", 400),
        ("query ($text: String!) { __typename }", 400),
    ];
    for (document, status) in table {
        let answer = query(document, GRAPHQL).await;
        assert_eq!(answer.status.as_u16(), status, "{document}");
        assert_eq!(answer.header("content-type"), Some("application/graphql-response+json; charset=utf-8"));
        assert_eq!(answer.json().get("data").is_some(), status == 200, "data is there where it was run: {document}");
        let legacy = query(document, JSON).await;
        assert_eq!(legacy.status, StatusCode::OK, "{document}");
        assert_eq!(legacy.header("content-type"), Some("application/json; charset=utf-8"));
        assert_eq!(legacy.json().get("data").is_some(), status == 200, "{document}");
        if status == 400 {
            assert_eq!((answer.code(), legacy.code()), ("BAD_INPUT".to_owned(), "BAD_INPUT".to_owned()), "{document}");
        }
    }
}

#[tokio::test]
async fn field_errors_keep_their_code_and_path() {
    let answer = query("{ nothing __typename }", GRAPHQL).await.json();
    assert_eq!((&answer["data"]["nothing"], &answer["data"]["__typename"]), (&json!(null), &json!("Query")));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "NOT_FOUND");
    assert_eq!(answer["errors"][0]["path"], json!(["nothing"]));
    assert_eq!(query("{ never }", GRAPHQL).await.json()["data"], json!(null));
}

#[tokio::test]
async fn a_malformed_body_is_400_with_both_media_types() {
    let bodies = [
        "",
        "NONSENSE",
        "{\"query\":",
        "\"{ __typename }\"",
        "[]",
        "[{\"query\":\"{ __typename }\"}]",
        "[\"{ __typename }\", null, {}, {}]",
        "{}",
        "{\"qeury\":\"{ __typename }\"}",
        "{\"query\":null}",
        "{\"query\":1}",
        "{\"query\":\"{ __typename }\",\"operationName\":{}}",
        "{\"query\":\"{ __typename }\",\"variables\":[7]}",
        "{\"query\":\"{ __typename }\",\"variables\":\"{}\"}",
        "{\"query\":\"{ __typename }\",\"extensions\":0}",
    ];
    for body in bodies {
        for accept in [GRAPHQL, JSON] {
            let answer = post(body, &[("accept", accept)]).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "BAD_INPUT"), "{body}");
            assert!(answer.json().get("data").is_none());
        }
    }
    let batch = post("[{\"query\":\"{ __typename }\"}]", &[]).await.json();
    assert_eq!(batch["errors"][0]["message"], "no batches: send one operation a request");
    let variables = post("{\"query\":\"{ __typename }\",\"variables\":\"secret\"}", &[]).await;
    assert_eq!(variables.json()["errors"][0]["extensions"]["field"], "variables");
    assert!(!variables.text().contains("secret"));
}

#[tokio::test]
async fn a_well_formed_body_is_run() {
    let bodies = [
        json!({ "query": "{ __typename }", "variables": null, "operationName": null, "extensions": null }),
        json!({ "query": "{ __typename }", "extensions": { "some": "value" }, "unknown": [1] }),
        json!({ "query": "query A { __typename } query B { bearer }", "operationName": "A" }),
    ];
    for body in bodies {
        let answer = post(&body.to_string(), &[("accept", GRAPHQL)]).await;
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "data": { "__typename": "Query" } })));
    }
    let body =
        json!({ "query": "query ($text: String!) { echo(text: $text) }", "variables": { "text": "Run🏃Swim🏊" } });
    let answer = post(&body.to_string(), &[]).await;
    assert_eq!(answer.json(), json!({ "data": { "echo": "Run🏃Swim🏊" } }));
}

#[tokio::test]
async fn get_runs_queries_and_no_mutation() {
    let answer =
        get("/graphql?query=query+($text:String!){echo(text:$text)}&variables={%22text%22:%22a%22}", &[]).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "data": { "echo": "a" } })));
    let named = "/graphql?query=query+A{__typename}mutation+B{change}&operationName=";
    assert_eq!(get(&format!("{named}A"), &[]).await.status, StatusCode::OK);
    for accept in [GRAPHQL, JSON] {
        let answer = get(&format!("{named}B"), &[("accept", accept)]).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!((answer.header("allow"), answer.code().as_str()), (Some("POST"), "BAD_INPUT"));
    }
    for rest in ["operationName=&variables=null", "variables=", "extensions=&documentId=", "variables=&operationName="]
    {
        let answer = get(&format!("/graphql?query={{__typename}}&{rest}"), &[("accept", GRAPHQL)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{rest}: {}", answer.text());
    }
    let changed = query("mutation { change }", GRAPHQL).await;
    assert_eq!(changed.json(), json!({ "data": { "change": true } }), "the same by POST");
}

#[tokio::test]
async fn a_malformed_query_string_is_400() {
    let malformed = [
        "",
        "?operationName=A",
        "?query={__typename}&variables={",
        "?query=",
        "?documentId=",
        "?query={__typename}&variables=&variables={}",
        "?query={__typename}&variables=[1]",
        "?query={__typename}&extensions=1",
        "?query={__typename}&query={bearer}",
    ];
    for uri in malformed {
        let answer = get(&format!("/graphql{uri}"), &[]).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "BAD_INPUT"), "{uri}");
    }
}

#[tokio::test]
async fn only_json_in_utf8_is_read() {
    let body = json!({ "query": "{ __typename }" }).to_string();
    let router = edge(HttpOptions::default());
    let accepted = ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""];
    for media in accepted {
        let answer = send(&router, Method::POST, "/graphql", &[("content-type", media)], body.clone()).await;
        assert_eq!(answer.status, StatusCode::OK, "{media}");
    }
    let refused: [&[(&str, &str)]; 9] = [
        &[],
        &[("content-type", "")],
        &[("content-type", "text/plain")],
        &[("content-type", "application/x-www-form-urlencoded")],
        &[("content-type", "multipart/form-data; boundary=x")],
        &[("content-type", "application/*")],
        &[("content-type", "application/json; charset=iso-8859-1")],
        &[("content-type", "application/json"), ("content-type", "text/plain")],
        &[("content-type", "application/json"), ("content-encoding", "gzip")],
    ];
    for headers in refused {
        let answer = send(&router, Method::POST, "/graphql", headers, body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{headers:?}");
        assert_eq!(answer.code(), "BAD_INPUT");
    }
}

#[tokio::test]
async fn nothing_acceptable_is_406() {
    for accept in ["text/html", "application/xml", "application/json;q=0"] {
        let answer = query("{ __typename }", accept).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_ACCEPTABLE, "BAD_INPUT"), "{accept}");
    }
}

#[tokio::test]
async fn a_body_too_large_is_413() {
    let large = json!({ "query": "{ __typename }", "unknown": "x".repeat(1 << 20) }).to_string();
    let answer = post(&large, &[("accept", GRAPHQL)]).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "TOO_COSTLY"));
    let chunks =
        large.into_bytes().chunks(65536).map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec())).collect::<Vec<_>>();
    let unannounced = Body::from_stream(stream::iter(chunks));
    let router = edge(HttpOptions::default());
    let answer = send(&router, Method::POST, "/graphql", &[("content-type", JSON)], unannounced).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let allowed = json!({ "query": "{ __typename }", "unknown": "x".repeat(200_000) }).to_string();
    assert_eq!(post(&allowed, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_408_and_a_slow_answer_is_504() {
    let never = Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let answer = send(&edge(short()), Method::POST, "/graphql", &[("content-type", JSON)], never).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::REQUEST_TIMEOUT, "BAD_INPUT"));
    let headers = [("content-type", JSON), ("accept", GRAPHQL)];
    let answer = send(&edge(short()), Method::POST, "/graphql", &headers, "{\"query\":\"{ slow }\"}").await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::GATEWAY_TIMEOUT, "UNAVAILABLE"));
    assert!(answer.header("content-type").is_some_and(|media| media.starts_with(GRAPHQL)));
}

#[tokio::test]
async fn the_token_reaches_the_gateway_and_a_malformed_one_does_not() {
    let body = json!({ "query": "{ bearer }" }).to_string();
    assert_eq!(
        post(&body, &[("authorization", "Bearer a.b.c")]).await.json(),
        json!({ "data": { "bearer": "a.b.c" } })
    );
    assert_eq!(post(&body, &[]).await.json(), json!({ "data": { "bearer": null } }));
    let refused: [&[(&str, &str)]; 4] = [
        &[("authorization", "Basic YTpi")],
        &[("authorization", "Bearer a"), ("authorization", "Bearer b")],
        &[("authorization", "Bearer expired")],
        &[("authorization", "Bearer expired"), ("accept", GRAPHQL)],
    ];
    for headers in refused {
        for answer in [post(&body, headers).await, get("/graphql?query={bearer}", headers).await] {
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"));
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
}

#[tokio::test]
async fn a_refusal_has_its_own_status() {
    let table =
        [("forbidden", 403, 200, "FORBIDDEN"), ("many", 429, 429, "RATE_LIMITED"), ("broken", 500, 500, "INTERNAL")];
    for (token, status, legacy, code) in table {
        let authorization = format!("Bearer {token}");
        for (accept, expected) in [(GRAPHQL, status), (JSON, legacy)] {
            let headers = [("authorization", authorization.as_str()), ("accept", accept)];
            let answer = post("{\"query\":\"{ __typename }\"}", &headers).await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (expected, code));
            assert!(!answer.text().contains("secret"));
        }
    }
}

#[tokio::test]
async fn withheld_reject_reaches_the_gateway() {
    let body = json!({ "query": "{ withheldReject }" }).to_string();
    assert_eq!(post(&body, &[]).await.json()["data"]["withheldReject"], false);
    assert_eq!(post(&body, &[("causeway-withheld", "reject")]).await.json()["data"]["withheldReject"], true);
    let misspelt = post(&body, &[("causeway-withheld", "rejct")]).await;
    assert_eq!((misspelt.status, misspelt.code().as_str()), (StatusCode::BAD_REQUEST, "BAD_INPUT"));
}

#[tokio::test]
async fn a_panic_is_an_internal_error_without_its_text() {
    let answer = query("{ panic }", GRAPHQL).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL"));
    assert!(answer.json()["errors"][0]["extensions"]["reference"].is_string());
    assert!(!answer.text().contains("secret"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}
