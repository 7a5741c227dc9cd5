//! `causeway import ctdc FILE`.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};

use super::{Outcome, OutputFormat, log_to_stderr, progress, say};
use crate::app::App;
use crate::config::Config;
use crate::import::{ImportOptions, ImportReport, import_ctdc};

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
    /// A release of the Counter-Trafficking Data Collaborative: k-anonymised or synthetic, .csv or .csv.gz.
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
