//! From an outcome to an HTTP response: status code, media type and GraphQL's shape, always. The status codes are those of the
//! GraphQL over HTTP draft, section 6.4. Refuses to show a cause: an internal error is a reference.

use std::collections::BTreeMap;

use async_graphql::{ErrorExtensions, Response as GraphqlResponse, ServerError, Value};
use axum::{
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{ACCEPT, ALLOW, CONTENT_TYPE, RETRY_AFTER, VARY, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;

use super::{executor::Outcome, negotiate::MediaType};
use crate::admission::Allowance;
use crate::error::{ClientError, Error, InternalError};
use crate::graphql::{Execution, with_code};

/// What a client whose request was not taken waits before it sends it again, where nothing better is known: a second.
const RETRY: HeaderValue = HeaderValue::from_static("1");
/// What a viewer may send, and what is left of it (IETF draft *RateLimit header fields for HTTP*).
pub(super) const RATE_LIMIT: [HeaderName; 2] =
    [HeaderName::from_static("ratelimit-policy"), HeaderName::from_static("ratelimit")];

/// Answers an operation, and tells what the viewer may still send.
pub(super) fn outcome(media: MediaType, Outcome { execution: ended, allowance }: Outcome) -> Response {
    let code = ended.code().map(|code| ErrorCode(code.to_owned()));
    let mut response = execution(media, ended);
    if code.as_ref().is_some_and(|code| code.0 == ClientError::UNAVAILABLE) {
        response.headers_mut().entry(RETRY_AFTER).or_insert(RETRY);
    }
    if let (Some(code), None) = (code, response.extensions().get::<ErrorCode>()) {
        response.extensions_mut().insert(code);
    }
    if let Some(allowance) = allowance {
        tell(&mut response, allowance);
    }
    response
}

/// The code of the first error in an answer, for the layer that tells operators of it.
#[derive(Clone)]
pub(super) struct ErrorCode(pub(super) String);

fn tell(response: &mut Response, Allowance { limit, remaining, reset }: Allowance) {
    let (window, reset) = (Allowance::WINDOW.as_secs(), reset.as_secs());
    let values = [format!("\"viewer\";q={limit};w={window}"), format!("\"viewer\";r={remaining};t={reset}")];
    for (name, value) in RATE_LIMIT.into_iter().zip(values) {
        // Digits and names of ours are always a value.
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(reset));
    }
}

fn execution(media: MediaType, execution: Execution) -> Response {
    match execution {
        Execution::Executed(response) => encode(media, StatusCode::OK, &response),
        Execution::RequestError(response) => request_error(media, response),
        Execution::MutationByGet => mutation_by_get(media),
        Execution::Refused(error) => refused(media, &error),
    }
}

/// Answers that nothing was run, for a reason outside of the document.
pub(super) fn refused(media: MediaType, error: &Error) -> Response {
    failure(media, refusal_status(media, error), error)
}

/// Answers with one error. A 401 says how to authenticate, as RFC 9110 demands.
pub(super) fn failure(media: MediaType, status: StatusCode, error: &Error) -> Response {
    let code = ErrorCode(error.code().to_owned());
    let error = error.extend();
    // Put together here for the order: people read the message first.
    let (message, extensions) = (json!(error.message), json!(error.extensions));
    let body = format!(r#"{{"errors":[{{"message":{message},"extensions":{extensions}}}]}}"#);
    let mut response = (status, [(CONTENT_TYPE, media.content_type())], body).into_response();
    response.extensions_mut().insert(code);
    match status {
        StatusCode::UNAUTHORIZED => {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
            response.headers_mut().insert(RETRY_AFTER, RETRY);
        }
        _ => {}
    }
    vary_by_accept(response)
}

/// The same, for what a client did wrong.
pub(super) fn client_failure(media: MediaType, status: StatusCode, error: ClientError) -> Response {
    failure(media, status, &Error::Client(error))
}

/// Marks an answer whose media type was negotiated.
pub(super) fn vary_by_accept(mut response: Response) -> Response {
    response.headers_mut().insert(VARY, HeaderValue::from(ACCEPT));
    response
}

fn encode(media: MediaType, status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => vary_by_accept((status, [(CONTENT_TYPE, media.content_type())], bytes).into_response()),
        Err(cause) => failure(media, StatusCode::INTERNAL_SERVER_ERROR, &InternalError::new(cause).into()),
    }
}

/// `data` must be absent, which async-graphql's own encoding would make null, and every error has a code.
fn request_error(media: MediaType, mut response: GraphqlResponse) -> Response {
    #[derive(Serialize)]
    struct Body {
        errors: Vec<ServerError>,
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        extensions: BTreeMap<String, Value>,
    }
    response.errors.iter_mut().for_each(with_code);
    let status = well_formed(media, StatusCode::BAD_REQUEST);
    encode(media, status, &Body { errors: response.errors, extensions: response.extensions })
}

fn mutation_by_get(media: MediaType) -> Response {
    let error = ClientError::bad_input("query", "a mutation must be sent by POST");
    let mut response = client_failure(media, StatusCode::METHOD_NOT_ALLOWED, error);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

/// `application/json` answers 200 to every well-formed request, so that clients can trust the body.
const fn well_formed(media: MediaType, status: StatusCode) -> StatusCode {
    match media {
        MediaType::Json => StatusCode::OK,
        MediaType::GraphqlResponse | MediaType::Html => status,
    }
}

/// What has nothing to do with the document (no valid token, too many requests, something is down) keeps its status with
/// both media types.
fn refusal_status(media: MediaType, error: &Error) -> StatusCode {
    let Error::Client(error) = error else { return StatusCode::INTERNAL_SERVER_ERROR };
    match error {
        ClientError::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        ClientError::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ClientError::Unavailable | ClientError::Overloaded | ClientError::Contended => StatusCode::SERVICE_UNAVAILABLE,
        ClientError::Forbidden(_) => well_formed(media, StatusCode::FORBIDDEN),
        ClientError::NotFound => well_formed(media, StatusCode::NOT_FOUND),
        ClientError::Conflict { .. } => well_formed(media, StatusCode::CONFLICT),
        ClientError::BadInput { .. } | ClientError::TooCostly(_) => well_formed(media, StatusCode::BAD_REQUEST),
    }
}
