//! What a client keeps one copy of is the same by every path and whatever else was selected, so that the answers of several
//! operations can be put together: `withheld` of a row, which is a property of the row and the viewer, and missions.

use crate::mutations::input;
use crate::oracle::{Oracle, Tree, WithheldOfRows, lists, run};
use crate::roles::{NAMELESS, eleven};
use causeway_tests::{Caller, Client, Gateway, Result, both};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Rows by several paths, with leaves beside: some that a role sees and some that it does not.
const WITH_LEAVES: [&str; 3] = [
    "query($after: String) { list: cases(first: 20, after: $after) { pageInfo { hasNextPage endCursor } edges { node { ...R caseNumber owner \
     individual { ...R gender phone } consents(first: 3) { nodes { recordedBy ...R } } \
     episodes(first: 2) { edges { node { startedOn number ...R exploitations(first: 2) { nodes { country ...R place } } \
     involvements(first: 2) { nodes { ...R relationship trafficker { familyName gender ...R } } } } } } } } } }",
    "query($after: String) { list: narratives(first: 50, after: $after) { pageInfo { hasNextPage endCursor } \
     nodes { kind ...R case { status ...R } passages(first: 4) { nodes { position text ...R } } } } }",
    "query($after: String) { list: individuals(first: 20, after: $after) { pageInfo { hasNextPage endCursor } \
     nodes { familyName ...R cases(first: 2) { nodes { closureReason ...R } } } } \
     traffickers(first: 50) { nodes { ...R alias } } referrals(first: 50) { nodes { reason ...R case { ...R } } } }",
];

/// A row of any type.
fn row() -> String {
    let types = entity::TABLES.iter().map(|table| format!("... on {} {{ withheld }} ", table.name));
    format!(" fragment R on Node {{ __typename id {}}}", types.collect::<String>())
}

/// How many pages of a list are looked at.
const PAGES: usize = 4;

/// What the answers to one caller said, so far.
struct Said {
    who: String,
    wanted: WithheldOfRows,
    /// By type: the ids of rows of which something is withheld, and of the others.
    rows: BTreeMap<String, [BTreeSet<String>; 2]>,
}

impl Said {
    /// Asks a document page by page.
    async fn pages(&mut self, client: &Client, document: &str) -> Result {
        let fragment = if document.contains("...R") { row() } else { String::new() };
        let (document, mut after) = (format!("{document}{fragment}"), Value::Null);
        for _ in 0..PAGES {
            let data = self.ask(client, &document, json!({ "after": after })).await?;
            let page = &data["list"]["pageInfo"];
            if page["hasNextPage"] != json!(true) {
                break;
            }
            after = page["endCursor"].clone();
        }
        Ok(())
    }

    async fn ask(&mut self, client: &Client, document: &str, variables: Value) -> Result<Value> {
        let answer = client.run(document, variables).await?;
        assert!(answer.body["errors"].is_null(), "{}: {}", self.who, answer.body["errors"]);
        self.compare(answer.data());
        Ok(answer.data().clone())
    }

    /// Every row in an answer against what it ought to say.
    fn compare(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.compare(item)),
            Value::Object(members) => {
                if let (Some(of_type), Some(id)) = (value["__typename"].as_str(), value["id"].as_str()) {
                    let who = &self.who;
                    let wanted = self.wanted.get(id).unwrap_or_else(|| panic!("{who}: a {of_type} that is not there"));
                    assert_eq!(value["withheld"], json!(wanted), "{who}: what is withheld of a {of_type}");
                    let of_type = self.rows.entry(of_type.to_owned()).or_default();
                    of_type[usize::from(wanted.is_empty())].insert(id.to_owned());
                }
                members.values().for_each(|member| self.compare(member));
            }
            _ => {}
        }
    }

    /// How many rows of a type withhold something, and how many do not.
    fn counts(&self, of_type: &str) -> [usize; 2] {
        self.rows.get(of_type).map(|rows| [rows[0].len(), rows[1].len()]).unwrap_or_default()
    }
}

both! {
    /// Every type, eleven roles, several paths to a row, with and without other leaves.
    async fn a_row_says_the_same_by_every_path(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 600).await?;
        for (role, ..) in eleven() {
            let caller = Caller::of(role);
            let client = gateway.as_caller(&caller)?;
            let sight = oracle.sight(caller);
            let mut said = Said { who: role.to_owned(), wanted: sight.withheld_of_rows(), rows: BTreeMap::new() };
            for document in WITH_LEAVES {
                said.pages(&client, document).await?;
            }
            // Everything below the rows of each list, and nothing of any row but what is withheld.
            for (list, table) in lists() {
                let hull = Tree::hull(table, 2).selection();
                let document = format!("query($after: String) {{ list: {list}(first: 20, after: $after) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {hull} }} }} }}");
                said.pages(&client, &document).await?;
            }
            // Rows of every type by their ids, those that are withheld in part and those that are not.
            for table in entity::TABLES {
                let rows = oracle.records.of(table).values().filter(|row| sight.sees_row(table, row));
                let ids = rows.map(|row| oracle.id(table.name, row.key.0, row.key.1));
                let (some, none): (Vec<String>, Vec<String>) = ids.partition(|id| !said.wanted[id].is_empty());
                let ids: Vec<&String> = some.iter().take(5).chain(none.iter().take(3)).collect();
                let by_id = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ...R }} }}{}", row());
                said.ask(&client, &by_id, json!({ "ids": ids })).await?;
            }
            // Rows of either kind, where a role's scopes divide the rows of a type.
            if role == "case_worker@UA" {
                assert_eq!(said.rows.len(), entity::TABLES.len(), "types that nobody asked for: {:?}", said.rows.keys());
                for of_type in ["Individual", "Trafficker", "NarrativePassage"] {
                    let counts = said.counts(of_type);
                    assert!(counts[0] > 0 && counts[1] > 0, "{of_type}: {counts:?}");
                }
            }
        }
        Ok(())
    }

    /// `extensions.withheld` is about the operation, and so is the refusal of it: what nobody asked for is not in it.
    async fn the_operation_names_what_it_asked_for(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 200).await?;
        let analyst = gateway.as_role("mission_analyst@UA")?;
        let rejecting = analyst.clone().with_header("causeway-withheld", "reject");
        for (selected, named) in [
            ("withheld", Value::Null),
            ("withheld gender", Value::Null),
            ("withheld familyName", json!(["Individual.familyName"])),
            ("phone withheld familyName", json!(["Individual.familyName", "Individual.phone"])),
        ] {
            let document = format!("{{ individuals(first: 2) {{ nodes {{ {selected} }} }} }}");
            let answer = analyst.query(&document).await?;
            for row in answer.data()["individuals"]["nodes"].as_array().ok_or("no rows")? {
                assert_eq!(row["withheld"], json!(NAMELESS), "{selected}");
            }
            assert_eq!(answer.body["extensions"]["withheld"], named, "{selected}");
            let codes: &[&str] = if named.is_null() { &[] } else { &["FORBIDDEN"] };
            assert_eq!(rejecting.query(&document).await?.codes(), codes, "{selected}");
        }
        Ok(())
    }

    /// A payload is a read, of this too: a case that is handed over is withheld from then on.
    async fn a_payload_says_the_same_as_a_read(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let id = worker.register(input("UA-1")).await?;
        let update = "mutation($input: UpdateCaseInput!) { updateCase(input: $input) { case { withheld individual { withheld } } } }";
        let read = "query($id: ID!) { case(id: $id) { withheld individual { gender withheld familyName } } }";
        for (owner, hidden) in [("case_worker", &[][..]), ("colleague", &NAMELESS[..])] {
            let written = worker.data(update, json!({ "input": { "id": id, "case": { "owner": owner } } })).await?;
            let read = worker.data(read, json!({ "id": id })).await?;
            let names = &written["updateCase"]["case"]["individual"]["withheld"];
            assert_eq!(names, &json!(hidden), "{owner}");
            assert_eq!(&read["case"]["individual"]["withheld"], names, "{owner}");
            assert_eq!(read["case"]["withheld"], written["updateCase"]["case"]["withheld"], "{owner}");
        }
        Ok(())
    }
    /// A mission is what its row says, not what the list of countries does, also where a case leads to it.
    async fn a_mission_is_the_same_wherever_it_hangs(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 100).await?;
        run(db, "UPDATE mission SET regional_office = 'RO Elsewhere', un_region = NULL WHERE id = 'UA'".to_owned()).await?;
        let document = "{ mission(code: UA) { ...M } missions(first: 1) { nodes { ...M } } \
             cases(first: 2) { nodes { mission { ...M } individual { mission { ...M } } } } } \
             fragment M on Mission { id code name unRegion regionalOffice status }";
        let data = gateway.as_role("case_worker@UA")?.data(document, Value::Null).await?;
        let mission = &data["mission"];
        assert_eq!((&mission["regionalOffice"], &mission["unRegion"]), (&json!("RO Elsewhere"), &Value::Null));
        assert_eq!(&data["missions"]["nodes"][0], mission);
        let cases = data["cases"]["nodes"].as_array().ok_or("no cases")?;
        assert_eq!(cases.len(), 2);
        for case in cases {
            assert_eq!((&case["mission"], &case["individual"]["mission"]), (mission, mission));
        }
        Ok(())
    }
}
