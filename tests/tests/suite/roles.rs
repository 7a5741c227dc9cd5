//! The eleven roles ask one question of the same rows, and each gets exactly what `policies/MATRIX.md` says: every value,
//! every null, every row, and what is reported as withheld. What they ought to get is worked out beside the gateway.

use crate::oracle::{Oracle, Sight, Tree, first_difference, lists, table};
use causeway_tests::{Caller, Client, Gateway, Result, both};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How many cases the missions of these tests have in all.
pub const CASES_IN_ALL: usize = 600;

/// What of an individual is withheld from who sees no names.
pub const NAMELESS: [&str; 7] =
    ["address", "birthDate", "email", "familyName", "givenNames", "identityNumber", "phone"];

/// Every page of a list, one after the other.
pub async fn pages(client: &Client, query: &str) -> Result<Vec<(Value, Vec<String>)>> {
    let (mut pages, mut after) = (Vec::new(), Value::Null);
    loop {
        let answer = client.run(query, json!({ "after": after })).await?;
        if !answer.body["errors"].is_null() {
            return Err(format!("{}: {}", answer.status, answer.body["errors"]).into());
        }
        let withheld = answer.withheld().into_iter().map(str::to_owned).collect();
        let list = answer.data()["list"].clone();
        after = list["pageInfo"]["endCursor"].clone();
        let more = list["pageInfo"]["hasNextPage"] == json!(true);
        pages.push((list, withheld));
        if !more {
            return Ok(pages);
        }
    }
}

/// Asks for a list and compares. The number of rows that were seen.
async fn check(client: &Client, sight: &Sight<'_>, list: &str, tree: &Tree) -> Result<usize> {
    let (who, of_type) = (sight.caller.roles.join("+"), tree.table.name);
    let query = format!(
        "query($after: String) {{ list: {list}(first: 100, after: $after) \
         {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {} }} }} }}",
        tree.selection()
    );
    let wanted = sight.nodes(tree);
    let mut found = Vec::new();
    for (page, reported) in pages(client, &query).await? {
        assert_eq!(page["totalCount"], json!(wanted.len()), "{who}: the number of {of_type} rows");
        let mut withheld = BTreeSet::new();
        for node in page["nodes"].as_array().ok_or("no nodes")? {
            tree.withheld_in(node, &mut withheld);
            found.push(node.clone());
        }
        let reported: BTreeSet<String> = reported.into_iter().collect();
        let silent: Vec<_> = withheld.difference(&reported).collect();
        assert!(silent.is_empty(), "{who}: withheld in rows and not in the report: {silent:?}");
        for extra in reported.difference(&withheld) {
            let (of_type, field) = extra.split_once('.').ok_or("not a field of a type")?;
            let no_row = sight.never(&format!("{of_type}.id"));
            // Rows that lists leave out, since the caller does not see to what they belong.
            let left_out = || sight.withholds_link(table(of_type), field);
            assert!(no_row || sight.never(extra) || left_out(), "{who}: {extra} is reported, and withheld in no row");
        }
    }
    if let Some(difference) = first_difference(&json!(found), &json!(wanted), of_type) {
        panic!("{who}: {difference}");
    }
    Ok(found.len())
}

/// Compares every list: of cases with everything below them, of others with what is next to them. How many cases and narratives
/// were seen.
async fn check_all(gateway: &Gateway, oracle: &Oracle, caller: Caller) -> Result<(usize, usize)> {
    let client = gateway.as_caller(&caller)?;
    let sight = oracle.sight(caller);
    let mut seen = BTreeMap::new();
    for (list, table) in lists() {
        let tree = Tree::whole(table, if table.name == "Case" { 2 } else { 1 });
        seen.insert(list, check(&client, &sight, list, &tree).await?);
    }
    Ok((seen["cases"], seen["narratives"]))
}

/// Each role where the demo holds it.
pub fn eleven() -> Vec<(&'static str, bool, bool)> {
    vec![
        ("case_worker@UA", true, true),
        ("case_supervisor@UA", true, true),
        ("data_entry@UA", true, true),
        ("mission_analyst@UA", true, true),
        ("mission_admin@UA", false, false),
        ("regional_analyst@region:RO Vienna", false, true),
        ("hq_analyst@*", true, true),
        ("hq_protection@*", true, true),
        ("data_protection_officer@*", false, false),
        ("partner_provider@UA", true, true),
        ("partner_researcher@UA", false, true),
    ]
}

fn several(memberships: &[&str]) -> Caller {
    let roles = memberships.iter().map(|&one| one.to_owned()).collect();
    Caller { roles, ..Caller::of(memberships[0]) }
}

both! {
    /// One question, eleven answers.
    async fn each_role_gets_what_the_matrix_says(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, CASES_IN_ALL).await?;
        let asked: BTreeSet<&str> = eleven().iter().map(|(role, ..)| role.split('@').next().unwrap_or_default()).collect();
        assert_eq!(asked, oracle.matrix.roles.iter().map(String::as_str).collect(), "a role that nobody asks as");
        for (role, cases, narratives) in eleven() {
            let seen = check_all(&gateway, &oracle, Caller::of(role)).await?;
            assert_eq!((seen.0 > 0, seen.1 > 0), (cases, narratives), "{role} saw {seen:?}");
        }
        Ok(())
    }

    /// An overlay tightens what a mission gives, also to those who see every mission.
    async fn an_overlay_holds_in_its_mission(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, CASES_IN_ALL).await?;
        for role in ["case_worker@BY", "partner_researcher@BY", "hq_analyst@BY", "regional_analyst@region:RO Vienna"] {
            let mut caller = Caller::of(role);
            // Somebody who owns cases there, and whose team has others.
            let case = oracle.records.cases().find(|case| case.key.0.as_str() == "BY").ok_or("no case in BY")?;
            caller.subject = case.text("owner").ok_or("no owner")?.to_owned();
            caller.teams = case.text("team").into_iter().map(str::to_owned).collect();
            let refused = role == "hq_analyst@BY";
            match check_all(&gateway, &oracle, caller).await {
                Ok(_) if !refused => {}
                Err(error) if refused => assert!(error.to_string().contains("FORBIDDEN"), "{error}"),
                other => panic!("{role}: {other:?}"),
            }
        }
        Ok(())
    }

    /// The same level reached twice, with different selections that begin alike: each gets what it asked for, and says what of it
    /// is withheld, so that such an operation can be refused, too.
    async fn fields_that_begin_alike_do_not_share(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 40).await?;
        let (analyst, supervisor) = (gateway.as_role("mission_analyst@UA")?, gateway.as_role("case_supervisor@UA")?);
        let plain = supervisor.query("{ cases(first: 2) { nodes { individual { familyName } } } }").await?;
        let names = [0, 1].map(|row| plain.data()["cases"]["nodes"][row]["individual"]["familyName"].clone());
        assert!(names.iter().any(Value::is_string), "{}", plain.body);
        for document in [
            "{ cases(first: 2) { edges { node { ...F } } nodes { ...F individual { familyName withheld } } } } \
             fragment F on Case { individual { gender } }",
            "{ cases(first: 2) { a: nodes { ...F } nodes { ...F individual { familyName withheld } } } } \
             fragment F on Case { individual { gender } }",
            // A carriage return alone is a line's end, too.
            "{ cases(first: 2) { edges { node { \ra: individual { gender withheld } } } \rnodes { \rindividual { familyName withheld } } } }",
            "{ cases(first: 2) { nodes { \ra: individual { gender withheld }\rindividual { familyName withheld } } } }",
        ] {
            let answer = analyst.query(document).await?;
            let individual = &answer.data()["cases"]["nodes"][0]["individual"];
            assert_eq!(individual["withheld"], json!(NAMELESS), "{document}: {}", answer.body);
            assert_eq!(answer.withheld(), ["Individual.familyName"], "{document}: {}", answer.body);
            let reject = analyst.clone().with_header("causeway-withheld", "reject").query(document).await?;
            assert_eq!(reject.codes(), ["FORBIDDEN"], "{document}: {}", reject.body);
            let seen = supervisor.query(document).await?;
            for (row, name) in names.iter().enumerate() {
                let individual = &seen.data()["cases"]["nodes"][row]["individual"];
                assert_eq!(&individual["familyName"], name, "{document}: {}", seen.body);
            }
        }
        let totals = "{ individuals(first: 3) { edges { node { ...G } } nodes { ...G cases { totalCount } } } } \
                      fragment G on Individual { cases { nodes { id } } }";
        let answer = supervisor.query(totals).await?;
        let nodes = &answer.data()["individuals"]["nodes"];
        assert!(nodes.as_array().is_some_and(|nodes| nodes.iter().all(|node| node["cases"]["totalCount"] == json!(1))), "{nodes}");
        // Each list with its own arguments' rows, and an error where its field stands.
        let nested = "{ cases(first: 1) {\n nodes { ...H } edges { node { ...H\n episodes(first: 1) { nodes { number startedOn } } } } } } \
                      fragment H on Case { id episodes(first: 1) { nodes { id } } }";
        let answer = supervisor.query(nested).await?;
        assert!(answer.codes().is_empty(), "{}", answer.body);
        let wrong = supervisor.query("{\n  viewer { subject }\n  ...W }\nfragment W on Query {\n   cases(after: \"nonsense\") { totalCount } }").await?;
        assert_eq!(wrong.body["errors"][0]["locations"], json!([{ "line": 5, "column": 4 }]), "{}", wrong.body);
        // A long value in a fragment that stands in many places.
        let roots: String = (0..45).map(|at| format!("a{at}: node(id: \"x\") {{ ...L }} ")).collect();
        let long = format!("{{ {roots} }} fragment L on Case {{ episodes(after: \"{}\") {{ totalCount }} }}", "x".repeat(200_000));
        assert_eq!(supervisor.query(&long).await?.codes(), ["TOO_COSTLY"]);
        // One key that stands for two fields.
        for document in [
            "{ cases(first: 1) { nodes { id } } ... on Query { cases(first: 2) { nodes { id } } } }",
            "{ x: viewer { subject } ... on Query { x: cases(first: 1) { nodes { id } } } }",
            "{ cases(first: 1) { nodes { individual { x: gender } individual { x: id } } } }",
            "{ cases(first: 1) { nodes { ... on Case { x: mission { id } } x: caseNumber } } }",
            "{ cases(first: 1) { nodes { ... on Node { id } ... on Case { episodes(first: 1) { nodes { id } } } episodes(last: 1) { nodes { number } } } } }",
        ] {
            let answer = supervisor.query(document).await?;
            assert_eq!(answer.codes(), ["BAD_INPUT"], "{document}: {}", answer.body);
        }
        Ok(())
    }

    /// Components of a front end ask for the same row, each for something else of it: it is one row, which says of all of it
    /// what is withheld.
    async fn what_is_asked_for_in_parts_is_answered_as_a_whole(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 40).await?;
        let analyst = gateway.as_role("mission_analyst@UA")?;
        let id = analyst.query("{ cases(missions: [UA], first: 1) { nodes { id } } }").await?;
        let id = id.data()["cases"]["nodes"][0]["id"].as_str().ok_or("no case")?.to_owned();
        let cases = "cases(missions: [UA], first: 3)";
        let whole = format!("{{ {cases} {{ nodes {{ caseNumber individual {{ gender familyName birthDate withheld }} }} }} }}");
        let of_node = "{ node(id: \"ID\") { ... on Case { caseNumber individual { familyName gender withheld } } } }";
        for (whole, in_parts) in [
            (
                whole.as_str(),
                "{ CASES { nodes { individual { gender familyName withheld } caseNumber individual { birthDate withheld } } } }",
            ),
            (
                whole.as_str(),
                "{ CASES { nodes { caseNumber } nodes { ...A ... on Case { ...B } } } } \
                 fragment A on Case { individual { gender withheld } } \
                 fragment B on Case { individual { ...C birthDate } } fragment C on Individual { familyName withheld }",
            ),
            (
                whole.as_str(),
                "{ CASES { nodes { individual { gender withheld } } } ...P CASES { nodes { individual { birthDate } } } } \
                 fragment P on Query { CASES { nodes { caseNumber individual { familyName } } } }",
            ),
            // What is skipped takes nothing away, and an interface in between is nothing.
            (
                whole.as_str(),
                "{ CASES { nodes { caseNumber individual { gender familyName birthDate withheld } individual { email @skip(if: true) } \
                 ... on Node { ... on Case { individual { phone @include(if: false) } } } } } }",
            ),
            (
                whole.as_str(),
                "{ CASES { nodes { ... on Node { id @skip(if: true) ... on Case { individual { familyName withheld } } } caseNumber \
                 individual { birthDate } ... on Case @include(if: true) { individual { gender withheld } } } } }",
            ),
            (
                of_node,
                "{ node(id: \"ID\") { ... on Case { individual { familyName withheld } } ...N } } \
                 fragment N on Case { individual { gender withheld } caseNumber }",
            ),
            (
                of_node,
                "{ node(id: \"ID\") { ... on Node { ... on Case { individual { gender withheld } } } \
                 ... on Case { caseNumber individual @include(if: true) { familyName withheld } } } }",
            ),
        ] {
            let ask = async |document: &str| {
                let answer = analyst.query(&document.replace("CASES", cases).replace("ID", &id)).await?;
                assert!(answer.codes().is_empty(), "{document}: {}", answer.body);
                Ok::<_, causeway_tests::Error>((answer.data().clone(), answer.body["extensions"]["withheld"].clone()))
            };
            let expected = ask(whole).await?;
            let said = expected.0.to_string();
            assert!(said.contains("\"withheld\":[\""), "nothing is withheld: {said}");
            assert_eq!(ask(in_parts).await?, expected, "{in_parts}");
        }
        Ok(())
    }

    /// Two roles add up, mission by mission; a refusal of either holds for both.
    async fn two_roles_add_up_and_a_refusal_stays(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, CASES_IN_ALL).await?;
        let sets: [&[&str]; 7] = [
            &["case_worker@UA", "mission_analyst@MD"],
            &["case_supervisor@MD", "partner_provider@UA"],
            &["case_worker@UA", "mission_analyst@UA"],
            &["data_entry@UA", "case_worker@UA"],
            &["case_worker@BY", "partner_researcher@BY"],
            &["case_worker@UA", "hq_analyst@*"],
            &["partner_researcher@UA", "partner_researcher@BY", "partner_researcher@MD"],
        ];
        for set in sets {
            let mut caller = several(set);
            caller.organisation = Some("safe-harbour".to_owned());
            check_all(&gateway, &oracle, caller).await.map_err(|error| format!("{set:?}: {error}"))?;
        }
        Ok(())
    }
}
