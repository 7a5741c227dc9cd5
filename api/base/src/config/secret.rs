//! Values that must not show: URLs with passwords, and keys.

use std::{
    fmt, fs,
    io::{self, Read, Write},
    path::Path,
};

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
    let mut file = fs::File::open(path).map_err(|error| problem(error.to_string()))?;
    if is_open_to_others(&file).map_err(|error| problem(error.to_string()))? {
        return Err(problem(format!("others than its owner have access to it; run: chmod 600 {}", path.display())));
    }
    let mut key = String::new();
    file.read_to_string(&mut key).map_err(|error| problem(error.to_string()))?;
    let key = key.trim();
    if key.len() < SHORTEST {
        return Err(problem(format!("shorter than {SHORTEST} bytes")));
    }
    Ok(Secret::new(key))
}

/// What others may do with a file that holds a key: nothing. Its group may read it: the credentials that systemd hands over show
/// so, although no group can.
#[cfg(unix)]
const OPEN_TO_OTHERS: u32 = 0o027;

/// Whether others than its owner and its group have access to a file, or its group may change it.
///
/// # Errors
/// Those of the file system.
#[cfg(unix)]
pub fn is_open_to_others(file: &fs::File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & OPEN_TO_OTHERS != 0)
}

/// Elsewhere a file has no such permissions.
#[cfg(not(unix))]
pub fn is_open_to_others(_: &fs::File) -> io::Result<bool> {
    Ok(false)
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

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let path = std::env::temp_dir().join(format!("causeway-key-{}", uuid::Uuid::now_v7()));
        fs::write(&path, "0123456789abcdef0123456789abcdef").unwrap();
        for (mode, wanted) in
            [(0o600, true), (0o400, true), (0o440, true), (0o644, false), (0o604, false), (0o620, false)]
        {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let read = read(&path);
            assert_eq!(read.is_ok(), wanted, "{mode:o}");
            if let Err(error) = read {
                assert!(error.to_string().contains("run: chmod 600"), "{error}");
            }
        }
        fs::remove_file(&path).unwrap();
    }
}
