//! `causeway mission add | list | suspend`.

use std::process::ExitCode;

use chrono::Utc;
use clap::{Args, Subcommand};
use entity::codes::MissionStatus;
use entity::{CountryCode, mission};

use super::{Outcome, OutputFormat, say};
use crate::app::App;
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

/// A new mission, as the list of countries describes it.
#[must_use]
pub fn new_mission(code: CountryCode) -> mission::Model {
    let country = code.country();
    mission::Model {
        id: code,
        un_region: country.un_region,
        regional_office: (!country.regional_office.is_empty()).then(|| country.regional_office.to_owned()),
        status: MissionStatus::Active,
        data_version: 0,
        audit_head: String::new(),
        created_at: Utc::now(),
    }
}

impl Mission {
    pub(super) async fn run(self, config: Config) -> Outcome {
        let app = App::start(config).await?;
        match self.action {
            Action::Add { missions } => {
                app.access.set_up_missions(missions.iter().copied().map(new_mission).collect()).await?;
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
