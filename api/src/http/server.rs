//! The socket: how many connections are held, how long one may say nothing, TLS, and how the process lets go of them all. Who
//! has to give a seat up is decided in `seats`. Refuses to wait for anybody without end.

use std::{
    convert::Infallible,
    future::{Future, pending},
    io,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{Router, http::Request};
use axum_server::{
    Handle, Server,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use tokio::time::{sleep, timeout};
use tower::{Service, service_fn};

use super::{
    door::{Door, Peer},
    seats::{Seat, Seats},
};
use crate::config::Proxies;

/// So long have those who came in last to say what they want, before connections that say nothing are ended.
const LAST_IN: Duration = Duration::from_secs(1);

/// How connections are held, and how they end.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// At most so many connections at once. Where there is no seat, a stranger's connection ends; without strangers more
    /// wait in the system's queue, which has an end.
    pub max_connections: usize,
    /// At most so many connections of one address on which no token has verified, and so many requests of one address that a
    /// proxy names.
    pub max_strangers_per_address: usize,
    /// The proxies that are believed.
    pub proxies: Proxies,
    /// So long may a new connection take until its first request is there, and the handshake of TLS before it.
    pub first_request: Duration,
    /// So long may a connection be idle, or take to send the head of a later request. Longer than a proxy keeps its own, or a
    /// proxy would send a request into a connection that is being closed.
    pub idle: Duration,
    /// So long are requests still taken after the process was told to stop, so that the balancer can notice first.
    pub drain: Duration,
    /// So long may the requests under way take after that.
    pub grace: Duration,
    /// Certificate and key. None: plain HTTP, for a proxy on the same machine or network to speak TLS.
    pub tls: Option<RustlsConfig>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            max_connections: 1_000,
            max_strangers_per_address: 100,
            proxies: Proxies::default(),
            first_request: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            drain: Duration::from_secs(3),
            grace: Duration::from_secs(30),
            tls: None,
        }
    }
}

impl ServerOptions {
    /// For an address that has nothing but the health pages: few connections, for no longer than it takes, without TLS.
    #[must_use]
    pub fn for_health() -> Self {
        let wait = Duration::from_secs(5);
        Self { max_connections: 32, first_request: wait, idle: wait, ..Self::default() }
    }
}

/// Whether the process was told to stop: then it is not ready, and each answer ends its connection.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Serves until `stop`, then drains.
///
/// # Errors
/// Those of the socket.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    options: ServerOptions,
    draining: Draining,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let handle = Handle::new();
    let (door, knob) = Door::new(listener)?;
    let server = configure(Server::from_listener(door).handle(handle.clone()), &options);
    let stopping = async {
        stop.await;
        tracing::info!("told to stop: finishing what is under way");
        draining.begin();
        sleep(options.drain).await;
        // A seat may be needed to let in who stands before the door.
        let _ = timeout(options.grace, knob.close()).await;
        sleep(LAST_IN).await;
        handle.graceful_shutdown(Some(options.grace));
        pending::<Infallible>().await
    };
    let seats = Seats::new(options.max_connections, options.max_strangers_per_address, options.proxies.clone());
    let connections = service_fn(move |peer: Peer| seat(router.clone(), Arc::clone(&seats), peer));
    match &options.tls {
        None => tokio::select! {
            served = server.serve(connections) => served,
            _ = stopping => Ok(()),
        },
        Some(tls) => {
            let acceptor = RustlsAcceptor::new(tls.clone()).handshake_timeout(options.first_request);
            tokio::select! {
                served = server.acceptor(acceptor).serve(connections) => served,
                _ = stopping => Ok(()),
            }
        }
    }
}

fn configure(mut server: Server<Peer>, options: &ServerOptions) -> Server<Peer> {
    let builder = server.http_builder();
    builder.http1().header_read_timeout(options.idle);
    // A peer that is gone is found out; one that is there may not open requests without end.
    builder.http2().keep_alive_interval(options.idle / 4).max_concurrent_streams(100);
    server
        .first_request_timeout(options.first_request)
        .accept_error_handler(|_, error| tracing::debug!(%error, "a connection could not be taken"))
}

/// The router for one connection, with the connection's seat, which is free again when both are gone.
#[derive(Clone)]
struct Seated {
    router: Router,
    seat: Arc<Seat>,
}

impl<B> Service<Request<B>> for Seated
where
    Router: Service<Request<B>>,
{
    type Response = <Router as Service<Request<B>>>::Response;
    type Error = <Router as Service<Request<B>>>::Error;
    type Future = <Router as Service<Request<B>>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Service::poll_ready(&mut self.router, context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        request.extensions_mut().insert(Arc::clone(&self.seat));
        self.router.call(request)
    }
}

/// Takes a seat for a connection.
async fn seat(router: Router, seats: Arc<Seats>, peer: Peer) -> io::Result<Seated> {
    let seat = seats.enter(peer.address.ip(), peer.switch).await?;
    Ok(Seated { router, seat: Arc::new(seat) })
}
