//! The paired measurement: a name that hidden persons bear against one that nobody bears, in turn, 400 times each; for three
//! roles, and for a filter, a beginning, a search and a link. Run by hand on a machine that does nothing else, with a PostgreSQL
//! of `./check --servers`:
//!
//! ```text
//! cargo nextest run -p causeway-tests --run-ignored only --no-capture -E 'test(takes_no_longer)'
//! ```
//!
//! `CAUSEWAY_TIMING_CASES` (13,500) and `CAUSEWAY_TIMING_PAIRS` (400) change its size; it says in the beginning how long it will
//! take. What it printed last stands in SECURITY.md.

use super::rank::{holm, wilcoxon};
use super::{BLIND, NAMES, OF_NAMES, Question, SEEING, document, hide};
use causeway_tests::{Backend, Client, Gateway, Result, TestDatabase};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::time::{Duration, Instant};

/// How often a document asks its question, so that a small difference adds up.
const ALIASES: usize = 48;
/// How often both names are asked for before any answer counts.
const WARM_UP: usize = 6;
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

/// One test that is to be made.
struct Planned {
    role: &'static str,
    question: &'static Question,
    names: [&'static str; 2],
}

impl Planned {
    /// The tests: the hidden name against one of nobody, each question for each role, those of a role together.
    fn all() -> Vec<Self> {
        let names = [NAMES.hidden, NAMES.nobody[0]];
        BLIND.into_iter().flat_map(|role| OF_NAMES.iter().map(move |question| Self { role, question, names })).collect()
    }

    /// Two names of nobody, and a name that is seen.
    fn controls() -> [Self; 2] {
        let [one, other] = NAMES.nobody;
        let question = &OF_NAMES[0];
        [
            Self { role: BLIND[0], question, names: [other, one] },
            Self { role: SEEING, question, names: [NAMES.hidden, one] },
        ]
    }

    /// How long a pair takes, once both names were asked for some times.
    async fn a_pair(&self, gateway: &Gateway) -> Result<Duration> {
        let (client, document) = (gateway.as_role(self.role)?, document(self.question.field, ALIASES));
        let mut times = Vec::new();
        for name in self.names.into_iter().cycle().take(2 * WARM_UP) {
            times.push(milliseconds(&client, &document, name).await?);
        }
        Ok(Duration::from_secs_f64(2.0 * median(times) / 1000.0))
    }

    /// Asks for both names in turn, each as often first as second.
    async fn measure(&self, gateway: &Gateway, pairs: usize) -> Result<Measured> {
        self.a_pair(gateway).await?;
        let (client, document) = (gateway.as_role(self.role)?, document(self.question.field, ALIASES));
        let mut random = StdRng::seed_from_u64(1);
        let (mut differences, mut all) = (Vec::with_capacity(pairs), Vec::with_capacity(2 * pairs));
        for _ in 0..pairs {
            let mut times = [0.0; 2];
            let first = usize::from(random.random::<bool>());
            for which in [first, 1 - first] {
                times[which] = milliseconds(&client, &document, self.names[which]).await?;
            }
            differences.push(times[0] - times[1]);
            all.extend(times);
        }
        let against = if self.names[0] == NAMES.hidden { "" } else { ", nobody against nobody" };
        let who = format!("{}, {}{against}", self.role, self.question.kind);
        eprintln!("measured: {who}");
        Ok(Measured { who, differences, median: median(all) })
    }
}

/// Says how long it will all take, by a few pairs of each.
async fn announce<'a>(gateway: &Gateway, planned: impl Iterator<Item = &'a Planned>, pairs: usize) -> Result {
    let (mut tests, mut each) = (0, Duration::ZERO);
    for planned in planned {
        each += planned.a_pair(gateway).await?;
        tests += 1;
    }
    let minutes = each.as_secs_f64() * (pairs + WARM_UP) as f64 / 60.0;
    eprintln!("{tests} tests of {pairs} pairs: this takes some {minutes:.0} minutes (CAUSEWAY_TIMING_PAIRS)");
    Ok(())
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

/// What it costs that the scope is decided first: pages by a name and by a part of a name, as they were and as they are: then
/// the stored text was compared in lower case, now the matching key is compared with a folded part.
async fn cost(db: &TestDatabase) -> Result {
    let scope = "s.mission_id = 'UA' AND (s.owner = 'case_worker' OR s.team IN ('UA/intake'))";
    let of_each = format!(
        "EXISTS (SELECT 1 FROM case_file AS s WHERE s.mission_id = individual.mission_id AND s.individual_id = individual.id AND {scope})"
    );
    let set = format!(
        "(mission_id, id) IN (SELECT s.mission_id, s.individual_id FROM case_file AS s WHERE {scope} AND s.individual_id IS NOT NULL)"
    );
    let before = |pattern: &str| format!("lower(CASE WHEN {of_each} THEN family_name END) LIKE {pattern}");
    let now = format!("(CASE WHEN {set} THEN family_name_key END) LIKE $1 ESCAPE E'\\\\'");
    let (name, folded) = (NAMES.hidden.to_owned(), causeway::text::folded(NAMES.hidden));
    let pages = [
        ("by name, before", format!("{of_each} AND family_name = $1"), &name),
        ("by name, now", format!("CASE WHEN {set} THEN family_name END = $1"), &name),
        ("by a beginning, before", before("lower($1) || '%'"), &name),
        ("by a beginning, now", now.clone(), &format!("{folded}%")),
        ("by a part, before", before("'%' || lower($1) || '%'"), &name),
        ("by a part, now", now, &format!("%{folded}%")),
    ];
    let mut connection = PgConnection::connect(&db.url).await?;
    connection.execute("SET causeway.missions = 'UA'").await?;
    for (page, condition, value) in pages {
        eprintln!("a page {page}: {:.3} ms", page_of(&mut connection, &condition, value).await?);
    }
    Ok(connection.close().await?)
}

/// The median of 200 pages of individuals under a condition, in milliseconds.
async fn page_of(connection: &mut PgConnection, condition: &str, value: &str) -> Result<f64> {
    let sql = format!(
        "SELECT mission_id, id FROM individual WHERE mission_id = 'UA' AND {condition} ORDER BY mission_id, id LIMIT 2"
    );
    let mut times = Vec::new();
    for _ in 0..200 {
        let began = Instant::now();
        sqlx::query(AssertSqlSafe(sql.clone())).bind(value).fetch_all(&mut *connection).await?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(median(times))
}

/// What one pair tells is held against the bar over all pairs of a role. Of 400 pairs chance alone tells 0.55 or more in one of
/// twenty tests (0.051, exactly), so one of twelve tests would be over it in nearly every second run; of 1,600 in one of 14,000.
fn tells_little(all: &[Measured]) {
    for (role, of_role) in BLIND.into_iter().zip(all.chunks(OF_NAMES.len())) {
        let share = share(&of_role.iter().flat_map(|one| one.differences.clone()).collect::<Vec<_>>());
        eprintln!("{role}: one pair tells {:.3}", share.max(1.0 - share));
        assert!(share.max(1.0 - share) <= MOST_TOLD, "{role}: one pair of answers tells {share}");
    }
}

mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "measures time, on a machine that does nothing else; by hand"]
    async fn a_name_that_is_hidden_takes_no_longer() -> Result {
        let (cases, pairs) = (number("CAUSEWAY_TIMING_CASES", 13_500)?, number("CAUSEWAY_TIMING_PAIRS", 400)?);
        eprintln!("loading {cases} cases (CAUSEWAY_TIMING_CASES)");
        let db = TestDatabase::create(Backend::Postgres).await?;
        let gateway = Gateway::with_demo(&db, cases).await?;
        hide(&db, &gateway).await?;
        cost(&db).await?;
        let (planned, controls) = (Planned::all(), Planned::controls());
        announce(&gateway, planned.iter().chain(&controls), pairs).await?;
        let (mut all, mut of_controls) = (Vec::new(), Vec::new());
        for planned in &planned {
            all.push(planned.measure(&gateway, pairs).await?);
        }
        for control in &controls {
            of_controls.push(control.measure(&gateway, pairs).await?);
        }
        let chances = |tests: &[Measured]| tests.iter().map(|one| wilcoxon(&one.differences)).collect::<Vec<f64>>();
        let (corrected, uncorrected) = (holm(&chances(&all)), chances(&of_controls));
        print(&all, &corrected);
        print(&of_controls, &uncorrected);
        assert!(uncorrected[1] < SIGNIFICANT, "a name that is seen takes longer, and this test does not notice");
        for (one, corrected) in all.iter().zip(&corrected) {
            assert!(*corrected >= SIGNIFICANT, "{}: p = {corrected}", one.who);
        }
        tells_little(&all);
        Ok(())
    }
}
