//! The policy as a reviewer reads it: `policies/MATRIX.md`, parsed. Refusals of an overlay are read from its own file, for
//! a person with two roles: the matrix shows one role at a time, and a refusal of one role holds for both.

use causeway_tests::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Names of row scopes.
pub type Scopes = BTreeSet<String>;
/// Role and class.
type Key = (String, String);

/// Role by class, with the scopes of reading.
pub struct Matrix {
    everywhere: BTreeMap<Key, Scopes>,
    overlays: BTreeMap<String, BTreeMap<Key, Scopes>>,
    /// Class, role, scope that a mission refuses.
    refused: BTreeMap<String, BTreeSet<(String, String, String)>>,
    class_of: BTreeMap<String, String>,
    /// By type: its governed fields.
    fields: BTreeMap<String, BTreeSet<String>>,
    /// Every role, in the order of the matrix.
    pub roles: Vec<String>,
}

impl Matrix {
    /// Reads it from the folder of policies.
    pub fn read() -> Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
        let text = std::fs::read_to_string(folder.join("MATRIX.md"))?;
        let mut matrix = Self {
            everywhere: BTreeMap::new(),
            overlays: BTreeMap::new(),
            refused: BTreeMap::new(),
            class_of: BTreeMap::new(),
            fields: BTreeMap::new(),
            roles: Vec::new(),
        };
        for section in text.split("\n## ").skip(1) {
            let (title, body) = section.split_once('\n').ok_or("a section without a body")?;
            matrix.section(title, &table(body));
        }
        for mission in matrix.overlays.keys() {
            let refused = refusals(&folder.join(format!("missions/{mission}.csv")))?;
            matrix.refused.insert(mission.clone(), refused);
        }
        for (of_type, field) in matrix.class_of.keys().filter_map(|object| object.split_once('.')) {
            // One that has a class for each classification is one field.
            let field = field.split('[').next().unwrap_or(field).to_owned();
            matrix.fields.entry(of_type.to_owned()).or_default().insert(field);
        }
        assert_eq!(matrix.roles.len(), 11, "eleven roles ship");
        assert!(
            matrix.class_of.len() > 80 && matrix.overlays.contains_key("BY"),
            "the matrix is not what was expected"
        );
        Ok(matrix)
    }

    fn section(&mut self, title: &str, table: &[Vec<String>]) {
        if title == "Every mission" {
            self.roles = table[0][1..].to_vec();
            self.everywhere = grants(table);
        } else if let Some(mission) = title.strip_prefix("What differs in ") {
            self.overlays.insert(mission.to_owned(), grants(table));
        } else if title == "What is in a class" {
            let fields = table[1..].iter().flat_map(|row| row[1].split(", ").map(|field| (field, &row[0])));
            self.class_of = fields.map(|(field, class)| (field.to_owned(), class.clone())).collect();
        }
    }

    /// The governed fields of a type.
    pub fn fields(&self, of_type: &str) -> &BTreeSet<String> {
        &self.fields[of_type]
    }

    /// The policy objects of a field: one, or one for each classification.
    pub fn objects(&self, field: &str) -> Vec<String> {
        let classified = format!("{field}[");
        let objects = self.class_of.keys().filter(|object| *object == field || object.starts_with(&classified));
        let objects: Vec<String> = objects.cloned().collect();
        assert!(!objects.is_empty(), "{field} has no class in the matrix");
        objects
    }

    /// The scopes under which somebody with these roles reads an object in a mission.
    pub fn read_scopes(&self, roles: &[&str], mission: &str, object: &str) -> Scopes {
        let class = self.class_of.get(object).unwrap_or_else(|| panic!("{object} has no class in the matrix"));
        let cell = |role: &str| {
            let key = (role.to_owned(), class.clone());
            self.overlays.get(mission).and_then(|own| own.get(&key)).or_else(|| self.everywhere.get(&key))
        };
        let mut scopes: Scopes = roles.iter().filter_map(|role| cell(role)).flatten().cloned().collect();
        for (refused, role, scope) in self.refused.get(mission).into_iter().flatten() {
            if refused == class && roles.contains(&role.as_str()) {
                scopes.retain(|granted| scope != "*" && granted != scope);
            }
        }
        scopes
    }
}

/// The rows of the first table in a text, the header first.
fn table(text: &str) -> Vec<Vec<String>> {
    let rows = text.lines().filter(|line| line.starts_with('|') && !line.starts_with("|---"));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

fn grants(table: &[Vec<String>]) -> BTreeMap<Key, Scopes> {
    let mut grants = BTreeMap::new();
    for row in &table[1..] {
        for (role, cell) in table[0].iter().zip(row).skip(1) {
            let read = cell.split("; ").find_map(|part| part.strip_prefix("r: ")).unwrap_or_default();
            let scopes = read.split(", ").filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
            grants.insert((role.clone(), row[0].clone()), scopes);
        }
    }
    grants
}

fn refusals(file: &Path) -> Result<BTreeSet<(String, String, String)>> {
    let mut refused = BTreeSet::new();
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(file)?;
    for row in reader.records() {
        let row = row?;
        if &row[2] == "read" && &row[4] == "deny" {
            refused.insert((row[1].to_owned(), row[0].to_owned(), row[3].to_owned()));
        }
    }
    Ok(refused)
}
