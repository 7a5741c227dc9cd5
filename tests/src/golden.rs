//! Typical questions: their SQL is kept as files, their plans are looked at, and the yardstick asks them of SQLite.

use crate::{Gateway, Result};
use serde_json::Value;

/// Name, role, question with the variable `cursor`. Every question gets the same number of rows on every day, since each row
/// is a parameter below it.
pub const GOLDEN: &[(&str, &str, &str)] = &[
    (
        "all_visible",
        "case_supervisor@UA",
        "{ cases(first: 2) { totalCount nodes { caseNumber status individual { familyName } narratives { nodes { kind } } } } }",
    ),
    (
        "half_masked",
        "case_worker@UA",
        "{ individuals(first: 2, orderBy: [{ field: FAMILY_NAME, direction: DESC }]) { totalCount nodes { familyName birthDate gender } } }",
    ),
    (
        "half_masked_filter",
        "case_worker@UA",
        "{ cases(first: 2, filter: { individual: { familyName: { startsWith: \"a\" } }, not: { individual: { phone: { isNull: true } } } }) { nodes { status } } }",
    ),
    (
        "withheld",
        "hq_analyst@*",
        "{ cases(first: 2) { nodes { caseNumber status individual { familyName gender } } } }",
    ),
    ("referred", "partner_provider@UA", "{ individuals(first: 2) { totalCount nodes { givenNames phone gender } } }"),
    (
        "passages",
        "case_worker@UA",
        "{ narratives(first: 2) { nodes { kind passages(first: 5) { totalCount nodes { classification text } } } } }",
    ),
    (
        "withheld_of_rows",
        "case_worker@UA",
        "{ individuals(first: 2) { nodes { gender withheld } } narratives(first: 2) { nodes { kind withheld passages(first: 5) { nodes { position withheld } } } } }",
    ),
    (
        "passages_for_research",
        "partner_researcher@UA",
        "{ narratives(first: 2, search: \"work\") { totalCount nodes { kind case { id } } } }",
    ),
    (
        "second_page",
        "case_supervisor@UA",
        "query($cursor: String) { cases(first: 2, after: $cursor, orderBy: [{ field: CASE_NUMBER }]) { nodes { caseNumber } } }",
    ),
    ("referred_cases", "partner_provider@UA", "{ cases(first: 3) { totalCount nodes { id } } }"),
    (
        "half_masked_traffickers",
        "case_worker@UA",
        "{ traffickers(first: 5, orderBy: [{ field: FAMILY_NAME }]) { nodes { id alias withheld } totalCount } }",
    ),
    (
        "registered_search",
        "data_entry@UA",
        "{ cases(first: 2, search: \"ko\", filter: { not: { individual: { familyName: { startsWith: \"K\" } } } }) { totalCount nodes { status } } }",
    ),
];

/// The role and the question whose `endCursor` is the variable `cursor`.
pub const BEFORE_SECOND: (&str, &str) =
    ("case_supervisor@UA", "{ cases(first: 2, orderBy: [{ field: CASE_NUMBER }]) { pageInfo { endCursor } } }");

/// The variable `cursor`.
///
/// # Errors
/// When the question is refused.
pub async fn page_before_second(gateway: &Gateway) -> Result<Value> {
    let (role, question) = BEFORE_SECOND;
    let data = gateway.as_role(role)?.data(question, Value::Null).await?;
    Ok(data["cases"]["pageInfo"]["endCursor"].clone())
}
