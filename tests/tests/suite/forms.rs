//! What a form hears: everything that is wrong with it at once, each with the path of its field, and what may be written at all.

use std::collections::BTreeSet;

use causeway_tests::{Answer, Client, Gateway, Result, both};
use serde_json::{Value, json};

const REGISTER: &str = "mutation($input: RegisterCaseInput!) { payload: registerCase(input: $input) { case { id } userErrors { field message code } } }";
const UPDATE: &str = "mutation($input: UpdateCaseInput!) { payload: updateCase(input: $input) { case { id } userErrors { field message code } } }";

/// The fields of the user errors, sorted. There is no case and no other error.
fn fields(answer: &Answer) -> BTreeSet<&str> {
    assert!(answer.codes().is_empty(), "{}", answer.body);
    let payload = &answer.data()["payload"];
    assert_eq!(payload["case"], Value::Null, "{}", answer.body);
    let errors = payload["userErrors"].as_array().expect("a list");
    assert!(errors.iter().all(|error| error["code"] == "BAD_INPUT"), "{}", answer.body);
    let fields: BTreeSet<&str> = errors.iter().filter_map(|error| error["field"].as_str()).collect();
    assert_eq!(fields.len(), errors.len(), "each once: {}", answer.body);
    fields
}

/// A form on which hardly anything is right.
fn wrong() -> Value {
    json!({
        "individual": {
            "birthDate": "2019-02-29", "familyName": "  ", "phone": "12", "email": "nobody", "citizenships": ["UA", "XX", 7],
            "countryOfBirth": "ua", "primaryLanguage": "not a language", "numberOfChildren": 99_999
        },
        "case": { "status": null, "closedOn": "yesterday", "registeredOn": "31.12.2019", "closureReason": "" },
        "consents": [
            { "purpose": "DATA_MANAGEMENT", "decision": "GIVEN", "decidedOn": "2020-13-01" },
            { "purpose": "ASSISTANCE", "decision": "GIVEN", "decidedOn": "2999-01-01", "organisation": "safe-harbour" }
        ]
    })
}

const WRONG: [&str; 16] = [
    "case.closedOn",
    "case.closureReason",
    "case.registeredOn",
    "case.status",
    "consents.0.decidedOn",
    "consents.1.decidedOn",
    "consents.1.organisation",
    "individual.birthDate",
    "individual.citizenships.1",
    "individual.citizenships.2",
    "individual.countryOfBirth",
    "individual.email",
    "individual.familyName",
    "individual.numberOfChildren",
    "individual.phone",
    "individual.primaryLanguage",
];

async fn cases(client: &Client) -> Result<Value> {
    Ok(client.data("{ cases { totalCount } }", Value::Null).await?["cases"]["totalCount"].clone())
}

both! {
    async fn a_form_hears_of_everything_at_once(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let mut new = wrong();
        new["mission"] = json!("Ukraine");
        let answer = client.run(REGISTER, json!({ "input": new })).await?;
        assert_eq!(fields(&answer), WRONG.into_iter().chain(["mission"]).collect(), "{}", answer.body);
        assert_eq!(cases(&client).await?, 0);

        let right = json!({ "mission": "UA", "individual": { "gender": "FEMININE" } });
        let answer = client.run(REGISTER, json!({ "input": right })).await?;
        let id = answer.data()["payload"]["case"]["id"].as_str().ok_or("not registered")?.to_owned();
        let mut change = wrong();
        change["id"] = json!(id);
        let answer = client.run(UPDATE, json!({ "input": change })).await?;
        assert_eq!(fields(&answer), WRONG.into_iter().collect(), "{}", answer.body);

        // The same where it stands in the document.
        let answer = client.query("mutation { payload: registerCase(input: { mission: Ukraine, individual: { birthDate: \"no day\", citizenships: [UA, NOWHERE] } })
            { case { id } userErrors { field message code } } }").await?;
        let expected = ["consents", "individual.birthDate", "individual.citizenships.1", "mission"];
        assert_eq!(fields(&answer), expected.into_iter().collect(), "{}", answer.body);
        assert!(!answer.body.to_string().contains("no day"), "a value is not repeated: {}", answer.body);
        assert_eq!(cases(&client).await?, 1);
        Ok(())
    }

    /// What is compared with something wrong is not called wrong for it.
    async fn a_mistake_makes_no_other_one(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let consents = json!([{ "purpose": "DATA_MANAGEMENT", "decision": "GIVEN", "decidedOn": "never" }]);
        for (individual, case, consents, field) in [
            (json!({}), json!({ "registeredOn": "2020-02-30", "closedOn": "2020-03-01" }), json!([]), "case.registeredOn"),
            (json!({ "birthDate": "2999-01-01" }), json!({}), json!([{ "purpose": "DATA_MANAGEMENT", "decision": "GIVEN" }]), "individual.birthDate"),
            (json!({ "familyName": "Testova" }), json!({}), consents, "consents.0.decidedOn"),
        ] {
            let input = json!({ "mission": "UA", "individual": individual, "case": case, "consents": consents });
            let answer = client.run(REGISTER, json!({ "input": input })).await?;
            assert_eq!(fields(&answer), BTreeSet::from([field]), "{}", answer.body);
        }
        Ok(())
    }

    /// In a question what is none of a scalar is refused before it runs: all of it at once, each with its path, and what is right.
    async fn a_scalar_that_is_none_is_refused_in_a_question(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let days = json!({ "eq": "no day", "from": "y", "before": "2020-02-30" });
        for (document, variables, fields) in [
            ("{ cases(missions: [XX]) { totalCount } }", json!({}), vec!["missions.0"]),
            ("{ cases(missions: [UA, \"ua\", 7, [MD]]) { totalCount } }", json!({}), vec!["missions.1", "missions.2", "missions.3"]),
            ("{ cases(missions: Ukraine) { totalCount } statistics(missions: [QQ]) { total } }", json!({}), vec!["missions", "missions.0"]),
            ("{ cases(filter: { registeredOn: { eq: \"no day\", from: \"y\" } }) { totalCount } }", json!({}),
             vec!["filter.registeredOn.eq", "filter.registeredOn.from"]),
            ("{ cases(filter: { not: { individual: { citizenships: { has: {} } } } }) { totalCount } }", json!({}), vec!["filter.not.individual.citizenships.has"]),
            ("{ caseByNumber(mission: \"Nowhere\", caseNumber: \"1\") { id } }", json!({}), vec!["mission"]),
            ("query($m: CountryCode = XX) { cases(missions: [$m]) { totalCount } }", json!({}), vec!["variables.m"]),
            ("query($m: CountryCode!) { caseByNumber(mission: $m, caseNumber: \"1\") { id } }", json!({ "m": "Nowhere" }), vec!["variables.m"]),
            ("query($f: CaseFilter, $m: [CountryCode!]) { cases(missions: $m, filter: $f) { totalCount } }",
             json!({ "f": { "registeredOn": days }, "m": ["XX", "UA", 7] }),
             vec!["variables.f.registeredOn.before", "variables.f.registeredOn.eq", "variables.f.registeredOn.from", "variables.m.0", "variables.m.2"]),
            ("query($m: [CountryCode!]) { statistics(missions: $m) { total } }", json!({ "m": ["QQ"] }), vec!["variables.m.0"]),
        ] {
            let answer = client.run(document, variables).await?;
            assert_eq!(answer.status, 400, "{document}: {}", answer.body);
            let errors = answer.body["errors"].as_array().ok_or("no errors")?;
            let named: Vec<_> = errors.iter().map(|error| error["extensions"]["field"].as_str().unwrap_or_default()).collect();
            assert_eq!(named, fields, "{document}: {}", answer.body);
            for error in errors {
                let message = error["message"].as_str().unwrap_or_default();
                assert!(error["extensions"]["code"] == "BAD_INPUT", "{document}: {}", answer.body);
                assert!(message.contains("such as 2020-02-29") || message.contains("such as UA"), "{document}: {message}");
            }
        }
        Ok(())
    }

    /// What no input takes is writable to nobody; what people fill is to those whom policy lets.
    async fn permissions_call_writable_what_inputs_take(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let derived = [
            "Case.ageBand", "Case.consentsInForce", "Case.majorityStatus", "Case.registeredBy", "Case.registrationMonth",
            "Case.yearOfRegistration", "Consent.recordedBy", "Referral.consentInForce", "TraffickingEpisode.durationBand",
            "TraffickingEpisode.durationMonths", "TraffickingEpisode.majorityAtEntry", "TraffickingEpisode.reTrafficking",
            "Case.id", "Case.individual", "Individual.id", "Consent.id", "Consent.case", "Consent.individual", "Referral.id", "Referral.case",
            "Referral.status", "TraffickingEpisode.id", "TraffickingEpisode.case",
        ];
        let schema = gateway.as_role("case_supervisor@UA")?.data("{ __schema { types { name inputFields { name } } } }", Value::Null).await?;
        let types = schema["__schema"]["types"].as_array().ok_or("no types")?;
        let mut taken = BTreeSet::new();
        for (input, of_type) in [("IndividualInput", "Individual"), ("CaseInput", "Case"), ("ConsentInput", "Consent"), ("OrganisationInput", "Organisation")] {
            let input = types.iter().find(|ty| ty["name"] == input).ok_or("no such input")?;
            let fields = input["inputFields"].as_array().ok_or("no fields")?.iter();
            taken.extend(fields.filter_map(|field| Some(format!("{of_type}.{}", field["name"].as_str()?))));
        }
        for role in ["case_worker@UA", "case_supervisor@UA", "data_entry@UA"] {
            let data = gateway.as_role(role)?.data("{ viewer { permissions { field read { scopes } write { scopes } } } }", Value::Null).await?;
            let permissions = data["viewer"]["permissions"].as_array().ok_or("no permissions")?;
            let writable = |name: &str| permissions.iter().any(|one| one["field"] == name && one["write"] != json!([]));
            for name in derived {
                assert!(permissions.iter().any(|one| one["field"] == name && one["read"] != json!([])), "{role} reads {name}");
                assert!(!writable(name), "{role} writes {name}");
            }
            for one in permissions.iter().filter(|one| one["write"] != json!([])) {
                assert!(one["field"].as_str().is_some_and(|name| taken.contains(name)), "{role} writes {}", one["field"]);
            }
            for name in ["Case.status", "Case.registeredOn", "Individual.familyName", "Individual.birthDate", "Consent.decision"] {
                assert!(writable(name), "{role} does not write {name}");
            }
        }
        Ok(())
    }
}
