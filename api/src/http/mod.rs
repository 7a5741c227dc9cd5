//! The HTTP edge: what a client may send, and what an answer looks like. It knows GraphQL over HTTP and nothing of cases,
//! policy or the database; those are behind the [`Executor`].
//!
//! A request's way: [`mod@router`] (layers, routes) -> `headers` and `negotiate` (who asks, which media type) ->
//! `parse_request` -> the [`Executor`] -> `respond`.
//!
//! It refuses to log a query text, a variable, a token or a query string, and to answer anything but JSON in GraphQL's
//! shape where a client talks to the API.

mod browser_assets;
mod browser_page;
mod door;
mod edge;
mod executor;
mod graphql_endpoint;
mod guarded;
mod headers;
mod health;
mod holders;
mod layers;
mod negotiate;
mod parse_request;
mod proxies;
mod readiness;
mod respond;
pub mod router;
mod schema;
mod seats;
mod server;
mod strangers;
#[cfg(test)]
mod tests;
mod unread;

pub use browser_page::{BrowserPage, DemoToken, SavedQuery};
pub use edge::HttpOptions;
pub use executor::{Bearer, Executor, Outcome, Readiness};
pub use router::{router, routers};
pub use server::{Draining, ServerOptions, serve};
