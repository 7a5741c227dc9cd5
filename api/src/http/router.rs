//! The router: every address, and every layer as one list, outermost first. Refuses to put a check into a handler that a
//! layer can do for all.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{
        HeaderName, HeaderValue,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use tower::ServiceBuilder;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, set_header::SetResponseHeaderLayer};

use super::{
    browser_page,
    edge::{Edge, HttpOptions},
    executor::Executor,
    graphql_endpoint, health, layers,
    readiness::Watch,
    schema, strangers,
    unread::{self, Patience},
};

/// The edge in front of one gateway, ready to serve.
pub fn router<E: Executor>(executor: Arc<E>, options: HttpOptions) -> Router {
    routers(executor, options).0
}

/// The same, and the health pages alone, for an address of their own.
pub fn routers<E: Executor>(executor: Arc<E>, options: HttpOptions) -> (Router, Router) {
    let edge = Edge { executor, options: Arc::new(options), watch: Watch::default() };
    let health = fallbacks(health_pages()).with_state(edge.clone());
    (layered(routes(edge.clone()), &edge), layered(health, &edge))
}

fn layered<E>(routes: Router, edge: &Edge<E>) -> Router {
    let patience = Patience::new(edge.options.body_limit, edge.options.body_timeout);
    let layers = ServiceBuilder::new()
        // No answer leaves a connection half read. Outermost: whoever answers may not have read the body, and what is thrown
        // away is nobody's time.
        .layer(from_fn_with_state(patience, unread::settle))
        // A span and one line for each request: method, route, status, latency. Outside of all that answers.
        .layer(from_fn(layers::observe))
        // A connection that is to end is told so with its last answer.
        .layer(from_fn_with_state(edge.options.draining.clone(), layers::last_answer))
        // Nobody guesses a media type, and no address of ours is told to another site.
        .layer(header(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(header(REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        // An answer loads and runs nothing, and is kept nowhere, unless its handler says otherwise.
        .layer(header(CONTENT_SECURITY_POLICY, layers::API_POLICY))
        .layer(header(CACHE_CONTROL, HeaderValue::from_static("no-store")))
        // Pages of other origins: none but those that are configured.
        .option_layer(layers::cors(&edge.options.cors_origins))
        // So many requests of strangers at once, and an end to their connections while seats are few.
        .layer(from_fn(strangers::admit))
        // gzip for who accepts it. Without cookies no other site can make a browser send a request worth measuring.
        .layer(CompressionLayer::new())
        // A panic is an internal error like any other; inside of the headers, so that its answer has them too.
        .layer(CatchPanicLayer::custom(layers::panicked))
        // Nothing takes for ever.
        .layer(from_fn_with_state(edge.options.timeout, layers::time_limit))
        // No body is read beyond this size. Innermost: it only tells the handler that reads one.
        .layer(DefaultBodyLimit::max(edge.options.body_limit));
    routes.layer(layers)
}

fn routes<E: Executor>(edge: Edge<E>) -> Router {
    let graphql = get(graphql_endpoint::get::<E>).post(graphql_endpoint::post::<E>);
    let routes = health_pages()
        .route("/graphql", graphql.fallback(graphql_endpoint::other_method))
        .route("/schema.graphql", get(schema::whole::<E>))
        .route("/schema/{file}", get(schema::of_audience::<E>))
        .merge(browser_page::routes(edge.options.browser.as_ref()));
    fallbacks(routes).with_state(edge)
}

fn health_pages<E: Executor>() -> Router<Edge<E>> {
    Router::new().route("/health/live", get(health::live)).route("/health/ready", get(health::ready::<E>))
}

fn fallbacks<E: Executor>(routes: Router<Edge<E>>) -> Router<Edge<E>> {
    routes.method_not_allowed_fallback(layers::wrong_method).fallback(layers::not_found)
}

/// Sets a header that the handler has not set.
fn header(name: HeaderName, value: HeaderValue) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, value)
}
