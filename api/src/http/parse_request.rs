//! From an HTTP request's body or query string to one GraphQL request, with its document as a text or as the hash of one.
//! Refuses batches, other media types and charsets, and parameters of the wrong type; a message names the parameter and never
//! repeats what was sent.

use async_graphql::Request;
use axum::http::{
    HeaderMap,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::negotiate::MediaRange;
use crate::error::ClientError;
use crate::graphql::documents::DocumentHash;

/// A body must be declared as `application/json`, in UTF-8 where it says, and not be compressed.
///
/// # Errors
/// `BAD_INPUT` with the header at fault; the answer is 415.
pub(super) fn check_content_type(headers: &HeaderMap) -> Result<(), ClientError> {
    let mut values = headers.get_all(CONTENT_TYPE).iter().map(|value| value.to_str().unwrap_or_default());
    let json = values.next().and_then(MediaRange::parse).is_some_and(|media| media.is_json());
    if !json || values.next().is_some() {
        return Err(ClientError::bad_input("Content-Type", "send the body as application/json in UTF-8"));
    }
    if headers.contains_key(CONTENT_ENCODING) {
        return Err(ClientError::bad_input("Content-Encoding", "send the body uncompressed"));
    }
    Ok(())
}

/// Reads a POST body.
///
/// # Errors
/// `BAD_INPUT` where it is not a well-formed GraphQL-over-HTTP request; the answer is 400.
pub(super) fn from_json(body: &[u8]) -> Result<Parsed, ClientError> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(parameters)) => build(parameters),
        Ok(Value::Array(_)) => Err(ClientError::bad_input("", "no batches: send one operation a request")),
        Ok(_) => Err(ClientError::bad_input("", "the body must be a JSON object")),
        Err(cause) => {
            let place = format!("the body is not JSON (line {}, column {})", cause.line(), cause.column());
            Err(ClientError::bad_input("", place))
        }
    }
}

/// Reads the query string of a GET. A parameter without a value counts as none: the draft has it so for `operationName`, and a
/// client that fills in a form of an address sends `variables=` where it has none.
///
/// # Errors
/// `BAD_INPUT` where it is not a well-formed GraphQL-over-HTTP request; the answer is 400.
pub(super) fn from_query_string(query_string: &str) -> Result<Parsed, ClientError> {
    let mut parameters = Map::new();
    for (name, value) in form_urlencoded::parse(query_string.as_bytes()) {
        let value = match &*name {
            "query" | "documentId" | "operationName" | "variables" | "extensions" if value.is_empty() => Value::Null,
            "query" | "documentId" | "operationName" => Value::String(value.into_owned()),
            "variables" | "extensions" => serde_json::from_str(&value)
                .map_err(|_| ClientError::bad_input(&*name, format!("{name} is not JSON")))?,
            _ => continue,
        };
        if parameters.insert(name.to_string(), value).is_some() {
            return Err(ClientError::bad_input(&*name, format!("{name} is given twice")));
        }
    }
    build(parameters)
}

/// A request, and the hash of its document where it says one. The query is empty where the hash stands for it.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) request: Request,
    pub(super) document: Option<DocumentHash>,
}

/// Takes the four parameters that the draft knows, and `documentId` of its appendix on persisted documents; others are
/// reserved by it, and ignored.
fn build(mut parameters: Map<String, Value>) -> Result<Parsed, ClientError> {
    let query = string(&mut parameters, "query")?;
    let document = document(&mut parameters)?;
    if query.is_none() && document.is_none() {
        return Err(ClientError::bad_input("query", "query is missing"));
    }
    let mut request = Request::new(query.unwrap_or_default());
    request.operation_name = string(&mut parameters, "operationName")?;
    request.variables = map(&mut parameters, "variables")?;
    request.extensions = map(&mut parameters, "extensions")?;
    Ok(Parsed { request, document })
}

/// The document's hash: `documentId`, or `extensions.persistedQuery.sha256Hash`, as clients with automatic persisted queries
/// send it.
fn document(parameters: &mut Map<String, Value>) -> Result<Option<DocumentHash>, ClientError> {
    let wrong = |name| move |()| ClientError::bad_input(name, "must be a SHA-256 in 64 hexadecimal digits");
    if let Some(id) = string(parameters, "documentId")? {
        return id.parse().map(Some).map_err(wrong("documentId"));
    }
    let persisted = parameters.get("extensions").and_then(|extensions| extensions.get("persistedQuery"));
    let Some(hash) = persisted.and_then(|persisted| persisted.get("sha256Hash")) else { return Ok(None) };
    hash.as_str().unwrap_or_default().parse().map(Some).map_err(wrong("extensions"))
}

fn string(parameters: &mut Map<String, Value>, name: &str) -> Result<Option<String>, ClientError> {
    match parameters.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(ClientError::bad_input(name, format!("{name} must be a string"))),
    }
}

fn map<T: DeserializeOwned + Default>(parameters: &mut Map<String, Value>, name: &str) -> Result<T, ClientError> {
    let wrong = || ClientError::bad_input(name, format!("{name} must be a JSON object"));
    match parameters.remove(name) {
        None | Some(Value::Null) => Ok(T::default()),
        Some(object @ Value::Object(_)) => serde_json::from_value(object).map_err(|_| wrong()),
        Some(_) => Err(wrong()),
    }
}
