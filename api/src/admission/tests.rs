//! Lanes and allowances, without a server; what gateways share is in the suite.

use std::{num::NonZeroU32, time::Duration};

use tokio::time::{Instant, sleep, timeout};

use super::allowance::Allowances;
use super::lanes::{Lane, Lanes, Slot};
use crate::config::FairnessConfig;
use crate::error::ClientError;

const FLOOD: Lane = Lane::numbered(1);
const OTHER: Lane = Lane::numbered(2);

fn lanes(concurrency: usize, waiting: usize) -> Lanes {
    Lanes::new(&FairnessConfig { concurrency, waiting, waiting_seconds: 1, ..FairnessConfig::default() })
}

/// Who gets no slot at once.
async fn waits(lanes: &Lanes, lane: Lane) -> bool {
    timeout(Duration::from_millis(1), lanes.enter(lane)).await.is_err()
}

async fn enter(lanes: &Lanes, lane: Lane) -> Slot {
    timeout(Duration::from_millis(1), lanes.enter(lane)).await.expect("a slot is free").expect("nobody else waits")
}

#[tokio::test]
async fn a_lane_alone_has_every_place() {
    let lanes = lanes(4, 10);
    let mut slots = Vec::new();
    for _ in 0..4 {
        slots.push(enter(&lanes, FLOOD).await);
    }
    assert!(waits(&lanes, FLOOD).await);
    slots.pop();
    slots.push(enter(&lanes, FLOOD).await);
}

#[tokio::test]
async fn whoever_floods_waits_behind_himself() {
    let lanes = lanes(6, 1_000);
    let mut held = Vec::new();
    for _ in 0..6 {
        held.push(enter(&lanes, FLOOD).await);
    }
    let mut crowd: Vec<_> = (0..100).map(|_| Box::pin(lanes.enter(FLOOD))).collect();
    for waiting in &mut crowd {
        assert!(timeout(Duration::ZERO, waiting).await.is_err());
    }
    let mut first = Box::pin(lanes.enter(OTHER));
    assert!(timeout(Duration::ZERO, &mut first).await.is_err());
    // The next slot that is free goes to the other lane, not to the hundred that came before.
    held.pop();
    let other = timeout(Duration::ZERO, first).await.expect("it is the other's turn").unwrap();
    // While the other is about, the flood gets no slot back beyond its third.
    held.truncate(2);
    assert!(timeout(Duration::ZERO, &mut crowd[0]).await.is_err());
    let second = enter(&lanes, OTHER).await;
    held.pop();
    let _crowd = timeout(Duration::ZERO, &mut crowd[0]).await.expect("a third is the flood's").unwrap();
    assert!(timeout(Duration::ZERO, &mut crowd[1]).await.is_err());
    // When the others are gone for a while, it has everything again.
    sleep(Duration::from_millis(1_100)).await;
    drop((other, second));
    for waiting in &mut crowd[1..3] {
        held.push(timeout(Duration::ZERO, waiting).await.expect("nobody else is about").unwrap());
    }
}

#[tokio::test]
async fn what_cannot_be_done_in_time_is_refused() {
    let lanes = lanes(2, 3);
    let _held = (enter(&lanes, FLOOD).await, enter(&lanes, FLOOD).await);
    let began = Instant::now();
    let mut crowd: Vec<_> = (0..3).map(|_| Box::pin(lanes.enter(FLOOD))).collect();
    for waiting in &mut crowd {
        assert!(timeout(Duration::ZERO, waiting).await.is_err());
    }
    assert_eq!(lanes.enter(FLOOD).await.err(), Some(ClientError::Overloaded));
    assert!(began.elapsed() < Duration::from_millis(500), "there is no room to wait, so nobody does");
    // Whoever goes away leaves room.
    crowd.pop();
    let waiting = Box::pin(lanes.enter(FLOOD));
    assert_eq!(waiting.await.err(), Some(ClientError::Overloaded));
    assert!(began.elapsed() >= Duration::from_secs(1), "it waited as long as one may");
}

#[tokio::test]
async fn no_place_is_lost_with_those_who_go_away() {
    let lanes = lanes(2, 100);
    let held = (enter(&lanes, FLOOD).await, enter(&lanes, OTHER).await);
    for _ in 0..50 {
        assert!(waits(&lanes, FLOOD).await && waits(&lanes, OTHER).await);
    }
    drop(held);
    for _ in 0..20 {
        let _both = (enter(&lanes, FLOOD).await, enter(&lanes, OTHER).await);
        assert!(waits(&lanes, FLOOD).await);
    }
}

#[tokio::test]
async fn an_allowance_comes_back_evenly() {
    let limit = NonZeroU32::new(120).unwrap();
    let allowances = Allowances::new(limit, None);
    for left in (0..120).rev() {
        let allowance = allowances.take("somebody").await.expect("the minute's requests may come at once");
        // What came back meanwhile may be one more.
        assert!((left..=left + 1).contains(&allowance.remaining), "{allowance:?}");
        assert_eq!(allowance.limit, 120);
    }
    let refused = allowances.take("somebody").await.unwrap_err();
    assert_eq!((refused.remaining, refused.reset), (0, Duration::from_secs(1)));
    assert!(allowances.take("somebody else").await.is_ok());
    sleep(Duration::from_millis(600)).await;
    assert!(allowances.take("somebody").await.is_ok());
}
