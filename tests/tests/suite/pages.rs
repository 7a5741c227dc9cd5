//! Pages: forwards and backwards, every order, several sizes, with masks and without. Whatever the way, the rows are those
//! of the whole list, once each; what is withheld comes last and in the order of ids, whatever its value.

use crate::oracle::{MaskedRow, Oracle, Stored};
use causeway_tests::{Answer, Caller, Client, Gateway, Result, both};
use serde_json::{Value, json};

const CASE_FIELDS: &[&str] = &[
    "CASE_NUMBER",
    "STATUS",
    "TRAFFICKING_STATUS",
    "DATA_SOURCE",
    "REGISTERED_ON",
    "REGISTRATION_MONTH",
    "YEAR_OF_REGISTRATION",
    "REGISTERED_BY",
    "OWNER",
    "TEAM",
    "RISK_LEVEL",
    "CLOSED_ON",
    "AGE_BAND",
    "MAJORITY_STATUS",
];
const INDIVIDUAL_FIELDS: &[&str] = &[
    "GIVEN_NAMES",
    "FAMILY_NAME",
    "BIRTH_DATE",
    "GENDER",
    "COUNTRY_OF_BIRTH",
    "MARITAL_STATUS",
    "EDUCATION",
    "NUMBER_OF_CHILDREN",
];

/// `FAMILY_NAME` is the field `familyName`.
pub fn camel(name: &str) -> String {
    entity::lower_camel(&name.to_lowercase())
}

/// The ids of rows in an order: text as it is folded, nulls last either way, then mission and id.
pub fn sorted(rows: &[MaskedRow], field: &str, descending: bool) -> Vec<String> {
    let field = camel(field);
    let mut rows: Vec<&MaskedRow> = rows.iter().collect();
    rows.sort_by(|left, right| {
        let compared = |row: &MaskedRow| match row.value(&field) {
            Some(Stored::Text(text)) => Some(Stored::Text(causeway::text::folded(text))),
            other => other.cloned(),
        };
        let (one, other) = (compared(left), compared(right));
        let nulls = one.is_none().cmp(&other.is_none());
        let values = if descending { other.cmp(&one) } else { one.cmp(&other) };
        nulls.then(values).then(left.key.cmp(&right.key))
    });
    rows.into_iter().map(|row| row.id.clone()).collect()
}

/// One walk through a list, checked page by page. The ids, from the first row to the last.
pub async fn walk(
    client: &Client,
    list: &str,
    order: &Value,
    size: usize,
    backwards: bool,
    total: usize,
) -> Result<Vec<String>> {
    let arguments = if backwards { "last: $size, before: $cursor" } else { "first: $size, after: $cursor" };
    let kind = match list {
        "cases" => "CaseOrder",
        "individuals" => "IndividualOrder",
        other => return Err(format!("no order of {other}").into()),
    };
    let query = format!(
        "query($size: Int, $cursor: String, $order: [{kind}!]) {{ {list}({arguments}, orderBy: $order) {{ totalCount \
         pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} edges {{ cursor node {{ id }} }} nodes {{ id }} }} }}"
    );
    let (mut pages, mut cursor, mut seen): (Vec<Vec<String>>, _, _) = (Vec::new(), Value::Null, 0);
    loop {
        let variables = json!({ "size": size, "cursor": cursor, "order": order });
        let data = client.data(&query, variables).await.map_err(|error| format!("{list} by {order}: {error}"))?;
        let page = &data[list];
        let info = &page["pageInfo"];
        let ids: Vec<String> = texts(&page["nodes"], |node| &node["id"]);
        assert_eq!(ids, texts(&page["edges"], |edge| &edge["node"]["id"]), "nodes and edges differ");
        let cursors = texts(&page["edges"], |edge| &edge["cursor"]);
        assert_eq!(info["startCursor"].as_str(), cursors.first().map(String::as_str));
        assert_eq!(info["endCursor"].as_str(), cursors.last().map(String::as_str));
        assert_eq!(page["totalCount"], json!(total), "{list} by {order}: the total");
        seen += ids.len();
        let more = seen < total;
        let (ahead, behind) =
            if backwards { ("hasPreviousPage", "hasNextPage") } else { ("hasNextPage", "hasPreviousPage") };
        assert_eq!(info[ahead], json!(more), "{list} by {order}, {size} a page: {ahead} after {seen} of {total}");
        assert_eq!(info[behind], json!(!cursor.is_null()), "{list} by {order}, {size} a page: {behind}");
        assert_eq!(ids.len(), size.min(total - (seen - ids.len())), "{list} by {order}: a page of another size");
        cursor = info[if backwards { "startCursor" } else { "endCursor" }].clone();
        pages.push(ids);
        if !more {
            break;
        }
    }
    if backwards {
        pages.reverse();
    }
    Ok(pages.concat())
}

fn texts<'v>(list: &'v Value, of: impl Fn(&'v Value) -> &'v Value) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|item| of(item).as_str().expect("a text").to_owned()).collect()
}

async fn every_order(client: &Client, list: &str, fields: &[&str], rows: &[MaskedRow], sizes: &[usize]) -> Result {
    for field in fields {
        for direction in ["ASC", "DESC"] {
            let wanted = sorted(rows, field, direction == "DESC");
            let order = json!([{ "field": field, "direction": direction }]);
            for (at, size) in sizes.iter().enumerate() {
                for backwards in [false, true] {
                    // A page of one row is slow over hundreds of rows: one direction of each field is enough.
                    if *size == 1 && backwards == (direction == "ASC") {
                        continue;
                    }
                    let found = walk(client, list, &order, *size, backwards, rows.len()).await?;
                    let at_fault = found.iter().zip(&wanted).position(|(found, wanted)| found != wanted);
                    assert!(
                        found == wanted,
                        "{list} by {field} {direction}, {size} a page (size {at}), backwards {backwards}: row {at_fault:?}"
                    );
                }
            }
        }
    }
    Ok(())
}

async fn refused(client: &Client, query: &str, field: &str) -> Result {
    let answer: Answer = client.query(query).await?;
    assert_eq!(answer.codes(), ["BAD_INPUT"], "{query}: {}", answer.body);
    assert_eq!(answer.body["errors"][0]["extensions"]["field"], json!(field), "{query}");
    Ok(())
}

both! {
    /// A role without masks on these columns.
    async fn every_order_without_masks(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        let caller = Caller::of("case_supervisor@MD");
        let client = gateway.as_caller(&caller)?;
        let sight = oracle.sight(caller);
        let cases = sight.masked_cases();
        assert!(cases.len() > 15, "too few rows to page through");
        every_order(&client, "cases", CASE_FIELDS, &cases, &[1, 7, 100]).await?;
        every_order(&client, "individuals", INDIVIDUAL_FIELDS, &sight.masked_individuals(), &[1, 7, 100]).await
    }

    /// A role that sees some values in some rows: what is withheld comes last, in the order of ids, whatever it is.
    async fn every_order_with_masks(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        let caller = Caller::of("case_worker@UA");
        let client = gateway.as_caller(&caller)?;
        let sight = oracle.sight(caller);
        let rows = sight.masked_individuals();
        let named = rows.iter().filter(|row| row.value("familyName").is_some()).count();
        assert!(named > 0 && named < rows.len(), "{named} of {} named: there is nothing to mask", rows.len());
        every_order(&client, "individuals", INDIVIDUAL_FIELDS, &rows, &[1, 7, 100]).await?;
        every_order(&client, "cases", CASE_FIELDS, &sight.masked_cases(), &[7, 100]).await
    }

    /// Several keys, and a viewer whose masks differ from mission to mission.
    async fn several_keys_over_several_missions(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        let roles = ["case_worker@UA", "mission_analyst@MD", "case_supervisor@PH"].map(str::to_owned).to_vec();
        let caller = Caller { roles, ..Caller::of("case_worker@UA") };
        let client = gateway.as_caller(&caller)?;
        let sight = oracle.sight(caller);
        let rows = sight.masked_individuals();
        every_order(&client, "individuals", &["FAMILY_NAME", "BIRTH_DATE"], &rows, &[7]).await?;
        let order = json!([{ "field": "STATUS", "direction": "DESC" }, { "field": "OWNER" }]);
        let mut cases = sight.masked_cases();
        cases.sort_by(|left, right| {
            let status = right.value("status").cmp(&left.value("status"));
            let nulls = left.value("owner").is_none().cmp(&right.value("owner").is_none());
            status.then(nulls).then(left.value("owner").cmp(&right.value("owner"))).then(left.key.cmp(&right.key))
        });
        let wanted: Vec<String> = cases.iter().map(|row| row.id.clone()).collect();
        for backwards in [false, true] {
            assert_eq!(walk(&client, "cases", &order, 7, backwards, wanted.len()).await?, wanted);
        }
        Ok(())
    }

    /// Without keys a page is the rest of one mission and then the next missions: nothing is lost or doubled between them.
    async fn no_key_over_several_missions(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        let caller = Caller::of("hq_protection@*");
        let client = gateway.as_caller(&caller)?;
        let mut cases = oracle.sight(caller).masked_cases();
        cases.sort_by_key(|case| case.key);
        let wanted: Vec<String> = cases.iter().map(|row| row.id.clone()).collect();
        for (size, backwards) in [(7, false), (7, true), (100, false), (100, true)] {
            assert_eq!(walk(&client, "cases", &json!([]), size, backwards, wanted.len()).await?, wanted);
        }
        Ok(())
    }

    /// Connections below a row page like those at the root, and their total is that of the whole list.
    async fn children_page_too(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 300).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let whole = "{ cases(first: 100) { nodes { id consents(first: 100) { totalCount nodes { id } } } } }";
        let data = client.data(whole, Value::Null).await?;
        let case = data["cases"]["nodes"].as_array().ok_or("no cases")?.iter()
            .max_by_key(|case| case["consents"]["totalCount"].as_i64()).ok_or("no case")?;
        let wanted = texts(&case["consents"]["nodes"], |node| &node["id"]);
        assert!(wanted.len() > 2, "too few consents to page through");
        for backwards in [false, true] {
            let arguments = if backwards { "last: 2, before: $cursor" } else { "first: 2, after: $cursor" };
            let query = format!("query($id: ID!, $cursor: String) {{ case(id: $id) {{ consents({arguments}) {{ totalCount \
                pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} nodes {{ id }} }} }} }}");
            let (mut pages, mut cursor, mut seen): (Vec<Vec<String>>, _, _) = (Vec::new(), Value::Null, 0);
            while seen < wanted.len() {
                let data = client.data(&query, json!({ "id": case["id"], "cursor": cursor })).await?;
                let page = &data["case"]["consents"];
                let ids = texts(&page["nodes"], |node| &node["id"]);
                assert!(!ids.is_empty(), "a page without a row in the middle");
                seen += ids.len();
                let (ahead, behind) = if backwards { ("hasPreviousPage", "hasNextPage") } else { ("hasNextPage", "hasPreviousPage") };
                assert_eq!(page["pageInfo"][ahead], json!(seen < wanted.len()));
                assert_eq!(page["pageInfo"][behind], json!(!cursor.is_null()));
                assert_eq!(page["totalCount"], json!(wanted.len()), "the total of a page of children, backwards {backwards}");
                cursor = page["pageInfo"][if backwards { "startCursor" } else { "endCursor" }].clone();
                pages.push(ids);
            }
            if backwards {
                pages.reverse();
            }
            assert_eq!(pages.concat(), wanted);
        }
        let past = "query($id: ID!, $cursor: String) { case(id: $id) { consents(first: 2, after: $cursor) { totalCount \
            pageInfo { hasNextPage hasPreviousPage } nodes { id } } } }";
        let last = client.data("query($id: ID!) { case(id: $id) { consents(last: 1) { pageInfo { endCursor } } } }", json!({ "id": case["id"] })).await?;
        let end = &last["case"]["consents"]["pageInfo"]["endCursor"];
        let data = client.data(past, json!({ "id": case["id"], "cursor": end })).await?;
        let page = json!({ "totalCount": wanted.len(), "pageInfo": { "hasNextPage": false, "hasPreviousPage": true }, "nodes": [] });
        assert_eq!(data["case"]["consents"], page, "behind the last child");
        Ok(())
    }

    /// Sizes and pairs of arguments that make no page.
    async fn impossible_pages_are_refused(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 60).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        for list in ["cases", "individuals", "narratives", "referrals", "traffickers", "missions"] {
            for size in ["-1", "101", "100000", "-2147483648", "2147483647"] {
                refused(&client, &format!("{{ {list}(first: {size}) {{ nodes {{ id }} }} }}"), "first").await?;
                refused(&client, &format!("{{ {list}(last: {size}) {{ nodes {{ id }} }} }}"), "last").await?;
            }
            refused(&client, &format!("{{ {list}(first: 1, last: 1) {{ nodes {{ id }} }} }}"), "last").await?;
            refused(&client, &format!("{{ {list}(first: 1, before: \"x\") {{ nodes {{ id }} }} }}"), "last").await?;
            refused(&client, &format!("{{ {list}(after: \"x\") {{ nodes {{ id }} }} }}"), "after").await?;
            refused(&client, &format!("{{ {list}(before: \"x\") {{ nodes {{ id }} }} }}"), "before").await?;
        }
        for child in ["episodes", "exploitations", "narratives", "consents", "referrals"] {
            refused(&client, &format!("{{ cases(first: 1) {{ nodes {{ {child}(first: -1) {{ totalCount }} }} }} }}"), "first").await?;
            refused(&client, &format!("{{ cases(first: 1) {{ nodes {{ {child}(first: 1, last: 1) {{ totalCount }} }} }} }}"), "last").await?;
        }
        let none = client.data("{ cases(first: 0) { totalCount nodes { id } pageInfo { hasNextPage startCursor } } }", Value::Null).await?;
        assert_eq!(none["cases"]["nodes"], json!([]));
        assert_eq!(none["cases"]["pageInfo"], json!({ "hasNextPage": true, "startCursor": null }));
        Ok(())
    }
}
