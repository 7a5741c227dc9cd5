//! Attacks: every way by which a value that is withheld might show. What a filter, an order, a search, an id or a cursor
//! tells is compared with what it ought to tell, worked out from the masked values alone.

use crate::oracle::{Condition, MaskedRow, Oracle, Sight, Stored, run};
use crate::pages::{camel, sorted, walk};
use crate::roles::{CASES_IN_ALL, eleven, pages};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use causeway::text::folded;
use causeway_tests::{Answer, Caller, Client, Gateway, Result, both};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A list at the root, its type, and the rows of it that a caller sees.
type List = (&'static str, &'static str, fn(&Sight<'_>) -> Vec<MaskedRow>);

const LISTS: [List; 5] = [
    ("cases", "Case", |sight| sight.masked_cases()),
    ("individuals", "Individual", |sight| sight.masked_individuals()),
    ("narratives", "Narrative", |sight| sight.masked_narratives()),
    ("referrals", "Referral", |sight| sight.masked_referrals()),
    ("traffickers", "Trafficker", |sight| sight.masked_traffickers()),
];

/// What no text for a client may contain: the words of a database, and the names that only the database knows.
const INNER_WORDS: &[&str] = &[
    "select ",
    "insert ",
    "syntax error",
    "sqlite",
    "postgres",
    "sqlx",
    "sea_orm",
    "sea-orm",
    "relation",
    "column \"",
    "case_file",
    "narrative_passage",
    "trafficking_episode",
    "episode_trafficker",
    "mission_id",
    "family_name",
    "given_names",
    "birth_date",
    "row-level",
    "row level",
    "panicked",
];

/// Texts of errors, which must tell nothing.
fn says_nothing(answer: &Answer) {
    for error in answer.body["errors"].as_array().into_iter().flatten() {
        let message = error["message"].as_str().unwrap_or_default().to_lowercase();
        for word in INNER_WORDS {
            assert!(!message.contains(word), "an error says {word:?}: {message}");
        }
        assert_ne!(error["extensions"]["code"], json!("INTERNAL"), "{error}");
    }
}

/// The answer is a refusal: this code, no data, and a text that tells nothing.
fn refusal(answer: &Answer, code: &str, asked: &str) {
    assert_eq!(answer.codes(), [code], "{asked}: {}", answer.body);
    assert!(answer.data().is_null(), "{asked}: refused, and yet there is data: {}", answer.body);
    says_nothing(answer);
}

/// The ids of every row that a filter finds, and they are as many as `totalCount` says.
pub async fn found(client: &Client, list: &str, of_type: &str, filter: &Value) -> Result<BTreeSet<String>> {
    let query = format!(
        "query($filter: {of_type}Filter, $after: String) {{ list: {list}(filter: $filter, first: 100, after: $after) \
         {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ id }} }} }}"
    );
    let (mut ids, mut after) = (BTreeSet::new(), Value::Null);
    loop {
        let data = client.data(&query, json!({ "filter": filter, "after": after })).await;
        let data = data.map_err(|error| format!("{list} where {filter}: {error}"))?;
        let nodes = data["list"]["nodes"].as_array().ok_or("no nodes")?;
        ids.extend(nodes.iter().filter_map(|node| node["id"].as_str()).map(str::to_owned));
        after = data["list"]["pageInfo"]["endCursor"].clone();
        if data["list"]["pageInfo"]["hasNextPage"] != json!(true) {
            assert_eq!(data["list"]["totalCount"], json!(ids.len()), "the total of {list} where {filter}");
            return Ok(ids);
        }
    }
}

/// Sets are too long to print.
pub fn same(found: &BTreeSet<String>, wanted: &BTreeSet<String>, asked: &str) {
    let (more, less) = (found.difference(wanted).count(), wanted.difference(found).count());
    assert!(more + less == 0, "{asked}: {more} rows too many and {less} too few of {}", wanted.len());
}

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

const NAMES: &[&str] = &["givenNames", "familyName", "identityNumber", "phone", "email", "address"];

/// Callers for whom some column is visible in some rows only.
pub fn half_blind() -> Vec<Caller> {
    let several =
        |roles: &[&str]| Caller { roles: roles.iter().map(|&role| role.to_owned()).collect(), ..Caller::of(roles[0]) };
    vec![
        Caller::of("case_worker@UA"),
        Caller::of("data_entry@UA"),
        Caller::of("partner_provider@UA"),
        several(&["case_worker@UA", "hq_analyst@*"]),
        several(&["case_worker@UA", "mission_analyst@MD", "case_supervisor@PH"]),
    ]
}

both! {
    /// A filter on a masked column finds what the masked values say, as does its contrary, a count, and a filter across a link.
    async fn filters_tell_no_more_than_a_select(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        for caller in half_blind() {
            let client = gateway.as_caller(&caller)?;
            let sight = oracle.sight(caller);
            let (rows, cases) = (sight.masked_individuals(), sight.masked_cases());
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
            let (rows, cases) = (sight.masked_individuals(), sight.masked_cases());
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
            let rows = sight.masked_narratives();
            let passages: Vec<_> = oracle.records.passages.values().collect();
            let words: BTreeSet<String> = passages.iter().filter(|passage| !sight.reads(passage)).filter_map(|passage| {
                passage.text.as_deref()?.split_whitespace().find(|word| word.len() > 5 && word.bytes().all(|byte| byte.is_ascii_alphabetic())).map(str::to_owned)
            }).collect();
            for word in words.iter().take(15) {
                let says = |row: &MaskedRow| passages.iter().any(|passage| {
                    passage.narrative_id == Some(row.key.1) && sight.reads(passage)
                        && passage.text.as_ref().is_some_and(|text| folded(text).contains(&folded(word)))
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
            let rows = sight.masked_individuals();
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
        let links = ["case", "individual"];
        for (role, ..) in eleven() {
            let caller = Caller::of(role);
            let client = gateway.as_caller(&caller)?;
            let sight = oracle.sight(caller);
            // The supervisor of all sees some row of each list, from which the fields are taken.
            let all = oracle.sight(Caller::of("hq_protection@*"));
            for (list, of_type, rows) in LISTS {
                let fields: Vec<String> = rows(&all)[0].values.keys().filter(|field| !links.contains(&field.as_str())).cloned().collect();
                let leaves: String = fields.iter().enumerate().map(|(at, field)| format!("a{at}: {field} ")).collect();
                let query = format!("query($after: String) {{ list: {list}(first: 100, after: $after) {{ pageInfo {{ hasNextPage endCursor }} \
                    nodes {{ id ...F ... on Node {{ same: id }} }} }} }} fragment F on {of_type} {{ {leaves} }}");
                let mut nodes = Vec::new();
                for (page, _) in pages(&client, &query).await? {
                    nodes.extend(page["nodes"].as_array().cloned().unwrap_or_default());
                }
                let wanted = rows(&sight);
                assert_eq!(nodes.len(), wanted.len(), "{role} sees another number of {list}");
                for (node, row) in nodes.iter().zip(&wanted) {
                    assert_eq!(node["id"], json!(row.id), "{role}, {list}");
                    for (at, field) in fields.iter().enumerate() {
                        let value = &node[format!("a{at}")];
                        assert_eq!(value.is_null(), row.value(field).is_none(), "{role}, {of_type}.{field} of {}: {value}", row.key.1);
                        if let (Value::String(text), Some(Stored::Text(stored))) = (value, row.value(field)) {
                            assert_eq!(text, stored, "{role}, {of_type}.{field}");
                        }
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
            for (list, of_type, _) in LISTS {
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
                    // In the row that a link leads to: neither may be withheld.
                    let objects = match field.strip_prefix("INDIVIDUAL_") {
                        Some(there) => vec!["Case.individual".to_owned(), format!("Individual.{}", camel(there))],
                        None => vec![format!("{of_type}.{}", camel(&field))],
                    };
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
            for list in ["individuals", "traffickers"] {
                let of_type = if list == "individuals" { "Individual" } else { "Trafficker" };
                let never = ["givenNames", "familyName"].iter().all(|field| sight.never(&format!("{of_type}.{field}")))
                    && !sight.never(&format!("{of_type}.id"));
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

    /// Every id of every row, for every role: null unless the row is there for it. The same as an id that was never given out.
    async fn ids_open_nothing(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 200).await?;
        let records = &oracle.records;
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Individual { familyName } ... on Case { caseNumber } } }";
        for (role, ..) in eleven() {
            let caller = Caller::of(role);
            let client = gateway.as_caller(&caller)?;
            let sight = oracle.sight(caller);
            let mut asked: Vec<(String, bool, &str)> = Vec::new();
            macro_rules! ask {
                ($($table:ident, $of_type:literal, $cases:expr;)*) => {$(
                    for row in records.$table.values() {
                        let cases: Vec<uuid::Uuid> = $cases(row);
                        let there = sight.sees(row.mission_id, concat!($of_type, ".id"), &cases);
                        asked.push((oracle.id($of_type, row.mission_id, row.id), there, $of_type));
                        // The same row under another type, which no id ever had.
                        asked.push((oracle.id("Mission", row.mission_id, row.id), false, $of_type));
                    }
                )*};
            }
            ask! {
                cases, "Case", |row: &entity::case_file::Model| vec![row.id];
                individuals, "Individual", |row: &entity::individual::Model| records.cases_of(row.mission_id, row.id);
                episodes, "TraffickingEpisode", |row: &entity::trafficking_episode::Model| row.case_id.into_iter().collect();
                exploitations, "Exploitation", |row: &entity::exploitation::Model| row.case_id.into_iter().collect();
                narratives, "Narrative", |row: &entity::narrative::Model| row.case_id.into_iter().collect();
                passages, "NarrativePassage", |row: &entity::narrative_passage::Model| row.case_id.into_iter().collect();
                referrals, "Referral", |row: &entity::referral::Model| row.case_id.into_iter().collect();
                traffickers, "Trafficker", |row: &entity::trafficker::Model| records.cases_with(row.mission_id, row.id);
            }
            for chunk in asked.chunks(100) {
                let ids: Vec<&str> = chunk.iter().map(|(id, ..)| id.as_str()).collect();
                let data = client.data(query, json!({ "ids": ids })).await?;
                for ((id, there, of_type), node) in chunk.iter().zip(data["nodes"].as_array().ok_or("no nodes")?) {
                    assert_eq!(!node.is_null(), *there, "{role}: a {of_type}");
                    assert!(node.is_null() || (node["id"] == json!(id) && node["__typename"] == json!(of_type)), "{role}: {node}");
                }
            }
        }
        Ok(())
    }

    /// Ids of another mission, of another type, made up, cut short, or changed: one answer for all of them.
    async fn foreign_and_forged_ids_answer_alike(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 200).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let case = |mission: &str| oracle.records.cases.values().find(|case| case.mission_id.as_str() == mission).expect("a case in each mission");
        let (own, foreign) = (case("UA"), case("MD"));
        let own_id = oracle.id("Case", own.mission_id, own.id);
        let known = client.data("query($id: ID!) { node(id: $id) { id } case(id: $id) { id } }", json!({ "id": own_id })).await?;
        assert_eq!((&known["node"]["id"], &known["case"]["id"]), (&json!(own_id), &json!(own_id)));
        let raw = URL_SAFE_NO_PAD.decode(&own_id)?;
        let mut forged: Vec<String> = (0..raw.len()).map(|at| {
            let mut bytes = raw.clone();
            bytes[at] ^= 1;
            URL_SAFE_NO_PAD.encode(bytes)
        }).collect();
        forged.push(URL_SAFE_NO_PAD.encode([b"Individual:", &raw[5..]].concat()));
        forged.extend([String::new(), "Case".to_owned(), "Mission.MD".to_owned(), own_id[..10].to_owned(), format!("{own_id}A"), own.id.to_string(), "x".repeat(10_000)]);
        forged.push(oracle.id("Case", foreign.mission_id, foreign.id));
        forged.push(oracle.id("Case", own.mission_id, foreign.id));
        forged.push(oracle.id("Case", foreign.mission_id, own.id));
        forged.push(oracle.id("Case", own.mission_id, uuid::Uuid::now_v7()));
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
            let visible = sight.masked_cases();
            for mission in ["UA", "MD", "BY"] {
                let random = client.run(query, json!({ "mission": mission, "number": "no such number" })).await?;
                says_nothing(&random);
                for case in oracle.records.cases.values().filter(|case| case.mission_id.as_str() == mission).take(40) {
                    let number = case.case_number.clone().ok_or("no number")?;
                    let answer = client.run(query, json!({ "mission": mission, "number": number })).await?;
                    let row = visible.iter().find(|row| row.key == (case.mission_id, case.id) && row.value("caseNumber").is_some());
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

    /// A researcher gets no way from a passage to its case, whatever stands between.
    async fn a_researcher_finds_no_way_to_a_case(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, CASES_IN_ALL).await?;
        let client = gateway.as_role("partner_researcher@UA")?;
        let query = "{ narratives(first: 100) { nodes { id case { id caseNumber } passages { nodes { text case { id individual { familyName } } narrative { case { id } } } } } } }";
        let answer = client.query(query).await?;
        assert!(answer.body["errors"].is_null(), "{}", answer.body);
        let narratives = answer.data()["narratives"]["nodes"].as_array().ok_or("no narratives")?;
        assert!(!narratives.is_empty());
        for narrative in narratives {
            assert!(narrative["case"].is_null());
            for passage in narrative["passages"]["nodes"].as_array().ok_or("no passages")? {
                assert!(passage["case"].is_null() && passage["narrative"]["case"].is_null(), "{passage}");
            }
        }
        assert_eq!(answer.withheld(), ["Narrative.case", "NarrativePassage.case", "NarrativePassage.text"]);
        Ok(())
    }

    /// `Causeway-Withheld: reject`: nothing at all rather than a part, and no value in the refusal.
    async fn an_answer_in_part_can_be_refused(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 200).await?;
        let query = "{ individuals(first: 100) { nodes { familyName gender } } }";
        for role in ["case_worker@UA", "hq_analyst@*", "mission_analyst@UA", "partner_provider@UA"] {
            let client = gateway.as_role(role)?.with_header("Causeway-Withheld", "reject");
            let answer = client.query(query).await?;
            refusal(&answer, "FORBIDDEN", role);
            assert_eq!(answer.body["errors"][0]["extensions"]["withheld"], json!(["Individual.familyName"]), "{role}");
            let coded = client.query("{ individuals(first: 100) { nodes { gender } } }").await?;
            assert!(coded.body["errors"].is_null(), "{role}: {}", coded.body);
        }
        let all = gateway.as_role("case_supervisor@UA")?.with_header("Causeway-Withheld", "reject").query(query).await?;
        assert!(all.body["errors"].is_null(), "{}", all.body);
        Ok(())
    }

    /// Nobody sees anything of a mission that is suspended, by any path; other missions go on.
    async fn a_suspended_mission_shows_nothing(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 200).await?;
        use entity::Code;
        let suspended = entity::codes::MissionStatus::Suspended.number();
        run(db, format!("UPDATE mission SET status = {suspended} WHERE id = 'UA'")).await?;
        let case = oracle.records.cases.values().find(|case| case.mission_id.as_str() == "UA").ok_or("no case")?;
        let id = oracle.id("Case", case.mission_id, case.id);
        let query = "query($id: ID!) { viewer { missions } missions { totalCount } mission(code: UA) { code } cases(missions: [UA]) { totalCount nodes { id } } individuals { totalCount } \
            narratives { totalCount } referrals { totalCount } traffickers { totalCount } node(id: $id) { id } case(id: $id) { id } nodes(ids: [$id]) { id } }";
        let empty = json!({ "totalCount": 0 });
        for role in ["case_worker@UA", "case_supervisor@UA", "data_entry@UA", "partner_provider@UA", "partner_researcher@UA"] {
            let data = gateway.as_role(role)?.data(query, json!({ "id": id })).await?;
            let nothing = json!({ "viewer": { "missions": [] }, "missions": empty, "mission": null, "cases": { "totalCount": 0, "nodes": [] }, "individuals": empty,
                "narratives": empty, "referrals": empty, "traffickers": empty, "node": null, "case": null, "nodes": [null] });
            assert_eq!(data, nothing, "{role}");
        }
        let everywhere = gateway.as_role("hq_protection@*")?;
        let data = everywhere.data("query($id: ID!) { cases(missions: [UA]) { totalCount } all: cases { totalCount } case(id: $id) { id } nodes(ids: [$id]) { id } }", json!({ "id": id })).await?;
        let others = oracle.records.cases.values().filter(|case| case.mission_id.as_str() != "UA").count();
        assert_eq!(data, json!({ "cases": empty, "all": { "totalCount": others }, "case": null, "nodes": [null] }));
        Ok(())
    }

    /// Whatever is wrong with a request, the text of the error is about the request.
    async fn errors_tell_nothing(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 60).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let long = "x".repeat(20_000);
        let odd = ["\\u0000", "';--", "\\\\", "%", "\\ud83d\\ude00", "\\\"", long.as_str()];
        for text in odd {
            for query in [
                format!("{{ cases(filter: {{ caseNumber: {{ eq: \"{text}\" }} }}) {{ totalCount }} }}"),
                format!("{{ cases(filter: {{ owner: {{ contains: \"{text}\" }} }}) {{ totalCount }} }}"),
                format!("{{ individuals(search: \"ab{text}\") {{ totalCount }} }}"),
                format!("{{ narratives(search: \"ab{text}\") {{ totalCount }} }}"),
                format!("{{ caseByNumber(mission: UA, caseNumber: \"{text}\") {{ id }} }}"),
                format!("{{ node(id: \"{text}\") {{ id }} }}"),
                format!("{{ cases(after: \"{text}\") {{ totalCount }} }}"),
                format!("{{ cases(missions: [\"{text}\"]) {{ totalCount }} }}"),
                format!("{{ individuals(filter: {{ birthDate: {{ eq: \"{text}\" }} }}) {{ totalCount }} }}"),
            ] {
                let answer = client.query(&query).await?;
                says_nothing(&answer);
            }
        }
        for query in [
            "{ individuals(filter: { birthDate: { from: \"-262143-01-01\" } }) { totalCount } }",
            "{ individuals(filter: { birthDate: { before: \"9999-12-31\" } }) { totalCount } }",
            "{ cases(filter: { yearOfRegistration: { eq: 32768 } }) { totalCount } }",
            "{ cases(filter: { yearOfRegistration: { in: [] } }) { totalCount } }",
            "{ cases(filter: { or: [] }) { totalCount } }",
            "{ cases(filter: { and: [] }) { totalCount } }",
            "{ cases(missions: []) { totalCount } }",
            "{ cases(orderBy: []) { totalCount } }",
        ] {
            says_nothing(&client.query(query).await?);
        }
        Ok(())
    }
}

/// Inputs of the schema, so that a new filter is attacked without a new test.
struct Schema(BTreeMap<String, Value>);

impl Schema {
    async fn read(client: &Client) -> Result<Self> {
        let query = "{ __schema { types { name kind enumValues { name } inputFields { name type { name kind ofType { name kind ofType { name kind } } } } } } }";
        let data = client.data(query, Value::Null).await?;
        let types = data["__schema"]["types"].as_array().ok_or("no types")?;
        Ok(Self(types.iter().map(|one| (one["name"].as_str().unwrap_or_default().to_owned(), one.clone())).collect()))
    }

    fn inputs(&self, name: &str) -> Result<&Vec<Value>> {
        Ok(self.0[name]["inputFields"].as_array().ok_or_else(|| format!("{name} has no fields"))?)
    }

    /// The governed fields of a filter, each with comparisons of every kind.
    fn filters(&self, of_type: &str) -> Result<Vec<(String, Vec<String>)>> {
        let mut filters = Vec::new();
        for field in self.inputs(&format!("{of_type}Filter"))? {
            let (name, kind) =
                (field["name"].as_str().unwrap_or_default(), field["type"]["name"].as_str().unwrap_or_default());
            if kind.is_empty() || ["not", "individual", "case"].contains(&name) {
                continue;
            }
            let comparisons = self.inputs(kind)?.iter().map(|part| {
                let is_list = part["type"]["kind"] == json!("LIST");
                let inner = if is_list { &part["type"]["ofType"]["ofType"] } else { &part["type"] };
                let value = self.value(inner["name"].as_str().unwrap_or_default());
                let value = if is_list { format!("[{value}]") } else { value };
                format!("{{ {}: {value} }}", part["name"].as_str().unwrap_or_default())
            });
            filters.push((name.to_owned(), comparisons.collect()));
        }
        Ok(filters)
    }

    fn value(&self, scalar: &str) -> String {
        match scalar {
            "Boolean" => "true".to_owned(),
            "Int" => "1".to_owned(),
            "String" => "\"a\"".to_owned(),
            "Date" | "NaiveDate" => "\"2000-01-01\"".to_owned(),
            "CountryCode" => "\"UA\"".to_owned(),
            code => self.0[code]["enumValues"][0]["name"]
                .as_str()
                .unwrap_or_else(|| panic!("no value of {code}"))
                .to_owned(),
        }
    }

    fn orders(&self, of_type: &str) -> Result<Vec<String>> {
        let values = self.0[&format!("{of_type}OrderField")]["enumValues"].as_array().ok_or("no order")?;
        Ok(values.iter().filter_map(|value| value["name"].as_str()).map(str::to_owned).collect())
    }
}
