//! Names by timing: whoever may look for a name and does not see its bearers must not learn from the time of an answer that
//! there are some. Two tests: `work` counts what PostgreSQL does, which is exact and quick; `paired` measures time, by hand.

mod paired;
mod rank;
mod work;

use crate::oracle::run;
use causeway_tests::{Gateway, Result, TestDatabase};
use serde_json::{Value, json};

/// The name of fifteen persons whom none of [`BLIND`] sees.
const HIDDEN: &str = "Qorvathenko";
/// Names of nobody, as long and as much like others.
const NOBODY: [&str; 2] = ["Qorvathenku", "Qorvathenki"];
/// How many bear the hidden name.
const BEARERS: usize = 15;
/// Roles that may look for names, each with another way to the rows that it sees.
const BLIND: [&str; 3] = ["case_worker@UA", "data_entry@UA", "partner_provider@UA"];
/// The role to which every name is plain.
const SEEING: &str = "case_supervisor@UA";
/// How a name can be looked for.
const QUESTIONS: [(&str, &str); 3] = [
    ("filter", "individuals(filter: { familyName: { eq: $v } }, first: 1) { nodes { id } }"),
    ("search", "individuals(search: $v, first: 1) { nodes { id } }"),
    ("link", "cases(filter: { individual: { familyName: { eq: $v } } }, first: 1) { nodes { id } }"),
];

/// Registers the bearers of the hidden name, and leaves the database as one that has been running for a while.
async fn hide(db: &TestDatabase, gateway: &Gateway) -> Result {
    let supervisor = gateway.as_role(SEEING)?;
    let register = "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { id } userErrors { field message } } }";
    let today = causeway_tests::gateway::today();
    for bearer in 0..BEARERS {
        let input = json!({
            "mission": "UA",
            "individual": { "familyName": HIDDEN, "givenNames": "Olena", "gender": "FEMININE" },
            "case": { "caseNumber": format!("hidden-{bearer}"), "registeredOn": today },
            "consents": [{ "purpose": "DATA_MANAGEMENT", "decision": "GIVEN", "decidedOn": today }],
        });
        let data = supervisor.data(register, json!({ "input": input })).await?;
        assert_ne!(data["registerCase"]["case"], Value::Null, "{data}");
    }
    run(db, "VACUUM (ANALYZE)".to_owned()).await?;
    let asked = document(QUESTIONS[0].1, 1);
    let seen = supervisor.data(&asked, json!({ "v": HIDDEN })).await?;
    assert_eq!(found(&seen), 1, "the supervisor sees a bearer: {seen}");
    Ok(())
}

/// A document that asks one question several times.
fn document(question: &str, times: usize) -> String {
    let fields: String = (0..times).map(|at| format!("a{at}: {question} ")).collect();
    format!("query($v: String!) {{ {fields} }}")
}

/// How many rows an answer has.
fn found(data: &Value) -> usize {
    let fields = data.as_object().into_iter().flat_map(|fields| fields.values());
    fields.filter_map(|field| field["nodes"].as_array()).map(Vec::len).sum()
}
