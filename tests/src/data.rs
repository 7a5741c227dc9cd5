//! Research data, whose terms forbid to ship it: found beside the project or not at all. A test that goes without it, or
//! without anything else that is not there everywhere, says so by name.

use crate::Result;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The data file `name`, or `None` where the data is absent. In that case the name of the test is printed, and handed to
/// `./check`, whose summary lists it: test runners hide what a passing test prints.
///
/// The data is looked for in `CAUSEWAY_TEST_DATA`, else in `../shared/data` next to the project.
///
/// # Errors
/// When the data is there but lacks this file, or when the skip cannot be recorded: both would be a silent skip.
pub fn file(test: &str, name: &str) -> Result<Option<PathBuf>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("CAUSEWAY_TEST_DATA").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        skip(test, &format!("no data file {name}"))?;
        return Ok(None);
    }
    let path = folder.join(name);
    if !path.is_file() {
        return Err(format!("the data folder has no {name}, which {test} needs").into());
    }
    Ok(Some(path))
}

/// A folder of the project whose npm packages are installed, or `None` where they are not: then the test is left out, by name.
///
/// # Errors
/// When there is no such folder, or the skip cannot be recorded.
pub fn npm_folder(test: &str, name: &str) -> Result<Option<PathBuf>> {
    let folder = std::fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name))?;
    if folder.join("node_modules").is_dir() {
        return Ok(Some(folder));
    }
    skip(test, &format!("no node_modules in {name}: run npm ci there"))?;
    Ok(None)
}

/// Whether a program is there. Where it is not, the test is left out, by name.
///
/// # Errors
/// When the skip cannot be recorded.
pub fn has_program(test: &str, program: &str) -> Result<bool> {
    let is_there = find_program(program).is_some();
    if !is_there {
        skip(test, &format!("no {program}"))?;
    }
    Ok(is_there)
}

/// Where a program is: on the path, or where Debian keeps what only root runs.
#[must_use]
pub fn find_program(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Says that a test is left out, and why.
///
/// # Errors
/// When it cannot be recorded.
pub fn skip(test: &str, why: &str) -> Result {
    let line = format!("skipped: {test} ({why})\n");
    eprint!("{line}");
    if let Some(list) = std::env::var_os("CAUSEWAY_TEST_SKIPPED") {
        std::fs::OpenOptions::new().create(true).append(true).open(list)?.write_all(line.as_bytes())?;
    }
    Ok(())
}
