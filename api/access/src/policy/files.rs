//! Reads the policy folder: `model.conf`, `classes.csv`, `roles.csv`, `rules.csv` and one overlay a mission in `missions/`.
//! It refuses what it does not know by name: a typo is a problem, never a rule that does nothing.

use std::{collections::BTreeMap, fs, path::Path};

use entity::CountryCode;
use serde::Deserialize;

/// One line of `rules.csv` or of an overlay.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Who.
    pub role: String,
    /// Which class of policy objects; `statistics` for counts.
    pub class: String,
    /// `read`, `write` or `count`.
    pub action: String,
    /// The row scope; for counts the disclosure tier; in a denial `*` for every scope.
    pub scope: String,
    /// `allow` or `deny`.
    pub effect: String,
}

/// One line of `roles.csv`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRow {
    /// The name in tokens.
    pub role: String,
    /// Where it may be held, separated by spaces: `mission`, `region`, `everywhere`.
    pub held_in: String,
    /// What it is for.
    pub description: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassRow {
    object: String,
    class: String,
}

/// The folder's content, unchecked but well-formed.
#[derive(Clone, Debug, Default)]
pub struct PolicyFiles {
    /// The casbin model.
    pub model: String,
    /// Object and class.
    pub classes: Vec<(String, String)>,
    /// The roles.
    pub roles: Vec<RoleRow>,
    /// The rules for every mission.
    pub rules: Vec<Rule>,
    /// What single missions lay on top.
    pub overlays: BTreeMap<CountryCode, Vec<Rule>>,
}

impl PolicyFiles {
    /// Reads the folder.
    ///
    /// # Errors
    /// One line for each file that is missing or malformed.
    pub fn read(folder: &Path) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let model = fs::read_to_string(folder.join("model.conf")).unwrap_or_else(|error| {
            problems.push(format!("model.conf: {error}"));
            String::new()
        });
        let classes: Vec<ClassRow> = rows(&folder.join("classes.csv"), "classes.csv", &mut problems);
        let roles = rows(&folder.join("roles.csv"), "roles.csv", &mut problems);
        let rules = rows(&folder.join("rules.csv"), "rules.csv", &mut problems);
        let overlays = overlays(&folder.join("missions"), &mut problems);
        let classes = classes.into_iter().map(|row| (row.object, row.class)).collect();
        let files = Self { model, classes, roles, rules, overlays };
        if problems.is_empty() { Ok(files) } else { Err(problems) }
    }
}

/// The overlays that ship, by mission.
const SHIPPED_OVERLAYS: [(&str, &str); 1] = [("BY", include_str!("../../../../policies/missions/BY.csv"))];

impl PolicyFiles {
    /// The files that the program was built with.
    pub(super) fn shipped() -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let classes: Vec<ClassRow> =
            parse(include_str!("../../../../policies/classes.csv"), "classes.csv", &mut problems);
        let roles = parse(include_str!("../../../../policies/roles.csv"), "roles.csv", &mut problems);
        let rules = parse(include_str!("../../../../policies/rules.csv"), "rules.csv", &mut problems);
        let mut overlays = BTreeMap::new();
        for (mission, text) in SHIPPED_OVERLAYS {
            let rules = parse(text, mission, &mut problems);
            overlays.extend(mission.parse().ok().map(|mission: CountryCode| (mission, rules)));
        }
        let classes = classes.into_iter().map(|row| (row.object, row.class)).collect();
        let model = include_str!("../../../../policies/model.conf").to_owned();
        if problems.is_empty() { Ok(Self { model, classes, roles, rules, overlays }) } else { Err(problems) }
    }
}

fn overlays(folder: &Path, problems: &mut Vec<String>) -> BTreeMap<CountryCode, Vec<Rule>> {
    let mut overlays = BTreeMap::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            problems.push(format!("missions: {error}"));
            return overlays;
        }
    };
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match name.strip_suffix(".csv").and_then(|stem| stem.parse().ok()) {
            Some(mission) => {
                let file = format!("missions/{name}");
                overlays.insert(mission, rows(&path, &file, problems));
            }
            None => problems.push(format!("missions/{name}: not named after a mission, such as UA.csv")),
        }
    }
    overlays
}

fn rows<T: for<'de> Deserialize<'de>>(path: &Path, name: &str, problems: &mut Vec<String>) -> Vec<T> {
    match fs::read_to_string(path) {
        Ok(text) => parse(&text, name, problems),
        Err(error) => {
            problems.push(format!("{name}: {error}"));
            Vec::new()
        }
    }
}

fn parse<T: for<'de> Deserialize<'de>>(text: &str, name: &str, problems: &mut Vec<String>) -> Vec<T> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for row in reader.deserialize() {
        match row {
            Ok(row) => rows.push(row),
            Err(error) => problems.push(format!("{name}: {error}")),
        }
    }
    rows
}
