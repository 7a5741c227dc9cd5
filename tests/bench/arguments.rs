//! What can be asked of the yardstick on the command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::on_sqlite::CASES;

/// Measures Causeway against the limit.
#[derive(Debug, Parser)]
#[command(name = "bench")]
pub struct Arguments {
    /// What to do instead of measuring.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// What to measure.
    #[command(flatten)]
    pub run: Run,
}

/// What the yardstick does besides measuring.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the baseline. The yardstick starts it as a process of its own.
    Baseline {
        /// What to answer.
        orders: PathBuf,
        /// Where to listen.
        #[arg(long)]
        listen: SocketAddr,
    },
}

/// What to measure.
#[derive(Clone, Debug, Args)]
pub struct Run {
    /// Everything once with a thousand cases, to see that it runs. `./bench` takes the build of the tests for it, so the figures
    /// mean nothing, and no bar is judged.
    #[arg(long, conflicts_with_all = ["quick", "strict"])]
    pub check: bool,
    /// Everything once and briefly: 13,500 cases, 16 connections, one second each. The report goes to target/bench.
    #[arg(long)]
    pub quick: bool,
    /// How many cases, one run of all workloads for each number.
    #[arg(long, value_delimiter = ',')]
    pub sizes: Vec<usize>,
    /// How many connections, one measurement for each number.
    #[arg(long, value_delimiter = ',')]
    pub connections: Vec<usize>,
    /// How long each measurement lasts.
    #[arg(long)]
    pub seconds: Option<u64>,
    /// How many times a measurement that a bar is about is repeated, in turn with the baselines; the median counts.
    #[arg(long)]
    pub rounds: Option<usize>,
    /// How many seconds of full load memory is watched for, with the largest size; 0: not at all.
    #[arg(long)]
    pub soak: Option<u64>,
    /// Only workloads whose name begins so, or `sqlite`; may be given several times.
    #[arg(long)]
    pub only: Vec<String>,
    /// Exit with an error when a bar is missed.
    #[arg(long)]
    pub strict: bool,
    /// The same seed makes the same cases on the same day.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The folder of the JSON report.
    #[arg(long, default_value = "target/bench")]
    pub output: PathBuf,
    /// The file in which the full run keeps its report.
    #[arg(long, default_value = "docs/performance.md")]
    pub document: PathBuf,
    /// The gateway's program.
    #[arg(long, default_value = "target/release/causeway")]
    pub gateway: PathBuf,
}

impl Run {
    /// The numbers that hold where nothing is said.
    pub fn with_defaults(mut self) -> Self {
        let some = |list: Vec<usize>, quick: &[usize], full: &[usize], is_quick| match list.is_empty() {
            true if is_quick => quick.to_vec(),
            true => full.to_vec(),
            false => list,
        };
        let brief = self.quick || self.check;
        let few: &[usize] = if self.check { &[1_000] } else { &[13_500] };
        self.sizes = some(self.sizes, few, &[13_500, 100_000, 1_000_000], brief);
        self.connections = some(self.connections, &[16], &[1, 16, 256], brief);
        self.seconds = Some(self.seconds.unwrap_or(if brief { 1 } else { 3 }).max(1));
        self.rounds = Some(self.rounds.unwrap_or(if brief { 1 } else { 3 }).max(1));
        let soak = match (brief, self.only.is_empty()) {
            (_, false) => 0,
            (true, true) => 10,
            (false, true) => 600,
        };
        self.soak = Some(self.soak.unwrap_or(soak));
        self
    }

    /// How many cases SQLite gets: those that its bar is about, or, where no bar is judged, as many as PostgreSQL.
    pub fn cases_on_sqlite(&self) -> usize {
        match self.check {
            true => self.sizes.first().copied().unwrap_or(CASES),
            false => CASES,
        }
    }

    /// Whether a workload is to be measured.
    pub fn wants(&self, workload: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|part| workload.starts_with(part.as_str()))
    }

    /// Whether anything but SQLite is to be measured.
    pub fn wants_postgres(&self) -> bool {
        self.only.is_empty() || self.only.iter().any(|part| part != "sqlite")
    }

    /// Only a full run is worth keeping.
    pub fn is_full(&self) -> bool {
        !self.quick && !self.check && self.only.is_empty()
    }
}
