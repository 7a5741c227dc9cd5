//! The schema: roots put together, and its text for front ends.

use std::sync::Arc;

use async_graphql::{
    EmptySubscription, MergedObject, Response, Schema, SchemaBuilder, ValidationMode,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute},
};

use super::{CaseworkQuery, Mutation, statistics::KnowledgeQuery};

/// The root of queries: records and statistics, which share nothing but the viewer.
#[derive(MergedObject, Default)]
pub struct Query(CaseworkQuery, KnowledgeQuery);

/// The schema of Causeway.
pub type CausewaySchema = Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema that runs documents which [`validating`] has seen, and does not look at them again.
#[must_use]
pub fn running() -> CausewaySchema {
    builder().validation_mode(ValidationMode::Fast).finish()
}

/// Builds the schema that validates documents and runs none.
#[must_use]
pub fn validating() -> CausewaySchema {
    builder().extension(RunsNothing).finish()
}

/// Suggestions are off: a misspelt name must not be answered with names that exist.
fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    Schema::build(Query::default(), Mutation, EmptySubscription).disable_suggestions()
}

/// Ends an operation before it begins.
struct RunsNothing;

impl ExtensionFactory for RunsNothing {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for RunsNothing {
    async fn execute(&self, _: &ExtensionContext<'_>, _: Option<&str>, _: NextExecute<'_>) -> Response {
        Response::default()
    }
}

/// The schema in GraphQL's schema language, sorted, as front ends get it.
#[must_use]
pub fn print(schema: &CausewaySchema) -> String {
    schema
        .sdl_with_options(async_graphql::SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items())
}

/// The audiences that have a published schema. What they may *see* differs by policy; the shape is one.
pub const AUDIENCES: [&str; 3] = ["mission", "headquarters", "partner"];
