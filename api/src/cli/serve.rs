//! `causeway serve`, and the server that `causeway demo` shares with it.

use std::{
    future::pending,
    io,
    net::{SocketAddr, TcpListener},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use axum::http::HeaderValue;
use axum_server::tls_rustls::RustlsConfig;
use clap::Args;
use sd_notify::NotifyState;
#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};

use super::{Outcome, preflight, say};
use crate::app::App;
use crate::config::{ConfigDraft, HttpConfig};
use crate::http::{BrowserPage, HttpOptions, ServerOptions, routers};
use crate::telemetry::Telemetry;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Serve in production. Refuses to start on anything wrong.
///
/// Example: `CAUSEWAY_DATABASE_URL=postgres://causeway@db/causeway CAUSEWAY_MASTER_KEY_FILE=/etc/causeway/master.key causeway serve --check`
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen; the configuration's `http.listen` where nothing is said.
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Say everything that is wrong and end, with exit status 0 where nothing is. It listens nowhere.
    #[arg(long)]
    check: bool,
}

impl Serve {
    pub(super) async fn run(self, mut draft: ConfigDraft) -> Outcome {
        if let Some(listen) = self.listen {
            draft.config.http.listen = listen;
        }
        if self.check {
            return check(draft).await;
        }
        let telemetry = Telemetry::start(draft.config.log.as_deref())?;
        let preflight::Ready { app, passing } = preflight::start(draft).await?;
        for problem in passing {
            tracing::warn!(cause = problem, "an issuer is away; its tokens are refused until its keys can be fetched");
        }
        let app = Arc::new(app);
        if app.identity.development().is_some() {
            tracing::warn!(
                "THE DEVELOPMENT ISSUER IS ON: whoever can read its key file can be anybody. Never use it with real records"
            );
        }
        let scheme = if app.config.http.tls_files().is_some() { "https" } else { "http" };
        let ready = |address| {
            tracing::info!(scheme, %address, "listening");
            tell_supervisor(NotifyState::Ready);
        };
        let served = listen(app, None, ready).await;
        telemetry.end().await;
        served?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Says everything that is wrong, what may pass by itself included.
async fn check(draft: ConfigDraft) -> Outcome {
    let telemetry = Telemetry::start(Some("off"))?;
    let source = draft.config.source.clone();
    let checked = preflight::start(draft).await;
    telemetry.end().await;
    match checked {
        Ok(preflight::Ready { app, passing }) if passing.is_empty() => {
            say(format_args!("the gateway can serve\n{source}"));
            app.access.close().await;
            Ok(ExitCode::SUCCESS)
        }
        Ok(preflight::Ready { app, passing }) => {
            app.access.close().await;
            let passing = passing.join("\n  ");
            say(format_args!("the gateway would serve, and some tokens would be refused:\n  {passing}\n{source}"));
            Ok(ExitCode::FAILURE)
        }
        Err(refusal) => {
            say(refusal);
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Listens until the process is told to stop, then finishes what is under way.
pub(super) async fn listen(app: Arc<App>, browser: Option<BrowserPage>, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let config = &app.config.http;
    let bind = |address| TcpListener::bind(address).map_err(|error| format!("cannot listen on {address}: {error}"));
    let (listener, health) = (bind(config.listen)?, config.health_listen.map(bind).transpose()?);
    let origins = config.cors_origins.iter().map(|origin| HeaderValue::from_str(origin));
    let http = HttpOptions {
        body_limit: config.max_body_bytes,
        timeout: Duration::from_secs(config.timeout_seconds),
        cors_origins: origins.collect::<std::result::Result<_, _>>()?,
        browser,
        ..HttpOptions::default()
    };
    let server = ServerOptions {
        max_connections: config.max_connections,
        max_strangers_per_address: config.max_strangers_per_address,
        proxies: config.proxies(),
        drain: Duration::from_secs(config.drain_seconds),
        grace: http.timeout,
        tls: tls(config).await?,
        ..ServerOptions::default()
    };
    let stop = told_to_stop()?;
    if let Some(health) = &health {
        tracing::info!(address = %health.local_addr()?, "the health pages have an address of their own");
    }
    ready(listener.local_addr()?);
    let draining = http.draining.clone();
    let (router, health_pages) = routers(Arc::clone(&app), http);
    let serving = crate::http::serve(listener, router, server, draining.clone(), stop);
    match health {
        None => serving.await?,
        // It goes with the other one, and says until then that the gateway is stopping.
        Some(health) => tokio::select! {
            served = serving => served?,
            served = crate::http::serve(health, health_pages, ServerOptions::for_health(), draining, pending()) => served?,
        },
    }
    app.access.close().await;
    Ok(())
}

/// The certificate, which is read again on SIGHUP. One that cannot be read then is reported, and the old one stays.
async fn tls(config: &HttpConfig) -> Result<Option<RustlsConfig>> {
    let Some((certificate, key)) = config.tls_files() else {
        on_hangup(|| async { tracing::info!("there is no certificate to be read again") })?;
        return Ok(None);
    };
    crate::tls::use_ring();
    let (certificate, key) = (certificate.to_owned(), key.to_owned());
    let read = RustlsConfig::from_pem_file(&certificate, &key).await;
    let tls = read.map_err(|error| preflight::unusable(&certificate, &key, &error))?;
    let renewed = tls.clone();
    on_hangup(move || {
        let (renewed, certificate, key) = (renewed.clone(), certificate.clone(), key.clone());
        async move {
            match renewed.reload_from_pem_file(&certificate, &key).await {
                Ok(()) => tracing::info!("the certificate was read again"),
                Err(error) => tracing::error!(%error, "the certificate cannot be read; the old one stays"),
            }
        }
    })?;
    Ok(Some(tls))
}

/// Does something at each SIGHUP, which would end the process otherwise.
#[cfg(unix)]
fn on_hangup<F>(act: impl Fn() -> F + Send + 'static) -> io::Result<()>
where
    F: Future<Output = ()> + Send,
{
    let mut hangups = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            act().await;
        }
    });
    Ok(())
}

/// Elsewhere there is no such signal.
#[cfg(not(unix))]
fn on_hangup<F>(_: impl Fn() -> F) -> io::Result<()> {
    Ok(())
}

/// SIGTERM, or Ctrl-C on a terminal, from now on and not only when it is waited for.
#[cfg(unix)]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    let (mut interrupted, mut terminated) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        tell_supervisor(NotifyState::Stopping);
    })
}

/// Ctrl-C.
#[cfg(not(unix))]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

/// Tells systemd, where it has started the process and wants to know.
fn tell_supervisor(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the supervisor cannot be told");
    }
}
