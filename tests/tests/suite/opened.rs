//! A case is opened to be written: rows of that case and no others, in the version in which they were read, with everything that
//! follows from them. What was not closed does not last.

use std::sync::Arc;

use causeway::access::{Access, Command, Opening, RowId, Writer, identity::Viewer};
use causeway::casework::derivation::Derivation;
use causeway::error::{ClientError, Error};
use causeway_tests::{Caller, Client, Gateway, Result, both};
use entity::codes::{ConsentDecision, ConsentPurpose, Gender};
use entity::{
    CountryCode, audit_chain, audit_entry, case_file, change, consent, episode_trafficker, fact, field_change,
    individual, mission, trafficker,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::records;

const UPDATE: &str = "mutation($input: UpdateCaseInput!) { updateCase(input: $input) {
  case { id version individual { version } }
  userErrors { field code }
  conflict { currentVersion currentIndividualVersion fields }
} }";

fn ukraine() -> CountryCode {
    "UA".parse().expect("UA is a country")
}

async fn update(client: &Client, input: Value) -> Result<Value> {
    let answer = client.run(UPDATE, json!({ "input": input })).await?;
    assert!(answer.codes().is_empty(), "{}", answer.body);
    Ok(answer.data()["updateCase"].clone())
}

/// Whoever holds a role, as the gateway knows them.
async fn viewer(gateway: &Gateway, membership: &str) -> Result<Arc<Viewer>> {
    let issuer = gateway.app.identity.development().ok_or("the development issuer is off")?;
    let token = Caller::of(membership).token(issuer, std::time::Duration::from_secs(60))?;
    Ok(Arc::new(gateway.app.identity.verify(&token).await.map_err(|error| format!("{error:?}"))?))
}

pub async fn writer(gateway: &Gateway, membership: &str) -> Result<Writer> {
    Ok(gateway.app.access.writer(viewer(gateway, membership).await?).await?)
}

async fn case_of(rows: &DatabaseConnection, number: &str) -> Result<case_file::Model> {
    let found = case_file::Entity::find().filter(case_file::Column::CaseNumber.eq(number)).one(rows).await?;
    Ok(found.ok_or("no such case")?)
}

async fn fact_of(rows: &DatabaseConnection, case: &case_file::Model) -> Result<fact::Model> {
    let key = case.record_key.ok_or("the case has no record key")?;
    Ok(fact::Entity::find_by_id((case.mission_id, key)).one(rows).await?.ok_or("the case has no fact")?)
}

fn place(case: &case_file::Model) -> RowId {
    RowId { mission: case.mission_id, id: case.id }
}

fn numbered(number: &str) -> Value {
    crate::mutations::input(number)
}

/// Two cases of one individual, the second one somebody else's.
async fn two_cases(gateway: &Gateway, rows: &DatabaseConnection) -> Result<(String, case_file::Model)> {
    let worker = gateway.as_role("case_worker@UA")?;
    let id = worker.register(numbered("UA-1")).await?;
    let supervisor = gateway.as_role("case_supervisor@UA")?;
    supervisor.register(numbered("UA-2")).await?;
    let first = case_of(rows, "UA-1").await?;
    case_file::Entity::update_many()
        .col_expr(case_file::Column::IndividualId, Expr::value(first.individual_id))
        .filter(case_file::Column::CaseNumber.eq("UA-2"))
        .exec(rows)
        .await?;
    Ok((id, case_of(rows, "UA-2").await?))
}

/// Involvements in three episodes: those of one trafficker in two cases, and that of another one in the second of these.
async fn three_involvements(
    rows: &DatabaseConnection,
) -> Result<(episode_trafficker::Model, episode_trafficker::Model, episode_trafficker::Model)> {
    use episode_trafficker::{Column, Entity, Model};
    let all = Entity::find().filter(Column::MissionId.eq(ukraine())).order_by_asc(Column::Id).all(rows).await?;
    let own = all.first().ok_or("nobody is involved")?.clone();
    let apart = |one: &&Model, than: &Model| one.case_id != than.case_id && one.trafficker_id != than.trafficker_id;
    let other = all.iter().find(|one| apart(one, &own)).ok_or("one case alone")?.clone();
    let third = all.iter().find(|one| apart(one, &own) && apart(one, &other)).ok_or("two cases alone")?.clone();
    let elsewhere = Model { id: Uuid::now_v7(), trafficker_id: third.trafficker_id, ..other.clone() };
    Entity::insert(elsewhere.clone().into_active_model()).exec_without_returning(rows).await?;
    let other = Model { trafficker_id: own.trafficker_id, ..other };
    Entity::update_many()
        .col_expr(Column::TraffickerId, Expr::value(other.trafficker_id))
        .filter(Column::Id.eq(other.id))
        .exec(rows)
        .await?;
    Ok((own, other, elsewhere))
}

async fn changes_of(rows: &DatabaseConnection, object: Uuid) -> Result<Vec<field_change::Model>> {
    let found = field_change::Entity::find().filter(field_change::Column::ObjectId.eq(object));
    Ok(found.order_by_asc(field_change::Column::NewField).all(rows).await?)
}

async fn mission_of(rows: &DatabaseConnection) -> Result<mission::Model> {
    Ok(mission::Entity::find_by_id(ukraine()).one(rows).await?.ok_or("no such mission")?)
}

pub fn client_error(error: Error) -> ClientError {
    match error {
        Error::Client(error) => error,
        Error::Internal(error) => panic!("{:?}", error.cause()),
    }
}

both! {
    /// What is known of an individual is known in each of their cases: age, majority and fact follow in all of them.
    async fn a_changed_individual_is_derived_in_all_their_cases(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let (id, other) = two_cases(&gateway, &rows).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let birth = causeway_tests::gateway::today() - chrono::Months::new(12 * 12);
        let changes = json!({ "id": id, "individual": { "gender": "MASCULINE", "birthDate": birth } });
        assert_eq!(update(&worker, changes).await?["userErrors"], json!([]));
        for number in ["UA-1", "UA-2"] {
            let case = case_of(&rows, number).await?;
            assert_eq!(case.age_band, Some(causeway::casework::derive::age_band(11)), "{number}");
            let fact = fact_of(&rows, &case).await?;
            assert_eq!((fact.gender, fact.age_band), (Some(Gender::Masculine), case.age_band), "{number}");
            // What is derived raises no version.
            assert_eq!(case.version, Some(1), "{number}");
        }
        let derived = changes_of(&rows, other.id).await?;
        let fields: Vec<&str> = derived.iter().map(|change| change.new_field.as_str()).collect();
        assert_eq!(fields, ["Case.ageBand", "Case.majorityStatus"]);
        // Who follows changes hears of the other case, and its audit says by which command and of which fields.
        let entries = records::audit(&rows, ukraine()).await?;
        let mut of_other = entries.iter().filter(|entry| entry.object_id == Some(other.id)).map(|entry| (entry.action.as_str(), entry.detail.as_str()));
        assert_eq!(of_other.next_back(), Some(("update_case", "Case.ageBand Case.majorityStatus")));
        let followed = change::Entity::find().filter(change::Column::ObjectId.eq(other.id)).all(&rows).await?;
        assert_eq!(followed.iter().map(|change| change.kind.as_str()).collect::<Vec<_>>(), ["registered", "updated"]);
        assert_eq!(records::broken_chain(&rows, ukraine()).await?, None);
        // The other case is not the worker's to change, whoever's individual it is about.
        let sealed = writer(&gateway, "case_worker@UA").await?.seal().id("Case", place(&other));
        let theirs = json!({ "id": sealed, "individual": { "gender": "FEMININE" } });
        assert_eq!(worker.run(UPDATE, json!({ "input": theirs })).await?.codes(), ["FORBIDDEN"]);
        Ok(())
    }

    /// Two who change one individual through different cases wait for each other, and not crosswise.
    async fn cases_of_one_individual_are_taken_in_one_order(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let (first, other) = two_cases(&gateway, &rows).await?;
        let second = writer(&gateway, "case_worker@UA").await?.seal().id("Case", place(&other));
        let supervisor = gateway.as_role("case_supervisor@UA")?;
        let changes = |id: &str, gender: &str| json!({ "id": id, "individual": { "gender": gender } });
        for _ in 0..6 {
            let inputs = [(&first, "MASCULINE"), (&second, "FEMININE"), (&first, "FEMININE"), (&second, "MASCULINE")];
            let all = inputs.iter().map(|(id, gender)| update(&supervisor, changes(id, gender)));
            for payload in futures::future::try_join_all(all).await? {
                assert_eq!(payload["userErrors"], json!([]));
            }
        }
        let individual = individual::Entity::find_by_id((ukraine(), other.individual_id.ok_or("no individual")?));
        let gender = individual.one(&rows).await?.and_then(|row| row.gender);
        for number in ["UA-1", "UA-2"] {
            assert_eq!(fact_of(&rows, &case_of(&rows, number).await?).await?.gender, gender, "{number}");
        }
        assert_eq!(records::broken_chain(&rows, ukraine()).await?, None);
        // A deadlock is run again and would not show in the answers.
        assert_eq!(records::deadlocks(&gateway, db, &rows).await?, 0, "they waited for each other");
        Ok(())
    }

    /// A row of another case is not found, whichever way it is put forward; and what was not announced is not written.
    async fn an_open_case_has_its_own_rows_alone(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        worker.register(numbered("UA-1")).await?;
        worker.register(numbered("UA-2")).await?;
        let (mine, other) = (case_of(&rows, "UA-1").await?, case_of(&rows, "UA-2").await?);
        let writer = writer(&gateway, "case_worker@UA").await?;
        let opening = Opening::of(Command::UpdateCase, place(&mine))
            .says::<case_file::Entity>([case_file::Column::RiskLevel])
            .says::<consent::Entity>([consent::Column::Purpose, consent::Column::Decision]);
        let mut open = writer.open(opening, &Derivation).await?;
        assert_eq!(open.rows::<consent::Entity>().await?.len(), 2);
        let not_found = |done: causeway::error::Result<()>| assert_eq!(client_error(done.unwrap_err()), ClientError::NotFound);
        not_found(open.put::<case_file::Entity>(other.clone()));
        let theirs = consent::Entity::find().filter(consent::Column::CaseId.eq(other.id)).one(&rows).await?.ok_or("none")?;
        not_found(open.put::<consent::Entity>(theirs));
        let entry = consent::Model {
            purpose: Some(ConsentPurpose::Assistance),
            decision: Some(ConsentDecision::Given),
            individual_id: mine.individual_id,
            decided_on: Some(causeway_tests::gateway::today()),
            ..consent::Model::blank(ukraine(), Uuid::now_v7())
        };
        not_found(open.add::<consent::Entity>(consent::Model { case_id: Some(other.id), ..entry.clone() }));
        not_found(open.add::<consent::Entity>(consent::Model {
            case_id: Some(mine.id),
            mission_id: "MD".parse()?,
            ..entry.clone()
        }));
        not_found(open.add::<case_file::Entity>(case_file::Model { id: mine.id, ..other.clone() }));
        // An entry that moves to another case, a column of which nothing was announced, an individual who was not announced.
        let moved = open.rows::<consent::Entity>().await?.remove(0);
        open.put::<consent::Entity>(consent::Model { case_id: Some(other.id), ..moved })?;
        assert!(matches!(open.close().await, Err(Error::Internal(_))));
        for column in [true, false] {
            let mut open = writer.open(Opening::of(Command::UpdateCase, place(&mine)), &Derivation).await?;
            let (mut case, mut person) = (open.one::<case_file::Entity>().await?, open.one::<individual::Entity>().await?);
            case.team = column.then(|| "x".to_owned());
            person.gender = Some(if column { Gender::Feminine } else { Gender::Masculine });
            open.put::<case_file::Entity>(case)?;
            open.put::<individual::Entity>(person)?;
            assert!(matches!(open.close().await, Err(Error::Internal(_))), "{column}");
        }
        // An entry of the case that refers to somebody else's individual.
        let says = [consent::Column::Purpose, consent::Column::Decision];
        let opening = Opening::of(Command::UpdateCase, place(&mine)).says::<consent::Entity>(says);
        let mut open = writer.open(opening, &Derivation).await?;
        let individual_id = other.individual_id;
        open.add::<consent::Entity>(consent::Model { case_id: Some(mine.id), individual_id, ..entry.clone() })?;
        not_found(open.close().await);
        // What could not be closed keeps the rest from lasting. What is announced goes through.
        assert!(matches!(writer.commit().await, Err(Error::Internal(_))));
        let writer = self::writer(&gateway, "case_worker@UA").await?;
        let opening = Opening::of(Command::UpdateCase, place(&mine))
            .says::<consent::Entity>([consent::Column::Purpose, consent::Column::Decision]);
        let mut open = writer.open(opening, &Derivation).await?;
        open.add::<consent::Entity>(consent::Model { case_id: Some(mine.id), ..entry })?;
        open.close().await?;
        writer.commit().await?;
        assert_eq!(case_of(&rows, "UA-1").await?.consents_in_force.map(|set| set.contains(ConsentPurpose::Assistance)), Some(true));
        assert_eq!(case_of(&rows, "UA-2").await?, other);
        Ok(())
    }

    /// A trafficker is changed in each case in which they are involved: the facts of all of them follow.
    async fn a_changed_trafficker_is_derived_in_all_their_cases(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 60).await?;
        let rows = records::open(db).await?;
        let (own, other, elsewhere) = three_involvements(&rows).await?;
        let case_of = async |id: Option<Uuid>| -> Result<case_file::Model> {
            let found = case_file::Entity::find_by_id((ukraine(), id.ok_or("no case")?)).one(&rows).await?;
            Ok(found.ok_or("no such case")?)
        };
        let (own_case, other_case) = (case_of(own.case_id).await?, case_of(other.case_id).await?);
        let trafficker_of = async |of: &episode_trafficker::Model| -> Result<trafficker::Model> {
            let id = (ukraine(), of.trafficker_id.ok_or("nobody")?);
            Ok(trafficker::Entity::find_by_id(id).one(&rows).await?.ok_or("no such trafficker")?)
        };
        let changed = |read| trafficker::Model { gender: Some(Gender::NonConforming), ..read };
        let announced = || {
            let opening = Opening::of(Command::UpdateCase, place(&own_case));
            opening.says::<trafficker::Entity>([trafficker::Column::Gender])
        };
        // Whoever is involved in the other case alone has cases that are not open.
        let writer = operator(&gateway.app.access);
        let mut open = writer.open(announced(), &Derivation).await?;
        assert!(open.rows::<trafficker::Entity>().await?.iter().any(|read| Some(read.id) == own.trafficker_id));
        let stranger = open.put::<trafficker::Entity>(changed(trafficker_of(&elsewhere).await?));
        assert_eq!(client_error(stranger.unwrap_err()), ClientError::NotFound);
        drop(open);
        drop(writer);
        // What was not announced is not written.
        let writer = operator(&gateway.app.access);
        let mut open = writer.open(Opening::of(Command::UpdateCase, place(&own_case)), &Derivation).await?;
        open.rows::<trafficker::Entity>().await?;
        open.put::<trafficker::Entity>(changed(trafficker_of(&own).await?))?;
        assert!(matches!(open.close().await, Err(Error::Internal(_))));
        drop(writer);
        assert_ne!(trafficker_of(&own).await?.gender, Some(Gender::NonConforming));
        let writer = operator(&gateway.app.access);
        let mut open = writer.open(announced(), &Derivation).await?;
        open.rows::<trafficker::Entity>().await?;
        open.put::<trafficker::Entity>(changed(trafficker_of(&own).await?))?;
        open.close().await?;
        writer.commit().await?;
        let after = trafficker_of(&own).await?;
        assert_eq!((after.gender, after.version), (Some(Gender::NonConforming), Some(2)));
        for case in [&own_case, &other_case] {
            assert!(fact_of(&rows, case).await?.trafficker_genders.contains(Gender::NonConforming), "{:?}", case.case_number);
        }
        let kept = changes_of(&rows, after.id).await?;
        assert_eq!(kept.iter().map(|change| change.new_field.as_str()).collect::<Vec<_>>(), ["Trafficker.gender"]);
        Ok(())
    }

    /// Rows that were written without their case being closed do not last, and neither does anything beside them.
    async fn what_was_not_closed_does_not_commit(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        worker.register(numbered("UA-1")).await?;
        worker.register(numbered("UA-2")).await?;
        let before = (mission_of(&rows).await?, case_of(&rows, "UA-1").await?, records::count::<audit_entry::Entity>(&rows).await?);
        // A batch that nobody closed.
        let operator = operator(&gateway.app.access);
        {
            let open = operator.open_batch(Command::ImportCtdc, ukraine())?;
            open.add::<individual::Entity>(vec![individual::Model::blank(ukraine(), Uuid::now_v7())]).await?;
        }
        assert!(matches!(operator.commit().await, Err(Error::Internal(_))));
        // A case that nobody closed.
        let forgetful = writer(&gateway, "case_worker@UA").await?;
        let opening = Opening::of(Command::UpdateCase, place(&before.1)).says::<case_file::Entity>([case_file::Column::Team]);
        let mut open = forgetful.open(opening, &Derivation).await?;
        let forgotten = case_file::Model { team: Some("x".to_owned()), ..open.one::<case_file::Entity>().await? };
        open.put::<case_file::Entity>(forgotten)?;
        drop(open);
        assert!(matches!(forgetful.commit().await, Err(Error::Internal(_))));
        // A case that could not be closed. On SQLite the transaction goes on after the refusal.
        let writer = writer(&gateway, "case_worker@UA").await?;
        let opening = Opening::of(Command::UpdateCase, place(&before.1)).says::<case_file::Entity>([case_file::Column::CaseNumber]);
        let mut open = writer.open(opening, &Derivation).await?;
        let taken = case_file::Model { case_number: Some("UA-2".to_owned()), ..open.one::<case_file::Entity>().await? };
        open.put::<case_file::Entity>(taken)?;
        assert!(matches!(client_error(open.close().await.unwrap_err()), ClientError::Conflict { .. }));
        assert!(matches!(writer.commit().await, Err(Error::Internal(_))));
        assert_eq!(records::count::<individual::Entity>(&rows).await?, 2);
        let after = (mission_of(&rows).await?, case_of(&rows, "UA-1").await?, records::count::<audit_entry::Entity>(&rows).await?);
        assert_eq!(after, before);
        Ok(())
    }

    /// Nobody but the operator writes batches.
    async fn batches_are_the_operators(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        for role in ["case_supervisor@UA", "hq_protection@*", "mission_admin@UA"] {
            let writer = writer(&gateway, role).await?;
            for command in Command::ALL {
                let refused = writer.open_batch(command, ukraine()).map(drop).unwrap_err();
                assert!(matches!(client_error(refused), ClientError::Forbidden(_)), "{role} {command:?}");
            }
        }
        let operator = operator(&gateway.app.access);
        for command in [Command::RegisterCase, Command::UpdateCase, Command::SaveOrganisation] {
            assert!(operator.open_batch(command, ukraine()).is_err(), "{command:?}");
        }
        assert!(matches!(client_error(operator.open_batch(Command::LoadDemo, "KE".parse()?).map(drop).unwrap_err()), ClientError::NotFound));
        Ok(())
    }

    /// Each command that changes a row raises its version by one; what is derived raises none, and neither do new children.
    async fn a_version_counts_the_changes_of_its_row(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let id = worker.register(numbered("UA-1")).await?;
        for (changes, case, individual) in [
            (json!({}), 1, 1),
            (json!({ "case": { "riskLevel": "HIGH" } }), 2, 1),
            // The same again changes nothing.
            (json!({ "case": { "riskLevel": "HIGH" } }), 2, 1),
            (json!({ "individual": { "gender": "MASCULINE", "familyName": "Inna" } }), 2, 2),
            (json!({ "consents": [{ "purpose": "ASSISTANCE", "decision": "GIVEN" }] }), 2, 2),
            (json!({ "case": { "riskLevel": "LOW" }, "individual": { "education": null, "gender": "FEMININE" } }), 3, 3),
        ] {
            let mut input = changes.clone();
            input["id"] = json!(id);
            let payload = update(&worker, input).await?;
            assert_eq!(payload["case"]["version"], case, "{changes}");
            assert_eq!(payload["case"]["individual"]["version"], individual, "{changes}");
        }
        Ok(())
    }

    /// A change that was made against what somebody else has changed since is refused, and says what they changed.
    async fn a_stale_change_is_a_conflict(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let id = worker.register(numbered("UA-1")).await?;
        let with = |version: i32, individual: i32, level: &str| json!({ "id": id, "version": version, "individualVersion": individual, "case": { "riskLevel": level } });
        let first = update(&worker, with(1, 1, "HIGH")).await?;
        assert_eq!((&first["case"]["version"], &first["conflict"]), (&json!(2), &Value::Null));
        update(&worker, json!({ "id": id, "case": { "status": "FOLLOW_UP" }, "individual": { "familyName": "Inna" } })).await?;
        let before = case_of(&rows, "UA-1").await?;
        let stale = update(&worker, with(2, 1, "LOW")).await?;
        assert_eq!(stale["case"], Value::Null);
        assert_eq!(stale["userErrors"], json!([{ "field": "version", "code": "CONFLICT" }, { "field": "individualVersion", "code": "CONFLICT" }]));
        assert_eq!(stale["conflict"], json!({ "currentVersion": 3, "currentIndividualVersion": 2, "fields": ["Case.status", "Individual.familyName"] }));
        // Of the individual alone.
        let stale = update(&worker, with(3, 1, "LOW")).await?;
        assert_eq!(stale["conflict"], json!({ "currentVersion": null, "currentIndividualVersion": 2, "fields": ["Individual.familyName"] }));
        // A version that never was tells of nothing.
        let stale = update(&worker, with(9, 2, "LOW")).await?;
        assert_eq!(stale["conflict"], json!({ "currentVersion": 3, "currentIndividualVersion": null, "fields": [] }));
        assert_eq!(case_of(&rows, "UA-1").await?, before);
        assert_eq!(update(&worker, with(3, 2, "LOW")).await?["case"]["version"], 4);
        Ok(())
    }

    /// Fields are kept as they were, by the change that changed them: of rows that were there, and of these alone.
    async fn what_a_field_was_is_kept(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 5).await?;
        let rows = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let id = worker.register(numbered("UA-1")).await?;
        assert_eq!(records::count::<field_change::Entity>(&rows).await?, 0);
        let case = case_of(&rows, "UA-1").await?;
        let changes = json!({ "id": id, "case": { "riskLevel": "HIGH", "team": null }, "individual": { "familyName": "Inna" } });
        update(&worker, changes).await?;
        let entry = records::audit(&rows, ukraine()).await?.pop().ok_or("no audit entry")?;
        let of_case = changes_of(&rows, case.id).await?;
        let [change] = of_case.as_slice() else { return Err(format!("{of_case:?}").into()) };
        assert_eq!((change.object_type.as_str(), change.version), ("Case", 2));
        assert_eq!((change.old_field.as_str(), change.new_field.as_str()), ("Case.riskLevel", "Case.riskLevel"));
        assert_eq!((change.old_value.as_deref(), change.new_value.as_deref()), (None, Some("2")));
        assert_eq!((change.by.as_str(), change.command.as_str()), ("case_worker", "update_case"));
        assert_eq!((change.audit_sequence, change.at), (entry.sequence, entry.at));
        let of_individual = changes_of(&rows, case.individual_id.ok_or("no individual")?).await?;
        let [change] = of_individual.as_slice() else { return Err(format!("{of_individual:?}").into()) };
        assert_eq!((change.old_value.as_deref(), change.new_value.as_deref()), (Some("Testova"), Some("Inna")));
        Ok(())
    }

    /// An entry of the audit that tells of no change of data leaves its state, and what is remembered of it, as it is.
    async fn an_entry_without_a_change_makes_nothing_stale(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let id = worker.register(numbered("UA-1")).await?;
        let counted = async || -> Result<Value> {
            let question = "{ statistics(missions: [UA]) { total cache } }";
            Ok(worker.data(question, Value::Null).await?["statistics"].clone())
        };
        assert_eq!(counted().await?["cache"], "MISS");
        let state = mission_of(&rows).await?;
        let entries = records::audit(&rows, ukraine()).await?.len();
        let same = json!({ "id": id, "individual": { "gender": "FEMININE" } });
        if db.backend == causeway_tests::Backend::Postgres {
            // Whoever is changing the mission keeps nobody waiting.
            use sea_orm::ConnectionTrait;
            rows.execute_unprepared("BEGIN; UPDATE mission SET data_version = data_version WHERE id = 'UA'").await?;
            update(&worker, same).await?;
            rows.execute_unprepared("ROLLBACK").await?;
        } else {
            update(&worker, same).await?;
        }
        assert_eq!(records::audit(&rows, ukraine()).await?.len(), entries + 1);
        assert_eq!(mission_of(&rows).await?, state);
        assert_eq!(records::count::<change::Entity>(&rows).await? , 18 + 1);
        assert_eq!(counted().await?["cache"], "HIT");
        assert_eq!(records::broken_chain(&rows, ukraine()).await?, None);
        let end = audit_chain::Entity::find_by_id(ukraine()).one(&rows).await?.ok_or("no chain")?;
        assert_eq!(end.sequence, state.data_version + 1);
        assert_ne!(end.head, state.audit_head);
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "what only the operator may is tried as the operator")]
fn operator(access: &Access) -> Writer {
    access.everything_as_operator("test", vec![ukraine()])
}
