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
    places::{PassedOn, Place},
    respond,
};
use crate::error::ClientError;

/// Where a request stands while it is a stranger's.
#[derive(Clone)]
enum Standing {
    /// On a connection of its own.
    Direct(Arc<Place>),
    /// On that of a proxy.
    Behind(Arc<Mutex<Option<PassedOn>>>),
}

/// Counts a request that a proxy has passed on until its token is verified, and lets strangers go while places are few.
pub(super) async fn admit(mut request: Request, next: Next) -> Response {
    // Without a socket there is nobody to keep out.
    let Some(place) = request.extensions().get::<Arc<Place>>().cloned() else { return next.run(request).await };
    let standing = if place.is_proxy() {
        let Some(counted) = place.pass_on(request.headers()) else {
            let media = negotiate(request.headers(), API).unwrap_or(MediaType::Json);
            return respond::client_failure(media, StatusCode::TOO_MANY_REQUESTS, ClientError::RateLimited);
        };
        Standing::Behind(Arc::new(Mutex::new(Some(counted))))
    } else {
        Standing::Direct(Arc::clone(&place))
    };
    let keeps = request.version() <= Version::HTTP_11;
    request.extensions_mut().insert(standing);
    let mut response = next.run(request).await;
    if keeps && place.is_wanted() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// A token has verified: it is no stranger who asks.
pub(super) fn is_known(extensions: &Extensions, bearer: &Bearer<'_>) {
    match extensions.get::<Standing>() {
        Some(Standing::Direct(place)) => place.make_known(bearer),
        Some(Standing::Behind(counted)) => *counted.lock().unwrap_or_else(PoisonError::into_inner) = None,
        None => {}
    }
}
