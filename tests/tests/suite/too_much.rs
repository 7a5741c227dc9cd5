//! Variables and trees that are larger than anybody needs. Variables are no part of a document, whose size is limited, and all that
//! hangs below rows is one statement. Each attack is answered, and the gateway is there afterwards; the most that is allowed works on
//! both databases, whatever the masks add to it.

use causeway_tests::{Client, Gateway, Result, both};
use serde_json::{Value, json};

const FILTERED: &str = "query($filter: CaseFilter) { cases(first: 2, filter: $filter) { totalCount nodes { id } } }";
const REGISTER: &str =
    "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { id } userErrors { field code } } }";
/// A role for which little is hidden, one for which rows are, and one of all missions.
const ROLES: [&str; 3] = ["case_supervisor@UA", "case_worker@UA", "hq_analyst@*"];

/// How many cases meet a filter.
async fn count(client: &Client, filter: Value) -> Result<Value> {
    Ok(client.data(FILTERED, json!({ "filter": filter })).await?["cases"]["totalCount"].clone())
}

/// All that hangs below a case, and below that all that hangs below it, in so many levels of fields.
fn of_case(depth: usize) -> String {
    if depth < 3 {
        return "id".to_owned();
    }
    let lists = ["consents", "episodes", "exploitations", "narratives", "referrals"];
    let lists = lists.map(|list| format!("{list}(first: 1) {{ totalCount nodes {{ id withheld }} }}")).join(" ");
    format!("id withheld {lists} individual {{ id cases(first: 1) {{ nodes {{ {} }} }} }}", of_case(depth - 3))
}

both! {
    /// As deep as a document may be, all that there is on the way, and as many of it beside each other as may have names of their own.
    async fn the_largest_tree_is_answered(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 60).await?;
        let deep = format!("{{ cases(first: 1) {{ nodes {{ {} }} }} }}", of_case(14));
        let many: Vec<String> = (0..100)
            .map(|number| format!("a{number}: episodes(first: 1) {{ nodes {{ id exploitations(first: 1) {{ nodes {{ id withheld }} }} }} }}"))
            .collect();
        let wide = format!("{{ cases(first: 1) {{ nodes {{ id {} }} }} }}", many.join(" "));
        for role in ROLES {
            let client = gateway.as_role(role)?;
            for query in [&deep, &wide] {
                let found = client.data(query, Value::Null).await?;
                assert!(found["cases"]["nodes"][0]["id"].is_string(), "{role}: {found}");
            }
        }
        Ok(())
    }

    /// JSON itself ends somewhere; what is not that deep ends as a filter.
    async fn variables_nest_without_end(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let query = serde_json::to_string(FILTERED)?;
        for (begins, ends) in [("{\"not\":", "}"), ("{\"and\":[", "]}"), ("[", "]")] {
            for (depth, name, is_refused) in [
                (60, "filter", begins == "["),
                (110, "filter", true),
                (10_000, "filter", true),
                (60, "undeclared", false),
                (10_000, "undeclared", true),
            ] {
                let value = format!("{}{{}}{}", begins.repeat(depth), ends.repeat(depth));
                let body = format!("{{\"query\":{query},\"variables\":{{\"{name}\":{value}}}}}");
                let answer = client.post(body).await?;
                let expected = if is_refused { vec!["BAD_INPUT"] } else { Vec::new() };
                assert_eq!(answer.codes(), expected, "{begins} {depth} {name}: {}", answer.body);
            }
        }
        assert_eq!(count(&client, json!({})).await?, 0);
        Ok(())
    }

    async fn the_most_that_is_allowed_works(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 60).await?;
        let unknown = json!({ "individual": { "gender": { "isNull": true } } });
        let values: Vec<String> = (0..999).map(|number| format!("nobody {number}")).collect();
        let owners = json!({ "owner": { "in": values } });
        for role in ROLES {
            let client = gateway.as_role(role)?;
            let (all, of_unknown) = (count(&client, json!({})).await?, count(&client, unknown.clone()).await?);
            for (filter, found) in [
                (json!({ "or": vec![json!({}); 99] }), &all),
                (json!({ "not": { "and": vec![json!({}); 98] } }), &json!(0)),
                (json!({ "or": vec![&unknown; 33] }), &of_unknown),
                (json!({ "and": vec![&unknown; 33] }), &of_unknown),
            ] {
                assert_eq!(count(&client, filter.clone()).await?, *found, "{role} {filter}");
            }
            // Countries that are named again and again are named once.
            let asked = "query($missions: [CountryCode!]) { cases(first: 1, missions: $missions) { totalCount } }";
            let once = client.data(asked, json!({ "missions": ["UA"] })).await?;
            assert_eq!(client.data(asked, json!({ "missions": vec!["UA"; 20_000] })).await?, once, "{role}");
        }
        let supervisor = gateway.as_role("case_supervisor@UA")?;
        assert_eq!(count(&supervisor, json!({ "or": [owners, owners] })).await?, 0, "nobody is called so");
        Ok(())
    }

    async fn an_input_that_is_too_long_is_a_mistake(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let consent = json!({ "purpose": "REFERRAL", "decision": "GIVEN" });
        let consents = |most: usize| json!({ "mission": "UA", "individual": {}, "consents": vec![&consent; most] });
        let countries = json!({ "mission": "UA", "individual": { "citizenships": vec!["XX"; 40_000] } });
        for (input, at) in [
            (consents(51), "consents"),
            (consents(4_000), "consents"),
            (countries, "individual.citizenships"),
        ] {
            let answer = client.data(REGISTER, json!({ "input": input })).await?["registerCase"].clone();
            assert_eq!(answer, json!({ "case": null, "userErrors": [{ "field": at, "code": "BAD_INPUT" }] }));
        }
        let answer = client.data(REGISTER, json!({ "input": consents(50) })).await?["registerCase"].clone();
        assert_eq!(answer["userErrors"], json!([]));
        Ok(())
    }
}
