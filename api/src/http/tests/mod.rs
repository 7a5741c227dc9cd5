//! The edge from outside: requests without a socket, through every layer.

mod endpoint;
mod fake;
mod others;
mod strangers;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{BrowserPage, DemoToken, HttpOptions, SavedQuery, router};

pub(super) const GRAPHQL: &str = "application/graphql-response+json";
pub(super) const JSON: &str = "application/json";

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the answer is JSON")
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the answer is text")
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a readable header"))
    }

    /// The code of the first error; every error has a message, and a request error has no data.
    pub(super) fn code(&self) -> String {
        let body = self.json();
        assert!(!body["errors"][0]["message"].as_str().expect("an error has a message").is_empty());
        body["errors"][0]["extensions"]["code"].as_str().expect("an error has a code").to_owned()
    }
}

pub(super) fn edge(options: HttpOptions) -> Router {
    router(Arc::new(fake::Fake::new()), options)
}

pub(super) fn short() -> HttpOptions {
    HttpOptions {
        body_timeout: Duration::from_millis(50),
        timeout: Duration::from_millis(200),
        ..HttpOptions::default()
    }
}

pub(super) fn demo() -> HttpOptions {
    let role = DemoToken {
        label: "case_worker@UA".to_owned(),
        token: "demo.token".to_owned(),
        description: "Sees the mission's cases".to_owned(),
    };
    let query = SavedQuery { title: "Bearer".to_owned(), query: "{ bearer }".to_owned(), variables: json!(null) };
    HttpOptions { browser: Some(BrowserPage { roles: vec![role], queries: vec![query] }), ..HttpOptions::default() }
}

pub(super) async fn send(
    router: &Router,
    method: Method,
    uri: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let request = headers
        .iter()
        .fold(Request::builder().method(method).uri(uri), |request, (name, value)| request.header(*name, *value));
    let response = router
        .clone()
        .oneshot(request.body(body.into()).expect("a well-formed request"))
        .await
        .expect("the router cannot fail");
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a whole body").to_vec();
    Answer { status: parts.status, headers: parts.headers, body }
}

pub(super) async fn get(uri: &str, headers: &[(&str, &str)]) -> Answer {
    send(&edge(HttpOptions::default()), Method::GET, uri, headers, Body::empty()).await
}

pub(super) async fn post(body: &str, headers: &[(&str, &str)]) -> Answer {
    let headers = [&[("content-type", JSON)], headers].concat();
    send(&edge(HttpOptions::default()), Method::POST, "/graphql", &headers, body.to_owned()).await
}

pub(super) async fn query(document: &str, accept: &str) -> Answer {
    post(&json!({ "query": document }).to_string(), &[("accept", accept)]).await
}
