//! Documents that were parsed, found within the limits and validated, by their text, so that a front end's operation is looked
//! at once. Validation depends on the schema alone, which is one for every viewer.

use std::sync::Arc;

use async_graphql::parser::{
    parse_query,
    types::{DocumentOperations, ExecutableDocument, OperationDefinition},
};
use async_graphql::{Request, ServerError, Value};
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::{
    limits,
    schema::{self, CausewaySchema},
};
use crate::config::LimitsConfig;
use crate::error::{ClientError, Error};

/// So much may the texts of the documents that are remembered take together, in bytes. What they are parsed into takes some
/// ten times as much.
const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// A document, and the length of its text.
type Known = (Arc<ExecutableDocument>, u32);

/// The documents that are remembered.
pub struct Documents {
    known: Cache<[u8; 32], Known>,
    validating: CausewaySchema,
    limits: LimitsConfig,
}

impl Documents {
    /// Remembers nothing yet.
    #[must_use]
    pub fn within(limits: LimitsConfig) -> Self {
        let known = Cache::builder().max_capacity(MOST_BYTES).weigher(|_, known: &Known| known.1).build();
        Self { known, validating: schema::validating(), limits }
    }

    /// A text as a valid document.
    ///
    /// # Errors
    /// `TOO_COSTLY` beyond the limits, `BAD_INPUT` for what does not parse or is not valid.
    pub async fn of(&self, query: &str) -> Result<Arc<ExecutableDocument>, Vec<ServerError>> {
        let key: [u8; 32] = Sha256::digest(query.as_bytes()).into();
        if let Some((document, _)) = self.known.get(&key) {
            return Ok(document);
        }
        let document = self.parse(query).map_err(|error| vec![error])?;
        self.validate(&document).await?;
        let document = Arc::new(document);
        self.known.insert(key, (Arc::clone(&document), u32::try_from(query.len()).unwrap_or(u32::MAX)));
        Ok(document)
    }

    async fn validate(&self, document: &ExecutableDocument) -> Result<(), Vec<ServerError>> {
        // Which operation is named does not matter: every one of them is validated.
        let name = document.operations.iter().next().and_then(|(name, _)| name).map(ToString::to_string);
        let mut request = Request::new(String::new());
        request.operation_name = name;
        request.set_parsed_query(document.clone());
        let response = self.validating.execute(request).await;
        if response.errors.is_empty() { Ok(()) } else { Err(response.errors) }
    }

    fn parse(&self, query: &str) -> Result<ExecutableDocument, ServerError> {
        limits::check_text(query, &self.limits).map_err(refusal)?;
        let document = parse_query(query).map_err(ServerError::from)?;
        limits::check_document(&document, &self.limits).map_err(refusal)?;
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
