//! `causeway migrate up | down | status`.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Outcome, OutputFormat, progress, say};
use crate::access::migrations;
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
    /// Apply every step that has not run, and make the matching keys that rows lack. On PostgreSQL set `database.owner_url` to the role that owns the tables.
    Up,
    /// Undo the last steps. Their data is lost.
    Down {
        /// How many.
        #[arg(long, default_value_t = 1)]
        steps: u32,
    },
    /// List the steps.
    Status {
        /// How it is printed.
        #[arg(long, value_enum, default_value_t)]
        format: OutputFormat,
    },
}

impl Migrate {
    pub(super) async fn run(self, config: &Config) -> Outcome {
        match self.action {
            Action::Up => {
                let bar = progress::bar(None, "rows have their matching keys");
                let applied = migrations::up_with(&config.database, |rows| bar.set_position(rows)).await;
                bar.finish_and_clear();
                let applied = applied?;
                applied.steps.iter().for_each(|step| say(format_args!("applied {step}")));
                say(format_args!("{} steps applied", applied.steps.len()));
                if applied.keyed > 0 {
                    say(format_args!("{} rows got matching keys", applied.keyed));
                }
            }
            Action::Down { steps } => {
                migrations::down(&config.database, steps).await?;
                say(format_args!("{steps} steps undone"));
            }
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
