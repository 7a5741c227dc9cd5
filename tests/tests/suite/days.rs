//! Today is the day of the row's mission. Kiritimati (UTC+14) and Pago Pago (UTC-11) never have the same day, so that two missions
//! that keep their time tell one clock from another at any moment.

use causeway::clock;
use causeway_tests::{Backend, Caller, Client, Desk, Gateway, Result, TestDatabase, both};
use chrono::{Days, Months, NaiveDate};
use entity::codes::{ReferralDirection, ReferralStatus};
use entity::{Code, CountryCode, audit_entry, mission};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};

use crate::{PROGRAM, records};

const EAST: &str = "Pacific/Kiritimati";
const WEST: &str = "Pacific/Pago_Pago";

/// Today in both, the later day first.
fn days() -> Result<(NaiveDate, NaiveDate)> {
    let now = clock::now();
    Ok((clock::day(now, EAST.parse()?), clock::day(now, WEST.parse()?)))
}

/// A gateway in which Ukraine keeps the time of the east and Moldova that of the west.
async fn apart(db: &TestDatabase, cases: usize) -> Result<Gateway> {
    let gateway = Gateway::with_demo(db, cases).await?;
    let rows = records::open(db).await?;
    for (mission, zone) in [("UA", EAST), ("MD", WEST)] {
        rows.execute_unprepared(&format!("UPDATE mission SET time_zone = '{zone}' WHERE id = '{mission}'")).await?;
    }
    Ok(gateway)
}

/// Somebody with a role in both missions.
fn in_both(role: &str) -> Caller {
    let roles = ["UA", "MD"].map(|mission| format!("{role}@{mission}")).to_vec();
    Caller { roles, ..Caller::of(&format!("{role}@UA")) }
}

const REGISTER: &str = "mutation($input: RegisterCaseInput!) { registerCase(input: $input) {
    case { registeredOn registrationMonth yearOfRegistration majorityStatus consents { nodes { decidedOn } } } userErrors { field message } } }";

async fn register(client: &Client, mission: &str, individual: Value, case: Value) -> Result<Value> {
    let consents = json!([{ "purpose": "DATA_MANAGEMENT", "decision": "GIVEN" }]);
    let input = json!({ "mission": mission, "individual": individual, "case": case, "consents": consents });
    Ok(client.data(REGISTER, json!({ "input": input })).await?["registerCase"].clone())
}

both! {
    /// What is registered today is registered on the mission's day, with its month and the age of that day.
    async fn a_default_is_the_day_of_the_mission(db: &TestDatabase) -> Result {
        let gateway = apart(db, 0).await?;
        let client = gateway.as_caller(&in_both("case_supervisor"))?;
        let (east, west) = days()?;
        let birth = east - Months::new(12 * 18);
        for (mission, today, majority) in [("UA", east, "ADULT"), ("MD", west, "MINOR")] {
            // Nobody is eighteen a day early; a birthday on 29 February is kept on 1 March.
            let majority = if today.years_since(birth) >= Some(18) { "ADULT" } else { majority };
            let case = register(&client, mission, json!({ "birthDate": birth }), json!({})).await?["case"].clone();
            assert_eq!(case["registeredOn"], json!(today), "{mission}");
            assert_eq!(case["registrationMonth"], json!(today.format("%Y-%m").to_string()), "{mission}");
            assert_eq!(case["majorityStatus"], json!(majority), "{mission}");
            assert_eq!(case["consents"]["nodes"], json!([{ "decidedOn": today }]), "{mission}");
        }
        let zones = client.data("{ missions(first: 100) { nodes { code timeZone } } }", Value::Null).await?;
        assert_eq!(zones["missions"]["nodes"], json!([{ "code": "MD", "timeZone": WEST }, { "code": "UA", "timeZone": EAST }]));
        Ok(())
    }

    /// The day that has begun in one mission is still in the future in another.
    async fn the_future_begins_with_the_mission(db: &TestDatabase) -> Result {
        let gateway = apart(db, 0).await?;
        let client = gateway.as_caller(&in_both("case_supervisor"))?;
        let (east, west) = days()?;
        for (field, individual, case) in [
            ("case.registeredOn", json!({}), json!({ "registeredOn": east })),
            ("individual.birthDate", json!({ "birthDate": east }), json!({ "registeredOn": east })),
        ] {
            let payload = register(&client, "UA", individual.clone(), case.clone()).await?;
            assert_eq!(payload["userErrors"], json!([]), "{field}");
            let payload = register(&client, "MD", individual, case).await?;
            assert_eq!(payload["userErrors"][0]["field"], json!(field), "{payload}");
        }
        let payload = register(&client, "MD", json!({}), json!({ "registeredOn": west })).await?;
        assert_eq!(payload["userErrors"], json!([]));
        let payload = register(&client, "UA", json!({}), json!({ "registeredOn": east + Days::new(1) })).await?;
        assert_eq!(payload["userErrors"][0]["field"], json!("case.registeredOn"));
        Ok(())
    }

    /// A referral lasts to the end of its last day, in the mission that made it: one statement, two todays.
    async fn a_referral_ends_with_the_day_of_its_mission(db: &TestDatabase) -> Result {
        let gateway = apart(db, 300).await?;
        let rows = records::open(db).await?;
        let (east, west) = days()?;
        let (outgoing, accepted) = (ReferralDirection::Outgoing.number(), ReferralStatus::Accepted.number());
        let ends = async |last: NaiveDate| rows.execute_unprepared(&format!(
            "UPDATE referral SET organisation = 'safe-harbour', direction = {outgoing}, status = {accepted}, expires_on = '{last}' WHERE mission_id IN ('UA', 'MD')"
        )).await;
        let partner = gateway.as_caller(&in_both("partner_provider"))?;
        let seen = async || -> Result<[bool; 2]> {
            let count = "{ ua: cases(missions: [UA]) { totalCount } md: cases(missions: [MD]) { totalCount } all: cases { totalCount } }";
            let data = partner.data(count, Value::Null).await?;
            let [ua, md, all] = ["ua", "md", "all"].map(|list| data[list]["totalCount"].as_i64().unwrap_or_default());
            assert_eq!(ua + md, all, "one statement about both sees other rows");
            Ok([ua > 0, md > 0])
        };
        ends(east).await?;
        assert_eq!(seen().await?, [true, true]);
        ends(west).await?;
        assert_eq!(seen().await?, [false, true]);
        ends(west - Days::new(1)).await?;
        assert_eq!(seen().await?, [false, false]);
        Ok(())
    }
}

/// The operator sets the time zone; the audit says that it was changed.
#[tokio::test]
async fn the_operator_sets_the_time_zone() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let desk = Desk::new(PROGRAM)?;
    desk.configure(&db.url, "[identity]\ndevelopment_issuer = true\n")?;
    let to_east = format!("mission set KI --time-zone {EAST}");
    for command in ["mission add FJ KI", "mission add --time-zone Pacific/Chatham NZ", &to_east, &to_east] {
        desk.run(command)?.has(true, &[]);
    }
    let list = desk.run("mission list --format json")?.text;
    for (code, zone) in [("FJ", "Pacific/Fiji"), ("KI", EAST), ("NZ", "Pacific/Chatham")] {
        let line =
            list.lines().find(|line| line.contains(&format!("\"{code}\""))).ok_or(format!("no {code}: {list}"))?;
        assert_eq!(serde_json::from_str::<Value>(line)?["timeZone"], json!(zone));
    }
    for (wrong, said) in [
        ("mission set KI --time-zone Mars/Olympus", "Mars/Olympus"),
        (&to_east.replace("KI", "UA"), "UA is not set up; run: causeway mission add UA"),
    ] {
        desk.run(wrong)?.has(false, &[said]);
    }
    // The one that set what was set already is no change.
    let rows = records::open(&db).await?;
    let entries = audit_entry::Entity::find().all(&rows).await?;
    assert_eq!(entries.iter().filter(|entry| entry.action == "set_mission").count(), 1);
    let mission = mission::Entity::find_by_id("KI".parse::<CountryCode>()?).one(&rows).await?.ok_or("no mission")?;
    assert_eq!(mission.data_version, 2);
    Ok(())
}
