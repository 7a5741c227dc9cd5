//! Load: runs `wrk` with the script that stands beside this file, and refuses a run with a single error.

use std::path::Path;

use causeway_tests::Result;
use serde::{Deserialize, Serialize};
use tokio::process::Command;

/// The script. `wrk` reads it from a file.
pub const SCRIPT: &str = include_str!("wrk.lua");

/// So long, in seconds, may a measurement last in which at first nothing is answered.
const LONGEST: u64 = 32;
/// So far apart in the values do the attempts begin: what one began to ask the next one does not ask again.
const APART: u64 = 1_000;

/// What is sent.
pub struct Load<'a> {
    /// The folder with the script, and the files of bodies and tokens.
    pub folder: &'a Path,
    /// Where to.
    pub url: String,
    /// The file with the bodies; none: `GET`.
    pub bodies: Option<&'a Path>,
    /// The file with the token.
    pub token: Option<&'a Path>,
    /// Values of which every request takes another half.
    pub values: Option<&'a str>,
    /// Where to begin among bodies or halves.
    pub first: u64,
}

/// What `wrk` says at the end.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Outcome {
    /// Answers.
    pub requests: u64,
    /// How long it took.
    pub microseconds: u64,
    /// Half of the answers took no longer, in microseconds.
    pub p50: u64,
    /// 95 in 100 answers took no longer, in microseconds.
    pub p95: u64,
    /// 99 in 100 answers took no longer, in microseconds.
    pub p99: u64,
    /// Answers with another status than 2xx.
    pub refused: u64,
    broken: u64,
}

impl Load<'_> {
    /// Runs it; longer where nothing is answered in so short a time.
    pub async fn run(&self, connections: usize, seconds: u64) -> Result<Outcome> {
        let (mut lasting, mut first) = (seconds, self.first);
        loop {
            let outcome = self.run_once(connections, lasting, first).await?;
            if outcome.refused + outcome.broken > 0 {
                return Err(format!("{}: {outcome:?}", self.url).into());
            }
            if outcome.requests > 0 {
                return Ok(outcome);
            }
            if lasting >= LONGEST {
                return Err(format!("{}: no answer in {lasting} s", self.url).into());
            }
            lasting = (lasting * 4).min(LONGEST);
            first += APART;
        }
    }

    /// Runs it where refusals are in order.
    pub async fn flood(&self, connections: usize, seconds: u64) -> Result<Outcome> {
        self.run_once(connections, seconds, self.first).await
    }

    async fn run_once(&self, connections: usize, seconds: u64, first: u64) -> Result<Outcome> {
        let mut command = Command::new("wrk");
        command.args(["--threads", "1", "--connections"]).arg(connections.to_string());
        command.arg("--duration").arg(format!("{seconds}s")).args(["--timeout", "30s", "--script"]);
        command.arg(self.folder.join("wrk.lua")).arg(&self.url).arg("--");
        let none = || "-".into();
        command.arg(self.bodies.map_or_else(none, |path| path.as_os_str().to_owned()));
        command.arg(self.token.map_or_else(none, |path| path.as_os_str().to_owned()));
        command.arg(first.to_string()).arg(self.values.unwrap_or("-"));
        let output = command.kill_on_drop(true).output().await?;
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().rfind(|line| line.starts_with('{'));
        let line = line.ok_or_else(|| format!("wrk failed: {text}{}", String::from_utf8_lossy(&output.stderr)))?;
        Ok(serde_json::from_str(line)?)
    }
}
