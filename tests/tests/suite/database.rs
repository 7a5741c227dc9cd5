//! What the database itself refuses, whoever asks: row-level security, references that leave a mission, ledgers that are
//! changed; and which databases a gateway does not start on.

use causeway::app::App;
use causeway::config::Secret;
use causeway_tests::{Backend, Gateway, Result, TempDir, TestDatabase, both, gateway};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

use crate::records;

/// The tables whose rows belong to a mission: what is declared, and the platform's own.
fn tenant_tables() -> Vec<&'static str> {
    let platform = ["fact", "audit_entry", "audit_chain", "change", "field_change", "refusal"];
    entity::TABLES.iter().map(|table| table.table).chain(platform).collect()
}

/// Of these, those of which no row is ever changed.
const LEDGERS: [&str; 4] = ["consent", "audit_entry", "change", "field_change"];

async fn connect(url: &str) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}

async fn number(db: &DatabaseConnection, sql: &str) -> Result<i64> {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?.ok_or("no row")?;
    Ok(row.try_get_by_index(0)?)
}

async fn texts(db: &DatabaseConnection, sql: &str) -> Result<Vec<String>> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// The statement is refused with a text that has `why` in it. On PostgreSQL in a savepoint's stead: each is its own transaction.
async fn refused(db: &DatabaseConnection, sql: &str, why: &str) {
    match db.execute_unprepared(sql).await {
        Ok(done) => panic!("{sql} did {} rows", done.rows_affected()),
        Err(error) => assert!(error.to_string().to_lowercase().contains(why), "{sql}: {error}"),
    }
}

/// The rows of two missions of the demo.
async fn demo(db: &TestDatabase) -> Result<Gateway> {
    let gateway = Gateway::with_demo(db, 120).await?;
    for role in ["case_worker@UA", "case_worker@MD"] {
        let elsewhere = "mutation { registerCase(input: { mission: KE, individual: {} }) { userErrors { code } } }";
        assert_eq!(gateway.as_role(role)?.query(elsewhere).await?.codes(), ["NOT_FOUND"]);
    }
    for mission in ["UA", "MD"] {
        let supervisor = gateway.as_role(&format!("case_supervisor@{mission}"))?;
        let case = serde_json::json!({ "mission": mission, "individual": {} });
        let id = supervisor.register(case).await?;
        let change =
            "mutation($id: ID!) { updateCase(input: { id: $id, case: { riskLevel: HIGH } }) { userErrors { code } } }";
        supervisor.data(change, serde_json::json!({ "id": id })).await?;
    }
    let rows = records::open(db).await?;
    for table in tenant_tables() {
        assert!(number(&rows, &format!("SELECT count(*) FROM {table} WHERE mission_id = 'UA'")).await? > 0, "{table}");
        assert!(number(&rows, &format!("SELECT count(*) FROM {table} WHERE mission_id = 'MD'")).await? > 0, "{table}");
    }
    Ok(gateway)
}

both! {
    /// A row refers to rows of its own mission alone: the mission is part of each foreign key.
    async fn a_reference_does_not_leave_its_mission(db: &TestDatabase) -> Result {
        demo(db).await?;
        let rows = records::open(db).await?;
        if db.backend == Backend::Sqlite {
            rows.execute_unprepared("PRAGMA foreign_keys = ON").await?;
        }
        let key = match db.backend {
            Backend::Sqlite => "foreign key",
            Backend::Postgres => "foreign key constraint",
        };
        let links = entity::TABLES.iter().flat_map(|table| table.columns.iter().filter(|column| column.leads_to().is_some()));
        for (link, to) in links.filter_map(|link| Some((link, link.leads_to()?))) {
            let (child, column, parent) = (link.table.table, link.name, to.table);
            let theirs = format!("(SELECT id FROM {parent} WHERE mission_id = 'MD' ORDER BY id LIMIT 1)");
            let mine = format!("(SELECT id FROM {child} WHERE mission_id = 'UA' ORDER BY id LIMIT 1)");
            let steal = format!("UPDATE {child} SET {column} = {theirs} WHERE mission_id = 'UA' AND id = {mine}");
            refused(&rows, &steal, key).await;
            // The same rewrite inside the mission goes through, so it was the reference that was refused.
            let own = format!("(SELECT id FROM {parent} WHERE mission_id = 'UA' ORDER BY id LIMIT 1)");
            let kept = format!("UPDATE {child} SET {column} = {own} WHERE mission_id = 'UA' AND id = {mine}");
            assert_eq!(rows.execute_unprepared(&kept).await?.rows_affected(), 1, "{kept}");
        }
        Ok(())
    }

    /// All steps back, and all steps again: the same tables.
    async fn migrations_run_down_to_nothing_and_up_again(db: &TestDatabase) -> Result {
        let rows = connect(&db.owner_url).await?;
        let shape = match db.backend {
            Backend::Sqlite => "SELECT coalesce(sql, name) FROM sqlite_master WHERE name NOT LIKE 'seaql%' AND name NOT LIKE 'sqlite%' ORDER BY type, name",
            Backend::Postgres => "SELECT t FROM (SELECT format('%s.%s %s %s', table_name, column_name, data_type, is_nullable) t FROM information_schema.columns WHERE table_schema = 'public'
                UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
                UNION ALL SELECT format('%s %s %s %s %s', tablename, policyname, cmd, qual, with_check) FROM pg_policies
                UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
                UNION ALL SELECT format('%s %s', relname, relacl) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r') s WHERE t NOT LIKE '%seaql%' ORDER BY t",
        };
        let before = texts(&rows, shape).await?;
        assert!(before.len() > 20);
        Migrator::down(&rows, None).await?;
        assert_eq!(texts(&rows, shape).await?, Vec::<String>::new());
        Migrator::up(&rows, None).await?;
        assert_eq!(texts(&rows, shape).await?, before);
        rows.close().await?;
        Gateway::loading_demo(db, 5).await?;
        Ok(())
    }

    /// A gateway does not start on tables that are not its own.
    async fn a_database_that_was_not_migrated_is_refused(db: &TestDatabase) -> Result {
        let rows = connect(&db.owner_url).await?;
        let steps = Migrator::migrations();
        let last = steps.last().ok_or("no step")?;
        Migrator::down(&rows, Some(1)).await?;
        let text = refusal(db, &db.url).await?;
        assert!(text.contains("causeway migrate up") && text.contains(last.name()), "{text}");
        Migrator::down(&rows, None).await?;
        assert!(refusal(db, &db.url).await?.contains("causeway migrate up"));
        rows.execute_unprepared("DROP TABLE seaql_migrations").await?;
        assert!(refusal(db, &db.url).await?.contains("causeway migrate up"));
        Ok(())
    }

    /// Entities and tables are the same, column by column. Where they are not, a gateway says how and does not start.
    async fn a_database_with_other_columns_is_refused(db: &TestDatabase) -> Result {
        let rows = connect(&db.owner_url).await?;
        Gateway::start(db).await?;
        for change in [
            "ALTER TABLE narrative ADD COLUMN shelf text",
            "ALTER TABLE trafficker DROP COLUMN age_band",
            "ALTER TABLE consent RENAME COLUMN method TO manner",
            "ALTER TABLE fact DROP COLUMN gender",
            "ALTER TABLE fact ADD COLUMN gender text",
            "ALTER TABLE fact DROP COLUMN abduction",
            "ALTER TABLE fact ADD COLUMN abduction boolean NOT NULL DEFAULT false",
            "ALTER TABLE audit_entry DROP COLUMN detail",
            "ALTER TABLE audit_entry ADD COLUMN detail text",
        ] {
            rows.execute_unprepared(change).await?;
        }
        let text = refusal(db, &db.url).await?;
        for difference in [
            "narrative.shelf is unknown to this program",
            "trafficker.age_band is missing",
            "consent.manner is unknown to this program",
            "consent.method is missing",
            "fact.gender is text and should be smallint",
            "fact.abduction may not be null and should",
            "audit_entry.detail may be null and should not",
        ] {
            assert!(text.contains(difference), "{difference}: {text}");
        }
        assert_eq!(text.matches("; ").count(), 6, "nothing else differs: {text}");
        Ok(())
    }

    /// While gateways are brought up to a newer program, an old one may meet columns that it does not know.
    async fn columns_of_a_newer_program_are_none_of_an_older_ones(db: &TestDatabase) -> Result {
        let rows = connect(&db.owner_url).await?;
        rows.execute_unprepared("ALTER TABLE narrative ADD COLUMN shelf text").await?;
        assert!(refusal(db, &db.url).await?.contains("narrative.shelf"));
        rows.execute_unprepared("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_add_shelf', 0)")
            .await?;
        Gateway::start(db).await?;
        Ok(())
    }
}

/// Why a gateway does not start with this URL. The text holds no password.
async fn refusal(db: &TestDatabase, url: &str) -> Result<String> {
    let folder = TempDir::create()?;
    let mut config = gateway::config(db, &folder)?;
    config.database.url = Secret::new(url);
    let Err(error) = App::start(config).await else { return Err("it starts".into()) };
    let text = error.to_string();
    if let Ok(url) = url.parse::<url::Url>()
        && let Some(password) = url.password()
    {
        assert!(!text.contains(password));
    }
    Ok(text)
}

#[tokio::test]
async fn a_url_of_another_database_is_refused() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    assert!(refusal(&db, "mysql://root@127.0.0.1/x").await?.contains("sqlite: or postgres:"));
    assert!(refusal(&db, "sqlite:///nowhere/at/all.db").await?.contains("cannot open the database"));
    assert!(refusal(&db, "postgres://nobody:secret@127.0.0.1:9/x").await?.contains("cannot open the database"));
    Ok(())
}

/// What holds on the real server only.
mod postgres {
    use super::*;
    use causeway_tests::servers;

    /// A transaction of the gateway's login with missions set.
    async fn scoped(db: &TestDatabase, missions: &str) -> Result<DatabaseConnection> {
        let login = connect(&db.url).await?;
        login.execute_unprepared(&format!("SET causeway.missions = '{missions}'")).await?;
        Ok(login)
    }

    #[tokio::test]
    async fn without_the_setting_no_row_is_visible() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        demo(&db).await?;
        let login = connect(&db.url).await?;
        for table in tenant_tables() {
            assert_eq!(number(&login, &format!("SELECT count(*) FROM {table}")).await?, 0, "{table}");
        }
        for nothing in ["", "ua", "XX", "U", "UA MD", "{UA}", "*", "%", "' OR true", "UA;MD"] {
            let set = Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT set_config('causeway.missions', $1, false)",
                [nothing.into()],
            );
            login.query_one_raw(set).await?;
            for table in tenant_tables() {
                assert_eq!(
                    number(&login, &format!("SELECT count(*) FROM {table}")).await?,
                    0,
                    "{table} with {nothing:?}"
                );
            }
        }
        Ok(())
    }

    #[tokio::test]
    async fn with_the_setting_only_those_missions_are() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        demo(&db).await?;
        let all = records::open(&db).await?;
        let login = scoped(&db, "UA,KE").await?;
        for table in tenant_tables() {
            let expected =
                number(&all, &format!("SELECT count(*) FROM {table} WHERE mission_id IN ('UA', 'KE')")).await?;
            assert_eq!(number(&login, &format!("SELECT count(*) FROM {table}")).await?, expected, "{table}");
            assert_eq!(
                number(&login, &format!("SELECT count(*) FROM {table} WHERE mission_id = 'MD'")).await?,
                0,
                "{table}"
            );
        }
        // The setting of a transaction ends with it.
        login.execute_unprepared("RESET causeway.missions; BEGIN; SET LOCAL causeway.missions = 'UA'; COMMIT").await?;
        assert_eq!(number(&login, "SELECT count(*) FROM case_file").await?, 0);
        Ok(())
    }

    #[tokio::test]
    async fn a_row_of_another_mission_is_neither_written_nor_changed() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        demo(&db).await?;
        let all = records::open(&db).await?;
        let login = scoped(&db, "UA").await?;
        let id = "'00000000-0000-7000-8000-000000000001'";
        refused(&login, &format!("INSERT INTO individual (mission_id, id) VALUES ('MD', {id})"), "row-level security")
            .await;
        // Of what else the platform has, the mission is no column that may be changed.
        let declared = |name: &&str| *name == "fact" || entity::TABLES.iter().any(|table| table.table == *name);
        let kept = |name: &&str| declared(name) && !LEDGERS.contains(name);
        for table in tenant_tables().into_iter().filter(kept) {
            let sql = format!("UPDATE {table} SET mission_id = mission_id WHERE mission_id = 'MD'");
            assert_eq!(login.execute_unprepared(&sql).await?.rows_affected(), 0, "{table}");
            let moved = format!("UPDATE {table} SET mission_id = 'MD'");
            refused(&login, &moved, "row-level security").await;
            refused(&login, &format!("DELETE FROM {table}"), "permission denied").await;
            refused(&login, &format!("TRUNCATE {table}"), "permission denied").await;
        }
        assert_eq!(
            login.execute_unprepared("UPDATE mission SET data_version = 0 WHERE id = 'MD'").await?.rows_affected(),
            0
        );
        refused(&login, "DELETE FROM mission", "permission denied").await;
        refused(&login, "INSERT INTO mission (id, status, created_at) VALUES ('FR', 0, now())", "row-level security")
            .await;
        assert_eq!(number(&all, "SELECT count(*) FROM mission WHERE data_version = 0 AND id = 'MD'").await?, 0);
        Ok(())
    }

    #[tokio::test]
    async fn ledgers_and_logs_only_grow() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        demo(&db).await?;
        let login = scoped(&db, "UA").await?;
        for table in LEDGERS {
            assert!(number(&login, &format!("SELECT count(*) FROM {table}")).await? > 0);
            refused(&login, &format!("UPDATE {table} SET mission_id = mission_id"), "permission denied").await;
            refused(&login, &format!("DELETE FROM {table}"), "permission denied").await;
            refused(&login, &format!("TRUNCATE {table}"), "permission denied").await;
        }
        // Refusals are counted up: nothing else of them changes, and no count goes down.
        let more = "UPDATE refusal SET attempts = attempts + 1";
        assert_eq!(login.execute_unprepared(more).await?.rows_affected(), 1);
        for (sql, why) in [
            ("UPDATE refusal SET attempts = attempts - 1", "never forgotten"),
            ("UPDATE refusal SET attempts = attempts", "never forgotten"),
            ("UPDATE refusal SET subject = 'nobody', attempts = attempts + 1", "permission denied"),
            ("UPDATE refusal SET day = day - 1", "permission denied"),
            ("DELETE FROM refusal", "permission denied"),
            ("TRUNCATE refusal", "permission denied"),
        ] {
            refused(&login, sql, why).await;
        }
        for sql in [
            "ALTER TABLE individual DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE individual NO FORCE ROW LEVEL SECURITY",
            "DROP POLICY missions_in_scope ON individual",
            "CREATE POLICY open ON individual USING (true)",
            "DROP TABLE individual",
            "SET ROLE causeway_owner",
            "SET ROLE postgres",
            "SET row_security = off; SELECT * FROM individual; SET SESSION AUTHORIZATION postgres",
        ] {
            let error = login.execute_unprepared(sql).await.err().ok_or_else(|| format!("{sql} was done"))?.to_string();
            let refusal = ["must be owner", "permission denied", "row-level security", "no privileges"];
            assert!(refusal.iter().any(|text| error.contains(text)), "{sql}: {error}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn the_role_for_statistics_reads_facts_and_missions_alone() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        demo(&db).await?;
        let login = scoped(&db, "UA").await?;
        login.execute_unprepared("SET ROLE causeway_statistics").await?;
        assert!(number(&login, "SELECT count(*) FROM fact").await? > 0);
        assert_eq!(number(&login, "SELECT count(*) FROM fact WHERE mission_id <> 'UA'").await?, 0);
        assert!(number(&login, "SELECT count(*) FROM mission").await? > 1);
        let all = texts(&records::open(&db).await?, "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1").await?;
        assert!(all.len() > tenant_tables().len());
        for table in all.iter().filter(|table| !["fact", "mission"].contains(&table.as_str())) {
            refused(&login, &format!("SELECT count(*) FROM {table}"), "permission denied").await;
        }
        for sql in [
            "UPDATE fact SET gender = NULL",
            "DELETE FROM fact",
            "INSERT INTO fact SELECT * FROM fact",
            "UPDATE mission SET status = 0",
        ] {
            refused(&login, sql, "permission denied").await;
        }
        Ok(())
    }

    /// From the catalogue, so that a new table cannot forget it.
    #[tokio::test]
    async fn every_table_with_a_mission_is_protected() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let rows = connect(&db.owner_url).await?;
        let with_mission = "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'mission_id' AND NOT a.attisdropped";
        let mut found = texts(&rows, with_mission).await?;
        found.sort();
        let mut known = tenant_tables();
        known.sort_unstable();
        assert_eq!(found, known, "name new tables of the platform, so that the other tests look at them too");
        let unprotected = format!("{with_mission} AND NOT (c.relrowsecurity AND c.relforcerowsecurity)");
        assert_eq!(texts(&rows, &unprotected).await?, Vec::<String>::new());
        let without_policy = format!("{with_mission} AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive
            AND pg_get_expr(p.polqual, p.polrelid) LIKE '%causeway.missions%' AND pg_get_expr(p.polwithcheck, p.polrelid) LIKE '%causeway.missions%')");
        assert_eq!(texts(&rows, &without_policy).await?, Vec::<String>::new());
        // Policies add up, so a second one could only open.
        let several = format!("{with_mission} AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) <> 1");
        assert_eq!(texts(&rows, &several).await?, Vec::<String>::new());
        let nullable = format!("{with_mission} AND NOT a.attnotnull");
        assert_eq!(texts(&rows, &nullable).await?, Vec::<String>::new());
        // Every other table is known, and anything that would read past the policies is not there.
        let others = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
            AND relname NOT IN (SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE a.attname = 'mission_id') ORDER BY 1";
        assert_eq!(texts(&rows, others).await?, ["mission", "seaql_migrations"]);
        assert_eq!(
            number(
                &rows,
                "SELECT count(*) FROM pg_class WHERE relname = 'mission' AND relrowsecurity AND relforcerowsecurity"
            )
            .await?,
            1
        );
        assert_eq!(
            number(&rows, "SELECT count(*) FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
                .await?,
            0
        );
        let public = "SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC' AND table_schema = 'public'";
        assert_eq!(number(&rows, public).await?, 0);
        // Every foreign key between tables of a mission has the mission in it, on both sides at the same place.
        let loose =
            "SELECT conname::text FROM pg_constraint f WHERE contype = 'f' AND connamespace = 'public'::regnamespace
            AND confrelid <> 'mission'::regclass AND NOT EXISTS (
                SELECT FROM unnest(f.conkey, f.confkey) AS k(mine, theirs)
                JOIN pg_attribute m ON m.attrelid = f.conrelid AND m.attnum = k.mine
                JOIN pg_attribute t ON t.attrelid = f.confrelid AND t.attnum = k.theirs
                WHERE m.attname = 'mission_id' AND t.attname = 'mission_id')";
        assert_eq!(texts(&rows, loose).await?, Vec::<String>::new());
        Ok(())
    }

    #[tokio::test]
    async fn a_login_that_could_go_round_the_policies_is_refused() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let mut superuser = servers::postgres()?;
        let name = db.url.rsplit('/').next().unwrap_or_default().to_owned();
        superuser.set_path(&name);
        let text = refusal(&db, superuser.as_str()).await?;
        assert!(text.contains("superuser") && text.contains("causeway_gateway"), "{text}");
        let text = refusal(&db, &db.owner_url).await?;
        assert!(text.contains("owns tables") && text.contains("causeway_gateway"), "{text}");

        // A role that bypasses row-level security, and one that may become the owner.
        let admin = connect(superuser.as_str()).await?;
        let role = format!("causeway_{name}");
        let password = superuser.password().unwrap_or_default().to_owned();
        let login = {
            let mut url = superuser.clone();
            url.set_username(&role).map_err(|()| "no user name")?;
            url.to_string()
        };
        admin
            .execute_unprepared(&format!(
                "CREATE ROLE {role} LOGIN BYPASSRLS PASSWORD '{password}' IN ROLE causeway_gateway, causeway_statistics"
            ))
            .await?;
        let bypasses = refusal(&db, &login).await;
        admin.execute_unprepared(&format!("ALTER ROLE {role} NOBYPASSRLS; GRANT causeway_owner TO {role}")).await?;
        let member = refusal(&db, &login).await;
        // Both kinds of indirection: the right to become a superuser or one that bypasses.
        admin.execute_unprepared(&format!("REVOKE causeway_owner FROM {role}; GRANT postgres TO {role}")).await?;
        let powerful = refusal(&db, &login).await;
        admin.execute_unprepared(&format!("REVOKE postgres FROM {role}")).await?;
        let harmless = Gateway::start_with(&db, |config| config.database.url = Secret::new(login.as_str()))
            .await
            .map(|gateway| gateway.app);
        if let Ok(app) = &harmless {
            app.access.close().await;
        }
        admin.execute_unprepared(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await?;
        assert!(bypasses?.contains("bypass"));
        let member = member?;
        assert!(member.contains("owns tables") || member.contains("owner"), "{member}");
        let powerful = powerful?;
        assert!(powerful.contains("superuser"), "{powerful}");
        harmless?;
        Ok(())
    }
}
