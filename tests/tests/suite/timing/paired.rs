//! The paired measurement: a name that hidden persons bear against one that nobody bears, in turn, 400 times each; for three
//! roles, and for a filter, a search and a link. Run by hand on a machine that does nothing else:
//!
//! ```text
//! cargo nextest run -p causeway-tests --run-ignored only --no-capture -E 'test(takes_no_longer)'
//! ```
//!
//! `CAUSEWAY_TIMING_CASES` (13,500) and `CAUSEWAY_TIMING_PAIRS` (400) change its size. What it printed last stands in SECURITY.md.

use super::rank::{holm, wilcoxon};
use super::{BLIND, HIDDEN, NOBODY, QUESTIONS, SEEING, document, hide};
use causeway_tests::{Backend, Client, Gateway, Result, TestDatabase};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::time::Instant;

/// How often a document asks its question, so that a small difference adds up.
const ALIASES: usize = 48;
/// The most that one pair of answers may tell.
const MOST_TOLD: f64 = 0.55;
/// Below it a difference is taken for one.
const SIGNIFICANT: f64 = 0.05;

/// One test.
struct Measured {
    who: String,
    /// Milliseconds that the first name took longer than the second.
    differences: Vec<f64>,
    /// The median of both, in milliseconds.
    median: f64,
}

impl Measured {
    /// In how many of the pairs the first name took longer.
    fn share(&self) -> f64 {
        share(&self.differences)
    }
}

fn share(differences: &[f64]) -> f64 {
    differences.iter().filter(|one| **one > 0.0).count() as f64 / differences.len() as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn number(name: &str, otherwise: usize) -> Result<usize> {
    Ok(std::env::var(name).ok().map(|text| text.parse()).transpose()?.unwrap_or(otherwise))
}

async fn milliseconds(client: &Client, document: &str, name: &str) -> Result<f64> {
    let began = Instant::now();
    client.data(document, json!({ "v": name })).await?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}

/// Asks for both names in turn, each as often first as second.
async fn measure(
    gateway: &Gateway,
    role: &str,
    (kind, question): (&str, &str),
    names: [&str; 2],
    pairs: usize,
) -> Result<Measured> {
    let (client, document) = (gateway.as_role(role)?, document(question, ALIASES));
    let mut random = StdRng::seed_from_u64(1);
    for name in names.into_iter().cycle().take(12) {
        milliseconds(&client, &document, name).await?;
    }
    let (mut differences, mut all) = (Vec::with_capacity(pairs), Vec::with_capacity(2 * pairs));
    for _ in 0..pairs {
        let (first, second);
        if random.random() {
            first = milliseconds(&client, &document, names[0]).await?;
            second = milliseconds(&client, &document, names[1]).await?;
        } else {
            second = milliseconds(&client, &document, names[1]).await?;
            first = milliseconds(&client, &document, names[0]).await?;
        }
        differences.push(first - second);
        all.extend([first, second]);
    }
    let who = format!("{role}, {kind}{}", if names[0] == HIDDEN { "" } else { ", nobody against nobody" });
    Ok(Measured { who, differences, median: median(all) })
}

fn print(all: &[Measured], corrected: &[f64]) {
    eprintln!(
        "\n| role and question | ms an answer | ms longer | p | p by Holm | one pair tells |\n|---|---|---|---|---|---|"
    );
    for (one, corrected) in all.iter().zip(corrected) {
        let p = wilcoxon(&one.differences);
        let (longer, share) = (median(one.differences.clone()), one.share());
        eprintln!(
            "| {} | {:.1} | {longer:+.3} | {p:.3} | {corrected:.3} | {:.3} |",
            one.who,
            one.median,
            share.max(1.0 - share)
        );
    }
}

/// What it costs that the scope is decided first: pages by a name and by a part of a name, as they were and as they are.
async fn cost(db: &TestDatabase) -> Result {
    let scope = "s.mission_id = 'UA' AND (s.owner = 'case_worker' OR s.team IN ('UA/intake'))";
    let of_each = format!(
        "EXISTS (SELECT 1 FROM case_file AS s WHERE s.mission_id = individual.mission_id AND s.individual_id = individual.id AND {scope})"
    );
    let set = format!(
        "(mission_id, id) IN (SELECT s.mission_id, s.individual_id FROM case_file AS s WHERE {scope} AND s.individual_id IS NOT NULL)"
    );
    let mut connection = PgConnection::connect(&db.url).await?;
    connection.execute("SET causeway.missions = 'UA'").await?;
    for (page, condition) in [
        ("by name, before", format!("{of_each} AND family_name = $1")),
        ("by name, now", format!("CASE WHEN {set} THEN family_name END = $1")),
        ("by a part, before", format!("lower(CASE WHEN {of_each} THEN family_name END) LIKE '%' || lower($1) || '%'")),
        ("by a part, now", format!("lower(CASE WHEN {set} THEN family_name END) LIKE '%' || lower($1) || '%'")),
    ] {
        let sql = format!(
            "SELECT mission_id, id FROM individual WHERE mission_id = 'UA' AND {condition} ORDER BY mission_id, id LIMIT 2"
        );
        let mut times = Vec::new();
        for _ in 0..200 {
            let began = Instant::now();
            sqlx::query(AssertSqlSafe(sql.clone())).bind(HIDDEN).fetch_all(&mut connection).await?;
            times.push(began.elapsed().as_secs_f64() * 1000.0);
        }
        eprintln!("a page {page}: {:.3} ms", median(times));
    }
    Ok(connection.close().await?)
}

mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "measures time, on a machine that does nothing else; by hand"]
    async fn a_name_that_is_hidden_takes_no_longer() -> Result {
        let (cases, pairs) = (number("CAUSEWAY_TIMING_CASES", 13_500)?, number("CAUSEWAY_TIMING_PAIRS", 400)?);
        let db = TestDatabase::create(Backend::Postgres).await?;
        let gateway = Gateway::with_demo(&db, cases).await?;
        hide(&db, &gateway).await?;
        cost(&db).await?;
        let mut all = Vec::new();
        for role in BLIND {
            for question in QUESTIONS {
                all.push(measure(&gateway, role, question, [HIDDEN, NOBODY[0]], pairs).await?);
            }
        }
        let null = measure(&gateway, BLIND[0], QUESTIONS[0], [NOBODY[1], NOBODY[0]], pairs).await?;
        let plain = measure(&gateway, SEEING, QUESTIONS[0], [HIDDEN, NOBODY[0]], pairs).await?;
        let probabilities: Vec<f64> = all.iter().map(|one| wilcoxon(&one.differences)).collect();
        let corrected = holm(&probabilities);
        print(&all, &corrected);
        let controls = [null, plain];
        print(&controls, &controls.each_ref().map(|one| wilcoxon(&one.differences)));
        assert!(
            wilcoxon(&controls[1].differences) < SIGNIFICANT,
            "a name that is seen takes longer, and this test does not notice"
        );
        for (one, corrected) in all.iter().zip(&corrected) {
            assert!(*corrected >= SIGNIFICANT, "{}: p = {corrected}", one.who);
        }
        // Of 400 pairs one in twenty tells more than 0.55 by chance alone; of the 1,200 of a role hardly ever.
        for (role, of_role) in BLIND.into_iter().zip(all.chunks(QUESTIONS.len())) {
            let share = share(&of_role.iter().flat_map(|one| one.differences.clone()).collect::<Vec<_>>());
            eprintln!("{role}: one pair tells {:.3}", share.max(1.0 - share));
            assert!(share.max(1.0 - share) <= MOST_TOLD, "{role}: one pair of answers tells {share}");
        }
        Ok(())
    }
}
