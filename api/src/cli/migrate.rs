//! `causeway migrate up | down | status`.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Outcome, OutputFormat, progress::Progress, say};
use crate::access::migrations::{self, Loss, Reached};
use crate::config::Config;

/// Apply, undo or list the steps that make the tables.
///
/// Example: `CAUSEWAY_DATABASE_URL=sqlite://causeway.db causeway migrate up`
#[derive(Debug, Args)]
pub struct Migrate {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Apply every step that has not run, and make the matching keys that rows lack. On PostgreSQL set `database.owner_url` to
    /// the role that owns the tables.
    ///
    /// Example: `CAUSEWAY_DATABASE__OWNER_URL=postgres://causeway_owner@db/causeway causeway migrate up`
    Up,
    /// Undo the last steps. Their data is lost: it says how many rows of which tables, and asks.
    ///
    /// Example: `causeway migrate down --steps 2 --yes`
    Down {
        /// How many.
        #[arg(long, default_value_t = 1)]
        steps: u32,
        /// Do not ask. Where there is no terminal to ask on, nothing is undone without it.
        #[arg(long)]
        yes: bool,
    },
    /// List the steps.
    ///
    /// Example: `causeway migrate status`
    Status {
        /// How it is printed.
        #[arg(long, value_enum, default_value_t)]
        format: OutputFormat,
    },
}

impl Migrate {
    pub(super) async fn run(self, config: &Config) -> Outcome {
        match self.action {
            Action::Up => return up(config).await,
            Action::Down { steps, yes } => return down(config, steps, yes).await,
            Action::Status { format } => {
                let steps = migrations::status(&config.database).await?;
                for step in &steps {
                    say(match format {
                        OutputFormat::Json => {
                            serde_json::json!({ "name": step.name, "applied": step.applied }).to_string()
                        }
                        OutputFormat::Text => {
                            format!("{} {}", if step.applied { "applied" } else { "pending" }, step.name)
                        }
                    });
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Applies the steps, then makes the keys, each with its progress.
async fn up(config: &Config) -> Outcome {
    let mut steps = Some(Progress::begin("applying", "steps"));
    let mut keys = None;
    let tell = |reached| match reached {
        Reached::Steps(done, total) => steps.iter().for_each(|shown| shown.at(done, total)),
        Reached::Keys(done, total) => {
            steps = None;
            keys.get_or_insert_with(|| Progress::begin("making matching keys", "rows")).at(done, total);
        }
    };
    let applied = migrations::up_telling(&config.database, tell).await;
    drop((steps, keys));
    let applied = applied?;
    applied.steps.iter().for_each(|step| say(format_args!("applied {step}")));
    say(format_args!("{} steps applied", applied.steps.len()));
    if applied.keyed > 0 {
        say(format_args!("{} rows got matching keys", applied.keyed));
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what would be lost, asks, and undoes the steps.
async fn down(config: &Config, steps: u32, yes: bool) -> Outcome {
    let loss = migrations::loss(&config.database, steps).await?;
    loss.steps.iter().for_each(|step| say(format_args!("to be undone: {step}")));
    describe(&loss).into_iter().for_each(say);
    if loss.steps.is_empty() {
        say("no step has run: there is nothing to undo");
        return Ok(ExitCode::SUCCESS);
    }
    if !yes && !agreed()? {
        say("nothing was undone");
        return Ok(ExitCode::FAILURE);
    }
    migrations::down(&config.database, steps).await?;
    say(format_args!("{} steps undone", loss.steps.len()));
    Ok(ExitCode::SUCCESS)
}

/// What goes, one line each. Columns that nobody has written to are no loss.
fn describe(loss: &Loss) -> Vec<String> {
    let tables = loss.tables.iter().map(|(table, rows)| format!("lost: the table {table} with {rows} rows"));
    let columns = loss.columns.iter().filter(|(_, values)| *values > 0);
    let columns = columns.map(|(column, values)| format!("lost: the column {column} with {values} values"));
    tables.chain(columns).collect()
}

/// Asks on the terminal. Where there is none, nobody can agree.
fn agreed() -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
    if !io::stdin().is_terminal() {
        return Err("nothing was undone: there is no terminal to ask on; say --yes to lose what stands above".into());
    }
    write!(io::stderr().lock(), "This cannot be taken back. Type yes to go on: ")?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
