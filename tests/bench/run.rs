//! The run: for each size the records, the gateway, the baseline beside it, and every measurement in turn.

use std::path::Path;
use std::process::Command;

use causeway_tests::process::{Process, free_port};
use causeway_tests::{Result, TempDir};
use rustix::process::Signal;
use serde::Serialize;

use crate::arguments::Run;
use crate::bars;
use crate::capture::Capture;
use crate::compare;
use crate::dataset::{Dataset, Loading};
use crate::fairness::Fairness;
use crate::gateway::Gateway;
use crate::measure::{Measured, Server, Soak, Target};
use crate::plan::Orders;
use crate::prepare::{Preparation, Question};
use crate::workload::{self, Asked, Sight};
use crate::wrk;

/// What was measured of one question with so many connections.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// How many cases.
    pub size: usize,
    /// The workload.
    pub workload: &'static str,
    /// How much the role sees.
    pub role: &'static str,
    /// Who asked.
    pub caller: String,
    /// How many connections.
    pub connections: usize,
    /// Statements of one request, without transaction control.
    pub statements: usize,
    /// Round trips of transaction control.
    pub controls: usize,
    /// The length of the answer.
    pub bytes: usize,
    /// In which part of the rows the identity is masked.
    pub masked: Option<f64>,
    /// How the baseline's answer differs from the gateway's, where it does.
    pub difference: Option<String>,
    /// The gateway.
    pub gateway: Measured,
    /// The baseline with the same statements.
    pub same: Measured,
    /// The baseline with the fewest.
    pub fewest: Measured,
}

/// Everything that was measured with one size.
#[derive(Clone, Debug, Serialize)]
pub struct Sized {
    /// How the load went.
    pub loading: Loading,
    /// PostgreSQL's version.
    pub postgres: String,
    /// PostgreSQL's settings.
    pub settings: String,
    /// The measurements.
    pub lines: Vec<Line>,
    /// Memory over a time of full load.
    pub soak: Option<Soak>,
    /// One mission beside another that floods.
    pub fairness: Option<Fairness>,
}

/// One size: records, servers, and what is known of them.
struct Bench<'a> {
    run: &'a Run,
    dataset: &'a Dataset,
    gateway: &'a Gateway,
    targets: [Target; 3],
    /// Where to go on among the halves of the years, so that none is asked twice.
    next: u64,
    writes: (String, Vec<String>),
}

/// Measures everything with one size.
pub async fn size(run: &Run, cases: usize) -> Result<Sized> {
    eprintln!("loading {cases} cases");
    let dataset = Dataset::load(cases, run.seed).await?;
    let loading = dataset.loading.clone();
    eprintln!(
        "  {} rows in {:.1} s, {:.0} a second",
        loading.rows,
        loading.seconds,
        loading.rows as f64 / loading.seconds
    );
    std::fs::write(dataset.folder.path().join("wrk.lua"), wrk::SCRIPT)?;
    let gateway = Gateway::start(&run.gateway, dataset.config.clone(), &dataset.db, &dataset.folder).await?;
    let (questions, writes) = prepare(run, &dataset, &gateway).await?;
    let (baseline, address, _folder) = baseline(&dataset, &questions).await?;
    let postmaster = dataset.postmaster().await?;
    let target = |server, pid, address| Target { server, pid, address, postmaster };
    let targets = [
        target(Server::Gateway, gateway.program.process.id(), gateway.program.address),
        target(Server::Same, baseline.id(), address),
        target(Server::Fewest, baseline.id(), address),
    ];
    let mut bench = Bench { run, dataset: &dataset, gateway: &gateway, targets, next: 1, writes };
    let mut lines = Vec::new();
    for question in &questions {
        let difference = bench.compare(question).await?;
        for connections in bench.connections(question) {
            lines.push(bench.line(question, connections, difference.clone()).await?);
        }
    }
    let fairness = bench.fairness().await?;
    let soak = bench.soak(&questions).await?;
    let (postgres, settings) = dataset.server().await?;
    gateway.program.process.stop().await?;
    baseline.stop().await?;
    Ok(Sized { loading, postgres, settings, lines, soak, fairness })
}

/// Tries all questions with the log of statements on.
async fn prepare(run: &Run, dataset: &Dataset, gateway: &Gateway) -> Result<(Vec<Question>, (String, Vec<String>))> {
    eprintln!("trying the questions");
    let capture = Capture::start(&dataset.admin).await?;
    let mut preparation = Preparation { dataset, gateway, capture };
    let mut questions = Vec::new();
    for workload in workload::all(&dataset.missions).iter().filter(|workload| run.wants(workload.name)) {
        for sight in workload.roles() {
            let started = std::time::Instant::now();
            let question = preparation.question(workload, *sight).await;
            eprintln!("  {} as {}: {:.1} s", workload.name, sight.name(), started.elapsed().as_secs_f64());
            questions.push(question.map_err(|cause| format!("{} as {}: {cause}", workload.name, sight.name()))?);
        }
    }
    if questions.is_empty() && !run.wants("fairness") {
        return Err("no workload has such a name".into());
    }
    let writes = preparation.writes().await?;
    preparation.capture.stop().await?;
    Ok((questions, writes))
}

/// Starts the baseline as a process of its own.
async fn baseline(dataset: &Dataset, questions: &[Question]) -> Result<(Process, std::net::SocketAddr, TempDir)> {
    let folder = TempDir::create()?;
    let file = folder.path().join("orders.json");
    let orders = Orders {
        database: dataset.db.url.clone(),
        connections: dataset.config.database.max_connections,
        missions: dataset.missions.clone(),
        redis: dataset.db.redis_url.clone().ok_or("there is no Redis")?,
        plans: questions.iter().map(|question| question.plan.clone()).collect(),
    };
    std::fs::write(&file, serde_json::to_vec(&orders)?)?;
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], free_port()?));
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("baseline").arg(&file).arg("--listen").arg(address.to_string());
    let mut process = Process::start(command, folder.path(), Signal::TERM)?;
    let url = format!("http://{address}/health");
    process.wait_until(async || reqwest::get(&url).await.is_ok()).await?;
    Ok((process, address, folder))
}

impl Bench<'_> {
    /// The baseline must say what the gateway says to a role that sees everything; otherwise it is noted.
    async fn compare(&self, question: &Question) -> Result<Option<String>> {
        let [_, same, fewest] = &self.targets;
        let client = self.gateway.client();
        let comparable = match question.workload.asked {
            Asked::Health | Asked::AfterWrite | Asked::Mutation => false,
            // The other tiers withhold small counts, which the baseline knows nothing of.
            Asked::Cached | Asked::Uncached => question.sight == Sight::All,
            _ => true,
        };
        if !comparable {
            return Ok(None);
        }
        let of_same = compare::same(&question.answer, &same.probe(client, question).await?);
        if question.sight == Sight::All {
            let of_fewest = compare::same(&question.answer, &fewest.probe(client, question).await?);
            let name = question.workload.name;
            of_fewest.map_err(|cause| format!("{name}: the fewest statements say something else: {cause}"))?;
        }
        Ok(of_same.err().map(|cause| cause.to_string()))
    }

    fn connections(&self, question: &Question) -> Vec<usize> {
        match question.workload.asked {
            // A write, then the question: one after the other.
            Asked::AfterWrite => vec![1],
            _ => self.run.connections.clone(),
        }
    }

    async fn line(&mut self, question: &Question, connections: usize, difference: Option<String>) -> Result<Line> {
        let mut all: [Vec<Measured>; 3] = Default::default();
        let barred = connections == bars::CONNECTIONS && bars::WORKLOADS.contains(&question.workload.name);
        let rounds = if barred { self.run.rounds.unwrap_or(1) } else { 1 };
        for _ in 0..rounds {
            for (target, measured) in self.targets.into_iter().zip(&mut all) {
                measured.push(self.measure(&target, question, connections).await?);
            }
        }
        // Whatever went wrong under load would show in an answer now.
        if !question.bodies.is_empty() {
            self.targets[0].probe(self.gateway.client(), question).await?;
        }
        let [gateway, same, fewest] = all.map(median);
        let caller = question.workload.caller(question.sight, &self.dataset.missions);
        let line = Line {
            size: self.dataset.loading.cases,
            workload: question.workload.name,
            role: question.sight.name(),
            caller: caller.roles.first().cloned().unwrap_or_default(),
            connections,
            statements: question.statements,
            controls: question.controls,
            bytes: question.bytes,
            masked: question.masked,
            difference,
            gateway: gateway.ok_or("nothing measured")?,
            same: same.ok_or("nothing measured")?,
            fewest: fewest.ok_or("nothing measured")?,
        };
        eprintln!("{}", line.text());
        Ok(line)
    }

    async fn measure(&mut self, target: &Target, question: &Question, connections: usize) -> Result<Measured> {
        let seconds = self.run.seconds.unwrap_or(1);
        if matches!(question.workload.asked, Asked::AfterWrite) {
            return target.after_writes(self.gateway, question, (&self.writes.0, &self.writes.1), seconds).await;
        }
        let folder: &Path = self.dataset.folder.path();
        let load = (connections, seconds);
        let measured = target.load(self.gateway.client(), question, folder, load, self.next).await?;
        if matches!(question.workload.asked, Asked::Uncached) {
            // Each answer is remembered for a day, under a key that nobody asks for again.
            self.next += measured.requests + 10_000;
            self.dataset.forget_figures().await?;
        }
        Ok(measured)
    }

    async fn fairness(&self) -> Result<Option<Fairness>> {
        if !self.run.wants("fairness") {
            return Ok(None);
        }
        let fairness = Fairness::run(self.dataset, self.gateway, self.run.seconds.unwrap_or(1).max(2)).await?;
        let Fairness { flood, alone, beside, flooding } = &fairness;
        eprintln!(
            "fairness: p95 {} us alone, {} us beside {flood} requests at once of another mission ({} answered, {} refused)",
            alone.p95, beside.p95, flooding.requests, flooding.refused
        );
        Ok(Some(fairness))
    }

    /// With the largest size alone: memory that grew with requests would do so with every size.
    async fn soak(&self, questions: &[Question]) -> Result<Option<Soak>> {
        let largest = self.run.sizes.iter().all(|size| *size <= self.dataset.loading.cases);
        let seconds = if largest { self.run.soak.unwrap_or_default() } else { 0 };
        let question = questions.iter().find(|question| question.workload.name == "page_nested");
        let (Some(question), true) = (question, seconds > 0) else { return Ok(None) };
        eprintln!("watching memory for {seconds} s of full load");
        let soak = Soak::run(self.dataset, &self.targets[0], question, seconds).await?;
        eprintln!("  memory grew by {:.1} %", soak.growth() * 100.0);
        Ok(Some(soak))
    }
}

/// The one whose rate is in the middle.
fn median(mut all: Vec<Measured>) -> Option<Measured> {
    all.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
    let middle = all.len() / 2;
    all.into_iter().nth(middle)
}

impl Line {
    /// Requests a second against those of the baseline with the same statements.
    pub fn to_same(&self) -> f64 {
        self.gateway.per_second / self.same.per_second
    }

    /// Requests a second against those of the baseline with the fewest.
    pub fn to_fewest(&self) -> f64 {
        self.gateway.per_second / self.fewest.per_second
    }

    /// Processor time of a request of the baseline with the same statements, PostgreSQL's included, against the gateway's.
    /// It says what the rates would say on a machine that does nothing else, and differs less from run to run.
    pub fn cpu_to_same(&self) -> Option<f64> {
        let whole = |measured: &Measured| Some(measured.cpu? + measured.postgres_cpu?);
        Some(whole(&self.same)? / whole(&self.gateway)?)
    }

    fn text(&self) -> String {
        let Measured { per_second, p50, p99, .. } = self.gateway;
        let differs = self.difference.as_ref().map(|cause| format!("  differs: {cause}")).unwrap_or_default();
        format!(
            "{:<24}{:<7}{:>4} connections {:>8.0}/s  p50 {:>7.2} ms  p99 {:>7.2} ms  cpu {:>6} us  same {:>8.0}/s {:>4.0} %  fewest {:>8.0}/s {:>4.0} %{differs}",
            self.workload,
            self.role,
            self.connections,
            per_second,
            p50 as f64 / 1000.0,
            p99 as f64 / 1000.0,
            self.gateway.cpu.map_or_else(|| "-".to_owned(), |cpu| format!("{cpu:.0}")),
            self.same.per_second,
            self.to_same() * 100.0,
            self.fewest.per_second,
            self.to_fewest() * 100.0,
        )
    }
}
