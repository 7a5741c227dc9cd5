//! The parts of the layers that are our own: what operators are told, and how a panic, a timeout and an unknown address answer.

use std::{
    any::Any,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{
        HeaderName, HeaderValue, Method, StatusCode, Version,
        header::{ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time::timeout;
use tower_http::cors::CorsLayer;
use tracing::Instrument;

use super::{
    headers::WITHHELD,
    negotiate::{API, MediaType, negotiate},
    respond::{self, ErrorCode},
    server::Draining,
};
use crate::error::{ClientError, InternalError};
use crate::telemetry::{
    instruments::{self, ActiveRequest},
    spans,
};

/// An API answer is data: it may load and run nothing, and nobody may frame it.
pub(super) const API_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// The browser page runs its own files and nothing else. GraphiQL writes `style` attributes and embeds fonts and icons.
pub(super) const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
     object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// What a front end that traces sends with each request (W3C Trace Context and Baggage). The first is continued, the others are
/// not read; a browser that may not send one of them sends nothing at all.
const TRACE: [HeaderName; 3] =
    [HeaderName::from_static("traceparent"), HeaderName::from_static("tracestate"), HeaderName::from_static("baggage")];

/// Tells operators of a request: one span, one line, and how long it took. The route and not the address, which may have
/// variables or, by mistake, a token in it.
pub(super) async fn observe(request: Request, next: Next) -> Response {
    let method = known(request.method());
    let path = request.extensions().get::<MatchedPath>().cloned();
    let route = path.as_ref().map_or("unmatched", MatchedPath::as_str);
    let span = spans::request(method, route, request.headers());
    let (began, _active) = (Instant::now(), ActiveRequest::begin(method));
    let response = next.run(request).instrument(span.clone()).await;
    let took = began.elapsed();
    let status = response.status().as_u16();
    let code = response.extensions().get::<ErrorCode>().map(|ErrorCode(code)| code.as_str());
    instruments::request(method, route, status, code, took);
    spans::answered(&span, status, code, took);
    response
}

/// A method is any word that a client makes up; those of the standard are told.
fn known(method: &Method) -> &'static str {
    let known = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE"];
    known.into_iter().find(|name| method == name).unwrap_or("_OTHER")
}

/// A panic answers like any fault of ours. Its payload may quote a value and is not repeated.
pub(super) fn panicked(_payload: Box<dyn Any + Send>) -> Response {
    let error = InternalError::new("a request panicked");
    respond::failure(MediaType::Json, StatusCode::INTERNAL_SERVER_ERROR, &error.into())
}

/// Drops what takes longer than the limit; its transaction rolls back. 504 and not 408, after which browsers send a
/// request again by themselves.
pub(super) async fn time_limit(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    let media = negotiate(request.headers(), API).unwrap_or(MediaType::Json);
    timeout(limit, next.run(request))
        .await
        .unwrap_or_else(|_| respond::client_failure(media, StatusCode::GATEWAY_TIMEOUT, ClientError::Unavailable))
}

/// What pages of other origins may do: call the API with a token of their own. No cookie is ever allowed with it. An origin
/// that is not listed gets an answer without the headers, which its browser then keeps from it.
pub(super) fn cors(origins: &[HeaderValue]) -> Option<CorsLayer> {
    let layer = CorsLayer::new()
        .allow_origin(origins.to_vec())
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([ACCEPT, AUTHORIZATION, CONTENT_TYPE, WITHHELD].into_iter().chain(TRACE).collect::<Vec<_>>())
        .expose_headers(respond::RATE_LIMIT.into_iter().chain([RETRY_AFTER]).collect::<Vec<_>>())
        .max_age(Duration::from_secs(3600));
    (!origins.is_empty()).then_some(layer)
}

/// Ends a connection with the answer, once the process was told to stop: a proxy that keeps connections learns of it by this,
/// and not by a request that nobody takes. HTTP/2 has a message of its own for it.
pub(super) async fn last_answer(State(draining): State<Draining>, request: Request, next: Next) -> Response {
    let keeps = request.version() <= Version::HTTP_11;
    let mut response = next.run(request).await;
    if keeps && draining.has_begun() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// An address that does not exist.
pub(super) async fn not_found() -> Response {
    respond::client_failure(MediaType::Json, StatusCode::NOT_FOUND, ClientError::NotFound)
}

/// A method that an address does not have. The router adds `Allow`.
pub(super) async fn wrong_method() -> Response {
    let error = ClientError::bad_input("", "this address does not have that method");
    respond::client_failure(MediaType::Json, StatusCode::METHOD_NOT_ALLOWED, error)
}

/// An answer that a browser shows as a page.
pub(super) fn as_page(content: impl IntoResponse) -> Response {
    ([(CONTENT_SECURITY_POLICY, PAGE_POLICY)], content).into_response()
}
