//! `causeway schema print | absent`.

use clap::{Args, Subcommand, builder::PossibleValuesParser};

use super::{Outcome, say};
use crate::access::identity::ViewerKind;
use crate::app::load_policy;
use crate::config::Config;
use crate::graphql::{audience, schema};

/// Print the GraphQL schema.
///
/// Example: `causeway schema print --audience mission > mission.graphql`
#[derive(Debug, Args)]
pub struct Schema {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print it in GraphQL's schema language: the whole, or what an audience can ever see of it by the policy in force.
    ///
    /// Example: `causeway schema print --audience mission > mission.graphql`
    Print {
        /// For whom; the whole where nothing is said.
        #[arg(long, value_parser = audiences())]
        audience: Option<String>,
    },
    /// Print what an audience can never see of it, by the policy in force: one coordinate a line.
    ///
    /// Example: `causeway schema absent --audience partner`
    Absent {
        /// For whom.
        #[arg(long, value_parser = audiences())]
        audience: String,
    },
}

impl Schema {
    pub(super) fn run(self, config: &Config) -> Outcome {
        let whole = schema::print(&schema::running());
        match self.action {
            Action::Print { audience: None } => say(whole.trim_end()),
            Action::Print { audience: Some(audience) } => {
                let left = audience::left(&whole, &load_policy(config)?, named(&audience)?)?;
                say(left.to_string().trim_end());
            }
            Action::Absent { audience } => {
                let absent = audience::absent(&whole, &load_policy(config)?, named(&audience)?)?;
                absent.into_iter().for_each(say);
            }
        }
        Ok(std::process::ExitCode::SUCCESS)
    }
}

fn audiences() -> PossibleValuesParser {
    ViewerKind::ALL.map(ViewerKind::name).into()
}

fn named(name: &str) -> Result<ViewerKind, String> {
    let audience = ViewerKind::ALL.into_iter().find(|audience| audience.name() == name);
    audience.ok_or_else(|| format!("there is no audience {name}"))
}
