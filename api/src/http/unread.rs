//! What is left of a request's body when its answer is there. Most refusals are made before the body was read, and a connection
//! that is half read is of no use for the next request: a proxy that keeps it sends somebody else's request into it, which
//! gets lost. So the rest is read and thrown away, within limits, or the answer says that the connection ends. Refuses to hold
//! on to what is thrown away, and to read for ever.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{
        HeaderValue, Version,
        header::{CONNECTION, EXPECT},
    },
    middleware::Next,
    response::Response,
};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, timeout_at};

/// At most so many bytes are thrown away, or as many as a body may have: more is an upload that somebody was not to send. nginx
/// passes on a mebibyte where nothing else is configured.
const MOST: u64 = 4 * 1024 * 1024;
/// So long is read on after an answer that ends its connection: while there is something unread, the system cuts a connection
/// off, and the answer with it.
const LINGER: Duration = Duration::from_secs(1);

/// How much is thrown away of a body, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    most: u64,
    within: Duration,
}

impl Patience {
    /// For bodies of at most so many bytes, which may take so long to arrive.
    pub(super) fn new(body_limit: usize, body_timeout: Duration) -> Self {
        Self { most: MOST.max(body_limit as u64), within: body_timeout }
    }
}

/// Answers with the whole body read, or with an end to the connection. HTTP/2 ends a stream by itself.
pub(super) async fn settle(State(patience): State<Patience>, request: Request, next: Next) -> Response {
    if request.version() > Version::HTTP_11 || request.body().is_end_stream() {
        return next.run(request).await;
    }
    let until = Instant::now() + patience.within;
    // Whoever waits to be asked for the body has not sent it; reading would be asking.
    let waits = request.headers().contains_key(EXPECT);
    let (parts, body) = request.into_parts();
    let body = Lent::new(body);
    let mut response = next.run(Request::from_parts(parts, Body::new(body.clone()))).await;
    let given_up = waits && !body.is_begun() || body.is_longer_than(patience.most);
    if given_up || !body.read_on(patience.most, until).await {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        tokio::spawn(async move { body.read_on(patience.most, Instant::now() + LINGER).await });
    }
    response
}

/// A body that its handler has as a loan, so that it is there when the handler is done with it.
#[derive(Clone)]
struct Lent(Arc<Mutex<Part>>);

struct Part {
    body: Body,
    begun: bool,
    /// It has come to its end, whole or not.
    ended: Option<Whole>,
}

/// Whether a body came whole. What came in parts leaves the connection where nobody knows.
type Whole = bool;

impl Lent {
    fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Part { body, begun: false, ended: None })))
    }

    fn part(&self) -> MutexGuard<'_, Part> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_begun(&self) -> bool {
        self.part().begun
    }

    /// Whether it is known that so much is left.
    fn is_longer_than(&self, most: u64) -> bool {
        self.part().body.size_hint().lower() > most
    }

    /// Reads on to the end; whether there was one, within the limits.
    async fn read_on(&self, most: u64, until: Instant) -> Whole {
        let mut left = most;
        let rest = async {
            loop {
                if let Some(whole) = self.part().known() {
                    return whole;
                }
                let Some(Ok(frame)) = poll_fn(|context| self.part().poll(context)).await else { continue };
                let Some(less) = left.checked_sub(frame.data_ref().map_or(0, |data| data.len() as u64)) else {
                    return false;
                };
                left = less;
            }
        };
        timeout_at(until, rest).await.unwrap_or(false)
    }
}

impl Part {
    /// Whether it came whole, once that is known.
    fn known(&self) -> Option<Whole> {
        self.ended.or_else(|| self.body.is_end_stream().then_some(true))
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.ended.is_some() {
            return Poll::Ready(None);
        }
        self.begun = true;
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match &polled {
            Poll::Ready(None) => self.ended = Some(true),
            Poll::Ready(Some(Err(_))) => self.ended = Some(false),
            Poll::Ready(Some(Ok(_))) | Poll::Pending => {}
        }
        polled
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.part().poll(context)
    }

    fn is_end_stream(&self) -> bool {
        self.part().known().is_some()
    }

    fn size_hint(&self) -> SizeHint {
        self.part().body.size_hint()
    }
}
