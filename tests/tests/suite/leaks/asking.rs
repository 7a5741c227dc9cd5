//! Filters, searches and orders on masked columns, and every leaf itself.

use super::schema::Schema;
use super::{found, half_blind, refusal, same};
use crate::oracle::{Condition, MaskedRow, Oracle, Record, Stored, asked, backs, lists, shown, table};
use crate::pages::{camel, sorted, walk};
use crate::roles::{eleven, pages};
use causeway::text::folded;
use causeway_tests::{Caller, Client, Result, both};
use entity::table::{Column, Role, Table};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

fn wanted(rows: &[MaskedRow], holds: impl Fn(&MaskedRow) -> bool) -> BTreeSet<String> {
    rows.iter().filter(|row| holds(row)).map(|row| row.id.clone()).collect()
}

/// Guesses about a text field, from what is really there: an attacker may know a name and look for its bearer.
fn guesses(rows: &[MaskedRow], field: &str) -> Vec<Condition> {
    let known = |masked: bool| {
        let there = rows.iter().filter(|row| row.value(field).is_none() == masked);
        let texts = there.filter_map(|row| match &row.truth[field] {
            Some(Stored::Text(text)) if text.is_ascii() && text.len() > 2 => Some(text.clone()),
            _ => None,
        });
        texts.take(2).collect::<Vec<_>>()
    };
    let mut guesses = vec![Condition::IsNull(true), Condition::IsNull(false), Condition::In(Vec::new())];
    for text in known(true).into_iter().chain(known(false)) {
        guesses.push(Condition::In(vec![text.clone(), "nobody".to_owned()]));
        guesses.push(Condition::Contains(text[1..].to_owned()));
        guesses.push(Condition::StartsWith(text[..1].to_lowercase()));
        guesses.push(Condition::Eq(text));
    }
    guesses.push(Condition::Contains("%".to_owned()));
    guesses.push(Condition::StartsWith("_".to_owned()));
    guesses.push(Condition::Eq("' OR 1=1 --".to_owned()));
    guesses
}

/// The policy objects of what a list is ordered by: of its own column, or of a link and a column there, of which neither may be
/// withheld.
fn ordered_by(table: &'static Table, order: &str) -> Vec<String> {
    let own = table.columns.iter().filter(|column| column.order && column.name.to_uppercase() == order);
    let own = own.map(|column| vec![(table.name, column.field)]);
    let through = table.columns.iter().filter_map(|column| match column.role {
        Role::Link(link) => Some((column, link)),
        _ => None,
    });
    let through = through.flat_map(|(column, link)| {
        let field = column.field.unwrap_or_default().to_uppercase();
        let there = link.order.iter().filter_map(|name| link.to.column(name));
        there
            .filter(move |there| format!("{field}_{}", there.name.to_uppercase()) == order)
            .map(move |there| vec![(table.name, column.field), (link.to.name, there.field)])
    });
    let way = own.chain(through).next().unwrap_or_else(|| panic!("{} is ordered by an unknown {order}", table.name));
    way.into_iter().map(|(of_type, field)| format!("{of_type}.{}", field.unwrap_or_default())).collect()
}

/// The ways by which a search of a list looks at values, each as the policy objects of the links and of the value. `steps`: how
/// many links it follows at most.
fn searched(table: &'static Table, steps: usize) -> Vec<Vec<String>> {
    let object = |column: &Column| format!("{}.{}", column.table.name, column.field.unwrap_or_default());
    let mut ways = Vec::new();
    for column in table.columns.iter().filter(|column| column.search) {
        match column.leads_to() {
            Some(there) if steps > 0 => {
                ways.extend(searched(there, steps - 1).into_iter().map(|way| [vec![object(column)], way].concat()));
            }
            Some(_) => {}
            None => ways.push(vec![object(column)]),
        }
    }
    for (column, _) in backs(table).filter(|(_, back)| back.search && steps > 0) {
        let there = searched(column.table, steps - 1);
        ways.extend(there.into_iter().map(|way| [vec![object(column)], way].concat()));
    }
    ways
}

const NAMES: &[&str] = &["givenNames", "familyName", "identityNumber", "phone", "email", "address"];

both! {
    /// A filter on a masked column finds what the masked values say, as does its contrary, a count, and a filter across a link.
    async fn filters_tell_no_more_than_a_select(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        for caller in half_blind() {
            let client = gateway.as_caller(&caller)?;
            let sight = oracle.sight(caller);
            let (rows, cases) = (sight.masked("Individual"), sight.masked("Case"));
            let individuals: BTreeMap<String, &MaskedRow> = rows.iter().map(|row| (row.key.1.to_string(), row)).collect();
            for field in NAMES.iter().filter(|field| !sight.never(&format!("Individual.{field}"))) {
                for guess in guesses(&rows, field) {
                    let is = |row: &MaskedRow| guess.holds(row.value(field));
                    let filter = json!({ *field: guess.input() });
                    let who = format!("{:?}: {filter}", sight.caller.roles);
                    same(&found(&client, "individuals", "Individual", &filter).await?, &wanted(&rows, |row| is(row) == Some(true)), &who);
                    let not = json!({ "not": filter });
                    same(&found(&client, "individuals", "Individual", &not).await?, &wanted(&rows, |row| is(row) == Some(false)), &format!("{who}, not"));
                    let linked = |case: &MaskedRow| match case.value("individual") {
                        Some(Stored::Text(id)) => individuals.get(id).and_then(|row| is(row)),
                        _ => None,
                    };
                    let [holds, does_not] = [true, false].map(|known| wanted(&cases, |case| linked(case) == Some(known)));
                    let across = json!({ "individual": filter });
                    same(&found(&client, "cases", "Case", &across).await?, &holds, &format!("{who}, across"));
                    same(&found(&client, "cases", "Case", &json!({ "not": across })).await?, &does_not, &format!("{who}, not across"));
                    let either = json!({ "or": [across, { "caseNumber": { "eq": "none" } }] });
                    if !sight.never("Case.caseNumber") {
                        same(&found(&client, "cases", "Case", &either).await?, &holds, &format!("{who}, or"));
                    }
                }
            }
        }
        Ok(())
    }

    /// A search finds what stands in values that the caller sees, and in no other.
    async fn searches_tell_no_more_than_a_select(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        let search = async |client: &Client, list: &str, text: &str| -> Result<BTreeSet<String>> {
            let query = format!("query($after: String) {{ list: {list}(search: {}, first: 100, after: $after) {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ id }} }} }}", json!(text));
            let mut ids = BTreeSet::new();
            for (page, _) in pages(client, &query).await? {
                ids.extend(page["nodes"].as_array().into_iter().flatten().filter_map(|node| node["id"].as_str()).map(str::to_owned));
            }
            Ok(ids)
        };
        let has = |text: Option<&Stored>, part: &str| matches!(text, Some(Stored::Text(text)) if folded(text).contains(&folded(part)));
        for caller in half_blind() {
            let client = gateway.as_caller(&caller)?;
            let sight = oracle.sight(caller);
            let (rows, cases) = (sight.masked("Individual"), sight.masked("Case"));
            let names: BTreeSet<String> = rows.iter().filter_map(|row| match &row.truth["familyName"] {
                Some(Stored::Text(name)) if name.is_ascii() && name.len() > 3 => Some(name[..4].to_owned()),
                _ => None,
            }).collect();
            for name in names.iter().take(12) {
                let bears = |row: &MaskedRow| ["givenNames", "familyName", "identityNumber"].iter().any(|field| has(row.value(field), name));
                same(&search(&client, "individuals", name).await?, &wanted(&rows, bears), &format!("{:?} searches individuals for {name}", sight.caller.roles));
                let of_case = |case: &MaskedRow| {
                    let id = match case.value("individual") { Some(Stored::Text(id)) => id.clone(), _ => String::new() };
                    has(case.value("caseNumber"), name) || rows.iter().any(|row| row.key.1.to_string() == id && bears(row))
                };
                same(&search(&client, "cases", name).await?, &wanted(&cases, of_case), &format!("{:?} searches cases for {name}", sight.caller.roles));
            }
            // A whole name, the family first: each word is met by what the caller sees, or the row is not found.
            let whole: BTreeSet<String> = rows.iter().filter_map(|row| match (&row.truth["familyName"], &row.truth["givenNames"]) {
                (Some(Stored::Text(family)), Some(Stored::Text(given))) => Some(format!("{family} {given}")),
                _ => None,
            }).collect();
            for name in whole.iter().step_by(whole.len() / 20 + 1) {
                let bears = |row: &MaskedRow| name.split_whitespace().all(|word| {
                    ["givenNames", "familyName", "identityNumber"].iter().any(|field| has(row.value(field), word))
                });
                same(&search(&client, "individuals", name).await?, &wanted(&rows, bears), &format!("{:?} searches individuals for a whole name", sight.caller.roles));
            }
        }
        // A word of passages that not everybody reads, for everybody who reads some.
        for (role, _, narratives) in eleven().into_iter().filter(|(_, _, narratives)| *narratives) {
            assert!(narratives);
            let caller = Caller::of(role);
            let client = gateway.as_caller(&caller)?;
            let sight = oracle.sight(caller);
            let rows = sight.masked("Narrative");
            let passages: Vec<_> = oracle.records.of(table("NarrativePassage")).values().collect();
            let text = table("NarrativePassage").column("text").ok_or("a passage has no text")?;
            let reads = |passage: &Record| sight.sees_row(text.table, passage) && sight.sees_column(text.table, passage, text);
            let words: BTreeSet<String> = passages.iter().filter(|passage| !reads(passage)).filter_map(|passage| {
                passage.text("text")?.split_whitespace().find(|word| word.len() > 5 && word.bytes().all(|byte| byte.is_ascii_alphabetic())).map(str::to_owned)
            }).collect();
            for word in words.iter().take(15) {
                let says = |row: &MaskedRow| passages.iter().any(|passage| {
                    passage.id_in("narrative_id") == Some(row.key.1) && reads(passage)
                        && passage.text("text").is_some_and(|text| folded(text).contains(&folded(word)))
                });
                same(&search(&client, "narratives", word).await?, &wanted(&rows, says), &format!("{role} searches passages for {word}"));
            }
        }
        Ok(())
    }

    /// An order by a masked column puts what is withheld last, in the order of ids.
    async fn orders_tell_no_more_than_a_select(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        for caller in half_blind() {
            let client = gateway.as_caller(&caller)?;
            let sight = oracle.sight(caller);
            let rows = sight.masked("Individual");
            for field in ["GIVEN_NAMES", "FAMILY_NAME", "BIRTH_DATE"].iter().filter(|field| !sight.never(&format!("Individual.{}", camel(field)))) {
                for direction in ["ASC", "DESC"] {
                    let order = json!([{ "field": field, "direction": direction }]);
                    let found = walk(&client, "individuals", &order, 50, false, rows.len()).await?;
                    assert_eq!(found, sorted(&rows, field, direction == "DESC"), "{:?} by {field} {direction}", sight.caller.roles);
                }
            }
        }
        Ok(())
    }

    /// Every leaf of every list, for every role: there where the matrix says so, else null, under any alias.
    async fn every_leaf_is_masked(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        for (role, ..) in eleven() {
            let caller = Caller::of(role);
            let client = gateway.as_caller(&caller)?;
            let sight = oracle.sight(caller);
            for (list, table) in lists() {
                let columns: Vec<_> = asked(table).filter(|(_, column)| column.leads_to().is_none()).collect();
                let leaves: String = columns.iter().enumerate().map(|(at, (field, _))| format!("a{at}: {field} ")).collect();
                let query = format!("query($after: String) {{ list: {list}(first: 100, after: $after) {{ pageInfo {{ hasNextPage endCursor }} \
                    nodes {{ id ...F ... on Node {{ same: id }} }} }} }} fragment F on {} {{ {leaves} }}", table.name);
                let mut nodes = Vec::new();
                for (page, _) in pages(&client, &query).await? {
                    nodes.extend(page["nodes"].as_array().cloned().unwrap_or_default());
                }
                let wanted = sight.masked(table.name);
                assert_eq!(nodes.len(), wanted.len(), "{role} sees another number of {list}");
                for (node, row) in nodes.iter().zip(&wanted) {
                    assert_eq!((&node["id"], &node["same"]), (&json!(row.id), &json!(row.id)), "{role}, {list}");
                    for (at, (field, column)) in columns.iter().enumerate() {
                        let (value, seen) = (&node[format!("a{at}")], shown(column, row.value(field)));
                        assert_eq!(*value, seen, "{role}, {}.{field} of {}", table.name, row.key.1);
                    }
                }
            }
        }
        Ok(())
    }

    /// What is withheld from every row can be neither filtered nor ordered by, however it is wrapped.
    async fn what_is_withheld_cannot_be_asked_about(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 120).await?;
        let schema = Schema::read(&gateway.as_role("hq_protection@*")?).await?;
        let mut refused = 0;
        for (role, ..) in eleven() {
            let caller = Caller::of(role);
            let client = gateway.as_caller(&caller)?;
            let sight = oracle.sight(caller);
            for (list, table) in lists() {
                let of_type = table.name;
                // A list of which no row is there at all is empty, whatever is asked of it, and says that it is withheld.
                let nothing = sight.never(&format!("{of_type}.id"));
                let id = format!("{of_type}.id");
                for (field, comparisons) in schema.filters(of_type)? {
                    let never = sight.never(&format!("{of_type}.{field}"));
                    for comparison in comparisons {
                        let plain = format!("{{ {field}: {comparison} }}");
                        let wrapped = [
                            plain.clone(), format!("{{ not: {plain} }}"), format!("{{ or: [{{}}, {plain}] }}"), format!("{{ and: [{{ not: {{ or: [{plain}] }} }}] }}"),
                        ];
                        for filter in wrapped {
                            let asked = format!("{{ {list}(filter: {filter}) {{ totalCount nodes {{ id }} }} }}");
                            let answer = client.query(&asked).await?;
                            if nothing {
                                assert_eq!(answer.data()[list], json!({ "totalCount": 0, "nodes": [] }), "{role}: {asked}");
                                assert_eq!(answer.withheld(), [id.as_str()], "{role}: {asked}");
                                refused += 1;
                            } else if never {
                                refusal(&answer, "FORBIDDEN", &format!("{role}: {asked}"));
                                refused += 1;
                            } else {
                                assert!(answer.body["errors"].is_null(), "{role}: {asked}: {}", answer.body);
                            }
                        }
                    }
                }
                for field in schema.orders(of_type)? {
                    let objects = ordered_by(table, &field);
                    let never = !nothing && objects.iter().any(|object| sight.never(object));
                    let asked = format!("{{ {list}(orderBy: [{{ field: {field} }}]) {{ totalCount nodes {{ id }} }} }}");
                    let answer = client.query(&asked).await?;
                    if never {
                        refusal(&answer, "FORBIDDEN", &format!("{role}: {asked}"));
                    } else {
                        assert!(answer.body["errors"].is_null(), "{role}: {asked}: {}", answer.body);
                    }
                }
            }
            // Across links: a narrative's case, its individual's name.
            let hidden = ["Narrative.case", "Case.individual", "Individual.familyName"].iter().any(|object| sight.never(object)) && !sight.never("Narrative.id");
            let across = "{ narratives(filter: { case: { individual: { familyName: { contains: \"a\" } } } }) { totalCount nodes { id } } }";
            let answer = client.query(across).await?;
            if hidden {
                refusal(&answer, "FORBIDDEN", &format!("{role}: {across}"));
            } else {
                assert!(answer.body["errors"].is_null(), "{role}: {across}: {}", answer.body);
            }
            for (list, table) in lists() {
                let ways = searched(table, 2);
                if ways.is_empty() {
                    continue;
                }
                let never = ways.iter().all(|way| way.iter().any(|object| sight.never(object))) && !sight.never(&format!("{}.id", table.name));
                let asked = format!("{{ {list}(search: \"an\") {{ totalCount nodes {{ id }} }} }}");
                let answer = client.query(&asked).await?;
                if never {
                    refusal(&answer, "FORBIDDEN", &format!("{role}: {asked}"));
                } else {
                    assert!(answer.body["errors"].is_null(), "{role}: {asked}: {}", answer.body);
                }
            }
        }
        assert!(refused > 1000, "only {refused} refusals: the schema was not read");
        Ok(())
    }
}
