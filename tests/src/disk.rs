//! A disk of a test's own, small enough to be filled.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, TempDir, data};

/// A small disk in memory, which goes when it is dropped.
pub struct Disk(TempDir);

impl Disk {
    /// Mounts one of so many mebibytes. `None`, by name, where this machine or user may not mount.
    ///
    /// # Errors
    /// When the folder cannot be made, or the skip cannot be recorded.
    pub fn mount(test: &str, mebibytes: u32) -> Result<Option<Self>> {
        let folder = TempDir::create()?;
        let options = format!("size={mebibytes}m,mode=0777");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder.path());
        if mount.output().is_ok_and(|output| output.status.success()) {
            return Ok(Some(Self(folder)));
        }
        data::skip(test, "only root can mount a small disk")?;
        Ok(None)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Fills it to the last byte.
    ///
    /// # Errors
    /// When the file that fills it cannot be made.
    pub fn fill(&self) -> Result {
        let mut file = std::fs::File::create(self.ballast())?;
        for size in [64 * 1024, 1024, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        Ok(())
    }

    /// Makes room again.
    ///
    /// # Errors
    /// When it was not filled.
    pub fn make_room(&self) -> Result {
        Ok(std::fs::remove_file(self.ballast())?)
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: whoever has a file open on it is about to go.
        let unmounted = Command::new("umount").arg("--lazy").arg(self.path()).output();
        if !unmounted.is_ok_and(|output| output.status.success()) {
            eprintln!("the disk {} stays behind", self.path().display());
        }
    }
}
