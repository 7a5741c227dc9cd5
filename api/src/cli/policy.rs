//! `causeway policy check | matrix | explain`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use entity::CountryCode;

use super::{Outcome, OutputFormat, say};
use crate::access::policy::{Action as PolicyAction, matrix};
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
    /// Say which rules decide about one field.
    ///
    /// Example: `causeway policy explain --role case_worker --field Individual.familyName --mission UA`
    Explain {
        /// The role; several for a set of roles.
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
                say(explain(&policy, &role, &field, mission, format)?.trim_end());
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

type Explanation = Result<String, Box<dyn std::error::Error + Send + Sync>>;

fn explain(
    policy: &crate::access::policy::Policy,
    roles: &[String],
    field: &str,
    mission: CountryCode,
    format: OutputFormat,
) -> Explanation {
    let class = policy.classes().of(field).ok_or_else(|| format!("{field} is no governed field"))?;
    if let Some(unknown) = roles.iter().find(|role| !policy.files().roles.iter().any(|row| row.role == **role)) {
        return Err(format!("no such role: {unknown}").into());
    }
    let name = policy.classes().name(class).to_owned();
    let overlay = policy.overlays().find(|overlay| *overlay == mission);
    let decisions = policy.compile_now(roles, overlay)?;
    let scopes = |action| decisions.scopes(class, action).iter().map(crate::access::RowScope::name).collect::<Vec<_>>();
    let (read, write) = (scopes(PolicyAction::Read), scopes(PolicyAction::Write));
    let rules: Vec<String> = policy
        .all_rules()
        .filter(|(of_mission, rule)| {
            of_mission.is_none_or(|of| of == mission) && rule.class == name && roles.contains(&rule.role)
        })
        .map(|(of, rule)| {
            let source = of.map_or_else(|| "rules.csv".to_owned(), |of| format!("missions/{of}.csv"));
            format!("{source}: {},{},{},{},{}", rule.role, rule.class, rule.action, rule.scope, rule.effect)
        })
        .collect();
    if format == OutputFormat::Json {
        return Ok(serde_json::json!({ "field": field, "class": name, "read": read, "write": write, "rules": rules })
            .to_string());
    }
    let list = |scopes: &[&str]| if scopes.is_empty() { "never".to_owned() } else { scopes.join(", ") };
    let mut text = format!("{field} is in class {name}\nread: {}\nwrite: {}\n", list(&read), list(&write));
    for rule in rules {
        text += &format!("  {rule}\n");
    }
    Ok(text)
}
