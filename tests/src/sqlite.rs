//! SQLite databases for tests: one migrated file per schema, copied for each test.

use crate::{Error, Result, fingerprint};
use migration::Migrator;
use sea_orm_migration::MigratorTrait;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Copies the migrated template to `target`.
pub(crate) async fn clone_template(target: &Path) -> Result {
    std::fs::copy(template().await?, target)?;
    Ok(())
}

/// The URL of a database file, which is created when it is absent.
pub(crate) fn url(path: &Path) -> Result<String> {
    let path = path.to_str().ok_or("the path of the database is not UTF-8")?;
    Ok(format!("sqlite://{path}?mode=rwc"))
}

/// The migrated file, built by whichever test comes first. It appears under its name only when it is whole.
async fn template() -> Result<PathBuf> {
    let folder = folder()?;
    let template = folder.join(format!("{}.sqlite", fingerprint::schema()?));
    if template.exists() {
        return Ok(template);
    }
    let lock = File::create(folder.join("lock"))?;
    // Waiting blocks its thread, and the holder may be a task that needs this one.
    let _held = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await??;
    if !template.exists() {
        build(&template).await?;
    }
    Ok(template)
}

async fn build(template: &Path) -> Result {
    let draft = template.with_extension("draft");
    let leftover = |suffix: &str| draft.with_extension(format!("draft{suffix}"));
    for stale in ["", "-wal", "-shm", "-journal"].map(leftover) {
        if stale.exists() {
            std::fs::remove_file(stale)?;
        }
    }
    let db = sea_orm::Database::connect(url(&draft)?).await?;
    Migrator::up(&db, None).await?;
    db.close().await?;
    if leftover("-wal").exists() {
        return Err(Error::from("the template still has a write-ahead log, so a copy of its file would lack rows"));
    }
    std::fs::rename(&draft, template)?;
    Ok(())
}

/// Templates live next to the test binary: they are build products, and `cargo clean` takes them away.
fn folder() -> Result<PathBuf> {
    let binary = std::env::current_exe()?;
    let folder = binary.parent().ok_or("the test binary is in no folder")?.join("causeway-templates");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
