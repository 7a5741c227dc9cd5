//! The bars that the figures are held against.

use serde::Serialize;

use crate::on_sqlite::{LIMIT, OnSqlite};
use crate::run::{Line, Sized};

/// How many connections a bar is about.
pub const CONNECTIONS: usize = 16;

/// The workloads that bars are about. They are measured several times; elsewhere one round is enough.
pub const WORKLOADS: [&str; 6] = ["page", "page_nested", "case_whole", "page_first", "page_deep", "statistics_cached"];

/// One bar.
#[derive(Clone, Debug, Serialize)]
pub struct Bar {
    /// How many cases.
    pub size: usize,
    /// What is wanted.
    pub wanted: &'static str,
    /// What was found, in hundredths.
    pub found: f64,
    /// Whether that is enough.
    pub met: bool,
}

/// Every bar that the figures of one size can tell of.
pub fn of(sized: &Sized) -> Vec<Bar> {
    let size = sized.loading.cases;
    let line = |workload: &str, role: &str| {
        let mut lines = sized.lines.iter();
        lines.find(|line| (line.workload, line.role, line.connections) == (workload, role, CONNECTIONS))
    };
    let rate = |line: &Line| line.gateway.per_second;
    let (nested, half) = (line("page_nested", "all"), line("page_nested", "half"));
    let cached = line("statistics_cached", "all");
    let (first, deep) = (line("page_first", "all"), line("page_deep", "all"));
    let bar = |wanted, found: Option<f64>, least: f64| {
        found.map(|found| Bar { size, wanted, found: found * 100.0, met: found >= least })
    };
    // The role for which it is least. The fewest statements answer every role as if it saw everything.
    let to_fewest = |workload: &str| {
        let roles = sized.lines.iter().filter(|line| (line.workload, line.connections) == (workload, CONNECTIONS));
        roles.map(Line::to_fewest).reduce(f64::min)
    };
    let growth = sized.soak.as_ref().map(crate::measure::Soak::growth);
    [
        bar("a page with three levels: at least 60 % of the same statements", nested.map(Line::to_same), 0.6),
        bar("a page: at least 70 % of the fewest statements, whoever asks", to_fewest("page"), 0.7),
        bar(
            "a page with three levels: at least 70 % of the fewest statements, whoever asks",
            to_fewest("page_nested"),
            0.7,
        ),
        bar("a whole case file: at least 50 % of the fewest statements, whoever asks", to_fewest("case_whole"), 0.5),
        bar(
            "half masked: at least 85 % of all visible",
            nested.zip(half).map(|(all, half)| rate(half) / rate(all)),
            0.85,
        ),
        bar("cached statistics: at least 80 % of the same statements", cached.map(Line::to_same), 0.8),
        // Two equal pages differ by a few hundredths from one measurement to the next.
        bar(
            "the 10,000th page: no slower than the first (97 % or more)",
            first.zip(deep).map(|(first, deep)| rate(deep) / rate(first)),
            0.97,
        ),
        growth.map(|growth| Bar {
            size,
            wanted: "memory under full load: growth of no more than 5 % after the first tenth of the time",
            found: growth * 100.0,
            met: growth <= 0.05,
        }),
        sized.fairness.as_ref().map(|fairness| Bar {
            size,
            wanted: "95 in 100 answers of four missions take no more than twice as long while a fifth one floods",
            found: fairness.growth() * 100.0,
            met: fairness.growth() <= 2.0,
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The bar for SQLite.
pub fn on_sqlite(measured: &OnSqlite) -> Bar {
    let (slowest, limit) = (measured.slowest(), LIMIT);
    Bar {
        size: measured.cases,
        wanted: "SQLite: the slowest of the typical questions takes no more than 100 ms",
        found: slowest as f64 / limit as f64 * 100.0,
        met: slowest <= limit,
    }
}
