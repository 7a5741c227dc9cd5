//! What is shut as a whole: the way from a passage to its case, an answer in part, a suspended mission; and what errors say.

use super::{refusal, says_nothing};
use crate::oracle::{Oracle, run};
use crate::roles::CASES_IN_ALL;
use causeway_tests::{Gateway, both};
use serde_json::json;

both! {
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
        let case = oracle.records.cases().find(|case| case.key.0.as_str() == "UA").ok_or("no case")?;
        let id = oracle.id("Case", case.key.0, case.key.1);
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
        let others = oracle.records.cases().filter(|case| case.key.0.as_str() != "UA").count();
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
