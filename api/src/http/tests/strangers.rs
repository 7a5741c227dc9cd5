//! Requests that a proxy passes on: so many at once of one address, until the token is verified.

use std::{net::IpAddr, sync::Arc};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use futures::future::join_all;
use tower::ServiceExt;

use super::edge;
use crate::config::Proxies;
use crate::http::{
    HttpOptions,
    seats::{Seat, Seats},
};

const PROXY: &str = "10.0.0.1";

/// A connection of the proxy, where two strangers of one address are let in at once.
async fn connection() -> Arc<Seat> {
    let proxies = Proxies { networks: vec!["10.0.0.0/24".parse().unwrap()], ..Proxies::default() };
    let seats = Seats::new(10, 2, proxies);
    Arc::new(seats.enter(PROXY.parse::<IpAddr>().unwrap(), Arc::default()).await.unwrap())
}

/// How many of the requests of these addresses with this token are let in, all sent at once.
async fn let_in(seat: &Arc<Seat>, token: &str, query: &str, from: &[&str]) -> usize {
    let router = edge(HttpOptions::default());
    let answers = join_all(from.iter().map(async |from| {
        let request = Request::get(format!("/graphql?query={{{query}}}")).header("x-forwarded-for", *from);
        let request = request.header("authorization", format!("Bearer {token}")).extension(Arc::clone(seat));
        router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }))
    .await;
    for refused in answers.iter().filter(|answer| answer.status() != StatusCode::OK) {
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()["retry-after"], "1");
    }
    answers.iter().filter(|answer| answer.status() == StatusCode::OK).count()
}

#[tokio::test]
async fn strangers_behind_one_address_are_let_in_two_at_once() {
    let seat = connection().await;
    // Whose token takes its time to be verified.
    let slow = "slow";
    assert_eq!(let_in(&seat, slow, "bearer", &["192.0.2.7"; 5]).await, 2);
    assert_eq!(
        let_in(&seat, slow, "bearer", &["198.51.100.9, 192.0.2.7", "192.0.2.7, 10.0.0.3", "192.0.2.7"]).await,
        2
    );
    assert_eq!(let_in(&seat, slow, "bearer", &["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.3"]).await, 4);
    // Of whom the proxy says nothing, all are one.
    assert_eq!(let_in(&seat, slow, "bearer", &["unknown", "10.0.0.9", ""]).await, 2);
    // One after the other there is no end to it.
    for _ in 0..5 {
        assert_eq!(let_in(&seat, slow, "bearer", &["192.0.2.7"]).await, 1);
    }
}

#[tokio::test]
async fn whoever_is_known_is_not_counted() {
    let seat = connection().await;
    assert_eq!(let_in(&seat, "quick", "pause", &["192.0.2.7"; 20]).await, 20);
}
