//! `causeway token mint`: tokens of the development issuer.

use std::{process::ExitCode, time::Duration};

use clap::{ArgGroup, Args, Subcommand};
use entity::CountryCode;

use super::{Outcome, say};
use crate::access::identity::{DevelopmentIssuer, Membership};
use crate::access::policy::Policy;
use crate::app::load_policy;
use crate::config::Config;

/// Sign tokens of the development issuer.
///
/// Example: `CAUSEWAY_DEV_ISSUER=true causeway token mint --role case_worker --mission UA --subject olena`
#[derive(Debug, Args)]
pub struct Token {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Sign a token. Refused where the configuration does not turn the development issuer on, and for a role that cannot be held
    /// there.
    ///
    /// Example: `causeway token mint --role hq_analyst --everywhere --ttl 7d`
    #[command(group = ArgGroup::new("place").required(true).args(["mission", "region", "everywhere"]))]
    Mint(Mint),
}

#[derive(Debug, Args)]
struct Mint {
    /// The role.
    #[arg(long)]
    role: String,
    /// Held in this mission; may be given several times.
    #[arg(long)]
    mission: Vec<CountryCode>,
    /// Held in the missions of this regional office.
    #[arg(long)]
    region: Option<String>,
    /// Held everywhere.
    #[arg(long)]
    everywhere: bool,
    /// The subject; the role's name where nothing is said.
    #[arg(long)]
    subject: Option<String>,
    /// The partner organisation that the bearer acts for.
    #[arg(long)]
    organisation: Option<String>,
    /// A team that the bearer belongs to; may be given several times.
    #[arg(long)]
    team: Vec<String>,
    /// How long it is valid: 15m, 1h, 7d.
    #[arg(long, default_value = "1h", value_parser = duration)]
    ttl: Duration,
}

impl Token {
    pub(super) fn run(self, config: &Config) -> Outcome {
        let Action::Mint(mint) = self.action;
        let issuer = DevelopmentIssuer::open(&config.identity)?;
        let place = match (&mint.region, mint.everywhere) {
            (Some(office), _) => vec![format!("region:{office}")],
            (None, true) => vec!["*".to_owned()],
            (None, false) => mint.mission.iter().map(ToString::to_string).collect(),
        };
        let memberships = place
            .iter()
            .map(|place| format!("{}@{place}", mint.role).parse())
            .collect::<Result<Vec<Membership>, _>>()?;
        let policy = load_policy(config)?;
        memberships.iter().try_for_each(|membership| can_be_held(&policy, membership))?;
        let subject = mint.subject.as_deref().unwrap_or(&mint.role);
        say(issuer.mint(subject, &memberships, mint.organisation.as_deref(), &mint.team, mint.ttl)?);
        Ok(ExitCode::SUCCESS)
    }
}

/// A token with a role that cannot be held there would be refused when it is used.
fn can_be_held(policy: &Policy, membership: &Membership) -> Result<(), String> {
    let role = membership.role.as_str();
    if policy.may_be_held(role, &membership.place) == Some(true) {
        return Ok(());
    }
    let known = policy.files().roles.iter();
    Err(match known.clone().find(|row| row.role == role) {
        Some(row) => format!("{membership}: policy lets the role {role} be held in: {}", row.held_in),
        None => {
            let names: Vec<&str> = known.map(|row| row.role.as_str()).collect();
            format!("{membership}: policy knows no role {role}; it knows {}", names.join(", "))
        }
    })
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "must be a number and s, m, h or d, such as 90m".to_owned();
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(seconds).filter(|seconds| *seconds > 0).map(Duration::from_secs).ok_or_else(wrong)
}
