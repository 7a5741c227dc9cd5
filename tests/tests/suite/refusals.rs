//! What is attempted and does not last leaves a trace nevertheless: a count for each viewer, mission, command and outcome, beside
//! the transaction that was rolled back.

use std::time::Duration;

use causeway::http::{HttpOptions, ServerOptions};
use causeway_tests::{Backend, Client, Gateway, Result, Socket, TestDatabase, both};
use entity::{case_file, refusal};
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, QueryOrder};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::sleep};

use crate::records;

const REGISTER: &str =
    "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { id } userErrors { code } } }";
const UPDATE: &str =
    "mutation($input: UpdateCaseInput!) { updateCase(input: $input) { case { id } userErrors { code } } }";

fn case(mission: &str, number: &str) -> Value {
    json!({ "input": { "mission": mission, "individual": {}, "case": { "caseNumber": number } } })
}

async fn register(client: &Client, number: &str) -> Result<Value> {
    Ok(client.run(REGISTER, case("UA", number)).await?.body)
}

/// Everything that was counted: mission, subject, command, outcome and how often.
async fn counted(rows: &DatabaseConnection) -> Result<Vec<(String, String, String, String, i64)>> {
    let found = refusal::Entity::find()
        .order_by_asc(refusal::Column::Subject)
        .order_by_asc(refusal::Column::Action)
        .order_by_asc(refusal::Column::Code)
        .all(rows)
        .await?;
    let text = |row: refusal::Model| {
        assert!(row.first_at <= row.last_at && row.last_at <= chrono::Utc::now());
        (row.mission_id.to_string(), row.subject, row.action, row.code, row.attempts)
    };
    Ok(found.into_iter().map(text).collect())
}

/// Whoever registers this number sees by the time whether it is free: only then is there more to do, so much that it takes long.
fn probe(number: &str) -> String {
    let many: String =
        (0..45).map(|n| format!(" a{n}: registerCase(input: $more) {{ userErrors {{ code }} }}")).collect();
    let query = format!(
        "mutation($input: RegisterCaseInput!, $more: RegisterCaseInput!) {{
           p: registerCase(input: $input) {{ userErrors {{ code }} }}{many} }}"
    );
    let consents: Vec<Value> =
        (0..40).map(|_| json!({ "purpose": "DATA_MANAGEMENT", "decision": "GIVEN", "organisation": null })).collect();
    let mut variables = case("UA", number);
    variables["more"] = json!({ "mission": "UA", "individual": {}, "consents": consents });
    json!({ "query": query, "variables": variables }).to_string()
}

/// Sends a body over a connection of its own, and hangs up after a while.
async fn hang_up(socket: &Socket, client: &Client, body: &str, after: Duration) -> Result {
    let mut stream = TcpStream::connect(socket.address).await?;
    let (length, token) = (body.len(), client.token().unwrap_or_default());
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Accept: application/graphql-response+json\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    sleep(after).await;
    Ok(())
}

fn row(subject: &str, action: &str, code: &str, attempts: i64) -> (String, String, String, String, i64) {
    ("UA".to_owned(), subject.to_owned(), action.to_owned(), code.to_owned(), attempts)
}

both! {
    /// A number that is taken cannot be found out without a trace, and what is registered leaves none but its audit entry.
    async fn a_number_that_is_taken_is_counted(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let first = register(&worker, "UA-1").await?;
        let second = register(&worker, "UA-2").await?;
        assert_eq!(counted(&rows).await?, []);
        let before = records::audit(&rows, "UA".parse()?).await?.len();
        for _ in 0..3 {
            let body = register(&worker, "UA-1").await?;
            assert_eq!(body["data"]["registerCase"]["userErrors"], json!([{ "code": "CONFLICT" }]), "{body}");
        }
        let id = &second["data"]["registerCase"]["case"]["id"];
        let renamed = json!({ "input": { "id": id, "case": { "caseNumber": "UA-1" } } });
        assert!(worker.run(UPDATE, renamed).await?.body.to_string().contains("CONFLICT"));
        let colleague = gateway.as_role("case_supervisor@UA")?;
        assert!(register(&colleague, "UA-1").await?.to_string().contains("CONFLICT"));
        assert_eq!(counted(&rows).await?, [
            row("case_supervisor", "register_case", "CONFLICT", 1),
            row("case_worker", "register_case", "CONFLICT", 3),
            row("case_worker", "update_case", "CONFLICT", 1),
        ]);
        // The chain is whole, and the mission's data as new as before: nothing that is remembered of it is stale.
        assert_eq!(records::broken_chain(&rows, "UA".parse()?).await?, None);
        assert_eq!(records::audit(&rows, "UA".parse()?).await?.len(), before);
        assert!(first["data"]["registerCase"]["case"]["id"].is_string(), "{first}");
        Ok(())
    }

    /// Nor can a number that is free: what goes through and is rolled back for another reason is counted, too.
    async fn what_is_undone_is_counted(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let wrong = "mutation { a: registerCase(input: { mission: UA, individual: {}, case: { caseNumber: \"UA-7\" } }) { userErrors { code } }
            b: registerCase(input: { mission: UA, individual: { phone: \"no\" } }) { userErrors { code } }
            c: registerCase(input: { mission: UA, individual: {} }) { userErrors { code } } }";
        let answer = worker.query(wrong).await?;
        assert_eq!(answer.data()["a"]["userErrors"], json!([]), "{}", answer.body);
        assert_eq!(answer.data()["b"]["userErrors"][0]["code"], "BAD_INPUT", "{}", answer.body);
        assert_eq!(counted(&rows).await?, [row("case_worker", "register_case", "UNDONE", 1)]);
        // A wrong argument alone tells of nothing but itself.
        let alone = "mutation { registerCase(input: { mission: UA, individual: { phone: \"no\" } }) { userErrors { code } } }";
        assert!(worker.query(alone).await?.body.to_string().contains("BAD_INPUT"));
        assert_eq!(counted(&rows).await?.len(), 1);
        // The client itself can have an operation undone: by asking for what is withheld from it afterwards.
        let body = register(&worker, "UA-8").await?;
        let id = &body["data"]["registerCase"]["case"]["id"];
        let away = "mutation($id: ID!) { updateCase(input: { id: $id, case: { owner: \"somebody\" } }) { case { individual { familyName } } userErrors { code } } }";
        let answer = worker.clone().with_header("causeway-withheld", "reject").run(away, json!({ "id": id })).await?;
        assert_eq!(answer.codes(), ["FORBIDDEN"], "{}", answer.body);
        assert_eq!(counted(&rows).await?, [
            row("case_worker", "register_case", "UNDONE", 1),
            row("case_worker", "update_case", "UNDONE", 1),
        ]);
        Ok(())
    }

    /// What policy does not give, and what is not there.
    async fn what_is_forbidden_or_not_there_is_counted(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let body = register(&gateway.as_role("case_worker@UA")?, "UA-1").await?;
        let id = &body["data"]["registerCase"]["case"]["id"];
        let analyst = gateway.as_role("mission_analyst@UA")?;
        assert_eq!(analyst.run(REGISTER, case("UA", "UA-2")).await?.codes(), ["FORBIDDEN"]);
        let closed = json!({ "input": { "id": id, "case": { "status": "CLOSED" } } });
        assert_eq!(analyst.run(UPDATE, closed.clone()).await?.codes(), ["FORBIDDEN"]);
        let stranger = gateway.as_role("case_worker@MD")?;
        assert_eq!(stranger.run(UPDATE, closed).await?.codes(), ["NOT_FOUND"]);
        assert_eq!(stranger.run(REGISTER, case("UA", "UA-1")).await?.codes(), ["NOT_FOUND"]);
        // A mission that nobody has set up, and an id that nobody has sealed.
        assert_eq!(stranger.run(REGISTER, case("NZ", "UA-1")).await?.codes(), ["NOT_FOUND"]);
        assert_eq!(stranger.run(UPDATE, json!({ "input": { "id": "AAAA" } })).await?.codes(), ["NOT_FOUND"]);
        // In the strangers' own mission: that of others is not theirs to write to, not even so.
        let theirs = |action: &str| ("MD".to_owned(), "case_worker".to_owned(), action.to_owned(), "NOT_FOUND".to_owned(), 2);
        assert_eq!(counted(&rows).await?, [
            theirs("register_case"),
            theirs("update_case"),
            row("mission_analyst", "register_case", "FORBIDDEN", 1),
            row("mission_analyst", "update_case", "FORBIDDEN", 1),
        ]);
        assert_eq!(records::count::<case_file::Entity>(&rows).await?, 1);
        Ok(())
    }

    /// Where a refusal cannot be counted, it is not told, whatever it was; what lasts does not need the count.
    async fn what_cannot_be_counted_is_not_told(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        register(&worker, "UA-1").await?;
        rows.execute_unprepared("ALTER TABLE refusal RENAME TO elsewhere").await?;
        let undone = "mutation { a: registerCase(input: { mission: UA, individual: {}, case: { caseNumber: \"UA-7\" } }) { userErrors { code } }
            b: registerCase(input: { mission: UA, individual: { phone: \"no\" } }) { userErrors { code } } }";
        for answer in [worker.run(REGISTER, case("UA", "UA-1")).await?, worker.query(undone).await?] {
            assert_eq!(answer.codes(), ["INTERNAL"], "{}", answer.body);
            assert_eq!(answer.body["data"], Value::Null, "{}", answer.body);
            assert!(!answer.body.to_string().contains("CONFLICT"), "{}", answer.body);
        }
        assert_eq!(register(&worker, "UA-2").await?["data"]["registerCase"]["userErrors"], json!([]));
        rows.execute_unprepared("ALTER TABLE elsewhere RENAME TO refusal").await?;
        assert!(register(&worker, "UA-1").await?.to_string().contains("CONFLICT"));
        assert_eq!(counted(&rows).await?, [row("case_worker", "register_case", "CONFLICT", 1)]);
        Ok(())
    }

    /// Nor by hanging up before the answer comes.
    async fn what_nobody_waits_for_is_counted(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let socket = Socket::listen(&gateway.app, HttpOptions::default(), ServerOptions::default())?;
        // In the middle, however fast the machine is: the first time that leaves a trace.
        let mut found = Vec::new();
        for round in 0..8 {
            hang_up(&socket, &worker, &probe(&format!("FREE-{round}")), Duration::from_millis(20 << round)).await?;
            for _ in 0..20 {
                sleep(Duration::from_millis(50)).await;
                found = counted(&rows).await?;
                if !found.is_empty() {
                    break;
                }
            }
            if !found.is_empty() {
                break;
            }
            // Nothing can be left without a trace but what had not begun.
            assert_eq!(records::count::<case_file::Entity>(&rows).await?, 0, "it went through: {round}");
        }
        assert_eq!(found.len(), 1, "{found:?}");
        let (_, subject, action, code, _) = &found[0];
        assert_eq!((subject.as_str(), action.as_str(), code.as_str()), ("case_worker", "register_case", "UNDONE"));
        assert_eq!(records::count::<case_file::Entity>(&rows).await?, 0);
        socket.stopped().await
    }

    /// Several at once lose no count, and no count goes down.
    async fn counts_only_grow(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        register(&worker, "UA-1").await?;
        futures::future::try_join_all((0..12).map(|_| register(&worker, "UA-1"))).await?;
        assert_eq!(counted(&rows).await?, [row("case_worker", "register_case", "CONFLICT", 12)]);
        for less in ["attempts - 1", "attempts", "0"] {
            let error = rows.execute_unprepared(&format!("UPDATE refusal SET attempts = {less}")).await;
            assert!(error.is_err_and(|error| error.to_string().contains("never forgotten")), "{less}");
        }
        Ok(())
    }
}

/// What the real server raises.
mod postgres {
    use super::*;

    /// An operation that the database ends and that is run again has attempted no more than one that is not.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_run_again_is_counted_once() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let gateway = Gateway::with_demo(&db, 0).await?;
        let rows = records::open(&db).await?;
        rows.execute_unprepared(
            "CREATE SEQUENCE tried; GRANT USAGE ON SEQUENCE tried TO PUBLIC;
             CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               IF nextval('tried') <= 2 THEN RAISE EXCEPTION 'made up' USING ERRCODE = '40001'; END IF; RETURN NEW;
             END $$;
             CREATE TRIGGER fail BEFORE INSERT ON case_file FOR EACH ROW WHEN (NEW.case_number = 'UA-2')
               EXECUTE FUNCTION fail()",
        )
        .await?;
        let document = "mutation { a: registerCase(input: { mission: UA, individual: {}, case: { caseNumber: \"UA-1\" } }) { userErrors { code } }
            b: registerCase(input: { mission: UA, individual: {}, case: { caseNumber: \"UA-2\" } }) { userErrors { code } }
            c: registerCase(input: { mission: UA, individual: {}, case: { caseNumber: \"UA-1\" } }) { userErrors { code } } }";
        let answer = gateway.as_role("case_worker@UA")?.query(document).await?;
        assert_eq!(answer.data()["c"]["userErrors"], json!([{ "code": "CONFLICT" }]), "{}", answer.body);
        let once =
            [row("case_worker", "register_case", "CONFLICT", 1), row("case_worker", "register_case", "UNDONE", 2)];
        assert_eq!(counted(&rows).await?, once);
        sleep(Duration::from_millis(300)).await;
        assert_eq!(counted(&rows).await?, once);
        Ok(())
    }
}
