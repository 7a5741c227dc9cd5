//! One measurement: a server under load, what it answered in what time, and what that took of processors and memory.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use causeway_tests::Result;
use futures::future::try_join_all;
use serde::Serialize;

use crate::dataset::Dataset;
use crate::gateway::{Gateway, ask};
use crate::prepare::{Question, filled};
use crate::usage;
use crate::workload::Asked;
use crate::wrk::Load;

/// Requests before a measurement, for connections and prepared statements.
const WARM_UP: usize = 64;

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Server {
    /// Causeway.
    Gateway,
    /// The baseline with the same statements.
    Same,
    /// The baseline with the fewest.
    Fewest,
}

/// A server that can be put under load.
#[derive(Clone, Copy)]
pub struct Target {
    /// Which.
    pub server: Server,
    /// Its process.
    pub pid: u32,
    /// Where it listens.
    pub address: SocketAddr,
    /// PostgreSQL's first process.
    pub postmaster: u32,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    /// Requests a second. Where a write comes before each request, without the time that the writes took.
    pub per_second: f64,
    /// Half of the answers took no longer, in microseconds.
    pub p50: u64,
    /// 99 in 100 answers took no longer, in microseconds.
    pub p99: u64,
    /// Processor time of the server for one request, in microseconds; none where other requests came between.
    pub cpu: Option<f64>,
    /// Processor time of all of PostgreSQL for one request, in microseconds; none likewise.
    pub postgres_cpu: Option<f64>,
    /// Resident memory of the server afterwards, in bytes.
    pub memory: u64,
    /// How many requests were answered.
    pub requests: u64,
}

impl Target {
    fn url(&self, question: &Question) -> String {
        let path = match (self.server, &question.workload.asked) {
            (Server::Gateway, Asked::Health) => "health/live".to_owned(),
            (_, Asked::Health) => "health".to_owned(),
            (Server::Gateway, _) => "graphql".to_owned(),
            (Server::Same, _) => format!("same/{}", question.plan.name),
            (Server::Fewest, _) => format!("fewest/{}", question.plan.name),
        };
        format!("http://{}/{path}", self.address)
    }

    /// Asks one question once.
    pub async fn probe(&self, client: &reqwest::Client, question: &Question) -> Result<serde_json::Value> {
        let body = question.bodies.first().ok_or("nothing to ask")?;
        let tried = ask(client, &self.url(question), Some(&question.token), &filled(body, &question.tried)).await;
        tried.map(|tried| tried.body).map_err(|cause| format!("{}: {cause}", self.url(question)).into())
    }

    /// Puts it under load. `first` is where to begin among the halves of the years.
    pub async fn load(
        &self,
        client: &reqwest::Client,
        question: &Question,
        folder: &Path,
        (connections, seconds): (usize, u64),
        first: u64,
    ) -> Result<Measured> {
        if !question.bodies.is_empty() && !matches!(question.workload.asked, Asked::Mutation) {
            try_join_all((0..WARM_UP).map(|_| self.probe(client, question))).await?;
        }
        let load = Load {
            folder,
            url: self.url(question),
            bodies: question.bodies_file.as_deref(),
            token: question.bodies_file.as_ref().map(|_| question.token_file.as_path()),
            values: question.years.as_deref(),
            first,
        };
        let before = (usage::cpu(self.pid)?, usage::cpu_of_family(self.postmaster)?);
        let outcome = load.run(connections, seconds).await?;
        let after = (usage::cpu(self.pid)?, usage::cpu_of_family(self.postmaster)?);
        let each = |before: u64, after: u64| Some(after.saturating_sub(before) as f64 / outcome.requests as f64);
        Ok(Measured {
            per_second: outcome.requests as f64 * 1e6 / outcome.microseconds as f64,
            p50: outcome.p50,
            p99: outcome.p99,
            cpu: each(before.0, after.0),
            postgres_cpu: each(before.1, after.1),
            memory: usage::memory(self.pid)?,
            requests: outcome.requests,
        })
    }

    /// Writes to a mission, then asks, again and again; only the asking is timed.
    pub async fn after_writes(
        &self,
        gateway: &Gateway,
        question: &Question,
        (writer, writes): (&str, &[String]),
        seconds: u64,
    ) -> Result<Measured> {
        let (client, url) = (gateway.client(), self.url(question));
        let body = question.bodies.first().ok_or("nothing to ask")?;
        let mut times: Vec<Duration> = Vec::new();
        let started = Instant::now();
        for write in writes.iter().cycle() {
            gateway.ask(writer, write).await?;
            let asked = Instant::now();
            ask(client, &url, Some(&question.token), body).await?;
            times.push(asked.elapsed());
            if started.elapsed().as_secs() >= seconds {
                break;
            }
        }
        times.sort();
        let total: Duration = times.iter().sum();
        let at =
            |percent: usize| u64::try_from(times[(times.len() - 1) * percent / 100].as_micros()).unwrap_or(u64::MAX);
        Ok(Measured {
            per_second: times.len() as f64 / total.as_secs_f64(),
            p50: at(50),
            p99: at(99),
            cpu: None,
            postgres_cpu: None,
            memory: usage::memory(self.pid)?,
            requests: times.len() as u64,
        })
    }
}

/// Memory over a time of full load.
#[derive(Clone, Debug, Serialize)]
pub struct Soak {
    /// How long it was.
    pub seconds: u64,
    /// Requests a second in each part.
    pub per_second: Vec<f64>,
    /// Resident memory after each part, in bytes. The first part is the first tenth: with 600 seconds the first minute.
    pub memory: Vec<u64>,
}

impl Soak {
    /// Puts the gateway under load for so long.
    pub async fn run(dataset: &Dataset, target: &Target, question: &Question, seconds: u64) -> Result<Self> {
        let mut soak = Self { seconds, per_second: Vec::new(), memory: Vec::new() };
        let folder = dataset.folder.path();
        for _ in 0..10 {
            let load = Load {
                folder,
                url: target.url(question),
                bodies: question.bodies_file.as_deref(),
                token: Some(&question.token_file),
                values: None,
                first: 0,
            };
            let outcome = load.run(16, (seconds / 10).max(1)).await?;
            soak.per_second.push(outcome.requests as f64 * 1e6 / outcome.microseconds as f64);
            soak.memory.push(usage::memory(target.pid)?);
        }
        Ok(soak)
    }

    /// By which part memory grew from the end of the first part to the end; 0 for none.
    pub fn growth(&self) -> f64 {
        let ends = self.memory.first().zip(self.memory.last());
        ends.map_or(0.0, |(first, last)| *last as f64 / *first as f64 - 1.0)
    }
}
