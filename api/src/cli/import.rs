//! `causeway import ctdc FILE`.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};

use super::{Outcome, OutputFormat, progress::Progress, say};
use crate::app::App;
use crate::config::Config;
use crate::import::{self, ImportOptions, ImportReport, import_ctdc};
use crate::telemetry::Telemetry;

/// Import records.
///
/// Example: `causeway import ctdc ctdc_kanon_2021-07-15.csv.gz --dry-run`
#[derive(Debug, Args)]
pub struct Import {
    #[command(subcommand)]
    source: Source,
}

#[derive(Debug, Subcommand)]
enum Source {
    /// A release of the Counter-Trafficking Data Collaborative: k-anonymised or synthetic, .csv or .tsv, compressed with gzip or
    /// not.
    ///
    /// Example: `causeway import ctdc ctdc_kanon_2021-07-15.csv.gz --dry-run`
    Ctdc {
        /// The file.
        file: PathBuf,
        /// Check everything and write nothing.
        #[arg(long)]
        dry_run: bool,
        /// How the report is printed.
        #[arg(long, value_enum, default_value_t)]
        format: OutputFormat,
    },
}

impl Import {
    pub(super) async fn run(self, config: Config) -> Outcome {
        let telemetry = Telemetry::start(Some("warn"))?;
        let Source::Ctdc { file, dry_run, format } = self.source;
        let app = App::start(config).await?;
        let shown = Progress::begin("importing", "rows");
        let options = ImportOptions { dry_run, ..ImportOptions::default() };
        let tell = |progress: import::Progress| shown.at(progress.rows, progress.of_rows);
        let report = import_ctdc(&app.access, &file, options, &tell).await;
        drop(shown);
        let report = report?;
        match format {
            OutputFormat::Json => say(serde_json::to_string(&report)?),
            OutputFormat::Text => print(&report),
        }
        app.access.close().await;
        telemetry.end().await;
        Ok(if report.rejected_total == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn print(report: &ImportReport) {
    let done = if report.dry_run { "would be imported" } else { "imported" };
    say(format_args!("{}: {} rows", report.release, report.rows));
    say(format_args!(
        "{} {done}, {} there already, {} left out",
        report.imported, report.already_there, report.rejected_total
    ));
    for (mission, cases) in &report.by_mission {
        say(format_args!("  {mission} {cases}"));
    }
    for left in &report.left_behind {
        say(format_args!("no place for {}: {} values: {}", left.column, left.count, left.why));
    }
    print_left_out(report);
}

/// What was left out: one sentence where it is everything, else each reason and the first lines.
fn print_left_out(report: &ImportReport) {
    if let Some(reason) = report.only_reason() {
        say(format_args!(
            "every row is left out for the same reason: {reason}. By its header and values the file was taken for {}; it is \
             another one, or was changed",
            report.release
        ));
        return;
    }
    for reason in &report.reasons {
        say(format_args!("left out: {} rows: {}", reason.count, reason.problem));
    }
    for row in &report.rejected {
        say(format_args!("line {}: {}", row.line, row.problem));
    }
    if report.rejected.len() < report.rejected_total {
        say(format_args!("and {} lines more", report.rejected_total - report.rejected.len()));
    }
}
