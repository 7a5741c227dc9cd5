//! SQLite databases for tests: one migrated file per schema, copied for each test, and one with the demo's records for each
//! number of cases.

use crate::{Error, Result, TestDatabase, fingerprint};
use migration::Migrator;
use sea_orm_migration::MigratorTrait;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Copies the migrated template to `target`.
pub(crate) async fn clone_template(target: &Path) -> Result {
    let template = template(&fingerprint::schema()?, migrated).await?;
    std::fs::copy(template, target)?;
    Ok(())
}

/// Puts a copy of the database that `build` makes in the place of `target`. It is made once for all who name it so.
pub(crate) async fn clone_made(target: &Path, name: &str, build: impl AsyncFnOnce() -> Result<TestDatabase>) -> Result {
    let copied = async |draft: &Path| {
        forget_others(name)?;
        let made = build().await?;
        let file = made.file().ok_or("a template of another backend")?;
        whole(&file)?;
        std::fs::copy(file, draft)?;
        Ok(())
    };
    std::fs::copy(template(name, copied).await?, target)?;
    Ok(())
}

/// The URL of a database file, which is created when it is absent.
pub(crate) fn url(path: &Path) -> Result<String> {
    let path = path.to_str().ok_or("the path of the database is not UTF-8")?;
    Ok(format!("sqlite://{path}?mode=rwc"))
}

/// A file to copy, built by whichever test comes first. It appears under its name only when it is whole.
async fn template(name: &str, build: impl AsyncFnOnce(&Path) -> Result) -> Result<PathBuf> {
    let folder = folder()?;
    let template = folder.join(format!("{name}.sqlite"));
    if template.exists() {
        return Ok(template);
    }
    let lock = File::create(template.with_extension("lock"))?;
    // Waiting blocks its thread, and the holder may be a task that needs this one.
    let _held = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await??;
    if !template.exists() {
        let draft = template.with_extension("draft");
        for file in [""].into_iter().chain(BESIDE).map(|suffix| beside(&draft, suffix)) {
            if file.exists() {
                std::fs::remove_file(file)?;
            }
        }
        build(&draft).await?;
        std::fs::rename(&draft, &template)?;
    }
    Ok(template)
}

async fn migrated(draft: &Path) -> Result {
    let db = sea_orm::Database::connect(url(draft)?).await?;
    Migrator::up(&db, None).await?;
    db.close().await?;
    whole(draft)
}

/// Removes what was made from other sources, or on another day: the name up to its last word tells.
fn forget_others(name: &str) -> Result {
    let of_now = name.rsplit_once('_').map_or(name, |(made_from, _)| made_from);
    let kind = name.split('_').next().unwrap_or(name);
    for entry in std::fs::read_dir(folder()?)? {
        let (path, file) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        let file = file.to_string_lossy();
        // Somebody else may remove it first.
        if file.starts_with(kind) && !file.starts_with(of_now) {
            let _ = std::fs::remove_file(path);
        }
    }
    Ok(())
}

/// What SQLite keeps beside a database while it is open.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Whether a file holds all of its database.
fn whole(file: &Path) -> Result {
    if beside(file, "-wal").exists() {
        return Err(Error::from("the template still has a write-ahead log, so a copy of its file would lack rows"));
    }
    Ok(())
}

/// Templates live next to the test binary: they are build products, and `cargo clean` takes them away.
fn folder() -> Result<PathBuf> {
    let binary = std::env::current_exe()?;
    let folder = binary.parent().ok_or("the test binary is in no folder")?.join("causeway-templates");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
