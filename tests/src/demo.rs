//! The demo's records for tests. Most tests want some, and generating them takes longer than most tests do: they are made once
//! for each backend, day and number of cases, and copied.

use crate::{Gateway, Result, TestDatabase, fingerprint};

/// The seed of the records of all tests.
const SEED: u64 = 1;

/// Puts the records into a database as it was made, by copying. No, where they have to be loaded: nothing is saved where there
/// is no case, and a database that is no copy stays what it is.
///
/// # Errors
/// When a gateway ran on the database before, or the records cannot be made.
pub(crate) async fn copy(db: &TestDatabase, cases: usize) -> Result<bool> {
    if cases == 0 {
        return Ok(false);
    }
    let name = format!("demo_{}_{}_{cases}", fingerprint::program()?, causeway::demo::today().format("%Y%m%d"));
    let backend = db.backend;
    db.become_made(&name, async || {
        let made = TestDatabase::create(backend).await?;
        let gateway = Box::pin(Gateway::loading_demo(&made, cases)).await?;
        gateway.app.access.close().await;
        Ok(made)
    })
    .await
}

/// Generates the records and writes them.
///
/// # Errors
/// When they cannot be written.
pub(crate) async fn load(gateway: &Gateway, cases: usize) -> Result {
    Ok(causeway::demo::load(&gateway.app.access, SEED, cases, |_| ()).await?)
}
