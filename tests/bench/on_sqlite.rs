//! SQLite, the second database: what is embedded, and runs on a laptop. Not how many requests it bears, but how long somebody
//! waits for each of the typical questions, one at a time.

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use causeway::config::Config;
use causeway_tests::golden::{BEFORE_SECOND, GOLDEN};
use causeway_tests::{Backend, Caller, Result, TempDir, TestDatabase, gateway};
use serde::Serialize;
use serde_json::json;

use crate::dataset;
use crate::gateway::Gateway;

/// How many cases the bar is about.
pub const CASES: usize = 13_500;
/// How often each question is asked; the median counts.
const ROUNDS: usize = 11;
/// The most that one may take, in microseconds.
pub const LIMIT: u64 = 100_000;

/// How long each question took.
#[derive(Clone, Debug, Serialize)]
pub struct OnSqlite {
    /// How many cases.
    pub cases: usize,
    /// How long they took to load, in seconds.
    pub seconds: f64,
    /// The questions.
    pub lines: Vec<Line>,
}

/// One question.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Its name.
    pub question: &'static str,
    /// Who asked.
    pub role: &'static str,
    /// The median of the whole request, in microseconds.
    pub median: u64,
    /// The slowest one.
    pub slowest: u64,
}

impl OnSqlite {
    /// Loads cases and asks every question.
    pub async fn measure(program: &Path, cases: usize, seed: u64) -> Result<Self> {
        eprintln!("loading {cases} cases into SQLite");
        let db = TestDatabase::create(Backend::Sqlite).await?;
        let folder = TempDir::create()?;
        let mut config = gateway::config(&db, &folder)?;
        config.database.acquire_timeout_ms = Config::default().database.acquire_timeout_ms;
        let started = Instant::now();
        dataset::load(config.clone(), cases, seed).await?;
        let seconds = started.elapsed().as_secs_f64();
        let gateway = Gateway::start(program, config, &db, &folder).await?;
        let (role, question) = BEFORE_SECOND;
        let token = gateway.program.token(&Caller::of(role))?;
        let tried = gateway.ask(&token, &json!({ "query": question }).to_string()).await?;
        let cursor = &tried.body["data"]["cases"]["pageInfo"]["endCursor"];
        let mut lines = Vec::new();
        for (question, role, query) in GOLDEN.iter().copied() {
            let token = gateway.program.token(&Caller::of(role))?;
            let body = json!({ "query": query, "variables": { "cursor": cursor } }).to_string();
            let mut times = Vec::with_capacity(ROUNDS);
            for _ in 0..ROUNDS {
                let started = Instant::now();
                gateway.ask(&token, &body).await.map_err(|cause| format!("{question} on SQLite: {cause}"))?;
                times.push(u64::try_from(started.elapsed().as_micros())?);
            }
            times.sort_unstable();
            let line = Line { question, role, median: times[ROUNDS / 2], slowest: times[ROUNDS - 1] };
            eprintln!(
                "  {question} as {role}: {:.1} ms, at most {:.1} ms",
                milliseconds(line.median),
                milliseconds(line.slowest)
            );
            lines.push(line);
        }
        gateway.program.process.stop().await?;
        Ok(Self { cases, seconds, lines })
    }

    /// The median of the slowest question, in microseconds.
    pub fn slowest(&self) -> u64 {
        self.lines.iter().map(|line| line.median).max().unwrap_or_default()
    }

    /// A table of the questions.
    pub fn markdown(&self) -> String {
        let (cases, seconds) = (self.cases, self.seconds);
        let mut text = format!(
            "\n## SQLite, {cases} cases\n\nLoaded in {seconds:.1} s. Each question by itself, {ROUNDS} times.\n\n"
        );
        text.push_str("| question | role | median ms | slowest ms |\n|---|---|---|---|\n");
        for line in &self.lines {
            let (median, slowest) = (milliseconds(line.median), milliseconds(line.slowest));
            let _ = writeln!(text, "| {} | {} | {median:.1} | {slowest:.1} |", line.question, line.role);
        }
        text
    }
}

fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}
