//! Trusted documents: which operations front ends may run, by a manifest that is made when they are built.

use std::path::PathBuf;

use serde::Deserialize;

/// Which documents are run, for each kind of viewer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrustedDocumentsConfig {
    /// The manifest: a JSON object of documents by the SHA-256 of each, in hexadecimal digits, as GraphQL Code Generator writes
    /// it, or Apollo's persisted query manifest. Default: none.
    pub manifest_file: Option<PathBuf>,
    /// For staff of missions. Default: `off`.
    pub mission: TrustMode,
    /// For headquarters and regional offices. Default: `off`.
    pub headquarters: TrustMode,
    /// For partner organisations. Default: `off`.
    pub partner: TrustMode,
}

/// What becomes of a document that is not in the manifest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrustMode {
    /// It is run.
    #[default]
    Off,
    /// It is run, and its hash stands in the log once.
    Log,
    /// It is refused, and not even parsed.
    Enforce,
}

impl TrustedDocumentsConfig {
    pub(super) fn problems(&self) -> Vec<String> {
        let modes = [self.mission, self.headquarters, self.partner];
        let without = self.manifest_file.is_none() && modes.iter().any(|mode| *mode != TrustMode::Off);
        let problem = "trusted_documents.manifest_file is missing, and a mode other than off needs it";
        without.then(|| problem.to_owned()).into_iter().collect()
    }
}
