//! `causeway schema print`.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::say;
use crate::graphql::schema;

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
    /// Print it in GraphQL's schema language.
    ///
    /// Example: `causeway schema print --audience mission > mission.graphql`
    Print {
        /// For whom.
        #[arg(long, default_value = "headquarters", value_parser = schema::AUDIENCES)]
        audience: String,
    },
}

impl Schema {
    pub(super) fn run(self) -> ExitCode {
        let Action::Print { audience: _ } = self.action;
        say(schema::print(&schema::running()).trim_end());
        ExitCode::SUCCESS
    }
}
