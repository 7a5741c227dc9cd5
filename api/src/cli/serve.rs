//! `causeway serve`, and the server that `causeway demo` shares with it.

use std::{process::ExitCode, sync::Arc, time::Duration};

use clap::Args;
use tokio::net::TcpListener;

use super::Outcome;
use crate::app::App;
use crate::config::Config;
use crate::http::{BrowserPage, HttpOptions, router};
use crate::telemetry::Telemetry;

/// Serve in production. Refuses to start on anything wrong.
///
/// Example: `CAUSEWAY_DATABASE_URL=postgres://causeway@db/causeway CAUSEWAY_MASTER_KEY_FILE=/etc/causeway/master.key causeway serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen; the configuration's `http.listen` where nothing is said.
    #[arg(long)]
    listen: Option<std::net::SocketAddr>,
}

impl Serve {
    pub(super) async fn run(self, mut config: Config) -> Outcome {
        let telemetry = Telemetry::start(config.log.as_deref())?;
        if let Some(listen) = self.listen {
            config.http.listen = listen;
        }
        let app = Arc::new(App::start(config).await?);
        if app.identity.development().is_some() {
            tracing::warn!(
                "THE DEVELOPMENT ISSUER IS ON: whoever can read its key file can be anybody. Never use it with real records"
            );
        }
        let served = listen(app, None, |address| tracing::info!("listening on http://{address}/graphql")).await;
        telemetry.end().await;
        served?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Listens until the process is told to stop, then finishes what is under way.
pub(super) async fn listen(
    app: Arc<App>,
    browser: Option<BrowserPage>,
    ready: impl FnOnce(std::net::SocketAddr),
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let http = &app.config.http;
    let listener =
        TcpListener::bind(http.listen).await.map_err(|error| format!("cannot listen on {}: {error}", http.listen))?;
    let options = HttpOptions {
        body_limit: http.max_body_bytes,
        timeout: Duration::from_secs(http.timeout_seconds),
        browser,
        ..HttpOptions::default()
    };
    ready(listener.local_addr()?);
    axum::serve(listener, router(Arc::clone(&app), options)).with_graceful_shutdown(told_to_stop()).await?;
    app.access.close().await;
    Ok(())
}

/// SIGTERM, or Ctrl-C on a terminal.
async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        _ = interrupted => {}
        () = terminated => {}
    }
}
