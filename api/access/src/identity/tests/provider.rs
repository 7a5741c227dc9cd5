//! An identity provider on this machine, which counts how often it is asked for its keys.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, extract::State, http::StatusCode, routing::get};

/// What the provider answers, and how often it did.
#[derive(Clone)]
pub(super) struct Provider {
    pub url: url::Url,
    state: Arc<Answers>,
}

struct Answers {
    hits: AtomicUsize,
    /// None: the provider is down.
    body: Mutex<Option<String>>,
    /// What it says of itself; none: nothing.
    configuration: Mutex<Option<String>>,
}

impl Provider {
    pub async fn start(body: Option<String>) -> Self {
        let hits = AtomicUsize::new(0);
        let state = Arc::new(Answers { hits, body: Mutex::new(body), configuration: Mutex::default() });
        let router =
            Router::new().route("/keys", get(answer)).route("/.well-known/openid-configuration", get(configuration));
        let router = router.with_state(Arc::clone(&state));
        let elsewhere = Router::new().route("/moved", get(|| async { axum::response::Redirect::temporary("/keys") }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(async move { axum::serve(listener, router.merge(elsewhere)).await });
        Self { url, state }
    }

    pub fn hits(&self) -> usize {
        self.state.hits.load(Ordering::SeqCst)
    }

    pub fn describe(&self, configuration: Option<String>) {
        *self.state.configuration.lock().unwrap() = configuration;
    }

    pub fn answer(&self, body: Option<String>) {
        *self.state.body.lock().unwrap() = body;
    }
}

async fn configuration(State(state): State<Arc<Answers>>) -> Result<String, StatusCode> {
    state.configuration.lock().unwrap().clone().ok_or(StatusCode::NOT_FOUND)
}

async fn answer(State(state): State<Arc<Answers>>) -> Result<String, StatusCode> {
    state.hits.fetch_add(1, Ordering::SeqCst);
    // Long enough for requests at the same time to meet.
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    state.body.lock().unwrap().clone().ok_or(StatusCode::SERVICE_UNAVAILABLE)
}
