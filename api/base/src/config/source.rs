//! Where the configuration is looked for, so that what is said of it can name the place.

use std::{
    env, fmt,
    path::{Path, PathBuf},
};

/// The file that is read where none is named.
pub(super) const FILE: &str = "causeway.toml";

/// Where the configuration was read from, for the operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigSource {
    file: Option<PathBuf>,
    /// Where a file was looked for and not found.
    looked_in: Option<PathBuf>,
}

impl ConfigSource {
    /// The file that is named; else `causeway.toml` in the working directory or the nearest one above. A file that is named must
    /// be there, the other one may be missing.
    pub(super) fn find(named: Option<&Path>) -> Self {
        if let Some(file) = named {
            return Self { file: Some(file.to_owned()), looked_in: None };
        }
        let here = env::current_dir().unwrap_or_default();
        let file = here.ancestors().map(|folder| folder.join(FILE)).find(|file| file.is_file());
        Self { file, looked_in: Some(here) }
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

impl fmt::Display for ConfigSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, &self.looked_in) {
            (Some(file), _) => {
                write!(formatter, "(configuration: {} and CAUSEWAY_* in the environment)", file.display())
            }
            (None, Some(folder)) => write!(
                formatter,
                "(configuration: CAUSEWAY_* in the environment; there is no {FILE} in {} or a folder above it, and neither \
                 --config nor CAUSEWAY_CONFIG names a file)",
                folder.display()
            ),
            (None, None) => formatter.write_str("(configuration: none was read)"),
        }
    }
}
