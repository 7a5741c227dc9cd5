//! Saving organisations of a mission's directory: who may, in which version, what stays as it is, and what every command leaves
//! behind.

use causeway::access::{Command, Opening, RowId};
use causeway::casework::derivation::Derivation;
use causeway::error::{ClientError, Error};
use causeway_tests::{Answer, Client, Gateway, Result, both};
use entity::codes::{OrganisationStatus, OrganisationType};
use entity::{CountryCode, audit_entry, change, field_change, mission, organisation};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::opened::{client_error, writer};
use crate::records;

const SAVE: &str = "mutation($input: SaveOrganisationInput!) { saveOrganisation(input: $input) {
  organisation { id version key name type status services serves phone email country receivesReferrals agreementUntil withheld }
  userErrors { field message code }
  conflict { currentVersion currentIndividualVersion fields }
} }";

fn ukraine() -> CountryCode {
    "UA".parse().expect("UA is a country")
}

async fn save(client: &Client, input: Value) -> Result<Answer> {
    client.run(SAVE, json!({ "input": input })).await
}

/// The payload of an operation in which nothing was refused but by the payload.
async fn saved(client: &Client, input: Value) -> Result<Value> {
    let answer = save(client, input).await?;
    assert!(answer.codes().is_empty(), "{}", answer.body);
    Ok(answer.data()["saveOrganisation"].clone())
}

/// The fields of the user errors, each with its code.
fn errors(payload: &Value) -> Vec<(&str, &str)> {
    assert_eq!(payload["organisation"], Value::Null, "{payload}");
    let errors = payload["userErrors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let errors =
        errors.iter().map(|error| (error["field"].as_str().unwrap_or("?"), error["code"].as_str().unwrap_or("?")));
    let mut errors: Vec<_> = errors.collect();
    errors.sort_unstable();
    errors
}

fn new(key: &str) -> Value {
    json!({
        "mission": "UA",
        "organisation": {
            "key": key, "name": "Quiet Harbour", "type": "NGO", "status": "ACTIVE", "services": ["SHELTER", "LEGAL"],
            "serves": ["WOMEN"], "phone": "+380441234567", "email": "harbour@example.org", "country": "UA",
            "receivesReferrals": true, "agreementUntil": "2031-12-31"
        }
    })
}

async fn row(rows: &DatabaseConnection, key: &str) -> Result<organisation::Model> {
    let found = organisation::Entity::find()
        .filter(organisation::Column::Key.eq(key))
        .filter(organisation::Column::MissionId.eq(ukraine()));
    Ok(found.one(rows).await?.ok_or("no such organisation")?)
}

/// All that a refused command must leave as it was.
async fn state(rows: &DatabaseConnection) -> Result<(u64, u64, u64, Vec<organisation::Model>)> {
    let all = organisation::Entity::find().order_by_asc(organisation::Column::Id).all(rows).await?;
    let counts = (records::count::<audit_entry::Entity>(rows).await?, records::count::<change::Entity>(rows).await?);
    Ok((counts.0, counts.1, records::count::<field_change::Entity>(rows).await?, all))
}

both! {
    /// Nobody but a mission's supervisors and administrators saves its organisations.
    async fn others_save_none(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let admin = gateway.as_role("mission_admin@UA")?;
        let made = saved(&admin, new("quiet-harbour")).await?;
        let change = json!({ "id": made["organisation"]["id"], "version": 1, "organisation": { "name": "Loud Harbour" } });
        let before = state(&rows).await?;
        for (role, of_new, of_one) in [
            ("case_worker@UA", "FORBIDDEN", "FORBIDDEN"),
            ("data_entry@UA", "FORBIDDEN", "FORBIDDEN"),
            ("mission_analyst@UA", "FORBIDDEN", "FORBIDDEN"),
            ("hq_protection@*", "FORBIDDEN", "FORBIDDEN"),
            // It is not one of the partner's own, and not there for who reads none.
            ("partner_provider@UA", "FORBIDDEN", "NOT_FOUND"),
            ("hq_analyst@*", "FORBIDDEN", "NOT_FOUND"),
            ("mission_admin@MD", "NOT_FOUND", "NOT_FOUND"),
        ] {
            let client = gateway.as_role(role)?;
            assert_eq!(save(&client, new("other-harbour")).await?.codes(), [of_new], "{role}");
            assert_eq!(save(&client, change.clone()).await?.codes(), [of_one], "{role}");
        }
        // An id of something else, and one that was made up.
        let worker = gateway.as_role("case_worker@UA")?;
        let case = worker.register(crate::mutations::input("UA-1")).await?;
        let before = (before.0 + 1, before.1 + 1, before.2, before.3);
        for id in [json!(case), json!("nothing")] {
            let answer = save(&admin, json!({ "id": id, "version": 1, "organisation": { "name": "x" } })).await?;
            assert_eq!(answer.codes(), ["NOT_FOUND"], "{}", answer.body);
        }
        assert_eq!(state(&rows).await?, before);
        Ok(())
    }

    /// A change against an older version is refused and told what is different; the key stays; and a key is one organisation's.
    async fn what_was_seen_and_what_stays(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let admin = gateway.as_role("mission_admin@UA")?;
        let id = saved(&admin, new("quiet-harbour")).await?["organisation"]["id"].clone();
        let with = |version: i32, values: Value| json!({ "id": id, "version": version, "organisation": values });
        let first = saved(&admin, with(1, json!({ "name": "Loud Harbour", "phone": null }))).await?;
        assert_eq!((&first["organisation"]["version"], &first["organisation"]["phone"]), (&json!(2), &Value::Null), "{first}");
        let before = state(&rows).await?;

        let stale = saved(&gateway.as_role("case_supervisor@UA")?, with(1, json!({ "name": "Other" }))).await?;
        assert_eq!(errors(&stale), [("version", "CONFLICT")]);
        let fields = json!(["Organisation.name", "Organisation.phone"]);
        assert_eq!(stale["conflict"], json!({ "currentVersion": 2, "currentIndividualVersion": null, "fields": fields }));

        let mut versioned = new("other-harbour");
        versioned["version"] = json!(1);
        for (input, field, code) in [
            (with(2, json!({ "key": "loud-harbour" })), "organisation.key", "BAD_INPUT"),
            (with(2, json!({ "key": null })), "organisation.key", "BAD_INPUT"),
            (with(2, json!({ "name": null })), "organisation.name", "BAD_INPUT"),
            (with(2, json!({ "phone": "12" })), "organisation.phone", "BAD_INPUT"),
            (with(2, json!({ "email": "nobody" })), "organisation.email", "BAD_INPUT"),
            (json!({ "id": id, "organisation": { "name": "x" } }), "version", "BAD_INPUT"),
            (json!({ "organisation": { "name": "x" } }), "mission", "BAD_INPUT"),
            (json!({ "id": id, "mission": "UA", "version": 2, "organisation": { "name": "x" } }), "mission", "BAD_INPUT"),
            (versioned, "version", "BAD_INPUT"),
            (json!({ "mission": "XX", "organisation": { "name": "x" } }), "mission", "BAD_INPUT"),
            (new("quiet-harbour"), "organisation.key", "CONFLICT"),
        ] {
            assert_eq!(errors(&saved(&admin, input.clone()).await?), [(field, code)], "{input}");
        }
        let long = json!({ "mission": "UA", "organisation": { "key": "k".repeat(51), "name": "n".repeat(201) } });
        let all = ["key", "name", "status", "type"].map(|field| format!("organisation.{field}"));
        assert_eq!(errors(&saved(&admin, long).await?), all.iter().map(|field| (field.as_str(), "BAD_INPUT")).collect::<Vec<_>>());
        assert_eq!(state(&rows).await?, before);

        // The same key is said and stays; the same key in another mission is another organisation's.
        let same = saved(&admin, with(2, json!({ "key": "quiet-harbour", "status": "INACTIVE" }))).await?;
        assert_eq!((&same["organisation"]["version"], &same["userErrors"]), (&json!(3), &json!([])), "{same}");
        let mut theirs = new("quiet-harbour");
        theirs["mission"] = json!("MD");
        let theirs = saved(&gateway.as_role("mission_admin@MD")?, theirs).await?;
        assert_eq!(theirs["organisation"]["version"], 1, "{theirs}");
        Ok(())
    }

    /// What is saved is there with its matching key, its before-images, one entry of the audit and one of the change log.
    async fn a_saved_organisation_leaves_its_trace(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let supervisor = gateway.as_role("case_supervisor@UA")?;
        let data_version = async || -> Result<i64> {
            let mission = mission::Entity::find_by_id(ukraine()).one(&rows).await?.ok_or("no such mission")?;
            Ok(mission.data_version)
        };
        let (before, at) = (state(&rows).await?, data_version().await?);
        let mut asked = new("quiet-harbour");
        asked["organisation"]["name"] = json!("  Quiet Härbour ");
        let made = saved(&supervisor, asked).await?;
        assert_eq!((&made["userErrors"], &made["conflict"]), (&json!([]), &Value::Null), "{made}");
        let seen = &made["organisation"];
        for (field, value) in [("version", json!(1)), ("key", json!("quiet-harbour")), ("services", json!(["SHELTER", "LEGAL"])), ("withheld", json!([])), ("agreementUntil", json!("2031-12-31"))] {
            assert_eq!(seen[field], value, "{field}");
        }
        let made = row(&rows, "quiet-harbour").await?;
        assert!(made.name_key.as_deref().is_some_and(|key| key.contains("harbour")), "{made:?}");
        let id = seen["id"].clone();
        for (seen, values) in [(1, json!({ "name": "Loud Harbour", "serves": [] })), (2, json!({ "name": "Loud Harbour" }))] {
            let changed = saved(&supervisor, json!({ "id": id, "version": seen, "organisation": values })).await?;
            assert_eq!(changed["organisation"]["version"], 2, "{changed}");
        }
        let found = supervisor.data("{ organisations(search: \"LOUD harb\") { nodes { id } } }", Value::Null).await?;
        assert_eq!(found["organisations"]["nodes"], json!([{ "id": id }]));

        // Three commands, of which the last one changed nothing.
        let after = state(&rows).await?;
        assert_eq!((after.0 - before.0, after.1 - before.1, data_version().await? - at), (3, 2, 2));
        let entries = records::audit(&rows, ukraine()).await?;
        let ours: Vec<_> = entries.iter().filter(|entry| entry.object_id == Some(made.id)).collect();
        assert_eq!(ours.len(), 3);
        for entry in &ours {
            assert_eq!((entry.action.as_str(), entry.object_type.as_str(), entry.subject.as_str()), ("save_organisation", "Organisation", "case_supervisor"));
        }
        assert_eq!(ours[2].detail, "Organisation.name");
        let images = field_change::Entity::find().filter(field_change::Column::ObjectId.eq(made.id)).order_by_asc(field_change::Column::NewField);
        let images = images.all(&rows).await?;
        let fields: Vec<&str> = images.iter().map(|image| image.new_field.as_str()).collect();
        assert_eq!(fields, ["Organisation.name", "Organisation.serves"]);
        assert_eq!((images[0].old_value.as_deref(), images[0].new_value.as_deref(), images[0].version), (made.name.as_deref(), Some("Loud Harbour"), 2));
        let change = change::Entity::find().filter(change::Column::ObjectId.eq(made.id)).one(&rows).await?.ok_or("no change")?;
        assert_eq!((change.object_type.as_str(), change.kind.as_str()), ("Organisation", "saved"));
        assert_eq!(records::broken_chain(&rows, ukraine()).await?, None);
        Ok(())
    }

    /// What is open holds its own row, writes what was announced, and lasts when it was closed.
    async fn an_open_mission_has_its_own_row_alone(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let admin = gateway.as_role("mission_admin@UA")?;
        saved(&admin, new("quiet-harbour")).await?;
        saved(&admin, new("other-harbour")).await?;
        let (mine, other) = (row(&rows, "quiet-harbour").await?, row(&rows, "other-harbour").await?);
        let before = state(&rows).await?;
        let place = RowId { mission: mine.mission_id, id: mine.id };
        let name = || Opening::of_row::<organisation::Entity>(Command::SaveOrganisation, place).says::<organisation::Entity>([organisation::Column::Name]);
        let writer = writer(&gateway, "mission_admin@UA").await?;
        let not_found = |done: causeway::error::Result<()>| assert_eq!(client_error(done.unwrap_err()), ClientError::NotFound);

        let mut open = writer.open_mission(name()).await?;
        // It was not read, it is another one, it is new.
        not_found(open.put::<organisation::Entity>(mine.clone()));
        assert_eq!(open.one::<organisation::Entity>().await?, mine);
        not_found(open.put::<organisation::Entity>(other.clone()));
        not_found(open.put::<organisation::Entity>(organisation::Model { mission_id: "MD".parse()?, ..mine.clone() }));
        not_found(open.add::<organisation::Entity>(organisation::Model::blank(ukraine(), Uuid::now_v7())));
        assert!(matches!(client_error(open.one::<entity::individual::Entity>().await.unwrap_err()), ClientError::NotFound));
        // Of the type nothing was announced.
        open.put::<organisation::Entity>(organisation::Model { r#type: Some(OrganisationType::LegalService), ..mine.clone() })?;
        assert!(matches!(open.close().await, Err(Error::Internal(_))));

        // A new one has the id that was opened, and no column that was not announced.
        let opening = Opening::of_new_row::<organisation::Entity>(Command::SaveOrganisation, ukraine());
        let mut open = writer.open_mission(opening.says::<organisation::Entity>([organisation::Column::Key])).await?;
        not_found(open.add::<organisation::Entity>(organisation::Model::blank(ukraine(), Uuid::now_v7())));
        let blank = organisation::Model::blank(ukraine(), open.row().id);
        open.add::<organisation::Entity>(organisation::Model { status: Some(OrganisationStatus::Active), ..blank })?;
        assert!(matches!(open.close().await, Err(Error::Internal(_))));

        // A command about cases opens none of them, and a row of a case is none of the mission's.
        for command in [Command::UpdateCase, Command::ImportCtdc] {
            let wrong = Opening::of_row::<organisation::Entity>(command, place);
            assert!(matches!(writer.open_mission(wrong).await, Err(Error::Internal(_))), "{command:?}");
        }
        assert!(matches!(writer.open_mission(Opening::of(Command::UpdateCase, place)).await, Err(Error::Internal(_))));
        assert!(matches!(writer.open(name(), &Derivation).await, Err(Error::Internal(_))));

        // What was put and not closed is not there.
        let mut open = writer.open_mission(name()).await?;
        let read = open.one::<organisation::Entity>().await?;
        open.put::<organisation::Entity>(organisation::Model { name: Some("Lost".to_owned()), ..read })?;
        drop(open);
        assert!(matches!(writer.commit().await, Err(Error::Internal(_))));
        assert_eq!(state(&rows).await?, before);
        Ok(())
    }

    /// What could not be closed takes everything beside it along.
    async fn what_failed_to_close_does_not_commit(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let admin = gateway.as_role("mission_admin@UA")?;
        saved(&admin, new("quiet-harbour")).await?;
        let before = state(&rows).await?;
        let writer = writer(&gateway, "mission_admin@UA").await?;
        let taken = row(&rows, "quiet-harbour").await?;
        let says = [organisation::Column::Key, organisation::Column::Name, organisation::Column::Type, organisation::Column::Status];
        for key in ["free-harbour", "quiet-harbour"] {
            let opening = Opening::of_new_row::<organisation::Entity>(Command::SaveOrganisation, ukraine());
            let mut open = writer.open_mission(opening.says::<organisation::Entity>(says)).await?;
            let blank = organisation::Model::blank(ukraine(), open.row().id);
            let (name, r#type, status) = (taken.name.clone(), taken.r#type, taken.status);
            open.add::<organisation::Entity>(organisation::Model { key: Some(key.to_owned()), name, r#type, status, ..blank })?;
            match open.close().await {
                Ok(()) => assert_eq!(key, "free-harbour"),
                Err(error) => {
                    // The command knows which field that is.
                    let ClientError::Conflict { field, .. } = client_error(error) else { panic!("no conflict") };
                    assert_eq!((key, field.as_str()), ("quiet-harbour", "Organisation"));
                }
            }
        }
        assert!(writer.commit().await.is_err());
        assert_eq!(state(&rows).await?, before);
        Ok(())
    }
}
