//! The commands of `causeway`, one file each. Each ends with exit status 0 only on success; errors go to standard error.

mod demo;
mod explain;
mod generate;
mod import;
mod migrate;
mod mission;
mod policy;
mod preflight;
mod progress;
mod schema;
mod serve;
mod token;

#[cfg(test)]
mod tests;

use std::{
    fmt,
    io::{self, ErrorKind, Write},
    path::PathBuf,
    process::ExitCode,
    sync::OnceLock,
};

use clap::{Parser, Subcommand, ValueEnum};
use futures::future::LocalBoxFuture;
use tokio::runtime::Runtime;

use crate::config::{Config, ConfigDraft};

/// What a command ends with.
type Outcome = Result<ExitCode, Box<dyn std::error::Error + Send + Sync>>;

/// Case management and statistics for the protection of victims of human trafficking.
///
/// Example: `causeway demo`
#[derive(Debug, Parser)]
#[command(name = "causeway", version)]
pub struct Arguments {
    /// The configuration file; `causeway.toml` where nothing is said.
    #[arg(long, global = true, value_name = "FILE", env = "CAUSEWAY_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

/// How data is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

// The text of a variant takes the place of the one at its arguments, in the long help, too: so the example stands here.
#[derive(Debug, Subcommand)]
enum Command {
    /// Try Causeway with synthetic records; nothing needs to be installed.
    ///
    /// Example: `causeway demo --cases 2000 --seed 7`
    Demo(demo::Demo),
    /// Serve in production.
    ///
    /// Example: `CAUSEWAY_DATABASE_URL=postgres://causeway@db/causeway CAUSEWAY_MASTER_KEY_FILE=/etc/causeway/master.key causeway serve --check`
    Serve(serve::Serve),
    /// Apply, undo or list the steps that make the tables.
    ///
    /// Example: `CAUSEWAY_DATABASE_URL=sqlite://causeway.db causeway migrate up`
    Migrate(migrate::Migrate),
    /// Set up, list, change, suspend or resume missions.
    ///
    /// Example: `causeway mission add UA MD`, `causeway mission set UA --time-zone Europe/Kyiv`
    Mission(mission::Mission),
    /// Import records.
    ///
    /// Example: `causeway import ctdc ctdc_kanon_2021-07-15.csv.gz --dry-run`
    Import(import::Import),
    /// Sign tokens of the development issuer.
    ///
    /// Example: `CAUSEWAY_DEV_ISSUER=true causeway token mint --role case_worker --mission UA --subject olena`
    Token(token::Token),
    /// Check, print or explain the policy.
    ///
    /// Example: `causeway policy explain --role case_worker --field Individual.familyName --mission UA`
    Policy(policy::Policy),
    /// Print the GraphQL schema.
    ///
    /// Example: `causeway schema print --audience mission > mission.graphql`
    Schema(schema::Schema),
    /// Write what a package has beside the program: manual pages and completions for shells.
    ///
    /// Example: `causeway generate manual target/release/man`
    #[command(hide = true)]
    Generate(generate::Generate),
}

/// Reads the arguments and runs one command, from beginning to end. No future leaves the library: whoever polls one compiles
/// all that it leads to, and the program would be compiled twice.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match Runtime::new() {
        Ok(runtime) => runtime.block_on(run(arguments)),
        Err(error) => Err(error.into()),
    };
    outcome.unwrap_or_else(|error| {
        report(&*error);
        ExitCode::FAILURE
    })
}

/// An error goes to standard error. Where nobody reads that, the exit status says enough.
fn report(error: &(dyn std::error::Error + Send + Sync)) {
    let mut output = io::stderr().lock();
    let _ = writeln!(output, "causeway: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = writeln!(output, "  because: {error}");
        cause = error.source();
    }
}

/// Runs the command that the arguments name.
///
/// # Errors
/// Whatever stops it, for standard error.
pub fn run(arguments: Arguments) -> LocalBoxFuture<'static, Outcome> {
    Box::pin(async {
        let code = run_command(arguments).await?;
        match UNWRITTEN.get() {
            Some(error) => Err(format!("cannot write to standard output: {error}").into()),
            None => Ok(code),
        }
    })
}

async fn run_command(arguments: Arguments) -> Outcome {
    let load = || Config::load(arguments.config.as_deref());
    match arguments.command {
        // A configuration that somebody names is read or refused, and never passed over.
        Command::Demo(_) if arguments.config.is_some() => Err(demo::NO_CONFIGURATION.into()),
        Command::Demo(command) => command.run().await,
        // A mistake in the configuration must not hide what else is wrong.
        Command::Serve(command) => command.run(ConfigDraft::read(arguments.config.as_deref())).await,
        Command::Migrate(command) => command.run(&load()?).await,
        Command::Mission(command) => command.run(load()?).await,
        Command::Import(command) => command.run(load()?).await,
        Command::Generate(command) => command.run(),
        Command::Token(command) => command.run(&load()?),
        Command::Policy(command) => command.run(&load()?),
        Command::Schema(command) => command.run(&load()?),
    }
}

/// Why a line could not be written.
static UNWRITTEN: OnceLock<io::Error> = OnceLock::new();

/// Writes a line to standard output: the one place where that is done. A reader that went away, as `head` does, has read
/// enough; any other failure is one of the command.
fn say(line: impl fmt::Display) {
    let mut output = io::stdout().lock();
    match writeln!(output, "{line}").and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => drop(UNWRITTEN.set(error)),
        _ => {}
    }
}
