//! What the schema has many of, one by one: code lists, dimensions, codes that clients write, lists in one mission; and the list of
//! missions, who one is, and what one may count.

use crate::oracle::{Oracle, lists};
use causeway_tests::{Caller, Client, Gateway, Result, both};
use entity::codes::ALL_LISTS;
use entity::table::{Kind, Table, Write};
use serde_json::{Map, Value, json};

/// The first value of each code list that clients write, by field; a status is that of a new case.
fn codes(table: &Table) -> Map<String, Value> {
    let written = table.columns.iter().filter(|column| column.write != Write::No && column.name != "status");
    let codes = written.filter_map(|column| match (column.kind, column.field) {
        (Kind::Code(list), Some(field)) => Some((field.to_owned(), json!(list.values[0].graphql))),
        _ => None,
    });
    codes.collect()
}

/// One dimension: what is counted under each key is what a filter by that key counts.
async fn dimension(client: &Client, name: &str) -> Result {
    let query = "query($by: [Dimension!]!, $filter: StatisticsFilter) { statistics(missions: [UA], groupBy: $by, filter: $filter) \
        { tier total asOf cells { keys count } } }";
    let grouped = client.data(query, json!({ "by": [name] })).await?["statistics"].clone();
    assert_eq!(grouped["tier"], "EXACT");
    assert!(grouped["asOf"].is_string(), "{name}: {grouped}");
    let cells =
        grouped["cells"].as_array().filter(|cells| !cells.is_empty()).ok_or_else(|| format!("{name}: no cell"))?;
    for cell in cells.iter().take(3) {
        let key = &cell["keys"][0];
        let condition = if key.is_null() { json!({ "isNull": true }) } else { json!({ "eq": key }) };
        let filter = json!({ entity::lower_camel(&name.to_lowercase()): condition });
        let filtered = client.data(query, json!({ "by": [], "filter": filter })).await?;
        assert_eq!(filtered["statistics"]["total"], cell["count"], "{name}: {key}");
    }
    Ok(())
}

both! {
    /// Each code list is told as it was published.
    async fn every_code_list_is_told(db: &TestDatabase) -> Result {
        let gateway = Gateway::start(db).await?;
        let client = gateway.as_role("hq_analyst@*")?;
        let query = "query($name: String!) { codeList(name: $name) { name values { code value label definition source } } }";
        for (name, values) in ALL_LISTS {
            let told = client.data(query, json!({ "name": name })).await?;
            let values: Vec<Value> = values.iter().map(|code| json!({
                "code": code.graphql, "value": code.value, "label": code.label, "definition": code.definition, "source": code.source,
            })).collect();
            assert_eq!(told["codeList"], json!({ "name": name, "values": values }));
        }
        Ok(())
    }

    /// Each dimension groups, and each filters, by the same keys.
    async fn every_dimension_groups_as_it_filters(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 400).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let all = client.data("{ __type(name: \"Dimension\") { enumValues { name } } }", Value::Null).await?;
        let all = all["__type"]["enumValues"].as_array().ok_or("no dimensions")?;
        assert!(all.len() > 20, "the dimensions were not read");
        for one in all {
            dimension(&client, one["name"].as_str().ok_or("a dimension without a name")?).await?;
        }
        Ok(())
    }

    /// Each code that a client may write comes back as it was written.
    async fn every_code_is_written(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let [individual, case] = [&entity::individual::TABLE, &entity::case_file::TABLE].map(codes);
        assert!(individual.len() > 2 && case.len() > 2, "{individual:?} {case:?}");
        let consent = json!({ "purpose": "DATA_MANAGEMENT", "decision": "GIVEN", "method": "WRITTEN" });
        let id = client.register(json!({ "mission": "UA", "individual": individual, "case": case, "consents": [consent] })).await?;
        let names = |of: &Map<String, Value>| of.keys().cloned().collect::<Vec<_>>().join(" ");
        let query = format!("query($id: ID!) {{ case(id: $id) {{ {} individual {{ id {} }} consents {{ nodes {{ purpose decision method }} }} }} }}", names(&case), names(&individual));
        let mut read = client.data(&query, json!({ "id": id })).await?["case"].clone();
        let person = read["individual"]["id"].take();
        let mut wanted = Value::Object(case);
        wanted["individual"] = Value::Object(individual.clone());
        wanted["individual"]["id"] = Value::Null;
        wanted["consents"] = json!({ "nodes": [consent] });
        assert_eq!(read, wanted);
        let query = format!("query($id: ID!) {{ individual(id: $id) {{ {} }} }}", names(&individual));
        assert_eq!(client.data(&query, json!({ "id": person })).await?["individual"], Value::Object(individual));
        Ok(())
    }

    /// Each list can be asked of one mission, and each row says whose it is.
    async fn every_list_is_asked_of_one_mission(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 120).await?;
        let caller = Caller::of("hq_protection@*");
        let client = gateway.as_caller(&caller)?;
        let sight = oracle.sight(caller);
        for (list, table) in lists() {
            let query = format!("{{ {list}(missions: [UA], first: 100) {{ totalCount nodes {{ id mission {{ code }} }} }} }}");
            let data = client.data(&query, Value::Null).await?;
            let wanted = sight.masked(table.name).into_iter().filter(|row| row.key.0.as_str() == "UA");
            let wanted: Vec<Value> = wanted.map(|row| json!({ "id": row.id, "mission": { "code": "UA" } })).collect();
            assert!(!wanted.is_empty(), "{list}: no row in UA");
            assert_eq!(data[list]["totalCount"], json!(wanted.len()), "{list}");
            assert_eq!(data[list]["nodes"], json!(wanted[..wanted.len().min(100)]), "{list}");
        }
        Ok(())
    }

    /// The list of missions has pages like any other.
    async fn missions_have_pages(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("hq_analyst@*")?;
        let whole = client.data("{ missions(first: 100) { nodes { code name unRegion } } }", Value::Null).await?;
        let whole = whole["missions"]["nodes"].as_array().ok_or("no missions")?.clone();
        assert!(whole.len() > 4 && whole.iter().any(|mission| mission["unRegion"].is_string()), "{whole:?}");
        let page = async |arguments: &str, cursor: &Value| -> Result<Value> {
            let query = format!("query($cursor: String) {{ missions({arguments}) {{ pageInfo {{ hasNextPage startCursor endCursor }} edges {{ cursor node {{ code name unRegion }} }} }} }}");
            Ok(client.data(&query, json!({ "cursor": cursor })).await?["missions"].clone())
        };
        let codes = |page: &Value| page["edges"].as_array().into_iter().flatten().map(|edge| edge["node"].clone()).collect::<Vec<_>>();
        let first = page("first: 2, after: $cursor", &Value::Null).await?;
        assert_eq!((codes(&first), &first["pageInfo"]["hasNextPage"]), (whole[..2].to_vec(), &json!(true)));
        assert_eq!(first["pageInfo"]["endCursor"], first["edges"][1]["cursor"]);
        let second = page("first: 2, after: $cursor", &first["pageInfo"]["endCursor"]).await?;
        assert_eq!(codes(&second), whole[2..4]);
        let back = page("last: 2, before: $cursor", &second["pageInfo"]["startCursor"]).await?;
        assert_eq!(codes(&back), whole[..2]);
        Ok(())
    }

    /// Who one is, and what one may count and read.
    async fn a_viewer_is_told_who_they_are(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_worker@UA")?;
        let query = "{ viewer { actor subject roles missions statisticsTiers { mission tier } permissions(type: \"Individual\") { read { missions scopes } } } }";
        let viewer = client.data(query, Value::Null).await?["viewer"].clone();
        assert_eq!(viewer["subject"], "case_worker");
        assert!(viewer["actor"].as_str().is_some_and(|actor| actor.ends_with("case_worker")), "{viewer}");
        assert_eq!(viewer["statisticsTiers"], json!([{ "mission": "UA", "tier": "EXACT" }]));
        let grants = viewer["permissions"].as_array().into_iter().flatten().flat_map(|one| one["read"].as_array().into_iter().flatten());
        let mut grants = grants.peekable();
        assert!(grants.peek().is_some() && grants.all(|grant| grant["missions"] == json!(["UA"])), "{viewer}");
        Ok(())
    }
}
