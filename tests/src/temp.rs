//! Temporary folders that go when their owner goes. Nobody but the owner may look inside.

use crate::Result;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// A folder of mode 0700, removed with its content on drop.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    /// Makes an empty folder. `./check` names the parent in `CAUSEWAY_TEST_TEMP`, so that it can remove what a killed test left.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn create() -> Result<Self> {
        let parent = std::env::var_os("CAUSEWAY_TEST_TEMP").map_or_else(std::env::temp_dir, PathBuf::from);
        // Short: programs make sockets below, whose paths may have 107 bytes.
        let path = parent.join(format!("causeway-{}", &crate::random()[..12]));
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    /// Where the folder is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        if let Err(cause) = std::fs::remove_dir_all(&self.0) {
            eprintln!("the temporary folder {} stays behind: {cause}", self.0.display());
        }
    }
}
