//! A connection that can be ended from elsewhere, whatever it is at: silent, in a handshake, idle, in the middle of a body.
//! Refuses to be read from or written to after that, so that whoever serves it lets go of it.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use futures::task::AtomicWaker;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// Ends a connection.
#[derive(Debug, Default)]
pub(super) struct Switch {
    off: AtomicBool,
    /// Of the one task that serves the connection.
    serving: AtomicWaker,
}

impl Switch {
    /// Ends it. Nothing is said to the other side.
    pub(super) fn turn_off(&self) {
        self.off.store(true, Ordering::Release);
        self.serving.wake();
    }

    fn check(&self, context: &Context<'_>) -> io::Result<()> {
        // In this order: whoever turns it off after the look wakes the task.
        self.serving.register(context.waker());
        if self.off.load(Ordering::Acquire) { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }
}

/// A connection with a switch.
#[derive(Debug)]
pub(super) struct Guarded {
    stream: TcpStream,
    switch: Arc<Switch>,
}

impl Guarded {
    pub(super) const fn new(stream: TcpStream, switch: Arc<Switch>) -> Self {
        Self { stream, switch }
    }
}

impl AsyncRead for Guarded {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.switch.check(context)?;
        Pin::new(&mut this.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.switch.check(context)?;
        Pin::new(&mut this.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.switch.check(context)?;
        Pin::new(&mut this.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
