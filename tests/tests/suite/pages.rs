//! Pages: forwards and backwards, every order, several sizes, with masks and without. Whatever the way, the rows are those
//! of the whole list, once each; what is withheld comes last and in the order of ids, whatever its value.

use crate::oracle::{MaskedRow, Oracle, Record, Tree, backs, in_order, lists, table};
use causeway_tests::{Answer, Caller, Client, Gateway, Result, both};
use entity::table::Table;
use serde_json::{Value, json};

/// What a list can be ordered by, of its own columns.
fn orders(table: &Table) -> Vec<String> {
    let columns = table.columns.iter().filter(|column| column.order);
    columns.map(|column| column.name.to_uppercase()).collect()
}

/// `FAMILY_NAME` is the field `familyName`.
pub fn camel(name: &str) -> String {
    entity::lower_camel(&name.to_lowercase())
}

/// The ids of rows in an order: text as it is folded, nulls last either way, then mission and id.
pub fn sorted(rows: &[MaskedRow], field: &str, descending: bool) -> Vec<String> {
    let field = camel(field);
    let mut rows: Vec<&MaskedRow> = rows.iter().collect();
    rows.sort_by(|left, right| {
        let compared = |row: &MaskedRow| row.value(&field).map(in_order);
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
    let (_, table) = lists().find(|(name, _)| *name == list).ok_or_else(|| format!("no list {list}"))?;
    let kind = format!("{}Order", table.name);
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

/// A list below one row.
#[derive(Debug)]
struct Below {
    of_type: &'static str,
    id: Value,
    list: &'static str,
}

impl Below {
    async fn page(&self, client: &Client, arguments: &str, cursor: &Value) -> Result<Value> {
        let Self { of_type, id, list } = self;
        let query = format!(
            "query($id: ID!, $cursor: String) {{ node(id: $id) {{ ... on {of_type} {{ {list}({arguments}) {{ totalCount \
             pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} edges {{ cursor node {{ id }} }} nodes {{ id }} }} }} }} }}"
        );
        let data = client.data(&query, json!({ "id": id, "cursor": cursor })).await;
        Ok(data.map_err(|error| format!("{self:?}({arguments}): {error}"))?["node"][list].clone())
    }

    /// One walk, checked page by page. The ids, from the first row to the last.
    async fn walk(&self, client: &Client, size: usize, backwards: bool, total: usize) -> Result<Vec<String>> {
        let (side, from, ahead, behind, next) = match backwards {
            true => ("last", "before", "hasPreviousPage", "hasNextPage", "startCursor"),
            false => ("first", "after", "hasNextPage", "hasPreviousPage", "endCursor"),
        };
        let arguments = format!("{side}: {size}, {from}: $cursor");
        let (mut pages, mut cursor, mut seen): (Vec<Vec<String>>, _, _) = (Vec::new(), Value::Null, 0);
        while seen < total {
            let page = self.page(client, &arguments, &cursor).await?;
            let (ids, info) = (texts(&page["nodes"], |node| &node["id"]), &page["pageInfo"]);
            assert_eq!(ids, texts(&page["edges"], |edge| &edge["node"]["id"]), "nodes and edges differ");
            assert!(!ids.is_empty(), "{self:?}: a page without a row in the middle");
            seen += ids.len();
            assert_eq!(info[ahead], json!(seen < total), "{self:?}, backwards {backwards}");
            assert_eq!(info[behind], json!(!cursor.is_null()), "{self:?}, backwards {backwards}");
            assert_eq!(page["totalCount"], json!(total), "{self:?}: the total, backwards {backwards}");
            cursor = info[next].clone();
            pages.push(ids);
        }
        if backwards {
            pages.reverse();
        }
        Ok(pages.concat())
    }

    /// Behind the last row is nothing.
    async fn ends(&self, client: &Client, total: usize) -> Result {
        let last = self.page(client, "last: 1, before: $cursor", &Value::Null).await?;
        let end = self.page(client, "first: 2, after: $cursor", &last["pageInfo"]["endCursor"]).await?;
        let info = json!({ "hasNextPage": false, "hasPreviousPage": true, "startCursor": null, "endCursor": null });
        let nothing = json!({ "totalCount": total, "pageInfo": info, "edges": [], "nodes": [] });
        assert_eq!(end, nothing, "{self:?}: behind the last one");
        let others = self.page(client, "last: 100, before: $cursor", &last["pageInfo"]["endCursor"]).await?;
        assert_eq!(texts(&others["nodes"], |node| &node["id"]).len(), total - 1, "{self:?}: before the last one");
        Ok(())
    }
}

async fn every_order(client: &Client, list: &str, fields: &[String], rows: &[MaskedRow], sizes: &[usize]) -> Result {
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
        assert!(sight.masked("Case").len() > 15, "too few rows to page through");
        for (list, table) in lists() {
            every_order(&client, list, &orders(table), &sight.masked(table.name), &[1, 7, 100]).await?;
        }
        Ok(())
    }

    /// A role that sees some values in some rows: what is withheld comes last, in the order of ids, whatever it is.
    async fn every_order_with_masks(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        let caller = Caller::of("case_worker@UA");
        let client = gateway.as_caller(&caller)?;
        let sight = oracle.sight(caller);
        let rows = sight.masked("Individual");
        let named = rows.iter().filter(|row| row.value("familyName").is_some()).count();
        assert!(named > 0 && named < rows.len(), "{named} of {} named: there is nothing to mask", rows.len());
        every_order(&client, "individuals", &orders(table("Individual")), &rows, &[1]).await?;
        for (list, table) in lists() {
            let mut asked = orders(table);
            asked.retain(|field| !sight.never(&format!("{}.{}", table.name, camel(field))));
            every_order(&client, list, &asked, &sight.masked(table.name), &[7, 100]).await?;
        }
        Ok(())
    }

    /// Several keys, and a viewer whose masks differ from mission to mission.
    async fn several_keys_over_several_missions(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        let roles = ["case_worker@UA", "mission_analyst@MD", "case_supervisor@PH"].map(str::to_owned).to_vec();
        let caller = Caller { roles, ..Caller::of("case_worker@UA") };
        let client = gateway.as_caller(&caller)?;
        let sight = oracle.sight(caller);
        let rows = sight.masked("Individual");
        let keys = ["FAMILY_NAME", "BIRTH_DATE"].map(str::to_owned);
        every_order(&client, "individuals", &keys, &rows, &[7]).await?;
        let order = json!([{ "field": "STATUS", "direction": "DESC" }, { "field": "OWNER" }]);
        let mut cases = sight.masked("Case");
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
        let mut cases = oracle.sight(caller).masked("Case");
        cases.sort_by_key(|case| case.key);
        let wanted: Vec<String> = cases.iter().map(|row| row.id.clone()).collect();
        for (size, backwards) in [(7, false), (7, true), (100, false), (100, true)] {
            assert_eq!(walk(&client, "cases", &json!([]), size, backwards, wanted.len()).await?, wanted);
        }
        Ok(())
    }

    /// Pages of every list below a row, forwards and backwards: the rows of the whole list, once each, with the right total.
    async fn pages_of_children(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        let caller = Caller::of("hq_protection@*");
        let client = gateway.as_caller(&caller)?;
        let sight = oracle.sight(caller);
        let mut single = Vec::new();
        for table in entity::TABLES {
            for (column, back) in backs(table) {
                let children = |row: &&Record| oracle.records.referring(column.table.name, column.name, row.key).count();
                let parent = oracle.records.of(table).values().max_by_key(children).ok_or("no row")?;
                let whole = sight.node(&Tree::row(table), parent).ok_or("hq_protection sees every row")?;
                let wanted = texts(&whole[back.entry.name]["nodes"], |node| &node["id"]);
                let list = Below { of_type: table.name, id: whole["id"].clone(), list: back.entry.name };
                let size = if wanted.len() > 2 { 2 } else { 1 };
                assert!(!wanted.is_empty(), "{list:?}: no row to page through");
                if wanted.len() == 1 {
                    single.push(format!("{}.{}", table.name, back.entry.name));
                }
                for backwards in [false, true] {
                    assert_eq!(list.walk(&client, size, backwards, wanted.len()).await?, wanted, "{list:?}");
                }
                list.ends(&client, wanted.len()).await?;
            }
        }
        // Below all others a cursor is followed. No trafficker of the demo is in two cases.
        assert_eq!(single, ["Trafficker.involvements"]);
        Ok(())
    }

    /// Sizes and pairs of arguments that make no page.
    async fn impossible_pages_are_refused(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 60).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        for list in lists().map(|(list, _)| list).chain(["missions"]) {
            for size in ["-1", "101", "100000", "-2147483648", "2147483647"] {
                refused(&client, &format!("{{ {list}(first: {size}) {{ nodes {{ id }} }} }}"), "first").await?;
                refused(&client, &format!("{{ {list}(last: {size}) {{ nodes {{ id }} }} }}"), "last").await?;
            }
            refused(&client, &format!("{{ {list}(first: 1, last: 1) {{ nodes {{ id }} }} }}"), "last").await?;
            refused(&client, &format!("{{ {list}(first: 1, before: \"x\") {{ nodes {{ id }} }} }}"), "last").await?;
            refused(&client, &format!("{{ {list}(after: \"x\") {{ nodes {{ id }} }} }}"), "after").await?;
            refused(&client, &format!("{{ {list}(before: \"x\") {{ nodes {{ id }} }} }}"), "before").await?;
        }
        for (_, back) in backs(table("Case")) {
            let child = back.entry.name;
            refused(&client, &format!("{{ cases(first: 1) {{ nodes {{ {child}(first: -1) {{ totalCount }} }} }} }}"), "first").await?;
            refused(&client, &format!("{{ cases(first: 1) {{ nodes {{ {child}(first: 1, last: 1) {{ totalCount }} }} }} }}"), "last").await?;
        }
        let none = client.data("{ cases(first: 0) { totalCount nodes { id } pageInfo { hasNextPage startCursor } } }", Value::Null).await?;
        assert_eq!(none["cases"]["nodes"], json!([]));
        assert_eq!(none["cases"]["pageInfo"], json!({ "hasNextPage": true, "startCursor": null }));
        Ok(())
    }
}
