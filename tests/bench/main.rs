//! `bench`: measures Causeway against the limit. `./bench` starts the servers and then this.
//!
//! | file | owns |
//! |---|---|
//! | `arguments` | the command line |
//! | `workload`, `tree` | what is asked, by whom, and the shape of the answers |
//! | `dataset`, `gateway` | the records and the gateway under test |
//! | `prepare`, `capture`, `plan`, `fewest` | trying each question, its statements, and the baseline's plan |
//! | `baseline` | the baseline, a process of its own |
//! | `run`, `measure`, `wrk`, `usage`, `compare` | the measurements |
//! | `on_sqlite` | SQLite as a second database |
//! | `bars`, `report` | what they amount to |

mod arguments;
mod bars;
mod baseline;
mod capture;
mod compare;
mod dataset;
mod fairness;
mod fewest;
mod gateway;
mod measure;
mod on_sqlite;
mod plan;
mod prepare;
mod report;
mod run;
mod tree;
mod usage;
mod workload;
mod wrk;

use std::process::ExitCode;

use causeway_tests::Result;
use clap::Parser;

use arguments::{Arguments, Command, Run};
use on_sqlite::OnSqlite;
use report::Report;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Some(Command::Baseline { orders, listen }) => baseline::run(&orders, listen).await.map(|()| true),
        None => tokio::select! {
            outcome = measure(arguments.run.with_defaults()) => outcome,
            // Dropping what is under way ends the processes and removes the folders.
            () = told_to_stop() => Err("told to stop".into()),
        },
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(cause) => {
            eprintln!("bench: {cause}");
            ExitCode::FAILURE
        }
    }
}

/// Measures everything; whether that is a success.
async fn measure(run: Run) -> Result<bool> {
    // Requests go over plain HTTP, but the client wants to be able to do otherwise.
    causeway::tls::use_ring();
    let mut sizes = Vec::new();
    for cases in run.sizes.iter().filter(|_| run.wants_postgres()) {
        sizes.push(run::size(&run, *cases).await?);
    }
    let on_sqlite = match run.wants("sqlite") {
        true => Some(OnSqlite::measure(&run.gateway, run.cases_on_sqlite(), run.seed).await?),
        false => None,
    };
    let report = Report::new(&run, sizes, on_sqlite);
    report.write(&run.output)?;
    if run.is_full() {
        report.keep(&run.document)?;
    }
    if !run.check {
        eprint!("\n{}", report.bars());
    }
    eprintln!("report: {}", run.output.join("report.md").display());
    Ok(!run.strict || report.all_met())
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
