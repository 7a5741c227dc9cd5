//! What is restored answers as what was backed up: by the commands that `docs/operations.md` gives.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use causeway::config::Secret;
use causeway_tests::gateway::some_case;
use causeway_tests::process::postgres_command;
use causeway_tests::{Backend, Gateway, Result, TempDir, TestDatabase, servers};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use url::Url;

use crate::records;

/// Rows with their ids, and figures; nothing that depends on when it is asked.
const QUESTIONS: [&str; 2] = [
    "{ cases(first: 100) { totalCount nodes { id caseNumber withheld individual { id familyName } \
       narratives { nodes { passages { nodes { text } } } } } } }",
    "{ statistics(groupBy: [EXPLOITATION_TYPE]) { total cells { keys count suppressed } } }",
];
const ROLES: [&str; 3] = ["case_supervisor@UA", "hq_analyst@*", "partner_provider@UA"];

async fn answers(gateway: &Gateway) -> Result<Vec<(Value, Vec<String>)>> {
    let mut answers = Vec::new();
    for role in ROLES {
        for question in QUESTIONS {
            let answer = gateway.as_role(role)?.query(question).await?;
            let codes = answer.codes().iter().map(|code| (*code).to_owned()).collect();
            answers.push((answer.data().clone(), codes));
        }
    }
    Ok(answers)
}

/// Compares the answers of a gateway over the copy with those before, and writes to the copy.
async fn is_restored(db: &TestDatabase, copy: &str, before: &[(Value, Vec<String>)]) -> Result {
    let restored = Gateway::start_with(db, |config| config.database.url = Secret::new(copy)).await?;
    assert_eq!(answers(&restored).await?, before);
    assert!(before.iter().any(|(data, _)| data["cases"]["totalCount"].as_i64().is_some_and(|total| total > 5)));
    restored.as_role("case_supervisor@UA")?.register(some_case()).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_copied_while_it_is_used() -> Result {
    let (db, folder) = (TestDatabase::create(Backend::Sqlite).await?, TempDir::create()?);
    let gateway = Gateway::with_demo(&db, 120).await?;
    let before = answers(&gateway).await?;
    let copy = folder.path().join("copy.db");
    let mut file = SqliteConnection::connect(&db.url).await?;
    file.execute(AssertSqlSafe(format!("VACUUM INTO '{}'", copy.display()))).await?;
    is_restored(&db, &format!("sqlite://{}", copy.display()), &before).await
}

mod postgres {
    use super::*;

    /// A command of PostgreSQL's on one database.
    fn command(program: &str, role: &str, database: &Url) -> Result<Command> {
        let mut command = postgres_command(program, Path::new("/"))?;
        let mut url = servers::postgres()?;
        command.env("PGPASSWORD", url.password().unwrap_or_default());
        url.set_username(role).map_err(|()| "a URL without a host")?;
        url.set_path(database.path());
        url.set_password(None).map_err(|()| "a URL without a host")?;
        command.arg("--dbname").arg(url.as_str());
        Ok(command)
    }

    fn checked(output: std::process::Output) -> Result<Vec<u8>> {
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(output.stdout) } else { Err(said.into_owned().into()) }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_dump_restores_everything() -> Result {
        let (db, other) =
            (TestDatabase::create(Backend::Postgres).await?, TestDatabase::create(Backend::Postgres).await?);
        let gateway = Gateway::with_demo(&db, 120).await?;
        let before = answers(&gateway).await?;
        // Reads everything and changes nothing.
        let admin = servers::postgres()?;
        let password = admin.password().unwrap_or_default();
        let mut server = PgConnection::connect(admin.as_str()).await?;
        let role = db.redis_prefix.trim_end_matches(':').replace("test", "causeway_backup");
        server
            .execute(AssertSqlSafe(format!(
                "CREATE ROLE {role} LOGIN BYPASSRLS PASSWORD '{password}'; GRANT pg_read_all_data TO {role}"
            )))
            .await?;
        let dump = command("pg_dump", &role, &db.owner_url.parse()?)?.arg("--format=custom").output()?;
        server.execute(AssertSqlSafe(format!("DROP ROLE {role}"))).await?;
        let dump = checked(dump)?;
        let mut restore = command("pg_restore", admin.username(), &other.owner_url.parse()?)?;
        let restore = restore.args(["--clean", "--if-exists", "--exit-on-error", "--single-transaction"]);
        let mut restoring = restore.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        restoring.stdin.take().ok_or("no input")?.write_all(&dump)?;
        checked(restoring.wait_with_output()?)?;
        is_restored(&db, &other.url, &before).await?;
        let rows = records::open(&other).await?;
        assert_eq!(records::broken_chain(&rows, "UA".parse()?).await?, None);
        Ok(())
    }

    /// The owner is bound by row-level security: a dump of its would be empty, and says so instead.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_owner_cannot_dump_by_mistake() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        Gateway::with_demo(&db, 20).await?;
        let mut command = postgres_command("pg_dump", Path::new("/"))?;
        let output = command.arg("--dbname").arg(&db.owner_url).output()?;
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains("row-level security"), "{output:?}");
        Ok(())
    }
}
