//! The page that a browser gets at /graphql: GraphiQL with a role switcher, in demo mode only. Refuses to exist elsewhere:
//! without demo mode there is no route that could hand out a token, and the page is a line of text.

use std::fmt;

use axum::{
    Json, Router,
    response::{Html, Redirect, Response},
    routing::get,
};
use serde::Serialize;
use serde_json::Value;

use super::{browser_assets, layers};

/// What demo mode gives the page. The tokens are for synthetic records, and whoever reaches the page gets them.
#[derive(Clone, Debug, Serialize)]
pub struct BrowserPage {
    /// The roles of the switcher, in the order shown; the first is on at the start.
    pub roles: Vec<DemoToken>,
    /// The queries that have a button each; the first is in the editor at the start.
    pub queries: Vec<SavedQuery>,
}

/// A role to try, and a token that has it.
#[derive(Clone, Serialize)]
pub struct DemoToken {
    /// What the switcher shows, such as `case_worker@UA`.
    pub label: String,
    /// A bearer token of the development issuer.
    pub token: String,
    /// One line on what the role sees.
    pub description: String,
}

impl fmt::Debug for DemoToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DemoToken").field("label", &self.label).finish_non_exhaustive()
    }
}

/// A query to try.
#[derive(Clone, Debug, Serialize)]
pub struct SavedQuery {
    /// The text of the button.
    pub title: String,
    /// A GraphQL document with one operation.
    pub query: String,
    /// Its variables, a JSON object; null for none.
    pub variables: Value,
}

/// The addresses of the page: its files, /browser/session.json with roles and queries, and / which leads to it. None without
/// demo mode.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(browser: Option<&BrowserPage>) -> Router<S> {
    let Some(browser) = browser else { return Router::new() };
    let session = Json(browser.clone());
    Router::new()
        .route("/", get(async || Redirect::temporary("/graphql")))
        .route("/browser/session.json", get(async move || session))
        .route("/browser/{version}/{name}", get(browser_assets::get))
}

/// GET /graphql by a browser.
pub(super) fn page(demo: bool) -> Response {
    if demo {
        layers::as_page(Html(browser_assets::with_version(include_str!("../../assets/browser/page.html"))))
    } else {
        layers::as_page(Html(include_str!("../../assets/browser/endpoint.html")))
    }
}
