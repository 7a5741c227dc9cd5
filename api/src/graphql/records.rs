//! The root of questions about records: it registers what the declarations of tables say, and answers by walking rows. One Rust
//! type for all tables.

use std::borrow::Cow;

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerResult, Value,
    parser::types::Field,
    registry::{MetaTypeId, Registry},
    resolver_utils::resolve_container,
};

use super::{answers::Walk, entrances::Entrance, registered, request_context::request};
use crate::error::Result;

/// Queries about records.
#[derive(Debug, Default)]
pub struct Records;

impl ContainerType for Records {
    async fn resolve_field(&self, context: &Context<'_>) -> ServerResult<Option<Value>> {
        let field = context.item;
        let Some(entrance) = Entrance::named(&field.node.name.node) else { return Ok(None) };
        let answer: Result<Value> = async {
            let walk = Walk::new(request(context)?, &context.query_env.variables);
            // In a box, so that the root's own future is small.
            let answer = Box::pin(walk.answer(entrance, field)).await?;
            walk.into_errors().into_iter().for_each(|error| context.add_error(error));
            Ok(answer)
        }
        .await;
        let told = |error| context.set_error_path(async_graphql::Error::from(error).into_server_error(field.pos));
        answer.map(Some).map_err(told)
    }
}

impl ObjectType for Records {}

impl OutputType for Records {
    fn type_name() -> Cow<'static, str> {
        "Records".into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Object, |registry| {
            let fields = registered::records(registry);
            registered::object("Records", "Queries about records.", fields)
        })
    }

    async fn resolve(&self, context: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        resolve_container(context, self).await
    }
}
