//! What can go wrong: [`ClientError`], whose variant is the code that a client sees, and [`InternalError`], whose cause
//! nobody outside ever sees. `?` turns a cause into an internal error, so a database text cannot reach a client by accident.

use std::{error::Error as StdError, fmt};

use async_graphql::ErrorExtensions;
use uuid::Uuid;

mod database;

pub use database::is_lost;

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
    Conflict {
        /// The argument, as a path of GraphQL names; empty where it is none.
        field: String,
        /// What is in the way.
        message: String,
    },
    /// The operation asks for more than a limit allows.
    TooCostly(String),
    /// Too many requests.
    RateLimited,
    /// A database or another service cannot be reached now; the same request may go through later.
    Unavailable,
    /// There is more to do at the moment than can be done; the same request may go through later.
    Overloaded,
    /// Others were at the same records, so that the database ended the transaction; the same request may go through now.
    Contended,
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

    /// The code of what is there already, or has changed.
    pub const CONFLICT: &str = "CONFLICT";
    /// The code of what policy does not give.
    pub const FORBIDDEN: &str = "FORBIDDEN";
    /// The code of what is not there, or is not the viewer's.
    pub const NOT_FOUND: &str = "NOT_FOUND";
    /// The code of what may go through later.
    pub const UNAVAILABLE: &str = "UNAVAILABLE";

    /// A wrong argument.
    pub fn bad_input(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::BadInput { field: field.into(), message: message.into() }
    }

    /// Something that exists already, or has changed.
    pub fn conflict(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Conflict { field: field.into(), message: message.into() }
    }

    /// The same error of an argument, seen from one step further out: `eq` within `caseNumber` is `caseNumber.eq`.
    #[must_use]
    pub fn within(self, step: &str) -> Self {
        match self {
            Self::BadInput { field, message } if field.is_empty() => Self::bad_input(step, message),
            Self::BadInput { field, message } => Self::BadInput { field: format!("{step}.{field}"), message },
            other => other,
        }
    }

    /// The value of `extensions.code`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated(_) => "UNAUTHENTICATED",
            Self::Forbidden(_) => Self::FORBIDDEN,
            Self::NotFound => Self::NOT_FOUND,
            Self::BadInput { .. } => Self::BAD_INPUT,
            Self::Conflict { .. } => Self::CONFLICT,
            Self::TooCostly(_) => "TOO_COSTLY",
            Self::RateLimited => "RATE_LIMITED",
            Self::Unavailable | Self::Overloaded | Self::Contended => Self::UNAVAILABLE,
        }
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthenticated(check) => formatter.write_str(check),
            Self::Forbidden(message)
            | Self::TooCostly(message)
            | Self::Conflict { message, .. }
            | Self::BadInput { message, .. } => formatter.write_str(message),
            Self::NotFound => formatter.write_str("not found"),
            Self::RateLimited => formatter.write_str("too many requests; wait as long as Retry-After says"),
            Self::Overloaded => formatter.write_str("there is too much to do at the moment; try again"),
            Self::Contended => formatter.write_str("others change the same records at the moment; try again"),
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
        use sea_orm::{DbErr, RuntimeErr};
        let told = match &error {
            DbErr::Conn(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => database::told(cause),
            DbErr::ConnectionAcquire(_) => {
                tracing::warn!(cause = %error, "the database cannot be reached");
                Some(ClientError::Unavailable)
            }
            _ => None,
        };
        told.map_or_else(|| Self::Internal(InternalError::new(error)), Self::Client)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        database::told(&error).map_or_else(|| Self::Internal(InternalError::new(error)), Self::Client)
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
