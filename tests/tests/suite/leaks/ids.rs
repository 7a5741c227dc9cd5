//! Ids, numbers and cursors: those of somebody else, of something else, and made up.

use super::{refusal, says_nothing};
use crate::oracle::{Oracle, Record, Tree, first_difference};
use crate::roles::eleven;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use causeway_tests::{Caller, Client, Gateway, both};
use serde_json::{Value, json};

both! {
    /// Every row of every table by its id, for every role: every leaf, what is next to it, and what is withheld, as the matrix says;
    /// null where the row is not there, and for an id that was never given out.
    async fn ids_open_what_the_matrix_says(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 120).await?;
        for (role, ..) in eleven() {
            let caller = Caller::of(role);
            let client = gateway.as_caller(&caller)?;
            let sight = oracle.sight(caller);
            for table in entity::TABLES {
                let tree = Tree::row(table);
                let query = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {} {{ {} }} }} }}", table.name, tree.selection());
                let rows: Vec<&Record> = oracle.records.of(table).values().collect();
                for chunk in rows.chunks(50) {
                    // Each row under its type, and under one that no id of its ever had.
                    let ids = |of_type: &str| chunk.iter().map(|row| oracle.id(of_type, row.key.0, row.key.1)).collect::<Vec<_>>();
                    let ids = [ids(table.name), ids("Mission")].concat();
                    let data = client.data(&query, json!({ "ids": ids })).await?;
                    let wanted = chunk.iter().map(|row| sight.node(&tree, row).unwrap_or_default());
                    let wanted: Vec<Value> = wanted.chain(chunk.iter().map(|_| Value::Null)).collect();
                    if let Some(difference) = first_difference(&data["nodes"], &json!(wanted), table.name) {
                        panic!("{role}: {difference}");
                    }
                }
            }
        }
        Ok(())
    }

    /// Ids of another mission, of another type, made up, cut short, or changed: one answer for all of them.
    async fn foreign_and_forged_ids_answer_alike(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 200).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let case = |mission: &str| oracle.records.cases().find(|case| case.key.0.as_str() == mission).expect("a case in each mission").key;
        let (own, foreign) = (case("UA"), case("MD"));
        let own_id = oracle.id("Case", own.0, own.1);
        let known = client.data("query($id: ID!) { node(id: $id) { id } case(id: $id) { id } }", json!({ "id": own_id })).await?;
        assert_eq!((&known["node"]["id"], &known["case"]["id"]), (&json!(own_id), &json!(own_id)));
        let raw = URL_SAFE_NO_PAD.decode(&own_id)?;
        let mut forged: Vec<String> = (0..raw.len()).map(|at| {
            let mut bytes = raw.clone();
            bytes[at] ^= 1;
            URL_SAFE_NO_PAD.encode(bytes)
        }).collect();
        forged.push(URL_SAFE_NO_PAD.encode([b"Individual:", &raw[5..]].concat()));
        forged.extend([String::new(), "Case".to_owned(), "Mission.MD".to_owned(), own_id[..10].to_owned(), format!("{own_id}A"), own.1.to_string(), "x".repeat(10_000)]);
        forged.push(oracle.id("Case", foreign.0, foreign.1));
        forged.push(oracle.id("Case", own.0, foreign.1));
        forged.push(oracle.id("Case", foreign.0, own.1));
        forged.push(oracle.id("Case", own.0, uuid::Uuid::now_v7()));
        let nothing = json!({ "node": null, "case": null, "individual": null });
        for id in &forged {
            let answer = client.run("query($id: ID!) { node(id: $id) { id } case(id: $id) { id } individual(id: $id) { id } }", json!({ "id": id })).await?;
            // The cost is what was asked, whatever is there.
            let cost = json!({ "requested": 3, "limit": answer.body["extensions"]["cost"]["limit"] });
            assert_eq!(answer.body, json!({ "data": nothing, "extensions": { "cost": cost } }), "{id}");
        }
        // A case's id where an individual's is wanted; the same id in several places.
        let data = client.data("query($id: ID!, $ids: [ID!]!) { individual(id: $id) { id } nodes(ids: $ids) { id } }", json!({ "id": own_id, "ids": [own_id, forged[0], own_id] })).await?;
        assert_eq!(data, json!({ "individual": null, "nodes": [{ "id": own_id }, null, { "id": own_id }] }));
        Ok(())
    }

    /// A case number of another mission, or of nobody: one answer. A number is never told by the text of an error.
    async fn case_numbers_answer_alike(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        let query = "query($mission: CountryCode!, $number: String!) { caseByNumber(mission: $mission, caseNumber: $number) { id caseNumber individual { familyName } } }";
        for (role, ..) in eleven() {
            let caller = Caller::of(role);
            let client = gateway.as_caller(&caller)?;
            let sight = oracle.sight(caller);
            let visible = sight.masked("Case");
            for mission in ["UA", "MD", "BY"] {
                let random = client.run(query, json!({ "mission": mission, "number": "no such number" })).await?;
                says_nothing(&random);
                for case in oracle.records.cases().filter(|case| case.key.0.as_str() == mission).take(40) {
                    let number = case.text("case_number").ok_or("no number")?;
                    let answer = client.run(query, json!({ "mission": mission, "number": number })).await?;
                    let row = visible.iter().find(|row| row.key == case.key && row.value("caseNumber").is_some());
                    match row {
                        Some(row) => assert_eq!(answer.data()["caseByNumber"]["id"], json!(row.id), "{role} in {mission}"),
                        None => {
                            assert_eq!((answer.status, &answer.body["errors"]), (random.status, &random.body["errors"]), "{role} in {mission}");
                            assert!(answer.data()["caseByNumber"].is_null(), "{role} in {mission}: {}", answer.body);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// A cursor serves its viewer, its list and its order, unchanged; any other use is refused.
    async fn cursors_serve_nobody_else(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 200).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let first = worker.data("{ individuals(first: 3, orderBy: [{ field: FAMILY_NAME }]) { nodes { familyName } pageInfo { endCursor } } }", Value::Null).await?;
        let cursor = first["individuals"]["pageInfo"]["endCursor"].as_str().ok_or("no cursor")?.to_owned();
        let use_it = |list: &str, order: &str, direction: &str, cursor: &str| {
            format!("{{ {list}({direction}: {}, orderBy: [{order}]) {{ nodes {{ id }} }} }}", json!(cursor))
        };
        let order = "{ field: FAMILY_NAME }";
        assert!(worker.query(&use_it("individuals", order, "after", &cursor)).await?.body["errors"].is_null());
        let supervisor = gateway.as_role("case_supervisor@UA")?;
        let namesake = gateway.as_caller(&Caller { subject: "case_worker2".to_owned(), ..Caller::of("case_worker@UA") })?;
        let mut attempts: Vec<(&Client, String, &str)> = vec![
            (&supervisor, use_it("individuals", order, "after", &cursor), "after"),
            (&namesake, use_it("individuals", order, "after", &cursor), "after"),
            (&worker, use_it("individuals", "{ field: GIVEN_NAMES }", "after", &cursor), "after"),
            (&worker, use_it("individuals", "{ field: FAMILY_NAME, direction: DESC }", "after", &cursor), "after"),
            (&worker, use_it("individuals", "{ field: FAMILY_NAME }, { field: GENDER }", "after", &cursor), "after"),
            (&worker, use_it("individuals", "", "after", &cursor), "after"),
            (&worker, use_it("individuals", "", "before", &cursor), "before"),
            (&worker, use_it("cases", "", "after", &cursor), "after"),
            (&worker, use_it("individuals", order, "after", ""), "after"),
            (&worker, use_it("individuals", order, "after", &"A".repeat(5_000)), "after"),
        ];
        let raw = URL_SAFE_NO_PAD.decode(&cursor)?;
        for at in (0..raw.len()).step_by(5) {
            let mut bytes = raw.clone();
            bytes[at] ^= 0x20;
            attempts.push((&worker, use_it("individuals", order, "after", &URL_SAFE_NO_PAD.encode(bytes)), "after"));
        }
        for (client, query, field) in attempts {
            let answer = client.query(&query).await?;
            refusal(&answer, "BAD_INPUT", &query);
            assert_eq!(answer.body["errors"][0]["extensions"]["field"], json!(field), "{query}");
        }
        // It tells nothing either: neither what stands in it nor a known beginning.
        for name in first["individuals"]["nodes"].as_array().into_iter().flatten().filter_map(|node| node["familyName"].as_str()) {
            assert!(!String::from_utf8_lossy(&raw).contains(name), "a cursor shows a name");
        }
        Ok(())
    }
}
