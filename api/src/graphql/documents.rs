//! Documents that were parsed, found within the limits and validated, by the hash of their text, so that a front end's operation
//! is looked at once, and can be asked for by the hash alone (automatic persisted queries). Validation depends on the schema
//! alone, which is one for every viewer.

use std::{fmt, str::FromStr, sync::Arc};

use async_graphql::ServerError;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition};
use sha2::{Digest, Sha256};

use super::{limits, refusal::refusal, validation::Validator, values::holds_values, weight};
use crate::config::LimitsConfig;
use crate::error::ClientError;
use crate::remembered::{Bounds, Remembered};

/// So much memory may the documents that are remembered take together, in bytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

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

    /// Under what the document is remembered for one viewer alone.
    fn own(self, actor: &str) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(actor).finalize().into())
    }
}

impl fmt::Display for DocumentHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl FromStr for DocumentHash {
    type Err = ();

    /// Reads 64 hexadecimal digits, with or without `sha256:` before them.
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text);
        let mut hash = [0; 32];
        hex::decode_to_slice(digits, &mut hash).map_err(drop)?;
        Ok(Self(hash))
    }
}

/// The documents that are remembered.
pub struct Documents {
    /// By their hashes; those that hold values by hash and sender. Reading takes time, and less of it would tell that somebody
    /// had sent just that, a name in it included.
    known: Remembered<DocumentHash, Arc<ExecutableDocument>>,
    /// Who sent which text with its hash, and may send the hash alone. What others asked is theirs: whether a hash is
    /// known to somebody would tell that somebody asked for just that, a name in it included.
    sent: Remembered<(DocumentHash, DocumentHash), ()>,
    validator: Validator,
    limits: LimitsConfig,
}

impl Documents {
    /// Documents for a schema in the schema definition language. Remembers nothing yet.
    ///
    /// # Errors
    /// What is wrong with the schema, for us alone.
    pub fn within(limits: LimitsConfig, sdl: &str) -> Result<Self, String> {
        let known = Remembered::within(Bounds { most: MOST_BYTES, ..Bounds::default() });
        let sent = Remembered::within(Bounds { most: MOST_SENT, ..Bounds::default() });
        Ok(Self { known, sent, validator: Validator::of(sdl)?, limits })
    }

    /// A document that this viewer has sent as a text before.
    #[must_use]
    pub fn sent_by(&self, actor: &str, hash: DocumentHash) -> Option<Arc<ExecutableDocument>> {
        self.sent.get(&(DocumentHash::of(actor), hash)).and_then(|()| self.known(Some(actor), hash))
    }

    /// Notes that a viewer has sent a document, which may come as its hash from now on.
    pub fn note(&self, actor: &str, hash: DocumentHash) {
        self.sent.insert((DocumentHash::of(actor), hash), ());
    }

    fn known(&self, actor: Option<&str>, hash: DocumentHash) -> Option<Arc<ExecutableDocument>> {
        self.known.get(&hash).or_else(|| self.known.get(&hash.own(actor?)))
    }

    /// A text, of this hash, as a valid document, sent by a viewer. Without one it is everybody's, as those of the manifest are.
    ///
    /// # Errors
    /// `TOO_COSTLY` beyond the limits, `BAD_INPUT` for what does not parse or is not valid.
    pub fn of(
        &self,
        actor: Option<&str>,
        hash: DocumentHash,
        query: &str,
    ) -> Result<Arc<ExecutableDocument>, Vec<ServerError>> {
        if let Some(document) = self.known(actor, hash) {
            return Ok(document);
        }
        let refuse = |error: ClientError| vec![refusal(error)];
        limits::check_text(query, &self.limits).map_err(refuse)?;
        let read = Validator::read(query)?;
        limits::check_document(&read.document, &self.limits).map_err(refuse)?;
        self.validator.validate(query, &read)?;
        let document = Arc::new(read.document);
        let own = actor.filter(|_| holds_values(query, &document));
        let key = own.map_or(hash, |actor| hash.own(actor));
        self.known.insert_weighing(key, Arc::clone(&document), weight::of_document(&document));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What holds a name is read anew for everybody but its sender; what holds nothing, and what is everybody's, is read once.
    #[test]
    fn who_looks_for_a_name_is_alone_with_it() {
        let sdl = crate::graphql::schema::running().sdl();
        let documents = Documents::within(LimitsConfig::default(), &sdl).unwrap();
        let named = "{ individuals(search: \"Petrenko\") { totalCount } }";
        let plain = "query($name: String) { individuals(search: $name) { totalCount } }";
        let trusted = "{ individuals(search: \"a\") { totalCount } }";
        let shared = |actor, text| {
            let hash = DocumentHash::of(text);
            documents.of(actor, hash, text).unwrap();
            assert!(documents.known(actor, hash).is_some(), "{text}");
            documents.known(Some("other"), hash).is_some()
        };
        assert!(!shared(Some("one"), named));
        assert!(shared(Some("one"), plain) && shared(None, trusted));
        documents.note("other", DocumentHash::of(named));
        assert!(documents.sent_by("other", DocumentHash::of(named)).is_none());
        documents.of(Some("other"), DocumentHash::of(named), named).unwrap();
        assert!(documents.sent_by("other", DocumentHash::of(named)).is_some());
    }

    /// A document is remembered by what it takes, and not by its letters.
    #[test]
    fn a_document_weighs_what_it_takes() {
        let sdl = crate::graphql::schema::running().sdl();
        let documents = Documents::within(LimitsConfig::default(), &sdl).unwrap();
        let fields = "cases(first: 0) { nodes { id caseNumber } } ".repeat(40);
        let long = "x".repeat(200_000);
        for (query, least) in
            [(format!("{{ {fields} }}"), 40 * 4 * 400), (format!("{{ node(id: \"{long}\") {{ id }} }}"), 200_000)]
        {
            let document = documents.of(None, DocumentHash::of(&query), &query).unwrap();
            assert!((least..2 * least).contains(&weight::of_document(&document)), "{}", weight::of_document(&document));
        }
    }
}
