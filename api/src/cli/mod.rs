//! The commands of `causeway`, one file each. Each ends with exit status 0 only on success; errors go to standard error.

mod demo;
mod import;
mod migrate;
mod mission;
mod policy;
mod progress;
mod schema;
mod serve;
mod token;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand, ValueEnum};

use crate::config::Config;

/// What a command ends with.
type Outcome = Result<ExitCode, Box<dyn std::error::Error + Send + Sync>>;

/// Case management and statistics for the protection of victims of human trafficking.
#[derive(Debug, Parser)]
#[command(name = "causeway", version, about, long_about = None)]
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

#[derive(Debug, Subcommand)]
enum Command {
    /// Try Causeway with synthetic records; nothing needs to be installed.
    Demo(demo::Demo),
    /// Serve in production.
    Serve(serve::Serve),
    /// Apply, undo or list the steps that make the tables.
    Migrate(migrate::Migrate),
    /// Set up, list or suspend missions.
    Mission(mission::Mission),
    /// Import records.
    Import(import::Import),
    /// Sign tokens of the development issuer.
    Token(token::Token),
    /// Check, print or explain the policy.
    Policy(policy::Policy),
    /// Print the GraphQL schema.
    Schema(schema::Schema),
}

/// Runs the command that the arguments name.
///
/// # Errors
/// Whatever stops it, for standard error.
pub async fn run(arguments: Arguments) -> Outcome {
    let load = || Config::load(arguments.config.as_deref());
    match arguments.command {
        Command::Demo(command) => command.run().await,
        Command::Serve(command) => command.run(load()?).await,
        Command::Migrate(command) => command.run(&load()?).await,
        Command::Mission(command) => command.run(load()?).await,
        Command::Import(command) => command.run(load()?).await,
        Command::Token(command) => command.run(&load()?),
        Command::Policy(command) => command.run(&load()?),
        Command::Schema(command) => Ok(command.run()),
    }
}

/// Writes a line to standard output: the one place where that is done.
#[expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]
fn say(line: impl std::fmt::Display) {
    println!("{line}");
}
