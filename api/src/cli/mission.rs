//! `causeway mission add | list | set | suspend | resume`.

use std::process::ExitCode;

use chrono_tz::Tz;
use clap::{Args, Subcommand};
use entity::{CountryCode, mission::Model};

use super::{Outcome, OutputFormat, say};
use crate::app::App;
use crate::casework::empty;
use crate::clock;
use crate::config::Config;
use crate::error::{ClientError, Error, Result};

/// Set up, list, change, suspend or resume missions.
///
/// Example: `causeway mission add UA MD`, `causeway mission set UA --time-zone Europe/Kyiv`
#[derive(Debug, Args)]
pub struct Mission {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Set up missions by their countries. Those that exist stay as they are.
    ///
    /// Example: `causeway mission add UA MD`
    Add {
        /// ISO 3166-1 alpha-2 codes.
        #[arg(required = true)]
        missions: Vec<CountryCode>,
        /// The time zone by which their days begin and end, as IANA names it; that of the country's capital where nothing is said.
        #[arg(long, value_name = "ZONE")]
        time_zone: Option<Tz>,
    },
    /// Change a mission. Takes effect within half a minute.
    ///
    /// Example: `causeway mission set UA --time-zone Europe/Kyiv`
    Set {
        /// ISO 3166-1 alpha-2 code.
        mission: CountryCode,
        /// The time zone by which its days begin and end, as IANA names it, such as `Europe/Kyiv`.
        #[arg(long, value_name = "ZONE")]
        time_zone: Tz,
    },
    /// List the missions.
    ///
    /// Example: `causeway mission list --format json`
    List {
        /// How it is printed.
        #[arg(long, value_enum, default_value_t)]
        format: OutputFormat,
    },
    /// Let nobody read or write a mission. Takes effect within half a minute; `resume` undoes it.
    ///
    /// Example: `causeway mission suspend MD`
    Suspend {
        /// ISO 3166-1 alpha-2 code.
        mission: CountryCode,
    },
    /// Let a mission that was suspended be read and written again. Takes effect within half a minute.
    ///
    /// Example: `causeway mission resume MD`
    Resume {
        /// ISO 3166-1 alpha-2 code.
        mission: CountryCode,
    },
}

impl Mission {
    #[expect(clippy::disallowed_methods, reason = "the operator sets up and changes missions here")]
    pub(super) async fn run(self, config: Config) -> Outcome {
        let app = App::start(config).await?;
        match self.action {
            Action::Add { missions, time_zone } => {
                let now = clock::now();
                let zone = time_zone.map(|zone| zone.name().to_owned());
                let new = |mission: &CountryCode| Model { time_zone: zone.clone(), ..empty::mission(*mission, now) };
                app.access.set_up_missions_as_operator(missions.iter().map(new).collect()).await?;
                say(format_args!("{} missions are set up", missions.len()));
            }
            Action::Set { mission, time_zone } => {
                named(mission, app.access.set_time_zone_as_operator(mission, time_zone).await)?;
                say(format_args!("{mission} keeps the time of {time_zone}"));
            }
            Action::List { format } => {
                for mission in app.access.missions().await? {
                    let zone = clock::zone(mission.id, mission.time_zone.as_deref()).name();
                    let office = mission.regional_office.unwrap_or_default();
                    let status = format!("{:?}", mission.status);
                    say(match format {
                        OutputFormat::Json => {
                            serde_json::json!({ "code": mission.id, "regionalOffice": office, "status": status, "timeZone": zone })
                                .to_string()
                        }
                        OutputFormat::Text => format!("{}  {status:<9}  {zone:<30}  {office}", mission.id),
                    });
                }
            }
            Action::Suspend { mission } => {
                named(mission, app.access.suspend_mission_as_operator(mission).await)?;
                say(format_args!("{mission} is suspended"));
            }
            Action::Resume { mission } => {
                named(mission, app.access.resume_mission_as_operator(mission).await)?;
                say(format_args!("{mission} is active"));
            }
        }
        app.access.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

/// Names the mission that is not there.
fn named(
    mission: CountryCode,
    changed: Result<()>,
) -> std::result::Result<(), Box<dyn std::error::Error + Send + Sync>> {
    match changed {
        Err(Error::Client(ClientError::NotFound)) => {
            Err(format!("{mission} is not set up; run: causeway mission add {mission}").into())
        }
        changed => Ok(changed?),
    }
}
