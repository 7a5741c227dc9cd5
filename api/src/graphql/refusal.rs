//! A refusal as an error of GraphQL, with its code.

use async_graphql::{ServerError, Value};

use crate::error::{ClientError, Error};

/// A refusal of the whole document as a GraphQL error.
pub(super) fn refusal(error: ClientError) -> ServerError {
    let error: async_graphql::Error = Error::Client(error).into();
    let mut refusal = ServerError::new(error.message, None);
    refusal.extensions = error.extensions;
    refusal
}

/// Gives every error of the library a code: it only ever speaks of documents and arguments.
pub(crate) fn with_code(error: &mut ServerError) {
    let extensions = error.extensions.get_or_insert_with(Default::default);
    if extensions.get("code").is_none() {
        extensions.set("code", Value::from(ClientError::BAD_INPUT));
    }
}
