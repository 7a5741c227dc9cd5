//! Several who change the same records at once: nobody waits for another crosswise, what the database ends is run again, and
//! what cannot be helped is said as it is.

use std::time::{Duration, Instant};

use causeway_tests::{Backend, Client, Gateway, Result, TestDatabase, both};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};

use crate::records::{self, number};

/// A case with a number, as an input.
fn numbered(number: &str) -> Value {
    json!({ "mission": "UA", "individual": {}, "case": { "caseNumber": number } })
}

/// Changes the cases in this order, in one operation: their ids in a variable, in an object in a variable, and as they are.
async fn update(client: &Client, [first, second, third]: [&str; 3]) -> Result<Value> {
    let document = format!(
        "mutation($id: ID!, $input: UpdateCaseInput!) {{
           a: updateCase(input: {{ id: $id, individual: {{ gender: MASCULINE }} }}) {{ userErrors {{ code }} }}
           b: updateCase(input: $input) {{ userErrors {{ code }} }}
           c: updateCase(input: {{ id: \"{third}\", individual: {{ gender: FEMININE }} }}) {{ userErrors {{ code }} }} }}"
    );
    let input = json!({ "id": second, "individual": { "gender": "MASCULINE" } });
    let answer = client.run(&document, json!({ "id": first, "input": input })).await?;
    Ok(answer.body)
}

both! {
    /// Operations that change the same cases in different orders.
    async fn crosswise_updates_all_go_through(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let mut ids = Vec::new();
        for number in ["A", "B", "C"] {
            ids.push(client.register(numbered(number)).await?);
        }
        let orders = [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1], [2, 0, 1], [1, 0, 2]];
        for _ in 0..4 {
            let updates = orders.iter().map(|order| update(&client, order.map(|place| ids[place].as_str())));
            for body in futures::future::try_join_all(updates).await? {
                assert_eq!(body["errors"], Value::Null, "{body}");
                for key in ["a", "b", "c"] {
                    assert_eq!(body["data"][key]["userErrors"], json!([]), "{body}");
                }
            }
        }
        let rows = records::open(db).await?;
        assert_eq!(records::broken_chain(&rows, "UA".parse()?).await?, None);
        assert_eq!(records::deadlocks(&gateway, db, &rows).await?, 0, "they waited for each other");
        Ok(())
    }

    /// Two operations that register the same numbers in different orders: one of them has them, the other is told so.
    async fn crosswise_numbers_are_somebodys(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        for round in 0..3 {
            let operation = async |first: &str, second: &str| {
                let of = |number: &str| format!("registerCase(input: {{ mission: UA, individual: {{}}, case: {{ caseNumber: \"{round}{number}\" }} }}) {{ userErrors {{ code }} }}");
                client.query(&format!("mutation {{ a: {} b: {} }}", of(first), of(second))).await
            };
            let (one, other) = futures::future::join(operation("X", "Y"), operation("Y", "X")).await;
            let bodies = [one?.body, other?.body];
            let won = bodies.iter().filter(|body| {
                assert_eq!(body["errors"], Value::Null, "{body}");
                body["data"]["a"]["userErrors"] == json!([]) && body["data"]["b"]["userErrors"] == json!([])
            });
            assert_eq!(won.count(), 1, "{bodies:?}");
            assert!(bodies.iter().any(|body| body.to_string().contains("CONFLICT")), "{bodies:?}");
        }
        Ok(())
    }
}

/// What the real server raises.
mod postgres {
    use super::*;

    /// Lets the first writes of a case fail with this code; how often a write was tried is the sequence's value.
    async fn fail(rows: &DatabaseConnection, code: &str, times: u32) -> Result {
        rows.execute_unprepared(&format!(
            "DROP TRIGGER IF EXISTS fail ON case_file; DROP FUNCTION IF EXISTS fail(); DROP SEQUENCE IF EXISTS tried;
             CREATE SEQUENCE tried; GRANT USAGE ON SEQUENCE tried TO PUBLIC;
             CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               IF nextval('tried') <= {times} THEN RAISE EXCEPTION 'made up' USING ERRCODE = '{code}'; END IF; RETURN NEW;
             END $$;
             CREATE TRIGGER fail BEFORE INSERT ON case_file FOR EACH ROW EXECUTE FUNCTION fail()"
        ))
        .await?;
        Ok(())
    }

    /// The transaction that locked each case last, by number; nought of none.
    async fn locked(rows: &DatabaseConnection) -> Result<Vec<i64>> {
        let sql = "SELECT xmax::text::bigint FROM case_file ORDER BY case_number";
        let found = rows.query_all_raw(Statement::from_string(rows.get_database_backend(), sql)).await?;
        Ok(found.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?)
    }

    /// Who may read cases and not write them locks none; who may write them locks those that are to be changed.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_not_to_be_written_is_not_locked() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let gateway = Gateway::with_demo(&db, 0).await?;
        let supervisor = gateway.as_role("case_supervisor@UA")?;
        let mut ids = Vec::new();
        for number in ["A", "B", "C"] {
            ids.push(supervisor.register(numbered(number)).await?);
        }
        let rows = records::open(&db).await?;
        let before = locked(&rows).await?;
        let [first, second, third] = [0, 1, 2].map(|place| ids[place].as_str());
        for role in ["hq_analyst@*", "mission_analyst@UA", "case_worker@UA"] {
            let body = update(&gateway.as_role(role)?, [first, second, third]).await?;
            assert!(body.to_string().contains("FORBIDDEN"), "{role}: {body}");
            assert_eq!(locked(&rows).await?, before, "{role}");
        }
        // Ids where nothing is changed by them.
        let document = "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { userErrors { code } } }";
        let consents = ids.iter().map(|id| json!({ "purpose": "REFERRAL", "decision": "GIVEN", "organisation": id }));
        let input =
            json!({ "mission": "UA", "individual": { "phone": "no" }, "consents": consents.collect::<Vec<_>>() });
        let body = supervisor.run(document, json!({ "input": input })).await?.body;
        assert!(body.to_string().contains("BAD_INPUT"), "{body}");
        assert_eq!(locked(&rows).await?, before);
        // The test can fail: two that the supervisor changes, in an operation that is refused for its third mutation.
        let refused = "mutation($a: ID!, $b: ID!) { a: updateCase(input: { id: $a }) { userErrors { code } } b: updateCase(input: { id: $b, individual: { phone: \"no\" } }) { userErrors { code } } }";
        let body = supervisor.run(refused, json!({ "a": first, "b": second })).await?.body;
        assert!(body.to_string().contains("BAD_INPUT"), "{body}");
        let after = locked(&rows).await?;
        assert!(after[0] != before[0] && after[1] != before[1] && after[2] == before[2], "{before:?} {after:?}");
        Ok(())
    }

    const TRIED: &str = "SELECT last_value FROM tried";
    const ONE: &str =
        "mutation { registerCase(input: { mission: UA, individual: {} }) { case { id } userErrors { code } } }";

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_the_database_ends_is_run_again() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let gateway = Gateway::with_demo(&db, 0).await?;
        let client = gateway.as_role("case_worker@UA")?;
        let rows = records::open(&db).await?;
        for code in ["40001", "40P01"] {
            fail(&rows, code, 2).await?;
            let answer = client.query(ONE).await?;
            assert!(answer.codes().is_empty(), "{}", answer.body);
            assert_eq!(answer.data()["registerCase"]["userErrors"], json!([]));
            assert_eq!(number(&rows, TRIED).await?, 3);
        }
        assert_eq!(number(&rows, "SELECT count(*) FROM case_file").await?, 2);
        assert_eq!(records::broken_chain(&rows, "UA".parse()?).await?, None);
        Ok(())
    }

    /// A row that is not as it was read any more: the program finds that, and no error of a statement.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_the_program_gives_up_is_run_again() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let gateway = Gateway::with_demo(&db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let id = client.register(numbered("A")).await?;
        let rows = records::open(&db).await?;
        let change = "mutation($id: ID!) { updateCase(input: { id: $id, individual: { gender: MASCULINE } }) { case { id } userErrors { code } } }";
        for (times, tried, codes) in [(1_000, 4, vec!["UNAVAILABLE"]), (2, 3, Vec::new())] {
            rows.execute_unprepared(&format!(
                "DROP TRIGGER IF EXISTS pass_by ON individual; DROP FUNCTION IF EXISTS pass_by(); DROP SEQUENCE IF EXISTS tried;
                 CREATE SEQUENCE tried; GRANT USAGE ON SEQUENCE tried TO PUBLIC;
                 CREATE FUNCTION pass_by() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                   IF nextval('tried') <= {times} THEN RETURN NULL; END IF; RETURN NEW;
                 END $$;
                 CREATE TRIGGER pass_by BEFORE UPDATE ON individual FOR EACH ROW EXECUTE FUNCTION pass_by()"
            ))
            .await?;
            let answer = client.run(change, json!({ "id": id })).await?;
            assert_eq!(answer.codes(), codes, "{}", answer.body);
            assert_eq!(number(&rows, TRIED).await?, tried, "{}", answer.body);
            if codes.is_empty() {
                assert_eq!(answer.data()["updateCase"]["userErrors"], json!([]), "{}", answer.body);
            }
        }
        assert_eq!(records::broken_chain(&rows, "UA".parse()?).await?, None);
        Ok(())
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn each_class_of_sqlstate_has_its_code() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let gateway = Gateway::with_demo(&db, 0).await?;
        let client = gateway.as_role("case_worker@UA")?;
        let rows = records::open(&db).await?;
        for (state, code, tried) in [
            ("40001", "UNAVAILABLE", 4),
            ("40P01", "UNAVAILABLE", 4),
            ("55P03", "UNAVAILABLE", 1),
            ("25006", "UNAVAILABLE", 1),
            ("53100", "UNAVAILABLE", 1),
            ("53200", "UNAVAILABLE", 1),
            ("57P01", "UNAVAILABLE", 1),
            ("58030", "UNAVAILABLE", 1),
            ("57014", "TOO_COSTLY", 1),
            ("54001", "TOO_COSTLY", 1),
            ("23503", "INTERNAL", 1),
            ("42P01", "INTERNAL", 1),
            ("XX001", "INTERNAL", 1),
        ] {
            fail(&rows, state, 1_000).await?;
            let answer = client.query(ONE).await?;
            assert_eq!(answer.codes(), [code], "{state}: {}", answer.body);
            assert_eq!(answer.headers.contains_key("retry-after"), code == "UNAVAILABLE", "{state}");
            assert_eq!(answer.status.as_u16() == 503, tried > 1, "{state}");
            assert_eq!(number(&rows, TRIED).await?, tried, "{state}");
        }
        assert_eq!(number(&rows, "SELECT count(*) FROM case_file").await?, 0);
        Ok(())
    }

    /// A lock that somebody else holds is waited for as long as a connection, and asking for less would not help.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn somebody_elses_lock_is_not_too_much_to_ask() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let gateway = Gateway::start_with(&db, |config| config.database.acquire_timeout_ms = 600).await?;
        causeway::demo::load(&gateway.app.access, 1, 0, |_| ()).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let id = client.register(numbered("A")).await?;
        let rows = records::open(&db).await?;
        rows.execute_unprepared("BEGIN; SELECT 1 FROM case_file FOR UPDATE").await?;
        let change = format!(
            "mutation {{ updateCase(input: {{ id: \"{id}\", individual: {{ gender: FEMININE }} }}) {{ userErrors {{ code }} }} }}"
        );
        let began = Instant::now();
        let answer = client.query(&change).await?;
        assert_eq!(answer.codes(), ["UNAVAILABLE"], "{}", answer.body);
        assert!(answer.headers.contains_key("retry-after"));
        assert!(
            (Duration::from_millis(550)..Duration::from_secs(3)).contains(&began.elapsed()),
            "{:?}",
            began.elapsed()
        );
        rows.execute_unprepared("ROLLBACK").await?;
        assert!(client.query(&change).await?.codes().is_empty());
        Ok(())
    }

    /// A rival from outside, who takes the same cases the other way round: the gateway's operation is ended and run again.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_deadlock_with_somebody_else_is_run_again() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let gateway = Gateway::with_demo(&db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let mut ids = Vec::new();
        for number in ["A", "B", "C"] {
            ids.push(client.register(numbered(number)).await?);
        }
        let rows = records::open(&db).await?;
        let lock = |order| {
            format!(
                "SELECT 1 FROM case_file WHERE id = (SELECT id FROM case_file ORDER BY id {order} LIMIT 1) FOR UPDATE"
            )
        };
        rows.execute_unprepared(&format!("BEGIN; {}", lock("DESC"))).await?;
        let [a, b, c] = [0, 1, 2].map(|place: usize| ids[place].as_str());
        let rival = async {
            // The gateway waits for the last case by now, and is the first to find out.
            tokio::time::sleep(Duration::from_millis(300)).await;
            rows.execute_unprepared(&lock("ASC")).await?;
            rows.execute_unprepared("COMMIT").await?;
            Ok::<_, causeway_tests::Error>(())
        };
        let (body, rival) = futures::future::join(update(&client, [a, b, c]), rival).await;
        rival?;
        let body = body?;
        assert_eq!(body["errors"], Value::Null, "{body}");
        assert_eq!(body["data"]["c"]["userErrors"], json!([]), "{body}");
        assert_eq!(records::broken_chain(&rows, "UA".parse()?).await?, None);
        Ok(())
    }
}
