//! What a request knows of its connection, for as long as nobody has found out who asks. Refuses more requests at once of
//! strangers behind one address than the configuration allows.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    extract::Request,
    http::{Extensions, HeaderValue, StatusCode, Version, header::CONNECTION},
    middleware::Next,
    response::Response,
};

use super::{
    executor::Bearer,
    negotiate::{API, MediaType, negotiate},
    respond,
    seats::{PassedOn, Seat},
};
use crate::error::ClientError;

/// Where a request comes from while it is a stranger's.
#[derive(Clone)]
enum Origin {
    /// On a connection of its own.
    Direct(Arc<Seat>),
    /// On that of a proxy.
    Behind(Arc<Mutex<Option<PassedOn>>>),
}

/// Counts a request that a proxy has passed on until its token is verified, and lets strangers go while seats are few.
pub(super) async fn admit(mut request: Request, next: Next) -> Response {
    // Without a socket there is nobody to keep out.
    let Some(seat) = request.extensions().get::<Arc<Seat>>().cloned() else { return next.run(request).await };
    let origin = if seat.is_proxy() {
        let Some(counted) = seat.pass_on(request.headers()) else {
            let media = negotiate(request.headers(), API).unwrap_or(MediaType::Json);
            return respond::client_failure(media, StatusCode::TOO_MANY_REQUESTS, ClientError::RateLimited);
        };
        Origin::Behind(Arc::new(Mutex::new(Some(counted))))
    } else {
        Origin::Direct(Arc::clone(&seat))
    };
    let keeps = request.version() <= Version::HTTP_11;
    request.extensions_mut().insert(origin);
    let mut response = next.run(request).await;
    if keeps && seat.is_wanted() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// A token has verified: it is no stranger who asks.
pub(super) fn is_known(extensions: &Extensions, bearer: &Bearer<'_>) {
    match extensions.get::<Origin>() {
        Some(Origin::Direct(seat)) => seat.make_known(bearer),
        Some(Origin::Behind(counted)) => *counted.lock().unwrap_or_else(PoisonError::into_inner) = None,
        None => {}
    }
}
