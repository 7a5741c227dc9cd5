//! `causeway mission add | list | suspend`.

use std::process::ExitCode;

use chrono::Utc;
use clap::{Args, Subcommand};
use entity::CountryCode;

use super::{Outcome, OutputFormat, say};
use crate::app::App;
use crate::casework::empty;
use crate::config::Config;

/// Set up, list or suspend missions.
///
/// Example: `causeway mission add UA MD`
#[derive(Debug, Args)]
pub struct Mission {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Set up missions by their countries. Those that exist stay as they are.
    Add {
        /// ISO 3166-1 alpha-2 codes.
        #[arg(required = true)]
        missions: Vec<CountryCode>,
    },
    /// List the missions.
    List {
        /// How it is printed.
        #[arg(long, value_enum, default_value_t)]
        format: OutputFormat,
    },
    /// Let nobody read or write a mission. Takes effect within half a minute.
    Suspend {
        /// ISO 3166-1 alpha-2 code.
        mission: CountryCode,
    },
}

impl Mission {
    pub(super) async fn run(self, config: Config) -> Outcome {
        let app = App::start(config).await?;
        match self.action {
            Action::Add { missions } => {
                let now = Utc::now();
                let new = missions.iter().map(|mission| empty::mission(*mission, now)).collect();
                app.access.set_up_missions(new).await?;
                say(format_args!("{} missions are set up", missions.len()));
            }
            Action::List { format } => {
                for mission in app.access.missions().await? {
                    let office = mission.regional_office.unwrap_or_default();
                    let status = format!("{:?}", mission.status);
                    say(match format {
                        OutputFormat::Json => {
                            serde_json::json!({ "code": mission.id, "regionalOffice": office, "status": status })
                                .to_string()
                        }
                        OutputFormat::Text => format!("{}  {status:<9}  {office}", mission.id),
                    });
                }
            }
            Action::Suspend { mission } => {
                app.access.suspend_mission(mission).await?;
                say(format_args!("{mission} is suspended"));
            }
        }
        app.access.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
