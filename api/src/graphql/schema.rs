//! The schema: roots put together, and its text for front ends.

use async_graphql::{EmptySubscription, MergedObject, Schema, ValidationMode};

use super::{Mutation, query::ViewerQuery, records::Records, statistics::KnowledgeQuery};

/// The root of queries: records and statistics, which share nothing but the viewer.
#[derive(MergedObject, Default)]
pub struct Query(ViewerQuery, Records, KnowledgeQuery);

/// The schema of Causeway.
pub type CausewaySchema = Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema. It runs documents that [`super::validation`] has seen, and does not look at them again; what a misspelt
/// name could have meant, it never suggests.
#[must_use]
pub fn running() -> CausewaySchema {
    let schema = Schema::build(Query::default(), Mutation, EmptySubscription).disable_suggestions();
    schema.validation_mode(ValidationMode::Fast).finish()
}

/// The schema in GraphQL's schema language, sorted, as front ends get it.
#[must_use]
pub fn print(schema: &CausewaySchema) -> String {
    schema
        .sdl_with_options(async_graphql::SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items())
}
