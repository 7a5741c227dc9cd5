//! `/schema/{audience}.graphql`: the schema as an audience sees it. A schema is no secret; it says what exists, not who sees it.

use axum::{
    extract::{Path, State},
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};

use super::{executor::Executor, layers, router::Edge};

/// GET /schema/{audience}.graphql
pub(super) async fn get<E: Executor>(State(edge): State<Edge<E>>, Path(file): Path<String>) -> Response {
    let sdl = file.strip_suffix(".graphql").and_then(|audience| edge.executor.schema_sdl(audience));
    match sdl {
        Some(sdl) => ([(CONTENT_TYPE, "text/plain; charset=utf-8")], sdl.to_string()).into_response(),
        None => layers::not_found().await,
    }
}
