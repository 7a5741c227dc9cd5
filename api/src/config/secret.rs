//! Values that must not show: URLs with passwords, and keys.

use std::{fmt, fs, io::Write, path::Path};

use rand::TryRngCore;
use serde::Deserialize;

use super::ConfigError;

/// The shortest master key, in bytes.
const SHORTEST: usize = 32;

/// A text that `Debug` does not show.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for where it is used.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

/// Reads a key.
pub(super) fn read(path: &Path) -> Result<Secret, ConfigError> {
    let problem = |problem: String| ConfigError::MasterKey { path: path.to_owned(), problem };
    let key = fs::read_to_string(path).map_err(|error| problem(error.to_string()))?;
    let key = key.trim();
    if key.len() < SHORTEST {
        return Err(problem(format!("shorter than {SHORTEST} bytes")));
    }
    Ok(Secret::new(key))
}

/// Reads a key, or makes one that only its owner can read.
pub(super) fn read_or_make(path: &Path) -> Result<Secret, ConfigError> {
    if path.exists() {
        return read(path);
    }
    let problem = |problem: String| ConfigError::MasterKey { path: path.to_owned(), problem };
    let mut bytes = [0; SHORTEST];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(|error| problem(error.to_string()))?;
    let key = hex::encode(bytes);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| problem(error.to_string()))?;
    file.write_all(key.as_bytes()).map_err(|error| problem(error.to_string()))?;
    Ok(Secret::new(key))
}
