//! `causeway policy check | matrix | explain`. What a set of roles may is explained in `explain.rs`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use entity::CountryCode;

use super::{Outcome, OutputFormat, explain::Explanation, say};
use crate::access::policy::matrix;
use crate::app::load_policy;
use crate::config::Config;

/// Check, print or explain the policy.
///
/// Example: `causeway policy explain --role case_worker --field Individual.familyName --mission UA`
#[derive(Debug, Args)]
pub struct Policy {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Load the policy and say everything that is wrong with it.
    ///
    /// Example: `CAUSEWAY_POLICY_DIR=policies causeway policy check`
    Check,
    /// Print who may see and do what, as Markdown.
    ///
    /// Example: `causeway policy matrix > policies/MATRIX.md`
    Matrix,
    /// Say what a role, or several that one person holds together, may do with one field, and which rules decide.
    ///
    /// Example: `causeway policy explain --role case_worker --role hq_analyst --field 'NarrativePassage.text[OPEN]' --mission BY`
    Explain {
        /// The role; once for each role that is held together in the mission.
        #[arg(long, required = true)]
        role: Vec<String>,
        /// The field, such as `Individual.familyName`.
        #[arg(long)]
        field: String,
        /// The mission.
        #[arg(long)]
        mission: CountryCode,
        /// How it is printed.
        #[arg(long, value_enum, default_value_t)]
        format: OutputFormat,
    },
}

impl Policy {
    pub(super) fn run(self, config: &Config) -> Outcome {
        let policy = load_policy(config)?;
        match self.action {
            Action::Check => {
                let rules = policy.all_rules().count();
                let classes = policy.classes().iter().count();
                say(format_args!(
                    "{} roles, {classes} classes, {rules} rules: the policy loads",
                    policy.files().roles.len()
                ));
            }
            Action::Matrix => say(matrix(&policy)?.trim_end()),
            Action::Explain { mut role, field, mission, format } => {
                role.sort();
                role.dedup();
                let explanation = Explanation::of(&policy, &role, &field, mission)?;
                match format {
                    OutputFormat::Text => say(explanation.to_string().trim_end()),
                    OutputFormat::Json => say(serde_json::to_string(&explanation)?),
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
