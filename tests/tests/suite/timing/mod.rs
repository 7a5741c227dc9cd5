//! Names by timing: whoever may look for a name, a telephone number or a document and does not see its bearers must not learn
//! from the time of an answer that there are some. Two tests: `work` counts what PostgreSQL does, which is exact and quick; `paired` measures time, by hand.

mod paired;
mod rank;
mod work;

use crate::oracle::run;
use causeway_tests::{Gateway, Result, TestDatabase};
use serde_json::{Value, json};

/// What is looked for: what fifteen persons have whom none of [`BLIND`] sees, and two values of nobody, as long and as much like
/// others.
#[derive(Clone, Copy)]
struct Values {
    hidden: &'static str,
    nobody: [&'static str; 2],
}

/// Of the class `individual.name`.
const NAMES: Values = Values { hidden: "Qorvathenko", nobody: ["Qorvathenku", "Qorvathenki"] };
/// Of the class `individual.contact`.
const PHONES: Values = Values { hidden: "+380000731958", nobody: ["+380000731959", "+380000731957"] };
/// Of the class `individual.document`.
const NUMBERS: Values = Values { hidden: "QV731958", nobody: ["QV731959", "QV731957"] };
/// How many bear the hidden name.
const BEARERS: usize = 15;
/// Roles that may look for names, each with another way to the rows that it sees.
const BLIND: [&str; 3] = ["case_worker@UA", "data_entry@UA", "partner_provider@UA"];
/// Those of them that may look for document numbers.
const BLIND_TO_NUMBERS: [&str; 2] = ["case_worker@UA", "data_entry@UA"];
/// The role to which every name is plain.
const SEEING: &str = "case_supervisor@UA";

/// One way to look for a value.
struct Question {
    kind: &'static str,
    /// The field, with the value as `$v`.
    field: &'static str,
    values: Values,
    /// Who may ask it and sees nobody.
    roles: &'static [&'static str],
}

/// How a name can be looked for.
static OF_NAMES: [Question; 4] = [
    Question {
        kind: "filter",
        field: "individuals(filter: { familyName: { eq: $v } }, first: 1) { nodes { id } }",
        values: NAMES,
        roles: &BLIND,
    },
    Question {
        kind: "beginning",
        field: "individuals(filter: { familyName: { startsWith: $v } }, first: 1) { nodes { id } }",
        values: NAMES,
        roles: &BLIND,
    },
    Question {
        kind: "search",
        field: "individuals(search: $v, first: 1) { nodes { id } }",
        values: NAMES,
        roles: &BLIND,
    },
    Question {
        kind: "link",
        field: "cases(filter: { individual: { familyName: { eq: $v } } }, first: 1) { nodes { id } }",
        values: NAMES,
        roles: &BLIND,
    },
];

/// One column each of the other classes that say who somebody is.
static OF_OTHERS: [Question; 2] = [
    Question {
        kind: "contact",
        field: "individuals(filter: { phone: { eq: $v } }, first: 1) { nodes { id } }",
        values: PHONES,
        roles: &BLIND,
    },
    Question {
        kind: "document",
        field: "individuals(filter: { identityNumber: { startsWith: $v } }, first: 1) { nodes { id } }",
        values: NUMBERS,
        roles: &BLIND_TO_NUMBERS,
    },
];

/// Registers the bearers of the hidden name, and leaves the database as one that has been running for a while.
async fn hide(db: &TestDatabase, gateway: &Gateway) -> Result {
    let supervisor = gateway.as_role(SEEING)?;
    let today = causeway_tests::gateway::today();
    for bearer in 0..BEARERS {
        let input = json!({
            "mission": "UA",
            "individual": {
                "familyName": NAMES.hidden, "givenNames": "Olena", "gender": "FEMININE",
                "phone": PHONES.hidden, "identityNumber": NUMBERS.hidden,
            },
            "case": { "caseNumber": format!("hidden-{bearer}"), "registeredOn": today },
            "consents": [{ "purpose": "DATA_MANAGEMENT", "decision": "GIVEN", "decidedOn": today }],
        });
        supervisor.register(input).await?;
    }
    run(db, "VACUUM (ANALYZE)".to_owned()).await?;
    let asked = document(OF_NAMES[0].field, 1);
    let seen = supervisor.data(&asked, json!({ "v": NAMES.hidden })).await?;
    assert_eq!(found(&seen), 1, "the supervisor sees a bearer: {seen}");
    Ok(())
}

/// A document that asks for one field several times.
fn document(field: &str, times: usize) -> String {
    let fields: String = (0..times).map(|at| format!("a{at}: {field} ")).collect();
    format!("query($v: String!) {{ {fields} }}")
}

/// How many rows an answer has.
fn found(data: &Value) -> usize {
    let fields = data.as_object().into_iter().flat_map(|fields| fields.values());
    fields.filter_map(|field| field["nodes"].as_array()).map(Vec::len).sum()
}
