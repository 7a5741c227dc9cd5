//! A row in the payload of a command, as the viewer sees it after the command, in the same transaction.

use std::{borrow::Cow, marker::PhantomData};

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerError, ServerResult, Value, parser::types::Field,
    registry::Registry,
};
use entity::{Governed, table::Table};

use super::walk::Walk;
use crate::access::RowId;
use crate::error::Result;
use crate::graphql::request_context::request;

/// A row of a table that a command wrote. It is read where it is asked for.
#[derive(Debug)]
pub struct OneRow<E> {
    id: RowId,
    table: PhantomData<fn() -> E>,
}

impl<E> OneRow<E> {
    /// The row with this id.
    #[must_use]
    pub const fn of(id: RowId) -> Self {
        Self { id, table: PhantomData }
    }
}

impl<E: Governed> OutputType for OneRow<E> {
    fn type_name() -> Cow<'static, str> {
        E::TABLE.name.into()
    }

    /// The objects of tables are registered with the root of queries.
    fn create_type_info(_: &mut Registry) -> String {
        Self::qualified_type_name()
    }

    async fn resolve(&self, context: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        Box::pin(read(E::TABLE, self.id, context, field)).await
    }
}

async fn read(
    table: &'static Table,
    id: RowId,
    context: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
) -> ServerResult<Value> {
    // The library tells a path by its errors alone.
    let here = context.set_error_path(ServerError::new(String::new(), None)).path;
    let value: Result<Value> = async {
        let walk = Walk::new(request(context)?, &context.query_env.variables);
        let value = walk.row(table, id, field, here).await?;
        walk.into_errors().into_iter().for_each(|error| context.add_error(error));
        Ok(value)
    }
    .await;
    value.map_err(|error| context.set_error_path(async_graphql::Error::from(error).into_server_error(field.pos)))
}
