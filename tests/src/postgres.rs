//! PostgreSQL databases for tests: one migrated template per schema, cloned for each test, one with the demo's records for each
//! number of cases, and the roles that own and use them. The superuser makes databases and roles; migrations run as the owner, tests as the gateway.

use crate::{Result, TestDatabase, fingerprint};
use migration::Migrator;
use sea_orm_migration::MigratorTrait;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use url::Url;

/// Owns every table and runs migrations. It may create roles, since the first migration does.
const OWNER: &str = "causeway_owner";
/// What a gateway logs in as. It owns nothing, so row-level security binds it.
const GATEWAY: &str = "causeway_gateway_test";
/// What the advisory locks are told by, under which templates are built. Advisory locks count per database: all take them in
/// the superuser's.
const LOCK: i64 = 0x000c_a05e_3a11;

/// A database that one test has for itself.
pub(crate) struct Database {
    pub(crate) admin: Url,
    pub(crate) name: String,
    /// Whether it is a copy of the migrated template, in whose place another copy may stand.
    pub(crate) is_copy: bool,
}

impl Database {
    /// Clones the template, which is built before when it is missing.
    pub(crate) async fn create(admin: &Url) -> Result<Self> {
        let mut connection = PgConnection::connect(admin.as_str()).await?;
        let template = template(&mut connection, admin).await?;
        let name = format!("test_{}", crate::random());
        run(&mut connection, format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}")).await?;
        connection.close().await?;
        Ok(Self { admin: admin.clone(), name, is_copy: true })
    }

    /// Puts a copy of the database that `build` makes in the place of this one. It is made once for all who name it so; whoever
    /// makes it drops those of a program or a day that is over.
    pub(crate) async fn become_made(&self, name: &str, build: impl AsyncFnOnce() -> Result<TestDatabase>) -> Result {
        let template = format!("causeway_{name}");
        let mut connection = PgConnection::connect(self.admin.as_str()).await?;
        let mut is_new = false;
        // Nothing is dropped between the question whether it is there and the copying of it.
        run(&mut connection, format!("SELECT pg_advisory_lock_shared({LOCK})")).await?;
        once(&mut connection, &template, async |connection| {
            let made = build().await?;
            let source = made.name().ok_or("a template of another backend")?;
            let draft = new_draft(connection, &template, &format!("TEMPLATE {source}")).await?;
            is_new = true;
            keep(connection, &draft, &template).await
        })
        .await?;
        run(&mut connection, format!("DROP DATABASE {} WITH (FORCE)", self.name)).await?;
        run(&mut connection, format!("CREATE DATABASE {} TEMPLATE {template} OWNER {OWNER}", self.name)).await?;
        run(&mut connection, format!("SELECT pg_advisory_unlock_shared({LOCK})")).await?;
        if is_new {
            drop_old(&mut connection, &template).await?;
        }
        Ok(connection.close().await?)
    }

    /// Makes one with another locale than the server's, such as `LOCALE 'C'`, and migrates it: a copy has that of its template.
    pub(crate) async fn create_in(admin: &Url, locale: &str) -> Result<Self> {
        let mut connection = PgConnection::connect(admin.as_str()).await?;
        // For the roles.
        template(&mut connection, admin).await?;
        let database = Self { admin: admin.clone(), name: format!("test_{}", crate::random()), is_copy: false };
        let create = format!("CREATE DATABASE {} TEMPLATE template0 OWNER {OWNER} {locale}", database.name);
        run(&mut connection, create).await?;
        connection.close().await?;
        let db = sea_orm::Database::connect(database.owner_url()?.as_str()).await?;
        Migrator::up(&db, None).await?;
        db.close().await?;
        Ok(database)
    }

    /// Drops it, whoever is still connected.
    pub(crate) async fn destroy(&self) -> Result {
        let mut connection = PgConnection::connect(self.admin.as_str()).await?;
        run(&mut connection, format!("DROP DATABASE {} WITH (FORCE)", self.name)).await?;
        Ok(connection.close().await?)
    }

    pub(crate) fn gateway_url(&self) -> Result<Url> {
        login(&self.admin, GATEWAY, &self.name)
    }

    pub(crate) fn owner_url(&self) -> Result<Url> {
        login(&self.admin, OWNER, &self.name)
    }
}

/// The name of the migrated template.
async fn template(connection: &mut PgConnection, admin: &Url) -> Result<String> {
    let name = format!("causeway_template_{}", fingerprint::schema()?);
    once(connection, &name, async |connection| migrated(connection, admin, &name).await).await?;
    Ok(name)
}

/// Builds a template unless it is there. It has its name only when it is whole; until then it is a draft.
async fn once(
    connection: &mut PgConnection,
    name: &str,
    build: impl AsyncFnOnce(&mut PgConnection) -> Result,
) -> Result {
    if exists(connection, name).await? {
        return Ok(());
    }
    // Of each template: one is built while another waits for it.
    let lock = "hashtextextended($1, $2)";
    let ask = |what: &str| AssertSqlSafe(format!("SELECT {what}({lock})"));
    sqlx::query(ask("pg_advisory_lock")).bind(name).bind(LOCK).execute(&mut *connection).await?;
    // An error leaves the lock to the end of the connection, which follows at once.
    if !exists(connection, name).await? {
        build(connection).await?;
    }
    sqlx::query(ask("pg_advisory_unlock")).bind(name).bind(LOCK).execute(&mut *connection).await?;
    Ok(())
}

async fn exists(connection: &mut PgConnection, database: &str) -> Result<bool> {
    let query = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)");
    Ok(query.bind(database).fetch_one(connection).await?)
}

async fn migrated(connection: &mut PgConnection, admin: &Url, name: &str) -> Result {
    for role in [OWNER, GATEWAY] {
        create_role(connection, role, admin.password().unwrap_or_default()).await?;
    }
    run(connection, format!("ALTER ROLE {OWNER} CREATEROLE")).await?;
    let draft = new_draft(connection, name, "").await?;
    let db = sea_orm::Database::connect(login(admin, OWNER, &draft)?.as_str()).await?;
    Migrator::up(&db, None).await?;
    db.close().await?;
    run(connection, format!("GRANT causeway_gateway, causeway_statistics TO {GATEWAY}")).await?;
    keep(connection, &draft, name).await
}

/// Drops templates of the demo that are of another program or day than `current`: a server that is kept would have one for
/// every change of the program. Those of the last hour stay, since another program may be under test on the same server.
async fn drop_old(connection: &mut PgConnection, current: &str) -> Result {
    run(connection, format!("SELECT pg_advisory_lock({LOCK})")).await?;
    // Of a database itself nothing says when it was made.
    let old =
        "SELECT datname FROM pg_database WHERE starts_with(datname, 'causeway_demo_') AND NOT starts_with(datname, $1)
        AND (pg_stat_file('base/' || oid || '/PG_VERSION', true)).modification < now() - interval '1 hour'";
    // Of a name, all but the number of cases.
    let (kept, _) = current.rsplit_once('_').ok_or("a template without a number of cases")?;
    let old: Vec<String> = sqlx::query_scalar(old).bind(kept).fetch_all(&mut *connection).await?;
    for name in old {
        run(connection, format!("DROP DATABASE IF EXISTS {name}")).await?;
    }
    run(connection, format!("SELECT pg_advisory_unlock({LOCK})")).await
}

/// A database that is to become a template; what a build that failed left is gone.
async fn new_draft(connection: &mut PgConnection, name: &str, of: &str) -> Result<String> {
    let draft = format!("{name}_draft");
    run(connection, format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)")).await?;
    run(connection, format!("CREATE DATABASE {draft} {of} OWNER {OWNER}")).await?;
    Ok(draft)
}

/// Makes a template of a draft.
async fn keep(connection: &mut PgConnection, draft: &str, name: &str) -> Result {
    // Nobody can clone a database while somebody is in it, so nobody may enter.
    run(connection, format!("ALTER DATABASE {draft} ALLOW_CONNECTIONS false")).await?;
    run(connection, format!("ALTER DATABASE {draft} RENAME TO {name}")).await
}

/// Creates a login role unless it is there. The server is the tests' own, so the superuser's password serves them all.
async fn create_role(connection: &mut PgConnection, role: &str, password: &str) -> Result {
    let known = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)");
    if !known.bind(role).fetch_one(&mut *connection).await? {
        run(connection, format!("CREATE ROLE {role}")).await?;
    }
    let password = password.replace('\'', "''");
    run(connection, format!("ALTER ROLE {role} LOGIN PASSWORD '{password}'")).await
}

/// Runs a statement that takes no parameters. Names in it are made in this file, never taken from outside.
async fn run(connection: &mut PgConnection, statement: String) -> Result {
    connection.execute(AssertSqlSafe(statement)).await?;
    Ok(())
}

fn login(admin: &Url, role: &str, database: &str) -> Result<Url> {
    let mut url = admin.clone();
    url.set_username(role).map_err(|()| "the PostgreSQL URL takes no user name")?;
    url.set_path(database);
    Ok(url)
}
