//! The listening socket, and how it is closed without a loss: first the door, while everybody who is in is served on; only
//! then are connections told to end. A connection that the system has taken for us and that is closed unread would be a
//! request that a proxy has sent and must not send again.

use std::{collections::VecDeque, future::pending, io, mem, net::SocketAddr, sync::Arc};

use axum_server::{AddrListener, Address};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Mutex, watch},
};

use super::guarded::{Guarded, Switch};

/// Who is at the other end, and how to be rid of them.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    pub(super) switch: Arc<Switch>,
}

impl Peer {
    fn at(address: SocketAddr) -> Self {
        Self { address, switch: Arc::default() }
    }
}

impl Address for Peer {
    type Stream = Guarded;
    type Listener = Door;
}

/// A socket that listens until it is told to close.
pub(super) struct Door {
    state: Mutex<State>,
    address: SocketAddr,
    knob: Arc<Knob>,
}

enum State {
    Open(TcpListener),
    /// Those who stood before the door when it was closed.
    Closed(VecDeque<(TcpStream, SocketAddr)>),
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
        Ok((Self { state: Mutex::new(State::Open(listener)), address, knob: Arc::clone(&knob) }, knob))
    }

    /// The next who comes; nobody once the door is closed and all who stood before it are in.
    async fn next(&self) -> Option<io::Result<(TcpStream, SocketAddr)>> {
        let mut closing = self.knob.closing.subscribe();
        let mut state = self.state.lock().await;
        if let State::Open(listener) = &*state {
            tokio::select! {
                biased;
                _ = closing.wait_for(|closing| *closing) => {}
                accepted = listener.accept() => return Some(accepted),
            }
            let State::Open(listener) = mem::replace(&mut *state, State::Closed(VecDeque::new())) else { return None };
            *state = State::Closed(close(listener));
            self.knob.closed.send_replace(true);
        }
        let State::Closed(waiting) = &mut *state else { return None };
        waiting.pop_front().map(Ok)
    }
}

/// Closes a socket, after everybody who stands before it was taken. The system is asked itself: the runtime hears of who came
/// only when it looks next, and whoever it has not heard of would be cut off.
fn close(listener: TcpListener) -> VecDeque<(TcpStream, SocketAddr)> {
    let Ok(listener) = listener.into_std() else { return VecDeque::new() };
    let mut taken = VecDeque::new();
    let mut errors = 0;
    while errors < MOST_ERRORS {
        match listener.accept() {
            Ok((stream, address)) => {
                let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
                taken.extend(stream.ok().map(|stream| (stream, address)));
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            // Somebody who went away again; others stand behind.
            Err(_) => errors += 1,
        }
    }
    taken
}

/// With more errors than this in a row of connections, the system has none to give.
const MOST_ERRORS: u32 = 100;

impl AddrListener<Guarded, Peer> for Door {
    async fn bind_to(peer: Peer) -> io::Result<Self> {
        Ok(Self::of(TcpListener::bind(peer.address).await?)?.0)
    }

    async fn accept_stream(&self) -> io::Result<(Guarded, Peer)> {
        let Some(accepted) = self.next().await else { return pending().await };
        let (stream, address) = accepted?;
        let peer = Peer::at(address);
        Ok((Guarded::new(stream, Arc::clone(&peer.switch)), peer))
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        Ok(Peer::at(self.address))
    }
}
