//! What an error of the database means for whoever asked: the classes of SQLSTATE (PostgreSQL's Appendix A) and SQLite's
//! result codes, each decided once. What is not decided here is a fault of ours.

use sqlx::{error::DatabaseError, postgres::PgDatabaseError};

use super::ClientError;

/// What an error of the database says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// Something of this name or number is there already.
    Exists,
    /// The request has a value that cannot be stored.
    BadValue,
    /// The statement took longer than it may, or is more than the database can take in.
    TooMuch,
    /// Others were at the same rows, and the transaction was ended for it: the same may go through at once.
    Contended,
    /// Somebody else holds what is needed, and went on holding it.
    Held,
    /// The database is away, starts, stops, is full of connections or does not let us in: it passes.
    Away,
    /// The database takes no writes: read-only, no room, or a disk that fails. The operator has to do something.
    TakesNoWrites,
    /// Ours.
    Fault,
}

/// PostgreSQL's codes, by class. A class as a whole where its codes mean the same.
fn of_sqlstate(code: &str) -> Meaning {
    match code {
        "23505" | "23P01" => Meaning::Exists,
        // A text with a NUL, or one that the database's encoding lacks; a day that no calendar has; a text that is too long for
        // an index.
        "22021" | "22P05" | "22008" | "54000" => Meaning::BadValue,
        "57014" | "54001" => Meaning::TooMuch,
        "40003" => Meaning::Away,
        // Serialization and deadlocks; a snapshot that is too old.
        _ if code.starts_with("40") || code.starts_with("72") => Meaning::Contended,
        "55P03" | "55006" => Meaning::Held,
        // Timeouts of sessions, by which an operator ends one that does nothing.
        "25P03" | "25P04" | "3D000" => Meaning::Away,
        "25006" | "53100" => Meaning::TakesNoWrites,
        // Connections, logins, means, an operator or a shutdown.
        _ if ["08", "28", "53", "57"].iter().any(|class| code.starts_with(class)) => Meaning::Away,
        // The system below it: input and output.
        _ if code.starts_with("58") => Meaning::TakesNoWrites,
        _ => Meaning::Fault,
    }
}

/// SQLite's extended codes: the primary one in the lower byte, and what tells more above it.
fn of_sqlite(code: u32) -> Meaning {
    match (code & 0xff, code) {
        // UNIQUE, PRIMARYKEY, ROWID.
        (19, 2067 | 1555 | 2579) => Meaning::Exists,
        (18, _) => Meaning::BadValue,
        (9, _) => Meaning::TooMuch,
        // BUSY_SNAPSHOT: somebody wrote in between. SCHEMA: a step ran.
        (5, 517) | (17, _) => Meaning::Contended,
        // BUSY, LOCKED, PROTOCOL, which is a lock too.
        (5 | 6 | 15, _) => Meaning::Held,
        // NOMEM, CANTOPEN.
        (7 | 14, _) => Meaning::Away,
        // PERM, READONLY, IOERR, FULL.
        (3 | 8 | 10 | 13, _) => Meaning::TakesNoWrites,
        _ => Meaning::Fault,
    }
}

fn of(cause: &dyn DatabaseError) -> Meaning {
    let code = cause.code().unwrap_or_default();
    if cause.try_downcast_ref::<PgDatabaseError>().is_some() {
        return of_sqlstate(&code);
    }
    code.parse().map_or(Meaning::Fault, of_sqlite)
}

fn meaning(error: &sqlx::Error) -> Meaning {
    match error {
        sqlx::Error::Database(cause) => of(cause.as_ref()),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Meaning::Away,
        _ => Meaning::Fault,
    }
}

/// What a client is told of an error of the database; `None` for a fault of ours. What the operator should know goes to the log.
pub(super) fn told(error: &sqlx::Error) -> Option<ClientError> {
    Some(match meaning(error) {
        Meaning::Exists => ClientError::conflict("", "something of this name or number exists already"),
        Meaning::BadValue => ClientError::bad_input("", "a text or a day that no record can have"),
        Meaning::TooMuch => ClientError::TooCostly("the question took too long; ask for less".to_owned()),
        Meaning::Contended => ClientError::Contended,
        Meaning::Held => {
            tracing::warn!(cause = %error, "somebody holds a lock of the database for long");
            ClientError::Unavailable
        }
        Meaning::Away => {
            tracing::warn!(cause = %error, "the database cannot be reached");
            ClientError::Unavailable
        }
        Meaning::TakesNoWrites => {
            if code_is(error, &["53100", "13"]) {
                tracing::error!(cause = %error, "the disk of the database is full");
            } else {
                tracing::error!(cause = %error, "the database takes no writes");
            }
            ClientError::Unavailable
        }
        Meaning::Fault => return None,
    })
}

fn code_is(error: &sqlx::Error, codes: &[&str]) -> bool {
    matches!(error, sqlx::Error::Database(cause) if cause.code().is_some_and(|code| codes.contains(&&*code)))
}

/// The connection is of no use any more: its other end is gone, or says that it goes.
pub fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(cause) => cause
            .code()
            .is_some_and(|code| code.starts_with("57P") || code.starts_with("08") || code.starts_with("25P")),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
