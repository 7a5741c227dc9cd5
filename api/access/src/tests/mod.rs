//! Masks, scopes and classes over tables that are declared here, so that what they do can be told apart from what the tables of
//! Causeway happen to be.

mod classified;
mod columns;
mod foreign;
mod scopes;
mod tables;

use std::sync::Arc;

use entity::codes::MissionStatus;
use entity::table::Table;
use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, Query, SqliteQueryBuilder};

use crate::clearance::{Clearance, MissionDetails};
use crate::clock;
use crate::days::Days;
use crate::identity::{Membership, Viewer};
use crate::mask_source::MaskSource;
use crate::policy::{Policy, PolicyError, PolicyFiles, RoleRow, Rule, governed_commands};

/// The mission of every test.
const MISSION: &str = "UA";

/// A policy over [`tables::ALL`]: the class of an object is its name in small letters.
fn policy(rules: &[(&str, &str)]) -> Result<Arc<Policy>, PolicyError> {
    let objects = || tables::ALL.iter().flat_map(|table| table.objects());
    let rule = |class: &str, scope: &str| Rule {
        role: "partner_reader".to_owned(),
        class: class.to_owned(),
        action: "read".to_owned(),
        scope: scope.to_owned(),
        effect: "allow".to_owned(),
    };
    let mut all: Vec<Rule> = rules.iter().map(|(class, scope)| rule(class, scope)).collect();
    // Each class needs a rule; these are of nobody.
    all.extend(objects().map(|object| Rule { role: "nobody".to_owned(), ..rule(&object.to_lowercase(), "mission") }));
    let commands = || governed_commands().map(|(_, object)| object.to_owned());
    let run = |object: String| Rule { action: "run".to_owned(), ..rule(&object.to_lowercase(), "mission") };
    all.extend(commands().map(|object| Rule { role: "nobody".to_owned(), ..run(object) }));
    let role =
        |role: &str| RoleRow { role: role.to_owned(), held_in: "mission".to_owned(), description: String::new() };
    let files = PolicyFiles {
        model: include_str!("../../../../policies/model.conf").to_owned(),
        classes: objects().chain(commands()).map(|object| (object.clone(), object.to_lowercase())).collect(),
        roles: vec![role("partner_reader"), role("nobody")],
        rules: all,
        ..PolicyFiles::default()
    };
    Policy::over(tables::ALL, files).map(Arc::new)
}

/// A viewer who reads what these rules give: classes, each with its scope.
struct Seen {
    viewer: Viewer,
    clearance: Clearance,
    days: Days,
}

impl Seen {
    async fn with(rules: &[(&str, &str)]) -> Self {
        let membership: Membership = format!("partner_reader@{MISSION}").parse().unwrap();
        let viewer = Viewer::of_organisation(vec![membership], "ORG-1");
        let mission = MISSION.parse().unwrap();
        let details = MissionDetails {
            mission,
            regional_office: None,
            status: MissionStatus::Active,
            zone: clock::zone(mission, None),
        };
        let clearance = Clearance::compile(&policy(rules).unwrap(), &[details], &viewer).await.unwrap();
        let days = Days::at(clock::now(), clearance.zones());
        Self { viewer, clearance, days }
    }

    fn source(&self) -> MaskSource<'_> {
        let Self { viewer, clearance, days } = self;
        MaskSource { clearance, viewer, days, missions: None, backend: DbBackend::Sqlite, below: false }
    }
}

/// An expression as SQL.
fn sql(expression: Expr) -> String {
    Query::select().expr(expression).to_string(SqliteQueryBuilder).trim_start_matches("SELECT ").to_owned()
}

/// The condition that a row of the table is there.
fn rows(seen: &Seen, table: &'static Table) -> String {
    sql(seen.source().masks(table).rows())
}
