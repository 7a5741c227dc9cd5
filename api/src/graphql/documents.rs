//! Documents that were parsed, found within the limits and validated, by the hash of their text, so that a front end's operation
//! is looked at once, and can be asked for by the hash alone (automatic persisted queries). Validation depends on the schema
//! alone, which is one for every viewer.

use std::{fmt, str::FromStr, sync::Arc};

use async_graphql::parser::{
    parse_query,
    types::{DocumentOperations, ExecutableDocument, OperationDefinition},
};
use async_graphql::{Request, ServerError, Value};
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::{
    limits, merging,
    schema::{self, CausewaySchema},
};
use crate::config::LimitsConfig;
use crate::error::{ClientError, Error};

/// So much may the texts of the documents that are remembered take together, in bytes. What they are parsed into takes some
/// ten times as much.
const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// How many pairs of a viewer and a document are remembered.
const MOST_SENT: u64 = 100_000;

/// The SHA-256 of a document's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DocumentHash([u8; 32]);

impl DocumentHash {
    /// The hash of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }
}

impl fmt::Display for DocumentHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl FromStr for DocumentHash {
    type Err = ();

    /// Reads 64 hexadecimal digits, with or without `sha256:` before them.
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text).as_bytes();
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let mut hash = [0; 32];
        if digits.len() != 2 * hash.len() {
            return Err(());
        }
        for (byte, pair) in hash.iter_mut().zip(digits.chunks(2)) {
            let [high, low] = pair else { return Err(()) };
            *byte = digit(*high).ok_or(())? << 4 | digit(*low).ok_or(())?;
        }
        Ok(Self(hash))
    }
}

/// A document, and the length of its text.
type Known = (Arc<ExecutableDocument>, u32);

/// The documents that are remembered.
pub struct Documents {
    known: Cache<DocumentHash, Known>,
    /// Who sent which text with its hash, and may send the hash alone. What others asked is theirs: whether a hash is
    /// known to somebody would tell that somebody asked for just that, a name in it included.
    sent: Cache<(DocumentHash, DocumentHash), ()>,
    validating: CausewaySchema,
    limits: LimitsConfig,
}

impl Documents {
    /// Remembers nothing yet.
    #[must_use]
    pub fn within(limits: LimitsConfig) -> Self {
        let known = Cache::builder().max_capacity(MOST_BYTES).weigher(|_, known: &Known| known.1).build();
        let sent = Cache::builder().max_capacity(MOST_SENT).build();
        Self { known, sent, validating: schema::validating(), limits }
    }

    /// A document that this viewer has sent as a text before.
    #[must_use]
    pub fn sent_by(&self, actor: &str, hash: DocumentHash) -> Option<Arc<ExecutableDocument>> {
        self.sent.get(&(DocumentHash::of(actor), hash)).and_then(|()| self.known(hash))
    }

    /// Notes that a viewer has sent a document, which may come as its hash from now on.
    pub fn note(&self, actor: &str, hash: DocumentHash) {
        self.sent.insert((DocumentHash::of(actor), hash), ());
    }

    fn known(&self, hash: DocumentHash) -> Option<Arc<ExecutableDocument>> {
        self.known.get(&hash).map(|(document, _)| document)
    }

    /// A text, of this hash, as a valid document.
    ///
    /// # Errors
    /// `TOO_COSTLY` beyond the limits, `BAD_INPUT` for what does not parse or is not valid.
    pub async fn of(&self, hash: DocumentHash, query: &str) -> Result<Arc<ExecutableDocument>, Vec<ServerError>> {
        if let Some(document) = self.known(hash) {
            return Ok(document);
        }
        let mut document = self.parse(query).map_err(|error| vec![error])?;
        self.validate(&document).await?;
        merging::merge_roots(&mut document);
        let document = Arc::new(document);
        self.known.insert(hash, (Arc::clone(&document), u32::try_from(query.len()).unwrap_or(u32::MAX)));
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
