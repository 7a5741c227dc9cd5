//! The answer that a caller ought to get to [`crate::roles::CASES`] and [`crate::roles::NARRATIVES`], node by node.

use super::Sight;
use entity::codes::PassageClassification;
use entity::{Code, CodeSet, CountryCode, case_file, individual, narrative, narrative_passage, trafficking_episode};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A node in the making.
struct Shape<'s> {
    sight: &'s Sight<'s>,
    of_type: &'static str,
    mission: CountryCode,
    cases: Vec<Uuid>,
    node: Map<String, Value>,
    /// Whether the text may be read, where it is a passage.
    reads: bool,
}

impl<'s> Shape<'s> {
    /// None where the row is not there for the caller.
    fn of(
        sight: &'s Sight<'s>,
        of_type: &'static str,
        mission: CountryCode,
        id: Uuid,
        cases: Vec<Uuid>,
    ) -> Option<Self> {
        if !sight.sees(mission, &format!("{of_type}.id"), &cases) {
            return None;
        }
        let mut node = Map::new();
        node.insert("id".to_owned(), json!(sight.oracle.id(of_type, mission, id)));
        Some(Self { sight, of_type, mission, cases, node, reads: true })
    }

    fn sees(&self, field: &str) -> bool {
        self.sight.sees(self.mission, &format!("{}.{field}", self.of_type), &self.cases)
    }

    fn leaf(self, field: &str, value: Value) -> Self {
        let seen = self.sees(field);
        self.governed(field, seen, value)
    }

    /// The text of a passage.
    fn text(mut self, seen: bool, value: Value) -> Self {
        self.reads = seen;
        self.governed("text", seen, value)
    }

    fn governed(mut self, field: &str, seen: bool, value: Value) -> Self {
        self.node.insert(field.to_owned(), if seen { value } else { Value::Null });
        self
    }

    fn list(mut self, field: &str, mut nodes: Vec<Value>) -> Self {
        let total = nodes.len();
        nodes.truncate(100);
        self.node.insert(field.to_owned(), json!({ "totalCount": total, "nodes": nodes }));
        self
    }

    /// What is withheld of the row: every field that the caller may not see, asked for or not, by name.
    fn done(mut self) -> Value {
        let withheld = self.sight.withheld(self.of_type, self.mission, &self.cases, self.reads);
        self.node.insert("withheld".to_owned(), json!(withheld));
        Value::Object(self.node)
    }
}

fn code<T: Code>(code: Option<T>) -> Value {
    code.map_or(Value::Null, |code| json!(code.described().graphql))
}

fn codes<T: Code>(set: Option<CodeSet<T>>) -> Value {
    let names =
        |set: CodeSet<T>| T::ALL.iter().filter(|code| set.contains(**code)).map(|one| code(Some(*one))).collect();
    set.map_or(Value::Null, |set| Value::Array(names(set)))
}

impl Sight<'_> {
    /// Every case, in order.
    pub fn cases(&self) -> Vec<Value> {
        self.oracle.records.cases.values().filter_map(|row| self.case(row)).collect()
    }

    /// Every narrative, in order.
    pub fn narratives(&self) -> Vec<Value> {
        let case = |row: &narrative::Model| {
            let case = row.case_id.map(|id| self.oracle.records.case(row.mission_id, id));
            let there = case.filter(|case| self.sees(case.mission_id, "Case.id", &[case.id]));
            there.map(|case| json!({ "id": self.oracle.id("Case", case.mission_id, case.id) })).unwrap_or_default()
        };
        let all = self.oracle.records.narratives.values();
        all.filter_map(|row| Some(self.narrative(row)?.leaf("case", case(row)).done())).collect()
    }

    fn case(&self, row: &case_file::Model) -> Option<Value> {
        let shape = Shape::of(self, "Case", row.mission_id, row.id, vec![row.id])?;
        let individual = row.individual_id.and_then(|id| self.individual(row.mission_id, id)).unwrap_or_default();
        Some(
            shape
                .leaf("caseNumber", json!(row.case_number))
                .leaf("status", code(row.status))
                .leaf("registeredOn", json!(row.registered_on))
                .leaf("registrationMonth", json!(row.registration_month))
                .leaf("owner", json!(row.owner))
                .leaf("consentsInForce", codes(row.consents_in_force))
                .leaf("individual", individual)
                .list("episodes", self.episodes(row))
                .list("narratives", self.narratives_of(row))
                .done(),
        )
    }

    fn individual(&self, mission: CountryCode, id: Uuid) -> Option<Value> {
        let row: &individual::Model = &self.oracle.records.individuals[&(mission, id)];
        let cases = self.oracle.records.cases_of(mission, id);
        let citizenships = row.citizenships.as_ref();
        let citizenships = citizenships.map(|list| list.0.iter().map(ToString::to_string).collect::<Vec<_>>());
        Some(
            Shape::of(self, "Individual", mission, id, cases)?
                .leaf("givenNames", json!(row.given_names))
                .leaf("familyName", json!(row.family_name))
                .leaf("birthDate", json!(row.birth_date))
                .leaf("phone", json!(row.phone))
                .leaf("gender", code(row.gender))
                .leaf("citizenships", json!(citizenships))
                .done(),
        )
    }

    fn episodes(&self, case: &case_file::Model) -> Vec<Value> {
        let records = &self.oracle.records.episodes;
        let mut rows: Vec<&trafficking_episode::Model> =
            records.values().filter(|row| row.case_id == Some(case.id)).collect();
        // By number where the caller sees it; a tie stays in the order of ids.
        if self.sees(case.mission_id, "TraffickingEpisode.number", &[case.id]) {
            rows.sort_by_key(|row| row.number);
        }
        let episode = |row: &&trafficking_episode::Model| {
            let shape = Shape::of(self, "TraffickingEpisode", row.mission_id, row.id, vec![case.id])?;
            Some(
                shape
                    .linked_by("case")?
                    .leaf("number", json!(row.number))
                    .leaf("meansOfControl", codes(row.means_of_control))
                    .leaf("startedOn", json!(row.started_on))
                    .done(),
            )
        };
        rows.iter().filter_map(episode).collect()
    }

    fn narratives_of(&self, case: &case_file::Model) -> Vec<Value> {
        let rows = self.oracle.records.narratives.values().filter(|row| row.case_id == Some(case.id));
        rows.filter_map(|row| Some(self.narrative(row)?.linked_by("case")?.done())).collect()
    }

    fn narrative<'s>(&'s self, row: &narrative::Model) -> Option<Shape<'s>> {
        let cases: Vec<Uuid> = row.case_id.into_iter().collect();
        let mut passages: Vec<&narrative_passage::Model> =
            self.oracle.records.passages.values().filter(|passage| passage.narrative_id == Some(row.id)).collect();
        passages.sort_by_key(|passage| passage.position);
        Some(
            Shape::of(self, "Narrative", row.mission_id, row.id, cases)?
                .leaf("kind", code(row.kind))
                .leaf("language", json!(row.language))
                .leaf("writtenOn", json!(row.written_on))
                .list("passages", passages.iter().filter_map(|passage| self.passage(passage)).collect()),
        )
    }

    /// Whether the text of a passage may be read.
    pub fn reads(&self, row: &narrative_passage::Model) -> bool {
        let label = match row.classification {
            Some(PassageClassification::Open) => "OPEN",
            Some(PassageClassification::Restricted) => "RESTRICTED",
            Some(PassageClassification::Identifying) | None => "IDENTIFYING",
        };
        let cases: Vec<Uuid> = row.case_id.into_iter().collect();
        self.sees(row.mission_id, "NarrativePassage.id", &cases)
            && self.sees(row.mission_id, &format!("NarrativePassage.text[{label}]"), &cases)
    }

    fn passage(&self, row: &narrative_passage::Model) -> Option<Value> {
        let cases: Vec<Uuid> = row.case_id.into_iter().collect();
        let shape = Shape::of(self, "NarrativePassage", row.mission_id, row.id, cases)?.linked_by("narrative")?;
        let shape = shape.leaf("position", json!(row.position)).leaf("classification", code(row.classification));
        Some(shape.text(self.reads(row), json!(row.text)).done())
    }
}

impl Shape<'_> {
    /// A row hangs below another only where the caller sees the link.
    fn linked_by(self, link: &str) -> Option<Self> {
        self.sees(link).then_some(self)
    }
}

/// Where two answers differ first, with both values: a whole answer would be unreadable.
pub fn first_difference(found: &Value, wanted: &Value, path: &str) -> Option<String> {
    match (found, wanted) {
        (Value::Object(left), Value::Object(right)) => {
            let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            names.into_iter().find_map(|name| {
                let of = |side: &Map<String, Value>| side.get(name).cloned().unwrap_or_default();
                first_difference(&of(left), &of(right), &format!("{path}.{name}"))
            })
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let pairs = left.iter().zip(right).enumerate();
            pairs.into_iter().find_map(|(at, (left, right))| first_difference(left, right, &format!("{path}[{at}]")))
        }
        (Value::Array(left), Value::Array(right)) => {
            let at = left.iter().zip(right).position(|(left, right)| left["id"] != right["id"]);
            Some(format!("{path}: found {} rows, wanted {}; the first other one: {at:?}", left.len(), right.len()))
        }
        _ => (found != wanted).then(|| format!("{path}: found {found}, wanted {wanted}")),
    }
}

/// Gathers what rows say is withheld of the fields that were asked for, as policy objects.
pub fn withheld_in(value: &Value, of_type: &str, all: &mut BTreeSet<String>) {
    let Value::Object(node) = value else { return };
    let withheld = node.get("withheld").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    all.extend(withheld.filter(|field| node.contains_key(*field)).map(|field| format!("{of_type}.{field}")));
    for (name, below) in node {
        let below_type = match name.as_str() {
            "individual" => "Individual",
            "episodes" => "TraffickingEpisode",
            "narratives" => "Narrative",
            "passages" => "NarrativePassage",
            "case" => "Case",
            _ => continue,
        };
        match below.get("nodes") {
            Some(Value::Array(nodes)) => nodes.iter().for_each(|node| withheld_in(node, below_type, all)),
            _ => withheld_in(below, below_type, all),
        }
    }
}
