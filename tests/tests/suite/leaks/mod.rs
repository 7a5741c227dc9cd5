//! Attacks: every way by which a value that is withheld might show. What a filter, an order, a search, an id or a cursor
//! tells is compared with what it ought to tell, worked out from the masked values alone.

mod asking;
mod ids;
mod schema;
mod shut;

use causeway_tests::{Answer, Caller, Client, Result};
use serde_json::{Value, json};
use std::collections::BTreeSet;

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
