//! The listening socket, and how it is closed without a loss: first the door, while everybody who is in is served on; only
//! then are connections told to end. A connection that the system has taken for us and that is closed unread would be a
//! request that a proxy has sent and must not send again.

use std::{future::pending, io, net::SocketAddr, sync::Arc};

use axum_server::{AddrListener, Address};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Mutex, watch},
};

/// Who is at the other end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(SocketAddr);

impl Address for Peer {
    type Stream = TcpStream;
    type Listener = Door;
}

/// A socket that listens until it is told to close.
pub(super) struct Door {
    /// Empty once it is closed.
    open: Mutex<Option<TcpListener>>,
    address: SocketAddr,
    knob: Arc<Knob>,
}

/// Closes a door from elsewhere.
pub(super) struct Knob {
    closing: watch::Sender<bool>,
    closed: watch::Sender<bool>,
}

impl Knob {
    /// Lets in who stands before the door, and closes it.
    pub(super) async fn close(&self) {
        self.closing.send_replace(true);
        // The door has the other half as long as there is one; without it nothing is open.
        let _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }
}

impl Door {
    pub(super) fn new(listener: std::net::TcpListener) -> io::Result<(Self, Arc<Knob>)> {
        listener.set_nonblocking(true)?;
        Self::of(TcpListener::from_std(listener)?)
    }

    fn of(listener: TcpListener) -> io::Result<(Self, Arc<Knob>)> {
        let knob = Arc::new(Knob { closing: watch::Sender::new(false), closed: watch::Sender::new(false) });
        let address = listener.local_addr()?;
        Ok((Self { open: Mutex::new(Some(listener)), address, knob: Arc::clone(&knob) }, knob))
    }

    /// The next who comes; nobody once the door was told to close and nobody stands before it.
    async fn next(&self) -> Option<io::Result<(TcpStream, SocketAddr)>> {
        let mut closing = self.knob.closing.subscribe();
        let mut open = self.open.lock().await;
        let listener = open.as_ref()?;
        tokio::select! {
            biased;
            accepted = listener.accept() => Some(accepted),
            _ = closing.wait_for(|closing| *closing) => {
                *open = None;
                self.knob.closed.send_replace(true);
                None
            }
        }
    }
}

impl AddrListener<TcpStream, Peer> for Door {
    async fn bind_to(Peer(address): Peer) -> io::Result<Self> {
        Ok(Self::of(TcpListener::bind(address).await?)?.0)
    }

    async fn accept_stream(&self) -> io::Result<(TcpStream, Peer)> {
        match self.next().await {
            Some(accepted) => accepted.map(|(stream, address)| (stream, Peer(address))),
            None => pending().await,
        }
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        Ok(Peer(self.address))
    }
}
