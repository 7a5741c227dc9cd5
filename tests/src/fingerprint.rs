//! Fingerprints of sources: they name template databases, so that a changed migration never meets an old template, and records
//! of the demo are never those of another program.

use crate::Result;
use migration::Migrator;
use sea_orm_migration::MigratorTrait;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Sixteen hexadecimal digits over the names of all migrations and every file that migrations are made of.
///
/// # Errors
/// When the sources cannot be read: without them there is no telling whether a template is stale.
pub(crate) fn schema() -> Result<String> {
    let mut hash = of_steps();
    add(&mut hash, &["migration/src", "entity/src", "entity/codes", "entity/build.rs"])?;
    Ok(short(hash))
}

/// The same over everything that records of the demo are made by.
///
/// # Errors
/// When the sources cannot be read.
pub(crate) fn program() -> Result<String> {
    let mut hash = of_steps();
    add(&mut hash, &["Cargo.lock", "migration/src", "derive", "entity", "api"])?;
    Ok(short(hash))
}

/// Begins with the names of the steps that this build has: the sources may have changed since.
fn of_steps() -> Sha256 {
    let mut hash = Sha256::new();
    for migration in Migrator::migrations() {
        hash.update(migration.name());
        hash.update([0]);
    }
    hash
}

fn short(hash: Sha256) -> String {
    hex::encode(&hash.finalize()[..8])
}

/// Adds files and what is in folders of the project, with their names.
fn add(hash: &mut Sha256, parts: &[&str]) -> Result {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for part in parts {
        for file in files(&project.join(part))? {
            hash.update(file.as_os_str().as_encoded_bytes());
            hash.update(Sha256::digest(std::fs::read(&file)?));
        }
    }
    Ok(())
}

/// All files at or under `path`, sorted: the order in which a folder lists them means nothing.
fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries = std::fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    entries.sort();
    let nested = entries.iter().map(|entry| files(entry)).collect::<Result<Vec<_>>>()?;
    Ok(nested.concat())
}
