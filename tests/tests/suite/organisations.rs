//! The directory of a mission: rows that lead to no case.

use causeway_tests::{Client, Gateway, Result, both};
use serde_json::{Value, json};

/// What a caller finds in the directories, by key.
async fn found(client: &Client, arguments: &str) -> Result<Vec<String>> {
    let query =
        format!("{{ organisations(first: 100{arguments}) {{ totalCount nodes {{ key mission {{ code }} }} }} }}");
    let list = client.data(&query, Value::Null).await?["organisations"].take();
    let nodes = list["nodes"].as_array().ok_or("no nodes")?;
    assert_eq!(list["totalCount"], json!(nodes.len()));
    assert!(nodes.iter().all(|node| node["mission"]["code"] == json!("UA")), "{list}");
    let mut keys: Vec<String> = nodes.iter().filter_map(|node| node["key"].as_str().map(str::to_owned)).collect();
    keys.sort_unstable();
    Ok(keys)
}

both! {
    /// Staff find all of their mission's, a partner its own alone, and whoever only counts none.
    async fn a_partner_finds_its_own_alone(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 60).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let all = found(&worker, "").await?;
        assert_eq!(all.len(), 9, "{all:?}");
        assert_eq!(found(&worker, ", search: \"HARBOUR\"").await?, ["hope-harbour", "safe-harbour"]);
        assert_eq!(found(&worker, ", filter: { type: { eq: LEGAL_SERVICE } }").await?, ["ninth-bridge-legal-aid"]);

        let partner = gateway.as_role("partner_provider@UA")?;
        assert_eq!(found(&partner, "").await?, ["safe-harbour"]);
        assert_eq!(found(&partner, ", search: \"harbour\"").await?, ["safe-harbour"]);
        assert_eq!(found(&partner, ", filter: { key: { eq: \"hope-harbour\" } }").await?, Vec::<String>::new());
        assert_eq!(found(&partner, ", filter: { not: { key: { eq: \"safe-harbour\" } } }").await?, Vec::<String>::new());

        assert_eq!(found(&gateway.as_role("hq_analyst@*")?, "").await?, Vec::<String>::new());
        assert_eq!(found(&gateway.as_role("mission_admin@UA")?, "").await?, all);
        Ok(())
    }

    /// The id of an organisation opens to those alone who find it.
    async fn an_id_opens_for_whom_it_is_found(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 60).await?;
        let query = "{ organisations(filter: { key: { eq: \"hope-harbour\" } }) { nodes { id } } }";
        let data = gateway.as_role("case_worker@UA")?.data(query, Value::Null).await?;
        let id = &data["organisations"]["nodes"][0]["id"];
        assert!(id.is_string(), "{data}");
        let one = "query($id: ID!) { node(id: $id) { ... on Organisation { name version } } }";
        for (role, seen) in [
            ("case_worker@UA", json!({ "name": "Hope Harbour", "version": 1 })),
            ("partner_provider@UA", Value::Null),
            ("case_worker@MD", Value::Null),
            ("hq_analyst@*", Value::Null),
        ] {
            let data = gateway.as_role(role)?.data(one, json!({ "id": id })).await?;
            assert_eq!(data["node"], seen, "{role}");
        }
        Ok(())
    }
}
