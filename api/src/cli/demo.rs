//! `causeway demo`: synthetic records in an embedded database, a token for each role, and a browser page.

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use clap::Args;

use super::{Outcome, progress::Progress, say, serve};
use crate::access::{identity::Membership, migrations};
use crate::app::App;
use crate::clock;
use crate::config::{Config, Secret};
use crate::http::{BrowserPage, DemoToken, SavedQuery};
use crate::telemetry::Telemetry;

/// Try Causeway with synthetic records; nothing needs to be installed.
///
/// Example: `causeway demo --cases 2000 --seed 7`
#[derive(Debug, Args)]
pub struct Demo {
    /// Where to listen. Whoever reaches it gets every token: keep it on this machine.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: std::net::SocketAddr,
    /// How many cases.
    #[arg(long, default_value_t = 13_500)]
    cases: usize,
    /// The same seed makes the same records on the same day.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep the records in this folder, and use those that are there. Without it they are gone at the end.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What somebody is told who names a configuration. The demo hands out every token, so it must never run on records that a
/// configuration leads to.
pub(super) const NO_CONFIGURATION: &str = "the demo reads no configuration: leave out --config and CAUSEWAY_CONFIG. It has an \
     embedded database of its own, and --listen and --data say where; `causeway serve` reads a configuration";

/// How long the printed tokens are valid.
const TOKEN_LIFE: Duration = Duration::from_secs(12 * 3600);

/// One caller a role: membership, organisation, what it shows.
const CALLERS: [(&str, Option<&str>, &str); 11] = [
    ("case_worker@UA", None, "Sees the mission's cases, and the identity in own and team's cases"),
    ("case_supervisor@UA", None, "Sees all of the mission's cases"),
    ("data_entry@UA", None, "Sees cases it registered, while they are open"),
    ("mission_analyst@UA", None, "Sees the mission's cases without names"),
    ("mission_admin@UA", None, "Sees no case; counts its mission"),
    ("regional_analyst@region:RO Vienna", None, "Sees open passages with research consent; counts its region"),
    ("hq_analyst@*", None, "Sees coded fields of all missions, no names, no days"),
    ("hq_protection@*", None, "Sees everything everywhere"),
    ("data_protection_officer@*", None, "Sees no case"),
    ("partner_provider@UA", Some("safe-harbour"), "Sees cases referred to its organisation"),
    ("partner_researcher@UA", None, "Sees open passages with research consent, no case"),
];

impl Demo {
    pub(super) async fn run(self) -> Outcome {
        let telemetry = Telemetry::start(Some("warn"))?;
        let folder = Folder::open(self.data.clone())?;
        let config = self.config(&folder.path);
        let fresh = !folder.path.join("causeway.db").exists();
        migrations::up(&config.database).await?;
        let app = App::start(config).await?;
        if fresh {
            let shown = Progress::begin("making the demo", "cases");
            shown.at(0, self.cases);
            crate::demo::load(&app.access, self.seed, self.cases, |done| shown.at(done, self.cases)).await?;
        }
        let tokens = tokens(&app)?;
        let page = BrowserPage { roles: tokens.clone(), queries: saved_queries() };
        let served = serve::listen(Arc::new(app), Some(page), |address| self.greet(&tokens, address)).await;
        telemetry.end().await;
        served?;
        Ok(ExitCode::SUCCESS)
    }

    fn config(&self, folder: &std::path::Path) -> Config {
        let mut config = Config::default();
        config.database.url = Secret::new(format!("sqlite://{}", folder.join("causeway.db").display()));
        config.identity.development_issuer = true;
        config.identity.development_key_file = folder.join("development.key");
        config.http.listen = self.listen;
        config.http.drain_seconds = 0;
        config
    }

    fn greet(&self, tokens: &[DemoToken], address: std::net::SocketAddr) {
        say(format_args!("Causeway demo: synthetic cases; no record is of a real person.\n"));
        say(format_args!(
            "Open http://{address}/graphql in a browser and switch the role, or send a query with one of these tokens:\n"
        ));
        for DemoToken { label, token, description } in tokens {
            say(format_args!("# {label}: {description}\n{token}\n"));
        }
        say("Ctrl-C ends it.");
    }
}

fn tokens(app: &App) -> Result<Vec<DemoToken>, Box<dyn std::error::Error + Send + Sync>> {
    let issuer = app.identity.development().ok_or("the development issuer is off")?;
    let mut tokens = Vec::with_capacity(CALLERS.len());
    for (membership, organisation, description) in CALLERS {
        let role = membership.split('@').next().unwrap_or_default();
        let memberships: Vec<Membership> = vec![membership.parse()?];
        let teams = ["UA/intake".to_owned()];
        let token =
            issuer.mint(role, &memberships, organisation, &teams, TOKEN_LIFE).map_err(|error| error.to_string())?;
        tokens.push(DemoToken { label: membership.to_owned(), token, description: description.to_owned() });
    }
    Ok(tokens)
}

fn saved_queries() -> Vec<SavedQuery> {
    let query = |title: &str, query: &str| SavedQuery {
        title: title.to_owned(),
        query: query.to_owned(),
        variables: serde_json::Value::Null,
    };
    vec![
        query("Cases with names and narratives", include_str!("../demo/queries/cases.graphql")),
        query("Statistics", include_str!("../demo/queries/statistics.graphql")),
        query("What may I see?", include_str!("../demo/queries/viewer.graphql")),
    ]
}

/// The folder of the records; one that nobody named goes away at the end.
struct Folder {
    path: PathBuf,
    temporary: bool,
}

impl Folder {
    fn open(named: Option<PathBuf>) -> std::io::Result<Self> {
        let temporary = named.is_none();
        let stamp = clock::now().timestamp_millis();
        let path =
            named.unwrap_or_else(|| std::env::temp_dir().join(format!("causeway-demo-{}-{stamp}", std::process::id())));
        std::fs::create_dir_all(&path)?;
        Ok(Self { path, temporary })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.temporary {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
