//! The shape of an answer: which columns of which table under which names, and what hangs below. One tree makes the GraphQL
//! selection, the statement with JSON aggregation, and tells the baseline how to write rows.

use entity::table::{self, CodeList, Column, Role, Table};
use entity::{Code, CodeValue, lower_camel};
use serde::{Deserialize, Serialize};

/// The most children of one parent, and the most rows of a page: what the schema gives where a client says nothing.
pub const PAGE: usize = 20;

/// What one object is made of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tree {
    /// The table of its row.
    pub table: String,
    /// The GraphQL type, of which the length of its ids depends.
    pub type_name: String,
    /// Columns, in order.
    pub leaves: Vec<Leaf>,
    /// Objects that the row refers to.
    pub links: Vec<Branch>,
    /// Rows that refer to the row.
    pub lists: Vec<Branch>,
}

/// One column.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Leaf {
    /// Its name in the table.
    pub column: String,
    /// Its name in the answer.
    pub name: String,
    /// How the stored value becomes what a client reads.
    pub kind: Kind,
}

/// How a stored value becomes what a client reads.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Kind {
    /// As it is.
    Plain,
    /// The number of a code: the names by number.
    Code(Vec<String>),
    /// A bit for each code: the names by number.
    Set(Vec<String>),
    /// Countries with spaces between them.
    Countries,
}

/// Other objects below one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Branch {
    /// The field of the answer.
    pub name: String,
    /// The referring column: of the parent for a link, of the children for a list.
    pub column: String,
    /// The column that orders a list before the id does.
    pub order: Option<String>,
    /// The objects.
    pub tree: Tree,
}

/// The names of a code list by number; a number that was never given out has no name.
fn names(values: &[CodeValue]) -> Vec<String> {
    let most = values.iter().map(|code| code.number).max().unwrap_or(-1);
    let name = |number| values.iter().find(|code| code.number == number).map_or("", |code| code.graphql);
    (0..=most).map(|number| name(number).to_owned()).collect()
}

/// A column of one code, of a table that is not declared.
pub fn code<C: Code>(column: &str) -> Leaf {
    Leaf { column: column.to_owned(), name: lower_camel(column), kind: Kind::Code(names(C::VALUES)) }
}

/// A declared column.
fn leaf(column: &Column) -> Leaf {
    let kind = match column.kind {
        table::Kind::Code(CodeList { values, .. }) => Kind::Code(names(values)),
        table::Kind::Codes(CodeList { values, .. }) => Kind::Set(names(values)),
        table::Kind::Countries => Kind::Countries,
        _ => Kind::Plain,
    };
    Leaf { column: column.name.to_owned(), name: column.field.unwrap_or_default().to_owned(), kind }
}

/// The declared table of a type.
fn declared(type_name: &str) -> &'static Table {
    entity::TABLES.iter().find(|table| table.name == type_name).unwrap_or_else(|| panic!("no table is a {type_name}"))
}

/// A declared column.
fn column(type_name: &str, name: &str) -> &'static Column {
    declared(type_name).column(name).unwrap_or_else(|| panic!("{type_name} has no column {name}"))
}

impl Tree {
    /// An object without anything below it.
    fn new(type_name: &str, columns: &[&str]) -> Self {
        Self::with(declared(type_name), columns.iter().map(|name| column(type_name, name)))
    }

    /// An object with all its leaves.
    fn full(type_name: &str) -> Self {
        let table = declared(type_name);
        Self::with(table, table.columns.iter().filter(|column| matches!(column.role, Role::Leaf)))
    }

    fn with(table: &Table, columns: impl Iterator<Item = &'static Column>) -> Self {
        let (table, type_name) = (table.table.to_owned(), table.name.to_owned());
        Self { table, type_name, leaves: columns.map(leaf).collect(), links: Vec::new(), lists: Vec::new() }
    }

    /// With an object that a column of the row refers to.
    fn link(mut self, by: &str, tree: Self) -> Self {
        let name = column(&self.type_name, by).field.unwrap_or_default().to_owned();
        self.links.push(Branch { name, column: by.to_owned(), order: None, tree });
        self
    }

    /// With rows of which a column refers to the row.
    fn list(mut self, by: &str, tree: Self) -> Self {
        let back = match column(&tree.type_name, by).role {
            Role::Link(link) => link.back,
            _ => None,
        };
        let back = back.unwrap_or_else(|| panic!("no list leads from {} to {}", self.type_name, tree.type_name));
        let (name, order) = (back.entry.name.to_owned(), back.order.map(str::to_owned));
        self.lists.push(Branch { name, column: by.to_owned(), order, tree });
        self
    }

    /// The GraphQL selection.
    pub fn selection(&self) -> String {
        let mut fields = vec!["id".to_owned()];
        fields.extend(self.leaves.iter().map(|leaf| leaf.name.clone()));
        fields.extend(self.links.iter().map(|link| format!("{} {{ {} }}", link.name, link.tree.selection())));
        let list = |list: &Branch| format!("{} {{ nodes {{ {} }} }}", list.name, list.tree.selection());
        fields.extend(self.lists.iter().map(list));
        fields.join(" ")
    }
}

/// What a list of cases shows, on one level.
pub fn case_line() -> Tree {
    let shown = [
        "case_number",
        "year_of_registration",
        "status",
        "trafficking_status",
        "data_source",
        "age_band",
        "majority_status",
    ];
    Tree::new("Case", &shown)
}

/// A list of cases with the individuals' names, which some viewers see in some rows.
pub fn case_with_name() -> Tree {
    case_line().link("individual_id", Tree::new("Individual", &["family_name", "given_names", "gender"]))
}

/// Cases with individual, episodes, and exploitations in the episodes.
pub fn case_nested() -> Tree {
    let individual = ["family_name", "given_names", "birth_date", "country_of_birth", "gender", "citizenships"];
    let episode = [
        "number",
        "duration_months",
        "age_at_entry",
        "re_trafficking",
        "means_of_control",
        "recruitment_methods",
        "majority_at_entry",
    ];
    let exploitation = [
        "country",
        "hours_per_week",
        "pay_withheld",
        "exploitation_type",
        "forced_labour_industries",
        "sex_exploitation_types",
    ];
    let episode = Tree::new("TraffickingEpisode", &episode);
    let episode = episode.list("episode_id", Tree::new("Exploitation", &exploitation));
    case_line().link("individual_id", Tree::new("Individual", &individual)).list("case_id", episode)
}

/// One case with everything below it.
pub fn case_whole() -> Tree {
    let involvement = Tree::full("TraffickerInvolvement").link("trafficker_id", Tree::full("Trafficker"));
    let episode = Tree::full("TraffickingEpisode").list("episode_id", Tree::full("Exploitation"));
    let narrative = Tree::full("Narrative").list("narrative_id", Tree::full("NarrativePassage"));
    Tree::full("Case")
        .link("individual_id", Tree::full("Individual"))
        .list("case_id", episode.list("episode_id", involvement))
        .list("case_id", narrative)
        .list("case_id", Tree::full("Consent"))
        .list("case_id", Tree::full("Referral"))
}

/// What a changed case shows to whoever changed it.
pub fn case_changed() -> Tree {
    Tree::new("Case", &["case_number", "status", "risk_level"])
}
