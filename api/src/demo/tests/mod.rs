//! What must hold of the generated cases, and that they go through the access layer into a database.

mod load;
mod minima;
mod plausible;
mod words;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::Generator;
use crate::casework::bundle::CaseBundle;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

fn bundles(seed: u64, cases: usize) -> Vec<CaseBundle> {
    Generator::new(seed, today()).bundles(cases).collect()
}

fn digest(bundles: &[CaseBundle]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for bundle in bundles {
        hash.update(format!("{bundle:?}"));
    }
    hash.finalize().to_vec()
}

#[test]
fn the_same_seed_gives_the_same_data() {
    assert_eq!(digest(&bundles(7, 200)), digest(&bundles(7, 200)));
}

#[test]
fn another_seed_gives_other_data() {
    assert_ne!(digest(&bundles(7, 200)), digest(&bundles(8, 200)));
}

#[test]
fn as_many_cases_as_were_asked_for() {
    for cases in [0, 1, 17, 300] {
        assert_eq!(bundles(1, cases).len(), cases);
    }
}
