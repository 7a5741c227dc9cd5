//! Queries about the viewer, and about the vocabularies that all records share.

use async_graphql::Object;

use super::types::{CodeList, ViewerObject};
use crate::error::{ClientError, Result};

/// Queries about neither records nor figures.
#[derive(Debug, Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Who you are, and what you may see and change.
    async fn viewer(&self) -> ViewerObject {
        ViewerObject
    }

    /// A vocabulary by its name, such as `means_of_control`.
    async fn code_list(&self, #[graphql(desc = "The name of the list.")] name: String) -> Result<CodeList> {
        Ok(CodeList::named(name).ok_or_else(|| ClientError::bad_input("name", "no such code list"))?)
    }
}
