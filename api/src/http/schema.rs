//! `/schema.graphql`: the whole schema. `/schema/{audience}.graphql`: what an audience can ever see of it. A schema is no secret;
//! it says what exists, not who sees it.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};

use super::{edge::Edge, executor::Executor, layers};

/// GET /schema.graphql
pub(super) async fn whole<E: Executor>(State(edge): State<Edge<E>>) -> Response {
    answer(edge.executor.schema_text(None)).await
}

/// GET /schema/{audience}.graphql
pub(super) async fn of_audience<E: Executor>(State(edge): State<Edge<E>>, Path(file): Path<String>) -> Response {
    let audience = file.strip_suffix(".graphql");
    answer(audience.and_then(|audience| edge.executor.schema_text(Some(audience)))).await
}

async fn answer(text: Option<Arc<str>>) -> Response {
    match text {
        Some(text) => ([(CONTENT_TYPE, "text/plain; charset=utf-8")], text.to_string()).into_response(),
        None => layers::not_found().await,
    }
}
