//! The shape of an answer: which columns of which table under which names, and what hangs below. One tree makes the GraphQL
//! selection, the statement with JSON aggregation, and tells the baseline how to nest the rows of many statements.

use entity::codes::{
    AgeBand, CaseStatus, ConsentDecision, ConsentMethod, ConsentPurpose, DataSource, DecisionMakingOrganisation,
    Education, ExploitationType, ForcedLabourIndustry, Gender, MajorityStatus, MaritalStatus, MeansOfControl,
    NarrativeKind, PassageClassification, RecruiterRelation, RecruitmentMethod, ReferralDirection, ReferralReason,
    ReferralStatus, RelationshipToTrafficker, RiskLevel, RoleInProcess, SexExploitationType, TraffickingStatus,
};
use entity::{Code, lower_camel};
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
fn names<C: Code>() -> Vec<String> {
    let most = C::VALUES.iter().map(|code| code.number).max().unwrap_or(-1);
    let name = |number| C::VALUES.iter().find(|code| code.number == number).map_or("", |code| code.graphql);
    (0..=most).map(|number| name(number).to_owned()).collect()
}

/// Columns as they are.
pub fn plain(columns: &[&str]) -> Vec<Leaf> {
    columns.iter().map(|column| leaf(column, Kind::Plain)).collect()
}

/// A column of one code.
pub fn code<C: Code>(column: &str) -> Leaf {
    leaf(column, Kind::Code(names::<C>()))
}

/// A column of several codes.
fn set<C: Code>(column: &str) -> Leaf {
    leaf(column, Kind::Set(names::<C>()))
}

fn leaf(column: &str, kind: Kind) -> Leaf {
    Leaf { column: column.to_owned(), name: lower_camel(column), kind }
}

impl Tree {
    /// An object without anything below it.
    pub fn new(table: &str, type_name: &str, leaves: impl IntoIterator<Item = Leaf>) -> Self {
        let leaves = leaves.into_iter().collect();
        Self { table: table.to_owned(), type_name: type_name.to_owned(), leaves, links: Vec::new(), lists: Vec::new() }
    }

    /// With an object that the row refers to.
    pub fn link(mut self, name: &str, column: &str, tree: Self) -> Self {
        self.links.push(Branch { name: name.to_owned(), column: column.to_owned(), order: None, tree });
        self
    }

    /// With rows that refer to the row.
    pub fn list(mut self, name: &str, column: &str, order: Option<&str>, tree: Self) -> Self {
        let order = order.map(str::to_owned);
        self.lists.push(Branch { name: name.to_owned(), column: column.to_owned(), order, tree });
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
    let codes = [
        code::<CaseStatus>("status"),
        code::<TraffickingStatus>("trafficking_status"),
        code::<DataSource>("data_source"),
        code::<AgeBand>("age_band"),
        code::<MajorityStatus>("majority_status"),
    ];
    Tree::new("case_file", "Case", plain(&["case_number", "year_of_registration"]).into_iter().chain(codes))
}

/// A list of cases with the individuals' names, which some viewers see in some rows.
pub fn case_with_name() -> Tree {
    let individual = plain(&["family_name", "given_names"]).into_iter().chain([code::<Gender>("gender")]);
    case_line().link("individual", "individual_id", Tree::new("individual", "Individual", individual))
}

/// Cases with individual, episodes, and exploitations in the episodes.
pub fn case_nested() -> Tree {
    let individual = plain(&["family_name", "given_names", "birth_date", "country_of_birth"]);
    let individual = individual.into_iter().chain([code::<Gender>("gender"), countries("citizenships")]);
    let episode = plain(&["number", "duration_months", "age_at_entry", "re_trafficking"]).into_iter();
    let episode = episode.chain([
        set::<MeansOfControl>("means_of_control"),
        set::<RecruitmentMethod>("recruitment_methods"),
        code::<MajorityStatus>("majority_at_entry"),
    ]);
    let exploitation = plain(&["country", "hours_per_week", "pay_withheld"]).into_iter();
    let exploitation = exploitation.chain([
        code::<ExploitationType>("exploitation_type"),
        set::<ForcedLabourIndustry>("forced_labour_industries"),
        set::<SexExploitationType>("sex_exploitation_types"),
    ]);
    let exploitation = Tree::new("exploitation", "Exploitation", exploitation);
    let episode = Tree::new("trafficking_episode", "TraffickingEpisode", episode);
    case_line().link("individual", "individual_id", Tree::new("individual", "Individual", individual)).list(
        "episodes",
        "case_id",
        Some("number"),
        episode.list("exploitations", "episode_id", None, exploitation),
    )
}

/// One case with everything below it.
pub fn case_whole() -> Tree {
    let case = plain(&[
        "case_number",
        "registered_on",
        "registration_month",
        "year_of_registration",
        "registered_by",
        "owner",
        "team",
        "closed_on",
        "closure_reason",
    ]);
    let codes = [
        code::<CaseStatus>("status"),
        code::<TraffickingStatus>("trafficking_status"),
        code::<DecisionMakingOrganisation>("trafficking_status_decided_by"),
        code::<DataSource>("data_source"),
        code::<RiskLevel>("risk_level"),
        code::<AgeBand>("age_band"),
        code::<MajorityStatus>("majority_status"),
        set::<ConsentPurpose>("consents_in_force"),
    ];
    Tree::new("case_file", "Case", case.into_iter().chain(codes))
        .link("individual", "individual_id", individual())
        .list("episodes", "case_id", Some("number"), episode())
        .list("narratives", "case_id", None, narrative())
        .list("consents", "case_id", Some("decided_on"), consent())
        .list("referrals", "case_id", None, referral())
}

/// What a changed case shows to whoever changed it.
pub fn case_changed() -> Tree {
    let leaves = plain(&["case_number"]).into_iter();
    Tree::new("case_file", "Case", leaves.chain([code::<CaseStatus>("status"), code::<RiskLevel>("risk_level")]))
}

fn countries(column: &str) -> Leaf {
    leaf(column, Kind::Countries)
}

fn individual() -> Tree {
    let leaves = plain(&[
        "given_names",
        "family_name",
        "birth_date",
        "identity_number",
        "phone",
        "email",
        "address",
        "country_of_birth",
        "primary_language",
        "number_of_children",
    ]);
    let codes = [
        code::<Gender>("gender"),
        countries("citizenships"),
        code::<MaritalStatus>("marital_status"),
        code::<Education>("education"),
    ];
    Tree::new("individual", "Individual", leaves.into_iter().chain(codes))
}

fn episode() -> Tree {
    let leaves =
        plain(&["number", "re_trafficking", "started_on", "ended_on", "duration_months", "age_at_entry", "abduction"]);
    let codes = [
        code::<MajorityStatus>("majority_at_entry"),
        code::<MajorityStatus>("majority_at_exploitation"),
        set::<RecruitmentMethod>("recruitment_methods"),
        set::<RecruiterRelation>("recruiter_relations"),
        set::<MeansOfControl>("means_of_control"),
    ];
    Tree::new("trafficking_episode", "TraffickingEpisode", leaves.into_iter().chain(codes))
        .list("exploitations", "episode_id", None, exploitation())
        .list("involvements", "episode_id", None, involvement())
}

fn exploitation() -> Tree {
    let leaves =
        plain(&["country", "place", "started_on", "ended_on", "hours_per_week", "pay_withheld", "working_conditions"]);
    let codes = [
        code::<ExploitationType>("exploitation_type"),
        set::<ForcedLabourIndustry>("forced_labour_industries"),
        set::<SexExploitationType>("sex_exploitation_types"),
    ];
    Tree::new("exploitation", "Exploitation", leaves.into_iter().chain(codes))
}

fn involvement() -> Tree {
    let leaves = [set::<RoleInProcess>("roles"), code::<RelationshipToTrafficker>("relationship")];
    let trafficker = plain(&["given_names", "family_name", "alias", "citizenship"]).into_iter();
    let trafficker = trafficker.chain([code::<Gender>("gender"), code::<AgeBand>("age_band")]);
    let trafficker = Tree::new("trafficker", "Trafficker", trafficker);
    Tree::new("episode_trafficker", "TraffickerInvolvement", leaves).link("trafficker", "trafficker_id", trafficker)
}

fn narrative() -> Tree {
    let passage = plain(&["position", "text"]).into_iter();
    let passage = passage.chain([code::<PassageClassification>("classification")]);
    let passage = Tree::new("narrative_passage", "NarrativePassage", passage);
    let leaves = plain(&["language", "written_on"]).into_iter().chain([code::<NarrativeKind>("kind")]);
    let narrative = Tree::new("narrative", "Narrative", leaves);
    narrative.list("passages", "narrative_id", Some("position"), passage)
}

fn consent() -> Tree {
    let leaves = plain(&["decided_on", "organisation", "recorded_by"]).into_iter();
    let codes =
        [code::<ConsentPurpose>("purpose"), code::<ConsentDecision>("decision"), code::<ConsentMethod>("method")];
    Tree::new("consent", "Consent", leaves.chain(codes))
}

fn referral() -> Tree {
    let leaves = plain(&["organisation", "referred_on", "accepted_on", "expires_on", "consent_in_force"]).into_iter();
    let codes =
        [code::<ReferralDirection>("direction"), code::<ReferralStatus>("status"), code::<ReferralReason>("reason")];
    Tree::new("referral", "Referral", leaves.chain(codes))
}
