//! Documents that were parsed and found within the limits, by their text, so that a front end's operation is parsed once.

use std::sync::Arc;

use async_graphql::parser::{
    parse_query,
    types::{DocumentOperations, ExecutableDocument, OperationDefinition},
};
use async_graphql::{ServerError, Value};
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::limits;
use crate::error::{ClientError, Error};

/// The memory for parsed documents, measured by the length of their texts in bytes.
const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// The cache of parsed documents.
pub struct Documents(Cache<[u8; 32], Arc<ExecutableDocument>>);

impl Default for Documents {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(MOST_BYTES)
                .weigher(|_, document: &Arc<ExecutableDocument>| weight(document))
                .build(),
        )
    }
}

/// A rough weight: fields and fragments.
fn weight(document: &ExecutableDocument) -> u32 {
    let items = document.operations.iter().count() + document.fragments.len();
    u32::try_from(items * 1024).unwrap_or(u32::MAX)
}

impl Documents {
    /// Parses a text, or finds it parsed.
    ///
    /// # Errors
    /// `TOO_COSTLY` beyond the limits, `BAD_INPUT` for what does not parse.
    pub fn parse(&self, query: &str) -> Result<Arc<ExecutableDocument>, ServerError> {
        let key: [u8; 32] = Sha256::digest(query.as_bytes()).into();
        if let Some(document) = self.0.get(&key) {
            return Ok(document);
        }
        limits::check_text(query).map_err(refusal)?;
        let document = parse_query(query).map_err(ServerError::from)?;
        limits::check_document(&document).map_err(refusal)?;
        let document = Arc::new(document);
        self.0.insert(key, Arc::clone(&document));
        Ok(document)
    }
}

/// The operation that a request means: the named one, or the only one. None where that is none or several.
pub(super) fn operation<'d>(document: &'d ExecutableDocument, name: Option<&str>) -> Option<&'d OperationDefinition> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(&operation.node),
        (DocumentOperations::Single(_), Some(_)) => None,
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name).map(|operation| &operation.node),
        (DocumentOperations::Multiple(operations), None) => {
            operations.values().next().filter(|_| operations.len() == 1).map(|operation| &operation.node)
        }
    }
}

/// A refusal of the whole document as a GraphQL error.
pub(super) fn refusal(error: ClientError) -> ServerError {
    let error: async_graphql::Error = Error::Client(error).into();
    let mut refusal = ServerError::new(error.message, None);
    refusal.extensions = error.extensions;
    refusal
}

/// Gives every error of the library a code: it only ever speaks of documents and arguments.
pub(super) fn with_code(error: &mut ServerError) {
    let extensions = error.extensions.get_or_insert_with(Default::default);
    if extensions.get("code").is_none() {
        extensions.set("code", Value::from("BAD_INPUT"));
    }
}
