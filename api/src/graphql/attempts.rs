//! What an operation attempted, until it is decided what becomes of it. What does not last is counted, whether anybody waits for
//! the answer or not: a client that goes away, and a time that is up, drop an operation wherever it is, and may have been told
//! enough by then. Refuses to forget anything before it was counted or audited.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::CountryCode;

use crate::access::{Access, Attempt, Command, identity::Viewer};
use crate::error::{InternalError, Result};

/// The attempts of one run of an operation.
#[derive(Default)]
pub struct Attempts(Mutex<Vec<Attempt>>);

impl Attempts {
    /// A command begins. Until it ends it counts as one that went through: how long it takes may tell as much.
    pub fn begin(&self, command: Command, mission: Option<CountryCode>) {
        self.noted().push(Attempt { mission, command, refused: None });
    }

    /// The command that began last has ended, with the code of its error where it was refused. Mutations run one after the other.
    pub fn end(&self, refused: Option<&'static str>) {
        if let Some(last) = self.noted().last_mut() {
            last.refused = refused;
        }
    }

    fn take(&self) -> Vec<Attempt> {
        mem::take(&mut *self.noted())
    }

    fn noted(&self) -> MutexGuard<'_, Vec<Attempt>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The trace that an operation leaves if nothing of it lasts. Dropped before anything was decided, it counts what was attempted.
/// Its owner declares it before the runs, so that their transaction is over by then: SQLite has one writer.
pub struct Trace {
    access: Access,
    viewer: Arc<Viewer>,
    current: Arc<Attempts>,
    /// What the run before attempted, which this one attempts again.
    earlier: Vec<Attempt>,
}

impl Trace {
    /// Of an operation of this viewer.
    pub(super) fn of(access: Access, viewer: Arc<Viewer>) -> Self {
        Self { access, viewer, current: Arc::default(), earlier: Vec::new() }
    }

    /// A run begins, the first or another one. The same attempts do not count twice.
    pub(super) fn begin_run(&mut self) -> Arc<Attempts> {
        self.earlier = self.take();
        self.current = Arc::default();
        Arc::clone(&self.current)
    }

    /// What was attempted lasts, and has its entries in the audit.
    pub(super) fn lasts(&mut self) {
        drop(self.take());
    }

    /// Counts what was attempted: nothing of it lasts. Whoever stops waiting for it does not stop it.
    ///
    /// # Errors
    /// Those of the database: whoever gets one must not be answered, or the attempt would leave no trace.
    pub(super) async fn count(&mut self) -> Result<()> {
        self.earlier.clear();
        let attempts = self.take();
        if attempts.is_empty() {
            return Ok(());
        }
        let counted = self.access.count_refusals(&self.viewer, attempts);
        counted.await.unwrap_or_else(|gone| Err(InternalError::new(gone).into()))
    }

    /// What was attempted so far: a run that was cut off has attempted no less than the one before it.
    fn take(&mut self) -> Vec<Attempt> {
        let (current, earlier) = (self.current.take(), mem::take(&mut self.earlier));
        if current.len() < earlier.len() { earlier } else { current }
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        let attempts = self.take();
        if !attempts.is_empty() {
            drop(self.access.count_refusals(&self.viewer, attempts));
        }
    }
}
