//! Trusted documents: those of a manifest, each known by the SHA-256 of its text. Whether another one is run depends on the
//! kind of viewer. A manifest with anything wrong in it is refused at the start.

use std::{collections::HashMap, fs};

use serde::Deserialize;

use super::documents::{DocumentHash, Documents};
use crate::access::identity::{Viewer, ViewerKind};
use crate::config::{TrustMode, TrustedDocumentsConfig};
use crate::error::ClientError;
use crate::remembered::{Bounds, Remembered};

/// How many documents are remembered as logged.
const MOST_LOGGED: u64 = 10_000;

/// A manifest in either form.
#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    /// Apollo's persisted query manifest.
    Apollo { operations: Vec<Operation> },
    /// Documents by their hashes, as GraphQL Code Generator writes them.
    Hashes(HashMap<String, String>),
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

/// The rule, and what it is about.
pub struct TrustedDocuments {
    texts: HashMap<DocumentHash, String>,
    modes: TrustedDocumentsConfig,
    logged: Remembered<(DocumentHash, ViewerKind), ()>,
}

impl TrustedDocuments {
    /// Reads the manifest that is configured, and has every document of it validated.
    ///
    /// # Errors
    /// What is wrong with the manifest, for the operator.
    pub fn open(config: &TrustedDocumentsConfig, documents: &Documents) -> Result<Self, String> {
        let mut trusted = Self {
            texts: HashMap::new(),
            modes: config.clone(),
            logged: Remembered::within(Bounds { most: MOST_LOGGED, ..Bounds::default() }),
        };
        let Some(file) = &config.manifest_file else { return Ok(trusted) };
        let problem = |what: String| format!("trusted documents {}: {what}", file.display());
        let bytes = fs::read(file).map_err(|error| problem(error.to_string()))?;
        let manifest: Manifest = serde_json::from_slice(&bytes)
            .map_err(|_| problem("neither an object of documents by their hashes nor Apollo's manifest".to_owned()))?;
        for (id, text) in manifest.into_documents() {
            let hash = DocumentHash::of(&text);
            if id.parse() != Ok(hash) {
                return Err(problem(format!("{id} is not the SHA-256 of its document")));
            }
            if let Err(errors) = documents.of(None, hash, &text) {
                let message = errors.first().map(|error| error.message.as_str()).unwrap_or_default();
                return Err(problem(format!("{id} does not fit the schema: {message}")));
            }
            trusted.texts.insert(hash, text);
        }
        Ok(trusted)
    }

    /// The text of a trusted document.
    #[must_use]
    pub fn text(&self, hash: &DocumentHash) -> Option<&str> {
        self.texts.get(hash).map(String::as_str)
    }

    /// Whether a document is one of them.
    #[must_use]
    pub fn has(&self, hash: DocumentHash) -> bool {
        self.texts.contains_key(&hash)
    }

    /// Whether a viewer may run a document.
    ///
    /// # Errors
    /// `FORBIDDEN` where only trusted ones are run for such a viewer.
    pub fn check(&self, viewer: &Viewer, hash: DocumentHash) -> Result<(), ClientError> {
        let kind = viewer.kind();
        let mode = match kind {
            ViewerKind::Mission => self.modes.mission,
            ViewerKind::Headquarters => self.modes.headquarters,
            ViewerKind::Partner => self.modes.partner,
        };
        if mode == TrustMode::Off || self.has(hash) {
            return Ok(());
        }
        if mode == TrustMode::Enforce {
            let message = "only the documents of the front ends are run for you, and this is none of them";
            return Err(ClientError::Forbidden(message.to_owned()));
        }
        if self.logged.get(&(hash, kind)).is_none() {
            self.logged.insert((hash, kind), ());
            tracing::warn!(document = %hash, ?kind, "a document that is not in the manifest was run");
        }
        Ok(())
    }
}

impl Manifest {
    fn into_documents(self) -> Vec<(String, String)> {
        match self {
            Self::Apollo { operations } => {
                operations.into_iter().map(|operation| (operation.id, operation.body)).collect()
            }
            Self::Hashes(hashes) => hashes.into_iter().collect(),
        }
    }
}
