//! PostgreSQL databases for tests: one migrated template per schema, cloned for each test, and the roles that own and use
//! it. The superuser makes databases and roles; migrations run as the owner, tests as the gateway.

use crate::{Result, fingerprint};
use migration::Migrator;
use sea_orm_migration::MigratorTrait;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use url::Url;

/// Owns every table and runs migrations. It may create roles, since the first migration does.
const OWNER: &str = "causeway_owner";
/// What a gateway logs in as. It owns nothing, so row-level security binds it.
const GATEWAY: &str = "causeway_gateway_test";
/// The advisory lock under which a template is built. Advisory locks count per database: all take it in the superuser's.
const LOCK: i64 = 0x000c_a05e_3a11;

/// A database that one test has for itself.
pub(crate) struct Database {
    pub(crate) admin: Url,
    pub(crate) name: String,
}

impl Database {
    /// Clones the template, which is built before when it is missing.
    pub(crate) async fn create(admin: &Url) -> Result<Self> {
        let mut connection = PgConnection::connect(admin.as_str()).await?;
        let template = template(&mut connection, admin).await?;
        let name = format!("test_{}", crate::random());
        run(&mut connection, format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}")).await?;
        connection.close().await?;
        Ok(Self { admin: admin.clone(), name })
    }

    /// Makes one with another locale than the server's, such as `LOCALE 'C'`, and migrates it: a copy has that of its template.
    pub(crate) async fn create_in(admin: &Url, locale: &str) -> Result<Self> {
        let mut connection = PgConnection::connect(admin.as_str()).await?;
        // For the roles.
        template(&mut connection, admin).await?;
        let database = Self { admin: admin.clone(), name: format!("test_{}", crate::random()) };
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

/// The name of the migrated template. A template has its name only when it is whole; until then it is a draft.
async fn template(connection: &mut PgConnection, admin: &Url) -> Result<String> {
    let name = format!("causeway_template_{}", fingerprint::schema()?);
    if !exists(connection, &name).await? {
        sqlx::query("SELECT pg_advisory_lock($1)").bind(LOCK).execute(&mut *connection).await?;
        // An error leaves the lock to the end of the connection, which follows at once.
        if !exists(connection, &name).await? {
            build(connection, admin, &name).await?;
        }
        sqlx::query("SELECT pg_advisory_unlock($1)").bind(LOCK).execute(&mut *connection).await?;
    }
    Ok(name)
}

async fn exists(connection: &mut PgConnection, database: &str) -> Result<bool> {
    let query = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)");
    Ok(query.bind(database).fetch_one(connection).await?)
}

async fn build(connection: &mut PgConnection, admin: &Url, name: &str) -> Result {
    let draft = format!("{name}_draft");
    for role in [OWNER, GATEWAY] {
        create_role(connection, role, admin.password().unwrap_or_default()).await?;
    }
    run(connection, format!("ALTER ROLE {OWNER} CREATEROLE")).await?;
    run(connection, format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)")).await?;
    run(connection, format!("CREATE DATABASE {draft} OWNER {OWNER}")).await?;
    let db = sea_orm::Database::connect(login(admin, OWNER, &draft)?.as_str()).await?;
    Migrator::up(&db, None).await?;
    db.close().await?;
    run(connection, format!("GRANT causeway_gateway, causeway_statistics TO {GATEWAY}")).await?;
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
