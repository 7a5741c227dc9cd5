//! Whether one mission's load is other missions' trouble: four missions ask for pages, one at a time each, by themselves, and
//! then while a fifth one floods the gateway with twenty times as many requests as it has places.

use std::time::Duration;

use causeway_tests::{Caller, Result};
use serde::Serialize;

use crate::dataset::Dataset;
use crate::gateway::Gateway;
use crate::wrk::{Load, Outcome};

/// What both ask.
const PAGE: &str = r#"{"query":"{ cases(first: 20) { nodes { caseNumber status ageBand individual { gender } episodes { nodes { number meansOfControl } } } } }"}"#;
/// How many requests the one that floods has under way, for each place of the gateway.
const TIMES: usize = 20;
/// How many other missions there are, each with one request under way.
const OTHERS: usize = 4;

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct Fairness {
    /// How many requests were under way in the flood.
    pub flood: usize,
    /// The others by themselves.
    pub alone: Outcome,
    /// The others beside the flood.
    pub beside: Outcome,
    /// The mission that floods.
    pub flooding: Outcome,
}

impl Fairness {
    /// Measures both for some seconds.
    pub async fn run(dataset: &Dataset, gateway: &Gateway, seconds: u64) -> Result<Self> {
        let folder = dataset.folder.path();
        let bodies = folder.join("fairness.bodies");
        std::fs::write(&bodies, PAGE)?;
        let mut tokens = Vec::new();
        for mission in dataset.missions.iter().take(1 + OTHERS) {
            let token = gateway.program.token(&Caller::of(&format!("case_supervisor@{mission}")))?;
            gateway.ask(&token, PAGE).await?;
            tokens.push(token);
        }
        let (flooding, others) = (folder.join("fairness.flooding"), folder.join("fairness.others"));
        std::fs::write(&flooding, tokens.remove(0))?;
        std::fs::write(&others, tokens.join("\n"))?;
        let url = format!("http://{}/graphql", gateway.program.address);
        let load = |token| Load {
            folder,
            url: url.clone(),
            bodies: Some(&bodies),
            token: Some(token),
            values: None,
            first: 0,
        };
        let (flooding, others) = (load(&flooding), load(&others));
        let alone = others.run(OTHERS, seconds).await?;
        let flood = TIMES * gateway.config.fairness.concurrency;
        let (flooding, beside) = tokio::join!(flooding.flood(flood, seconds + 2), async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            others.run(OTHERS, seconds).await
        });
        Ok(Self { flood, alone, beside: beside?, flooding: flooding? })
    }

    /// How much longer 95 in 100 answers took.
    pub fn growth(&self) -> f64 {
        self.beside.p95 as f64 / self.alone.p95 as f64
    }
}
