//! A pooler between the gateway and PostgreSQL, which gives each transaction whatever connection is free: told of it, the gateway
//! works as without; not told, it does not start.

mod postgres {
    use std::time::{Duration, Instant};

    use causeway::app::App;
    use causeway::config::{self, Secret};
    use causeway_tests::pooler::Pooler;
    use causeway_tests::{Backend, Gateway, Result, TempDir, TestDatabase, gateway};
    use sea_orm::ConnectionTrait;
    use serde_json::{Value, json};

    use crate::records;

    const READS: [&str; 4] = [
        "{ cases(missions: [UA], first: 5) { totalCount nodes { caseNumber individual { gender } episodes { totalCount } } } }",
        "{ individuals(first: 3, orderBy: [{ field: GENDER, direction: ASC }]) { nodes { gender withheld } } }",
        "{ cases(filter: { status: { in: [ACTIVE, CLOSED] } }, first: 2) { totalCount nodes { owner consentsInForce } } }",
        "{ statistics(groupBy: [GENDER]) { total cells { keys count } } }",
    ];
    const REGISTER: &str = "mutation { registerCase(input: { mission: UA, individual: { gender: FEMININE } }) { case { id } userErrors { code } } }";

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_gateway_that_is_told_of_it_works() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let name = "pooler::postgres::a_gateway_that_is_told_of_it_works";
        let Some(pooler) = Pooler::launch(name, &db.url, "").await? else { return Ok(()) };
        let gateway = Gateway::start_with(&db, |config| {
            config.database.url = Secret::new(pooler.url());
            config.database.pooler = config::Pooler::Transaction;
            config.database.acquire_timeout_ms = 700;
        })
        .await?;
        causeway::demo::load(&gateway.app.access, 1, 60, |_| ()).await?;
        let direct = Gateway::start(&db).await?;
        assert_eq!(gateway.ready().await?.0, 200);
        let (here, there) = (gateway.as_role("case_supervisor@UA")?, direct.as_role("case_supervisor@UA")?);
        let mut expected = Vec::new();
        for read in READS {
            expected.push(there.data(read, Value::Null).await?);
        }
        for _ in 0..6 {
            let reads = (0..18).map(|place| here.query(READS[place % READS.len()]));
            for (place, answer) in futures::future::try_join_all(reads).await?.into_iter().enumerate() {
                assert!(answer.codes().is_empty(), "{}", answer.body);
                // Remembered or not is another matter.
                assert_eq!(*answer.data(), expected[place % READS.len()]);
            }
        }
        let written = futures::future::try_join_all((0..12).map(|_| here.query(REGISTER))).await?;
        for answer in written {
            assert_eq!(answer.data()["registerCase"]["userErrors"], json!([]), "{}", answer.body);
        }
        let rows = records::open(&db).await?;
        assert_eq!(records::broken_chain(&rows, "UA".parse()?).await?, None);

        // A lock is waited for no longer than without a pooler.
        rows.execute_unprepared("BEGIN; LOCK TABLE case_file IN EXCLUSIVE MODE").await?;
        let began = Instant::now();
        let answer = here.query(REGISTER).await?;
        assert_eq!(answer.codes(), ["UNAVAILABLE"], "{}", answer.body);
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        rows.execute_unprepared("ROLLBACK").await?;
        Ok(())
    }

    /// Why a gateway does not start that was not told.
    async fn refusal(db: &TestDatabase, pooler: &Pooler) -> Result<String> {
        let folder = TempDir::create()?;
        let mut config = gateway::config(db, &folder)?;
        config.database.url = Secret::new(pooler.url());
        Ok(App::start(config).await.err().ok_or("it starts")?.to_string())
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_gateway_that_is_not_told_of_it_does_not_start() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let name = "pooler::postgres::a_gateway_that_is_not_told_of_it_does_not_start";
        // As it comes, and as it is often set up for other programs.
        for settings in ["", "ignore_startup_parameters = extra_float_digits,options"] {
            let Some(pooler) = Pooler::launch(name, &db.url, settings).await? else { return Ok(()) };
            let text = refusal(&db, &pooler).await?;
            assert!(text.contains("database.pooler = \"transaction\"") && text.contains("127.0.0.1:"), "{text}");
        }
        Ok(())
    }
}
