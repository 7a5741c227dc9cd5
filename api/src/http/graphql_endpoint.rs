//! `/graphql`: GraphQL over HTTP, June 2025 draft. GET for queries, POST for everything; a browser gets a page. The checks run
//! from the cheapest on: media type of the answer, media type of the body, the token, size, JSON.
//! Refuses to read a body for somebody whose token does not verify.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, State},
    http::{Extensions, HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use tokio::time::timeout;

use super::{
    browser_page,
    edge::Edge,
    executor::Executor,
    headers::{bearer, withheld_reject},
    negotiate::{API, API_OR_PAGE, MediaType, negotiate},
    parse_request::{Parsed, check_content_type, from_json, from_query_string},
    respond, strangers,
};
use crate::error::{ClientError, Error};
use crate::graphql::ExecuteOptions;

/// POST /graphql
pub(super) async fn post<E: Executor>(State(edge): State<Edge<E>>, request: Request) -> Response {
    let headers = request.headers().clone();
    let Some(media) = negotiate(&headers, API) else { return not_acceptable() };
    if let Err(error) = check_content_type(&headers) {
        return respond::client_failure(media, StatusCode::UNSUPPORTED_MEDIA_TYPE, error);
    }
    let caller = match identify(&edge, &headers, request.extensions()).await {
        Ok(caller) => caller,
        Err(error) => return respond::refused(media, &error),
    };
    let parsed = match read_body(request, edge.options.body_timeout).await {
        Ok(body) => from_json(&body),
        Err((status, error)) => return respond::client_failure(media, status, error),
    };
    execute(&edge, media, &headers, caller, parsed, false).await
}

/// GET /graphql
pub(super) async fn get<E: Executor>(State(edge): State<Edge<E>>, request: Request) -> Response {
    let headers = request.headers();
    match negotiate(headers, API_OR_PAGE) {
        None => not_acceptable(),
        Some(MediaType::Html) => respond::vary_by_accept(browser_page::page(edge.options.browser.is_some())),
        Some(media) => match identify(&edge, headers, request.extensions()).await {
            Ok(caller) => {
                let parsed = from_query_string(request.uri().query().unwrap_or_default());
                execute(&edge, media, headers, caller, parsed, true).await
            }
            Err(error) => respond::refused(media, &error),
        },
    }
}

/// Who asks, and whose the connection is from now on.
async fn identify<E: Executor>(
    edge: &Edge<E>,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<E::Caller, Error> {
    let caller = edge.executor.identify(bearer(headers)?).await?;
    strangers::is_known(extensions, &E::bearer(&caller));
    Ok(caller)
}

/// Any other method. The router adds `Allow`.
pub(super) async fn other_method(headers: HeaderMap) -> Response {
    let Some(media) = negotiate(&headers, API) else { return not_acceptable() };
    let error = ClientError::bad_input("", "use POST, or GET for a query");
    respond::client_failure(media, StatusCode::METHOD_NOT_ALLOWED, error)
}

async fn execute<E: Executor>(
    edge: &Edge<E>,
    media: MediaType,
    headers: &HeaderMap,
    caller: E::Caller,
    parsed: Result<Parsed, ClientError>,
    reject_mutations: bool,
) -> Response {
    let prepared = parsed.and_then(|parsed| Ok((parsed, withheld_reject(headers)?)));
    match prepared {
        Ok((Parsed { request, document }, withheld_reject)) => {
            let options = ExecuteOptions { withheld_reject, document, reject_mutations };
            respond::outcome(media, edge.executor.execute(caller, request, options).await)
        }
        Err(error) => respond::client_failure(media, StatusCode::BAD_REQUEST, error),
    }
}

/// The whole body, within the limits of size (a layer sets it) and time, so that a slow sender cannot hold a seat.
async fn read_body(request: Request, limit: Duration) -> Result<Bytes, (StatusCode, ClientError)> {
    match timeout(limit, Bytes::from_request(request, &())).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let error = ClientError::TooCostly("the body is larger than this server reads".to_owned());
            Err((StatusCode::PAYLOAD_TOO_LARGE, error))
        }
        Ok(Err(_)) => Err((StatusCode::BAD_REQUEST, ClientError::bad_input("", "the body did not arrive whole"))),
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, ClientError::bad_input("", "the body did not arrive in time"))),
    }
}

/// The client takes none of our types, so the error comes in the commonest.
fn not_acceptable() -> Response {
    let error = ClientError::bad_input("Accept", "accept application/graphql-response+json or application/json");
    respond::client_failure(MediaType::Json, StatusCode::NOT_ACCEPTABLE, error).into_response()
}
