//! A gateway behind a socket, for what a test without one cannot show: slow senders, connections, draining.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use causeway::app::App;
use causeway::http::{HttpOptions, ServerOptions, router, serve};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::Result;

/// A gateway that listens on a port of its own until it is told to stop, or dropped.
pub struct Socket {
    /// Where it listens.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Socket {
    /// Listens.
    ///
    /// # Errors
    /// When there is no port.
    pub fn listen(app: &Arc<App>, http: HttpOptions, server: ServerOptions) -> Result<Self> {
        // For the clients, who ask for one as soon as they are built.
        causeway::tls::use_ring();
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let draining = http.draining.clone();
        let router = router(Arc::clone(app), http);
        let (stop, told) = oneshot::channel();
        let serving = tokio::spawn(serve(listener, router, server, draining, async {
            // Dropped unsaid is told, too.
            let _ = told.await;
        }));
        Ok(Self { address, stop: Some(stop), serving })
    }

    /// The address of the API.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Tells it to stop, and waits for nothing.
    pub fn tell_to_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Waits until it has stopped.
    ///
    /// # Errors
    /// What it failed with.
    pub async fn stopped(mut self) -> Result {
        self.tell_to_stop();
        Ok(self.serving.await??)
    }
}
