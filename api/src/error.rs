//! What can go wrong: [`ClientError`], whose variant is the code that a client sees, and [`InternalError`], whose cause
//! nobody outside ever sees. `?` turns a cause into an internal error, so a database text cannot reach a client by accident.

use std::{error::Error as StdError, fmt};

use async_graphql::ErrorExtensions;
use uuid::Uuid;

/// The result of anything that a request does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request, or a part of it, was not answered.
#[derive(Debug)]
pub enum Error {
    /// The client can do something about it, and is told what.
    Client(ClientError),
    /// The client is told a reference, which the log has beside the cause.
    Internal(InternalError),
}

/// What a client did, or met, that stops a request. Each variant has one value of `extensions.code`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientError {
    /// No token, or one that does not verify. The text says which check failed, never what was in the token.
    Unauthenticated(&'static str),
    /// A verified viewer asks for what policy does not give.
    Forbidden(String),
    /// There is no such row, or it is not the viewer's: the two are not told apart.
    NotFound,
    /// An argument or a document is wrong.
    BadInput {
        /// The argument, as a path of GraphQL names; empty where the whole document is meant.
        field: String,
        /// What is wrong with it and what would be right.
        message: String,
    },
    /// The row has changed since it was read, or the same thing exists.
    Conflict(String),
    /// The operation asks for more than a limit allows.
    TooCostly(String),
    /// Too many requests.
    RateLimited,
    /// A database or another service cannot be reached now; the same request may go through later.
    Unavailable,
    /// There is more to do at the moment than can be done; the same request may go through later.
    Overloaded,
}

/// A fault of ours. [`fmt::Display`] shows the reference and no cause.
#[derive(Debug)]
pub struct InternalError {
    reference: Uuid,
    cause: Box<dyn StdError + Send + Sync>,
}

impl ClientError {
    /// The code of what is wrong with an argument or a document; the library's own errors speak of nothing else.
    pub const BAD_INPUT: &str = "BAD_INPUT";

    /// A wrong argument.
    pub fn bad_input(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::BadInput { field: field.into(), message: message.into() }
    }

    /// The value of `extensions.code`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated(_) => "UNAUTHENTICATED",
            Self::Forbidden(_) => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::BadInput { .. } => Self::BAD_INPUT,
            Self::Conflict(_) => "CONFLICT",
            Self::TooCostly(_) => "TOO_COSTLY",
            Self::RateLimited => "RATE_LIMITED",
            Self::Unavailable | Self::Overloaded => "UNAVAILABLE",
        }
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthenticated(check) => formatter.write_str(check),
            Self::Forbidden(message) | Self::Conflict(message) | Self::TooCostly(message) => {
                formatter.write_str(message)
            }
            Self::BadInput { message, .. } => formatter.write_str(message),
            Self::NotFound => formatter.write_str("not found"),
            Self::RateLimited => formatter.write_str("too many requests; wait as long as Retry-After says"),
            Self::Overloaded => formatter.write_str("there is too much to do at the moment; try again"),
            Self::Unavailable => formatter.write_str("a service that this needs cannot be reached now; try again"),
        }
    }
}

impl InternalError {
    /// Wraps a cause and gives it a reference.
    pub fn new(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { reference: Uuid::now_v7(), cause: cause.into() }
    }

    /// What client and log have in common.
    #[must_use]
    pub const fn reference(&self) -> Uuid {
        self.reference
    }

    /// The cause, for the log alone.
    #[must_use]
    pub fn cause(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self.cause.as_ref()
    }
}

impl fmt::Display for InternalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "internal error, reference {}", self.reference)
    }
}

impl Error {
    /// The value of `extensions.code`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Client(error) => error.code(),
            Self::Internal(_) => "INTERNAL",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(error) => error.fmt(formatter),
            Self::Internal(error) => error.fmt(formatter),
        }
    }
}

impl StdError for Error {
    /// The cause, for the operator's log and standard error; what clients get is made of [`fmt::Display`] alone.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Client(_) => None,
            Self::Internal(error) => Some(error.cause.as_ref()),
        }
    }
}

impl From<ClientError> for Error {
    fn from(error: ClientError) -> Self {
        Self::Client(error)
    }
}

impl From<InternalError> for Error {
    fn from(error: InternalError) -> Self {
        Self::Internal(error)
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        if is_unavailable(&error) {
            tracing::warn!(cause = %error, "the database cannot be reached");
            return Self::Client(ClientError::Unavailable);
        }
        Self::Internal(InternalError::new(error))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(cause) = &error {
            if cause.is_unique_violation() {
                return Self::Client(ClientError::Conflict(
                    "something of this name or number exists already".to_owned(),
                ));
            }
            // PostgreSQL has no text with a NUL in it, and its days end earlier than ours: the request is at fault.
            if matches!(cause.code().as_deref(), Some("22021" | "22008")) {
                return Self::Client(ClientError::bad_input("", "a text or a day that no record can have"));
            }
            // The statement was stopped because it took too long: by PostgreSQL, or by SQLite (SQLITE_INTERRUPT).
            if matches!(cause.code().as_deref(), Some("57014" | "9")) {
                return Self::Client(ClientError::TooCostly("the question took too long; ask for less".to_owned()));
            }
            // No room: PostgreSQL, SQLite. Nothing is lost, and what is there can be read.
            if matches!(cause.code().as_deref(), Some("53100" | "13")) {
                tracing::error!(cause = %error, "the disk of the database is full");
                return Self::Client(ClientError::Unavailable);
            }
        }
        if is_unreachable(&error) {
            tracing::warn!(cause = %error, "the database cannot be reached");
            return Self::Client(ClientError::Unavailable);
        }
        Self::Internal(InternalError::new(error))
    }
}

fn is_unavailable(error: &sea_orm::DbErr) -> bool {
    use sea_orm::{DbErr, RuntimeErr};
    match error {
        DbErr::ConnectionAcquire(_) => true,
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => is_unreachable(cause),
        _ => false,
    }
}

/// A connection that is gone, a pool that has none, or an SQLite file that somebody else holds: none says that the
/// request was wrong, and each passes.
fn is_unreachable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        // 57P01..57P03: PostgreSQL shuts down or starts; 5, 6 and their extended forms: SQLite is busy or locked.
        sqlx::Error::Database(cause) => cause.code().is_some_and(|code| {
            code.starts_with("57P")
                || code.starts_with("08")
                || code.parse::<u32>().is_ok_and(|number| code.len() < 4 && matches!(number & 0xff, 5 | 6))
        }),
        _ => false,
    }
}

impl ErrorExtensions for Error {
    fn extend(&self) -> async_graphql::Error {
        async_graphql::Error::new(self.to_string()).extend_with(|_, extensions| {
            extensions.set("code", self.code());
            match self {
                Self::Client(ClientError::BadInput { field, .. }) => extensions.set("field", field.as_str()),
                Self::Client(_) => {}
                Self::Internal(error) => {
                    tracing::error!(reference = %error.reference, cause = %error.cause, "internal error");
                    extensions.set("reference", error.reference.to_string());
                }
            }
        })
    }
}

impl From<Error> for async_graphql::Error {
    fn from(error: Error) -> Self {
        error.extend()
    }
}
