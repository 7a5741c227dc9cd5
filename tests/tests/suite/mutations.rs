//! Registering and updating cases through GraphQL: rows, derived columns, facts, audit and change log in one transaction,
//! what the payload shows, and who may write what.

use std::sync::Arc;

use causeway::casework::derive;
use causeway::http::{HttpOptions, router};
use causeway_tests::{Answer, Caller, Client, Gateway, Result, both};
use chrono::{Days, Months, NaiveDate};
use entity::codes::{AgeBand, CaseStatus, ConsentDecision, ConsentPurpose, MajorityStatus};
use entity::{CodeSet, CountryCode, audit_entry, case_file, change, consent, fact, individual};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::records;

const REGISTER: &str = "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { ...payload } }";
const UPDATE: &str = "mutation($input: UpdateCaseInput!) { updateCase(input: $input) { ...payload } }";
const PAYLOAD: &str = "fragment payload on CasePayload {
  case {
    id caseNumber status ageBand majorityStatus registrationMonth yearOfRegistration consentsInForce owner registeredBy withheld
    individual { familyName birthDate gender withheld }
  }
  userErrors { field message code }
}";

fn today() -> NaiveDate {
    causeway_tests::gateway::today()
}

fn ukraine() -> CountryCode {
    "UA".parse().expect("UA is a country")
}

/// An individual of thirty years and four days, with consent to the recording.
pub fn input(number: &str) -> Value {
    let birth = today() - Months::new(360) - Days::new(4);
    json!({
        "mission": "UA",
        "individual": { "familyName": "Testova", "givenNames": "Olena", "birthDate": birth, "gender": "FEMININE",
                        "citizenships": ["UA", "MD"] },
        "case": { "caseNumber": number, "registeredOn": today() - Days::new(1) },
        "consents": [
            { "purpose": "DATA_MANAGEMENT", "decision": "GIVEN", "decidedOn": today() - Days::new(2) },
            { "purpose": "RESEARCH_AND_STATISTICS", "decision": "GIVEN", "decidedOn": today() - Days::new(2) }
        ]
    })
}

/// The input with one value changed, by its JSON pointer. Objects on the way are made.
fn changed(mut input: Value, pointer: &str, value: Value) -> Value {
    let mut place = &mut input;
    for key in pointer.trim_start_matches('/').split('/') {
        place = &mut place[key];
    }
    *place = value;
    input
}

async fn register(client: &Client, input: Value) -> Result<Answer> {
    client.run(&format!("{REGISTER} {PAYLOAD}"), json!({ "input": input })).await
}

async fn update(client: &Client, input: Value) -> Result<Answer> {
    client.run(&format!("{UPDATE} {PAYLOAD}"), json!({ "input": input })).await
}

/// The one user error of a payload, as code and field.
fn user_error<'a>(answer: &'a Answer, mutation: &str) -> (&'a str, &'a str) {
    let payload = &answer.data()[mutation];
    assert_eq!(payload["case"], Value::Null, "{}", answer.body);
    let errors = payload["userErrors"].as_array().expect("a list");
    assert_eq!(errors.len(), 1, "{}", answer.body);
    (errors[0]["code"].as_str().unwrap_or_default(), errors[0]["field"].as_str().unwrap_or_default())
}

/// How many rows there are that a mutation can add.
/// The rows of an empty demo: each of its eighteen missions was set up, and that was audited.
const NOTHING: [u64; 6] = [0, 0, 0, 0, 18, 18];

async fn rows(db: &DatabaseConnection) -> Result<[u64; 6]> {
    Ok([
        records::count::<individual::Entity>(db).await?,
        records::count::<case_file::Entity>(db).await?,
        records::count::<consent::Entity>(db).await?,
        records::count::<fact::Entity>(db).await?,
        records::count::<audit_entry::Entity>(db).await?,
        records::count::<change::Entity>(db).await?,
    ])
}

async fn case_of(db: &DatabaseConnection, number: &str) -> Result<case_file::Model> {
    let found = case_file::Entity::find().filter(case_file::Column::CaseNumber.eq(number)).one(db).await?;
    Ok(found.ok_or("no such case")?)
}

async fn fact_of(db: &DatabaseConnection, case: &case_file::Model) -> Result<fact::Model> {
    let key = case.record_key.ok_or("the case has no record key")?;
    let found = fact::Entity::find_by_id((case.mission_id, key)).one(db).await?;
    Ok(found.ok_or("the case has no fact")?)
}

/// Total and cache status of all cases in some missions.
async fn counted(client: &Client, missions: &[&str]) -> Result<(i64, String)> {
    let data = client
        .data("query($in: [CountryCode!]) { statistics(missions: $in) { total cache } }", json!({ "in": missions }))
        .await?;
    let statistics = &data["statistics"];
    Ok((statistics["total"].as_i64().ok_or("no total")?, statistics["cache"].as_str().unwrap_or_default().to_owned()))
}

both! {
    /// Every role that writes: the rows, what is derived of them, the fact, the audit and the change, and the payload.
    async fn each_writing_role_registers(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows_of = records::open(db).await?;
        for (role, owner) in [("case_worker", true), ("case_supervisor", true), ("data_entry", false)] {
            let before = rows(&rows_of).await?;
            let number = format!("UA-{role}");
            let answer = register(&gateway.as_role(&format!("{role}@UA"))?, input(&number)).await?;
            let added = rows(&rows_of).await?;
            assert_eq!([1, 1, 2, 1, 1, 1], std::array::from_fn(|at| added[at] - before[at]), "{role}");

            let case = case_of(&rows_of, &number).await?;
            assert_eq!(case.age_band, Some(AgeBand::Age30To38));
            assert_eq!(case.majority_status, Some(MajorityStatus::Adult));
            let day = today() - Days::new(1);
            assert_eq!(case.registered_on, Some(day));
            assert_eq!(case.registration_month, Some(day.format("%Y-%m").to_string()));
            assert_eq!(case.status, Some(CaseStatus::Active));
            assert_eq!(case.registered_by.as_deref(), Some(role));
            assert_eq!(case.owner.as_deref(), owner.then_some(role));
            let purposes = [ConsentPurpose::DataManagement, ConsentPurpose::ResearchAndStatistics];
            assert_eq!(case.consents_in_force, Some(purposes.into_iter().collect()));

            let fact = fact_of(&rows_of, &case).await?;
            assert_eq!(fact.age_band, case.age_band);
            assert_eq!(fact.citizenship, Some(ukraine()));
            assert_eq!(fact.year_of_registration, case.year_of_registration);
            assert_ne!(fact.record_key, case.id);

            let entry = records::audit(&rows_of, ukraine()).await?.pop().ok_or("no audit entry")?;
            assert_eq!((entry.subject.as_str(), entry.action.as_str()), (role, "register_case"));
            assert_eq!(entry.object_id, Some(case.id));
            assert!(!format!("{entry:?}").contains("Testova"));
            assert_eq!(records::broken_chain(&rows_of, ukraine()).await?, None);

            let payload = &answer.data()["registerCase"];
            assert_eq!(payload["userErrors"], json!([]), "{}", answer.body);
            assert_eq!(payload["case"]["ageBand"], "AGE_30_TO_38");
            assert_eq!(payload["case"]["consentsInForce"], json!(["DATA_MANAGEMENT", "RESEARCH_AND_STATISTICS"]));
            assert_eq!(payload["case"]["individual"]["familyName"], "Testova", "{role}");
            assert!(answer.withheld().is_empty(), "{role}");
        }
        Ok(())
    }

    /// Statistics rise by one, and what is remembered of other missions stays.
    async fn statistics_follow_a_registration_at_once(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let analyst = gateway.as_role("hq_protection@*")?;
        assert_eq!(counted(&analyst, &["UA", "MD"]).await?, (0, "MISS".to_owned()));
        assert_eq!(counted(&analyst, &["UA", "MD"]).await?, (0, "HIT".to_owned()));
        let worker = gateway.as_role("case_worker@UA")?;
        let id = worker.register(input("UA-1")).await?;
        assert_eq!(counted(&analyst, &["MD"]).await?, (0, "HIT".to_owned()));
        assert_eq!(counted(&analyst, &["UA", "MD"]).await?, (1, "PARTIAL".to_owned()));
        assert_eq!(counted(&analyst, &["UA"]).await?, (1, "HIT".to_owned()));

        update(&worker, json!({ "id": id, "individual": { "gender": "MASCULINE" } })).await?;
        assert_eq!(counted(&analyst, &["MD"]).await?.1, "HIT");
        assert_eq!(counted(&analyst, &["UA"]).await?, (1, "MISS".to_owned()));
        let by_gender = "{ statistics(missions: [UA], groupBy: [GENDER]) { cells { keys count } } }";
        let cells = analyst.data(by_gender, Value::Null).await?;
        assert_eq!(cells["statistics"]["cells"], json!([{ "keys": ["MASCULINE"], "count": 1 }]));
        Ok(())
    }

    /// Every column that an update derives, and the ledger that only grows.
    async fn an_update_derives_again(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows_of = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let id = worker.register(input("UA-1")).await?;
        let before = case_of(&rows_of, "UA-1").await?;
        let birth = today() - Months::new(12 * 17);
        let answer = update(
            &worker,
            json!({ "id": id, "individual": { "birthDate": birth }, "case": { "status": "FOLLOW_UP", "riskLevel": "HIGH" },
                    "consents": [{ "purpose": "RESEARCH_AND_STATISTICS", "decision": "WITHDRAWN" }] }),
        )
        .await?;
        assert_eq!(answer.data()["updateCase"]["userErrors"], json!([]), "{}", answer.body);
        assert_eq!(answer.data()["updateCase"]["case"]["ageBand"], "AGE_9_TO_17");

        let case = case_of(&rows_of, "UA-1").await?;
        // The registration was the day before the birthday's anniversary: sixteen years.
        assert_eq!(case.age_band, Some(derive::age_band(16)));
        assert_eq!(case.majority_status, Some(MajorityStatus::Minor));
        let only: CodeSet<ConsentPurpose> = [ConsentPurpose::DataManagement].into_iter().collect();
        assert_eq!(case.consents_in_force, Some(only));
        assert_eq!((case.record_key, case.registered_on), (before.record_key, before.registered_on));
        let fact = fact_of(&rows_of, &case).await?;
        assert_eq!((fact.age_band, fact.case_status), (case.age_band, Some(CaseStatus::FollowUp)));
        assert_eq!(records::count::<fact::Entity>(&rows_of).await?, 1);
        let ledger = consent::Entity::find().all(&rows_of).await?;
        assert_eq!(ledger.len(), 3);
        assert_eq!(ledger.iter().filter(|entry| entry.decision == Some(ConsentDecision::Given)).count(), 2);

        let entry = records::audit(&rows_of, ukraine()).await?.pop().ok_or("no audit entry")?;
        assert_eq!(entry.action, "update_case");
        for name in ["Individual.birthDate", "Case.status", "Case.riskLevel"] {
            assert!(entry.detail.split(' ').any(|object| object == name), "{}", entry.detail);
        }
        assert!(!entry.detail.contains(&birth.to_string()));
        assert_eq!(records::broken_chain(&rows_of, ukraine()).await?, None);
        Ok(())
    }

    /// A part that is left out, is null or is empty changes nothing; nor does what a client fills in because the schema says that it
    /// stands for what was left out.
    async fn what_is_left_out_changes_nothing(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows_of = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let id = worker.register(input("UA-1")).await?;
        let known = async || Ok::<_, Box<dyn std::error::Error + Send + Sync>>((
            individual::Entity::find().one(&rows_of).await?.ok_or("no individual")?,
            case_of(&rows_of, "UA-1").await?,
            consent::Entity::find().all(&rows_of).await?,
        ));
        let before = known().await?;
        let said = "query($of: String!) { __type(name: $of) { inputFields { name defaultValue } } }";
        let defaults = async |of: &str| {
            let said = worker.data(said, json!({ "of": of })).await?;
            let fields = said["__type"]["inputFields"].as_array().ok_or("no input")?.clone();
            let given = fields.into_iter().filter_map(|field| {
                let default = serde_json::from_str(field["defaultValue"].as_str()?);
                Some(default.map(|default| (field["name"].as_str().unwrap_or_default().to_owned(), default)))
            });
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(given.collect::<std::result::Result<serde_json::Map<_, _>, _>>()?)
        };
        let mut filled = defaults("UpdateCaseInput").await?;
        assert_eq!(json!(filled), json!({ "consents": [] }));
        filled.insert("id".to_owned(), json!(id));
        for input in [
            json!({ "id": id }),
            json!({ "id": id, "individual": null, "case": null }),
            json!({ "id": id, "individual": {}, "case": {}, "consents": [] }),
            json!(filled),
        ] {
            let answer = update(&worker, input.clone()).await?;
            assert_eq!(answer.data()["updateCase"]["userErrors"], json!([]), "{input}: {}", answer.body);
            assert_eq!(known().await?, before, "{input}");
        }
        let mut new = defaults("RegisterCaseInput").await?;
        new.extend([("mission".to_owned(), json!("UA")), ("individual".to_owned(), json!({ "gender": "FEMININE" }))]);
        for case in [None, Some(Value::Null), Some(json!({}))] {
            new.extend(case.map(|case| ("case".to_owned(), case)));
            worker.register(json!(new)).await?;
        }
        assert_eq!(records::count::<case_file::Entity>(&rows_of).await?, 4);
        Ok(())
    }

    /// Whoever touches the log is found out.
    async fn a_changed_audit_log_is_detected(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        for number in ["UA-1", "UA-2", "UA-3"] {
            worker.register(input(number)).await?;
        }
        let rows_of = records::open(db).await?;
        assert_eq!(records::broken_chain(&rows_of, ukraine()).await?, None);
        let honest = records::audit(&rows_of, ukraine()).await?;
        let of_two = audit_entry::Column::Sequence.eq(2);

        let set = |column, value: &str| {
            audit_entry::Entity::update_many().col_expr(column, Expr::value(value)).filter(of_two.clone())
        };
        set(audit_entry::Column::Subject, "somebody").exec(&rows_of).await?;
        assert_eq!(records::broken_chain(&rows_of, ukraine()).await?, Some("entry 2 was changed".to_owned()));
        // With a hash made anew the next entry tells.
        let mut forged = honest[1].clone();
        forged.subject = "somebody".to_owned();
        set(audit_entry::Column::Hash, &causeway::access::audit::hash(&forged)).exec(&rows_of).await?;
        assert_eq!(records::broken_chain(&rows_of, ukraine()).await?, Some("entry 3 does not follow".to_owned()));
        audit_entry::Entity::delete_many().filter(of_two.clone()).exec(&rows_of).await?;
        assert_eq!(records::broken_chain(&rows_of, ukraine()).await?, Some("entry 2 is missing".to_owned()));
        audit_entry::Entity::delete_many().filter(audit_entry::Column::Sequence.gt(1)).exec(&rows_of).await?;
        assert_eq!(records::broken_chain(&rows_of, ukraine()).await?, Some("the last entry is not the head".to_owned()));
        Ok(())
    }

    /// A payload is a read: it shows what a read would show after the command.
    async fn a_payload_is_masked_like_a_read(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows_of = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let id = worker.register(input("UA-1")).await?;
        let hand_over = json!({ "id": id, "case": { "owner": "colleague" } });

        let rejected = update(&worker.clone().with_header("Causeway-Withheld", "reject"), hand_over.clone()).await?;
        assert_eq!(rejected.codes(), ["FORBIDDEN"]);
        assert_eq!(case_of(&rows_of, "UA-1").await?.owner.as_deref(), Some("case_worker"));

        let answer = update(&worker, hand_over).await?;
        let case = &answer.data()["updateCase"]["case"];
        assert_eq!(case["owner"], "colleague", "{}", answer.body);
        assert_eq!(case["individual"]["familyName"], Value::Null);
        assert_eq!(case["individual"]["gender"], "FEMININE");
        assert_eq!(case["individual"]["withheld"], json!(crate::roles::NAMELESS));
        assert_eq!(answer.withheld(), ["Individual.birthDate", "Individual.familyName"]);
        let read = worker.run("query($id: ID!) { case(id: $id) { individual { familyName birthDate gender withheld } } }", json!({ "id": id })).await?;
        assert_eq!(read.data()["case"]["individual"], case["individual"]);

        // Data entry loses sight of a case that it closes.
        let clerk = gateway.as_role("data_entry@UA")?;
        let id = clerk.register(input("UA-2")).await?;
        let answer = update(&clerk, json!({ "id": id, "case": { "status": "CLOSED", "closedOn": today() } })).await?;
        assert_eq!(answer.data()["updateCase"], json!({ "case": null, "userErrors": [] }), "{}", answer.body);
        assert_eq!(case_of(&rows_of, "UA-2").await?.status, Some(CaseStatus::Closed));
        let again = update(&clerk, json!({ "id": id, "case": { "status": "ACTIVE" } })).await?;
        assert_eq!(again.codes(), ["NOT_FOUND"]);
        Ok(())
    }

    /// Who may not write is told which fields, or that there is no such case; and nothing changes.
    async fn writing_is_refused_by_class(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows_of = records::open(db).await?;
        let supervisor = gateway.as_role("case_supervisor@UA")?;
        let id = supervisor.register(input("UA-1")).await?;
        let before = (rows(&rows_of).await?, case_of(&rows_of, "UA-1").await?);
        let change = json!({ "id": id, "individual": { "familyName": "Other" }, "case": { "riskLevel": "LOW" } });
        for (role, code) in [
            ("case_worker@UA", "FORBIDDEN"),
            ("mission_analyst@UA", "FORBIDDEN"),
            ("hq_protection@*", "FORBIDDEN"),
            ("hq_analyst@*", "FORBIDDEN"),
            ("data_entry@UA", "NOT_FOUND"),
            ("mission_admin@UA", "NOT_FOUND"),
            ("data_protection_officer@*", "NOT_FOUND"),
            ("partner_provider@UA", "NOT_FOUND"),
            ("partner_researcher@UA", "NOT_FOUND"),
            ("case_worker@MD", "NOT_FOUND"),
            ("case_supervisor@MD", "NOT_FOUND"),
        ] {
            let answer = update(&gateway.as_role(role)?, change.clone()).await?;
            assert_eq!(answer.codes(), [code], "{role}: {}", answer.body);
            let message = answer.body["errors"][0]["message"].as_str().unwrap_or_default();
            assert_eq!(message.contains("Individual.familyName"), code == "FORBIDDEN", "{role}: {message}");
            assert!(!message.contains("Testova"), "{role}");
        }
        for role in [
            "mission_analyst@UA", "hq_protection@*", "hq_analyst@*", "mission_admin@UA", "data_protection_officer@*",
            "partner_provider@UA", "partner_researcher@UA",
        ] {
            let answer = register(&gateway.as_role(role)?, input("UA-2")).await?;
            assert_eq!(answer.codes(), ["FORBIDDEN"], "{role}: {}", answer.body);
        }
        for role in ["case_worker@MD", "case_supervisor@MD", "data_entry@MD"] {
            let answer = register(&gateway.as_role(role)?, input("UA-2")).await?;
            assert_eq!(answer.codes(), ["NOT_FOUND"], "{role}: {}", answer.body);
        }
        // A case worker registers for nobody else.
        let for_another = changed(input("UA-2"), "/case/owner", json!("colleague"));
        let answer = register(&gateway.as_role("case_worker@UA")?, for_another).await?;
        assert_eq!(answer.codes(), ["FORBIDDEN"], "{}", answer.body);
        assert_eq!((rows(&rows_of).await?, case_of(&rows_of, "UA-1").await?), before);
        Ok(())
    }

    /// Consent decides at once what research sees, and stays on record.
    async fn consent_governs_research(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 60).await?;
        let rows_of = records::open(db).await?;
        let research = 1_i64 << 3;
        let all = case_file::Entity::find().filter(case_file::Column::MissionId.eq("UA")).all(&rows_of).await?;
        let consenting = all.iter().filter(|case| case.consents_in_force.is_some_and(|set| set.bits() & research != 0));
        let passages = "{ narratives(missions: [UA], first: 100) { nodes { id } totalCount } }";
        let researcher = gateway.as_role("partner_researcher@UA")?;
        let supervisor = gateway.as_role("case_supervisor@UA")?;
        let seen = async || -> Result<i64> {
            Ok(researcher.data(passages, Value::Null).await?["narratives"]["totalCount"].as_i64().ok_or("no count")?)
        };
        let mut left = seen().await?;
        assert!(left > 0, "the demo has nobody who consents to research");
        for case in consenting {
            let number = case.case_number.as_deref().ok_or("no number")?;
            let found = "query($n: String!) { caseByNumber(mission: UA, caseNumber: $n) { id } }";
            let id = supervisor.data(found, json!({ "n": number })).await?["caseByNumber"]["id"].clone();
            let decide = async |decision: &str| {
                let entry = json!([{ "purpose": "RESEARCH_AND_STATISTICS", "decision": decision }]);
                update(&supervisor, json!({ "id": id, "consents": entry })).await
            };
            let answer = decide("WITHDRAWN").await?;
            assert_eq!(answer.data()["updateCase"]["userErrors"], json!([]), "{}", answer.body);
            let now = seen().await?;
            assert!(now <= left);
            left = now;
        }
        assert_eq!(left, 0);
        assert_eq!(records::broken_chain(&rows_of, ukraine()).await?, None);
        Ok(())
    }

    /// Every rule of what a case must be, one wrong value each, by the argument that it names.
    async fn what_cannot_be_right_is_refused_by_name(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows_of = records::open(db).await?;
        let supervisor = gateway.as_role("case_supervisor@UA")?;
        let id = supervisor.register(input("UA-1")).await?;
        let before = (rows(&rows_of).await?, case_of(&rows_of, "UA-1").await?);
        let tomorrow = today() + Days::new(1);
        let wrong = [
            ("individual/birthDate", json!(tomorrow)),
            ("individual/birthDate", json!("-0044-03-15")),
            ("individual/birthDate", json!("0001-01-01")),
            ("individual/givenNames", json!("  ")),
            ("individual/familyName", json!("x".repeat(501))),
            ("individual/familyName", json!("Tes\u{0}tova")),
            ("individual/identityNumber", json!("")),
            ("individual/address", json!("line\u{7}")),
            ("individual/phone", json!("0044123456")),
            ("individual/phone", json!("+38 044")),
            ("individual/phone", json!("1".repeat(16))),
            ("individual/email", json!("nobody")),
            ("individual/primaryLanguage", json!("not a language")),
            ("individual/numberOfChildren", json!(-1)),
            ("individual/numberOfChildren", json!(31)),
            ("case/caseNumber", json!(" ")),
            ("case/owner", json!("\u{1b}[0m")),
            ("case/team", json!("")),
            ("case/closureReason", json!("")),
            ("case/closureReason", json!("a\u{0}b")),
            ("case/closureReason", json!("x".repeat(501))),
            ("case/registeredOn", json!(tomorrow)),
            ("case/registeredOn", json!("1900-01-01")),
            ("case/closedOn", json!(tomorrow)),
            ("case/closedOn", json!(today() - Days::new(9))),
            ("case/status", Value::Null),
        ];
        for (field, value) in wrong {
            let pointer = format!("/{field}");
            let name = field.replace('/', ".");
            let answer = register(&supervisor, changed(input("UA-2"), &pointer, value.clone())).await?;
            assert_eq!(user_error(&answer, "registerCase"), ("BAD_INPUT", name.as_str()), "{field} {value}");
            let answer = update(&supervisor, changed(json!({ "id": id }), &pointer, value.clone())).await?;
            assert_eq!(user_error(&answer, "updateCase"), ("BAD_INPUT", name.as_str()), "{field} {value}");
        }
        // A day that is known is not taken away: month and year would go on telling of it.
        let forgotten = update(&supervisor, json!({ "id": id, "case": { "registeredOn": null } })).await?;
        assert_eq!(user_error(&forgotten, "updateCase"), ("BAD_INPUT", "case.registeredOn"));
        let of_consents = [
            ("consents.0.decidedOn", json!({ "purpose": "ASSISTANCE", "decision": "GIVEN", "decidedOn": tomorrow })),
            ("consents.0.organisation", json!({ "purpose": "ASSISTANCE", "decision": "GIVEN", "organisation": "safe-harbour" })),
            ("consents.0.organisation", json!({ "purpose": "REFERRAL", "decision": "GIVEN", "organisation": " " })),
        ];
        for (name, entry) in of_consents {
            let answer = update(&supervisor, json!({ "id": id, "consents": [entry] })).await?;
            assert_eq!(user_error(&answer, "updateCase"), ("BAD_INPUT", name));
        }
        assert_eq!((rows(&rows_of).await?, case_of(&rows_of, "UA-1").await?), before);
        Ok(())
    }

    /// No identity without the consent to record it; without identity no consent is needed.
    async fn identity_needs_consent_to_data_management(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows_of = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        for (name, value) in [
            ("givenNames", json!("Olena")), ("familyName", json!("Testova")), ("birthDate", json!("1990-01-01")),
            ("identityNumber", json!("AA123456")), ("phone", json!("+380441234567")), ("email", json!("a@b.example")),
            ("address", json!("Lviv")),
        ] {
            for decision in ["REFUSED", "WITHDRAWN"] {
                let consents = json!([{ "purpose": "DATA_MANAGEMENT", "decision": decision }]);
                let answer =
                    register(&worker, json!({ "mission": "UA", "individual": { name: value }, "consents": consents })).await?;
                assert_eq!(user_error(&answer, "registerCase"), ("BAD_INPUT", "consents"), "{name} {decision}");
            }
            let answer = register(&worker, json!({ "mission": "UA", "individual": { name: value } })).await?;
            assert_eq!(user_error(&answer, "registerCase"), ("BAD_INPUT", "consents"), "{name}");
        }
        assert_eq!(rows(&rows_of).await?, NOTHING);
        let nameless = json!({ "mission": "UA", "individual": { "gender": "FEMININE" } });
        let id = worker.register(nameless).await?;
        let named = json!({ "id": id, "individual": { "familyName": "Testova" } });
        assert_eq!(user_error(&update(&worker, named.clone()).await?, "updateCase"), ("BAD_INPUT", "consents"));
        let consents = json!([{ "purpose": "DATA_MANAGEMENT", "decision": "GIVEN" }]);
        let answer = update(&worker, changed(named, "/consents", consents)).await?;
        assert_eq!(answer.data()["updateCase"]["case"]["individual"]["familyName"], "Testova", "{}", answer.body);
        // A withdrawal is taken down even while the name is still there; only new identity is refused from then on.
        let withdrawn = json!({ "id": id, "consents": [{ "purpose": "DATA_MANAGEMENT", "decision": "WITHDRAWN" }] });
        let answer = update(&worker, withdrawn).await?;
        assert_eq!(answer.data()["updateCase"]["case"]["consentsInForce"], json!([]), "{}", answer.body);
        let renamed = json!({ "id": id, "individual": { "givenNames": "Nova" } });
        assert_eq!(user_error(&update(&worker, renamed).await?, "updateCase"), ("BAD_INPUT", "consents"));
        // Whoever withdraws that consent may be forgotten in the same step.
        let forget = json!({ "id": id, "individual": { "familyName": null },
            "consents": [{ "purpose": "DATA_MANAGEMENT", "decision": "WITHDRAWN" }] });
        let answer = update(&worker, forget).await?;
        assert_eq!(answer.data()["updateCase"]["case"]["consentsInForce"], json!([]), "{}", answer.body);
        assert_eq!(individual::Entity::find().one(&rows_of).await?.and_then(|row| row.family_name), None);
        Ok(())
    }

    /// What is wrong with what is there already is not for whoever changes something else.
    async fn what_is_stored_does_not_refuse_what_is_said(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let id = worker.register(input("UA-1")).await?;
        // By rules of another time, or by an import: what would be refused now.
        let future = today() + Days::new(40);
        individual::Entity::update_many()
            .col_expr(individual::Column::Phone, Expr::value("12345"))
            .col_expr(individual::Column::Email, Expr::value("nobody"))
            .exec(&rows)
            .await?;
        case_file::Entity::update_many().col_expr(case_file::Column::ClosedOn, Expr::value(future)).exec(&rows).await?;
        let withdrawn = json!({ "id": id, "consents": [{ "purpose": "DATA_MANAGEMENT", "decision": "WITHDRAWN" }] });
        let answer = update(&worker, withdrawn).await?;
        assert_eq!(answer.data()["updateCase"]["userErrors"], json!([]), "{}", answer.body);
        let other = json!({ "id": id, "individual": { "gender": "MASCULINE" }, "case": { "riskLevel": "HIGH" } });
        let given = json!([{ "purpose": "DATA_MANAGEMENT", "decision": "GIVEN" }]);
        let answer = update(&worker, changed(other, "/consents", given)).await?;
        assert_eq!(answer.data()["updateCase"]["userErrors"], json!([]), "{}", answer.body);
        // What is said is looked at, alone and beside what is stored.
        case_file::Entity::update_many().col_expr(case_file::Column::ClosedOn, Expr::value(today() - Days::new(9))).exec(&rows).await?;
        for (said, field) in [
            (json!({ "individual": { "phone": "12345" } }), "individual.phone"),
            (json!({ "consents": [{ "purpose": "RESEARCH_AND_STATISTICS", "decision": "GIVEN", "organisation": "x" }] }), "consents.0.organisation"),
            (json!({ "individual": { "birthDate": today() } }), "case.registeredOn"),
            (json!({ "case": { "registeredOn": today() } }), "case.closedOn"),
        ] {
            let answer = update(&worker, changed(said, "/id", json!(id))).await?;
            assert_eq!(user_error(&answer, "updateCase"), ("BAD_INPUT", field), "{}", answer.body);
        }
        Ok(())
    }

    /// One number, one case; in each mission.
    async fn a_case_number_is_given_once(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows_of = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        worker.register(input("UA-1")).await?;
        let id = worker.register(input("UA-2")).await?;
        let before = rows(&rows_of).await?;
        let answer = register(&worker, input("UA-1")).await?;
        assert_eq!(user_error(&answer, "registerCase"), ("CONFLICT", "case.caseNumber"));
        let answer = update(&worker, json!({ "id": id, "case": { "caseNumber": "UA-1" } })).await?;
        assert_eq!(user_error(&answer, "updateCase"), ("CONFLICT", "case.caseNumber"));
        // It needs the database, so it comes after what else is wrong.
        let mut both = input("UA-1");
        both["individual"]["phone"] = json!("no");
        assert_eq!(user_error(&register(&worker, both).await?, "registerCase"), ("BAD_INPUT", "individual.phone"));
        assert_eq!(rows(&rows_of).await?, before);
        let elsewhere = changed(input("UA-1"), "/mission", json!("MD"));
        gateway.as_role("case_worker@MD")?.register(elsewhere).await?;
        Ok(())
    }

    /// An operation is one transaction, whichever of its mutations fails, and however.
    async fn nothing_lasts_of_an_operation_that_fails(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows_of = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        worker.register(input("UA-1")).await?;
        let before = rows(&rows_of).await?;
        let two = "mutation($a: RegisterCaseInput!, $b: RegisterCaseInput!) {
            a: registerCase(input: $a) { case { id } userErrors { code field } }
            b: registerCase(input: $b) { case { id } userErrors { code field } }
        }";
        let run = async |a: Value, b: Value| worker.run(two, json!({ "a": a, "b": b })).await;
        let good = || input("UA-9");
        for (wrong, code) in [
            (changed(input("UA-2"), "/individual/phone", json!("no")), "BAD_INPUT"),
            (input("UA-1"), "CONFLICT"),
        ] {
            let answer = run(good(), wrong.clone()).await?;
            assert_eq!(answer.data()["b"]["userErrors"][0]["code"], code, "{}", answer.body);
            assert_eq!(rows(&rows_of).await?, before, "{code} second");
            let answer = run(wrong, good()).await?;
            assert_eq!(answer.data()["a"]["userErrors"][0]["code"], code, "{}", answer.body);
            // What comes after is not even tried, on either database.
            assert_eq!(answer.data()["b"]["case"], Value::Null, "{}", answer.body);
            assert_eq!(answer.data()["b"]["userErrors"], json!([{ "code": "CONFLICT", "field": null }]), "{}", answer.body);
            assert_eq!(rows(&rows_of).await?, before, "{code} first");
        }
        let answer = run(good(), changed(input("UA-2"), "/mission", json!("MD"))).await?;
        assert_eq!(answer.codes(), ["NOT_FOUND"]);
        assert_eq!(rows(&rows_of).await?, before);
        let answer = run(good(), input("UA-2")).await?;
        assert!(answer.codes().is_empty(), "{}", answer.body);
        assert_eq!(records::count::<case_file::Entity>(&rows_of).await?, 3);
        assert_eq!(records::broken_chain(&rows_of, ukraine()).await?, None);
        Ok(())
    }

    /// One key is one field, however often it is asked for: a case is registered once.
    async fn a_field_asked_for_twice_is_run_once(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 20).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let count = async || Ok::<_, causeway_tests::Error>(counted(&worker, &["UA"]).await?.0);
        let before = count().await?;
        let field = "registerCase(input: { mission: UA, individual: { gender: FEMININE } })";
        let document = format!(
            "mutation {{ {field} {{ case {{ caseNumber }} }} ...F {field} {{ userErrors {{ code }} }} }} \
             fragment F on Mutation {{ {field} {{ case {{ id }} }} }}"
        );
        let answer = worker.query(&document).await?;
        assert!(answer.codes().is_empty(), "{}", answer.body);
        let registered = &answer.data()["registerCase"];
        assert!(registered["case"]["caseNumber"].is_string() && registered["case"]["id"].is_string(), "{registered}");
        assert_eq!(count().await?, before + 1);
        // What is decided by a variable only then.
        let document = format!(
            "mutation($yes: Boolean!) {{ {field} {{ case {{ id }} }} ...F @include(if: $yes) {field} @skip(if: $yes) {{ __typename }} }} \
             fragment F on Mutation {{ {field} @include(if: $yes) {{ case {{ caseNumber }} }} }}"
        );
        for (yes, told) in [(true, "caseNumber"), (false, "__typename")] {
            let answer = worker.run(&document, json!({ "yes": yes })).await?;
            assert!(answer.codes().is_empty(), "{}", answer.body);
            let registered = &answer.data()["registerCase"];
            assert!(registered["case"]["id"].is_string() && registered.to_string().contains(told), "{registered}");
        }
        assert_eq!(count().await?, before + 3);
        Ok(())
    }

    /// A mutation comes by POST alone: whatever can make a browser follow a link can change nothing.
    async fn a_mutation_by_get_is_refused(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let issuer = gateway.app.identity.development().ok_or("no issuer")?;
        let roles = ["case_worker@UA".parse()?];
        let token = issuer.mint("case_worker", &roles, None, &[], std::time::Duration::from_secs(60)).map_err(|error| error.to_string())?;
        let document = "mutation { registerCase(input: { mission: UA, individual: {} }) { userErrors { code } } }";
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("query", document).finish();
        let request = axum::http::Request::get(format!("/graphql?{query}"))
            .header("authorization", format!("Bearer {token}"))
            .header("accept", "application/graphql-response+json")
            .body(axum::body::Body::empty())?;
        let response = router(Arc::clone(&gateway.app), HttpOptions::default()).oneshot(request).await?;
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()["allow"], "POST");
        assert_eq!(rows(&records::open(db).await?).await?, NOTHING);
        Ok(())
    }

    /// Writers of one mission take turns, and lose nothing.
    async fn twenty_at_once_keep_the_chain_whole(db: &TestDatabase) -> Result {
        let gateway = Gateway::start_with(db, |config| config.database.acquire_timeout_ms = 30_000).await?;
        causeway::demo::load(&gateway.app.access, 1, 0, |_| ()).await?;
        let clients = (0..20)
            .map(|at| {
                let caller = Caller { subject: format!("worker-{at}"), ..Caller::of("case_worker@UA") };
                gateway.as_caller(&caller)
            })
            .collect::<Result<Vec<_>>>()?;
        let all = clients.iter().enumerate().map(|(at, client)| client.register(input(&format!("UA-{at}"))));
        let ids = futures::future::try_join_all(all).await?;
        let rows_of = records::open(db).await?;
        assert_eq!(records::audit(&rows_of, ukraine()).await?.len(), 1 + 20);
        assert_eq!(records::broken_chain(&rows_of, ukraine()).await?, None);

        // And of one case: the last one wins, no update is half of two.
        let supervisor = gateway.as_role("case_supervisor@UA")?;
        let renamed = (0..20).map(|at| {
            let name = format!("name-{at}");
            let change = json!({ "id": ids[0], "individual": { "familyName": name, "givenNames": name } });
            update(&supervisor, change)
        });
        for answer in futures::future::try_join_all(renamed).await? {
            assert_eq!(answer.data()["updateCase"]["userErrors"], json!([]), "{}", answer.body);
        }
        let case = case_of(&rows_of, "UA-0").await?;
        let person = case.individual_id.ok_or("no individual")?;
        let person = individual::Entity::find_by_id((ukraine(), person)).one(&rows_of).await?.ok_or("no individual")?;
        assert_eq!(person.family_name, person.given_names);
        assert_eq!(records::audit(&rows_of, ukraine()).await?.len(), 1 + 40);
        assert_eq!(records::broken_chain(&rows_of, ukraine()).await?, None);
        Ok(())
    }
}
