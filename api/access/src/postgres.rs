//! Connections to PostgreSQL: how one is made, what must hold before anything is served, and how one that has died is
//! replaced. It refuses an address that nobody answers at, and a role that row-level security would not bind.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the pool asks the database about itself, with constant statements"
)]

use std::{str::FromStr, time::Duration};

use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool, Postgres, Row, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::timeout;

use super::pool::{PoolError, usage};
use crate::config::{DatabaseConfig, Pooler};
use crate::error::is_lost;
use crate::telemetry::instruments;

/// How often a transaction is begun before it is given up: what was pooled may have died, and what is made anew may meet a
/// server that just stops.
const BEGINNINGS: usize = 3;
/// So long does readiness wait for a connection of the pool, and for an answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// The connections to one PostgreSQL.
pub(super) struct PostgresPool {
    connections: PgPool,
    options: PgConnectOptions,
    pooler: Pooler,
    /// What each transaction sets for itself, where no session keeps it.
    for_transaction: String,
}

impl PostgresPool {
    /// Connects once beside the pool, which would try a closed port again until its time is up, and looks at the role.
    pub(super) async fn open(config: &DatabaseConfig) -> Result<Self, PoolError> {
        let wait = Duration::from_millis(config.acquire_timeout_ms);
        let options = with_settings(options(config.url.expose())?, config);
        let mut first = connect(&options, wait).await?;
        check_session(&mut first, &options, config.pooler).await?;
        check_role(&mut first).await?;
        first.close().await?;
        let connections = PgPoolOptions::new()
            .max_connections(config.max_connections)
            .acquire_timeout(wait)
            // Asking each time whether a connection lives would cost every operation a round trip: BEGIN finds out.
            .test_before_acquire(false)
            .connect_lazy_with(options.clone());
        let observed = connections.clone();
        instruments::connections("postgresql", move || usage(&observed));
        let for_transaction = match config.pooler {
            Pooler::None => String::new(),
            Pooler::Transaction => {
                settings(config).map(|(setting, value)| format!("; SET LOCAL {setting} = '{value}'")).concat()
            }
        };
        Ok(Self { connections, options, pooler: config.pooler, for_transaction })
    }

    /// Whether a statement that was prepared under a name is there the next time.
    pub(super) fn keeps_statements(&self) -> bool {
        self.pooler == Pooler::None
    }

    /// Begins a transaction with these statements. Where the connection turns out to be dead, nothing has run: all that lie
    /// about are let go, and a fresh one begins.
    pub(super) async fn begin(&self, opening: String) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        let opening = opening + self.for_transaction.as_str();
        let mut beginnings = 1;
        loop {
            match self.connections.begin_with(AssertSqlSafe(opening.clone())).await {
                Err(error) if is_lost(&error) && beginnings < BEGINNINGS => {
                    tracing::info!(cause = %error, "a connection to the database was dead, and is replaced");
                    beginnings += 1;
                    self.let_go().await;
                }
                ended => return ended,
            }
        }
    }

    /// Closes what is idle: a server that ended one connection has mostly ended all.
    async fn let_go(&self) {
        for _ in 0..self.connections.num_idle() {
            let Some(idle) = self.connections.try_acquire() else { return };
            // What is dead cannot say goodbye.
            let _ = timeout(PATIENCE, idle.close()).await;
        }
    }

    /// Whether the database takes writes. Where the pool has no connection to ask by, one beside it tells what is wrong.
    pub(super) async fn takes_writes(&self) -> Result<bool, PoolError> {
        if let Ok(Ok(mut pooled)) = timeout(PATIENCE, self.connections.acquire()).await {
            if let Ok(Ok(answer)) = timeout(PATIENCE, takes_writes(&mut pooled)).await {
                return Ok(answer);
            }
            pooled.close_on_drop();
            self.let_go().await;
        }
        let mut own = connect(&self.options, PATIENCE).await?;
        let answer = timeout(PATIENCE, takes_writes(&mut own)).await.map_err(|_| self.silent())?;
        // The answer counts, whatever becomes of its connection.
        let _ = timeout(PATIENCE, own.close()).await;
        answer.map_err(|error| unreachable(&self.options, error.to_string()))
    }

    fn silent(&self) -> PoolError {
        unreachable(&self.options, "no answer".to_owned())
    }

    pub(super) async fn close(&self) {
        self.connections.close().await;
    }
}

/// Told to a session, so that it can be asked whether what it was told has reached it.
const KEPT: (&str, &str) = ("causeway.session", "kept");

/// What a connection is told when it is made. A pooler refuses most of it, or keeps it to itself.
fn with_settings(options: PgConnectOptions, config: &DatabaseConfig) -> PgConnectOptions {
    match config.pooler {
        Pooler::None => options.options(settings(config)).options([KEPT]),
        Pooler::Transaction => options.extra_float_digits(None),
    }
}

/// Looks whether the session is ours. Behind a pooler that gives it to others between two transactions, statements would be
/// missing one by one, and time limits with them.
async fn check_session(
    connection: &mut PgConnection,
    options: &PgConnectOptions,
    pooler: Pooler,
) -> Result<(), PoolError> {
    if pooler == Pooler::Transaction {
        return Ok(());
    }
    let asked = sqlx::raw_sql("SELECT current_setting('causeway.session', true)").fetch_one(connection).await?;
    match asked.try_get::<Option<String>, _>(0)?.as_deref() {
        Some(kept) if kept == KEPT.1 => Ok(()),
        _ => Err(PoolError::Pooler { address: address(options) }),
    }
}

/// What the gateway wants of each transaction. A lock that somebody else holds is waited for no longer than a connection:
/// the end of the statement's own time would say that too much was asked for.
fn settings(config: &DatabaseConfig) -> [(&'static str, String); 4] {
    let lock_limit = config.acquire_timeout_ms.min(config.statement_timeout_ms.saturating_sub(1)).max(1);
    [
        ("statement_timeout", format!("{}ms", config.statement_timeout_ms)),
        ("lock_timeout", format!("{lock_limit}ms")),
        ("jit", "off".to_owned()),
        // Left to itself PostgreSQL plans most statements anew each time, which takes a third of a page's time.
        ("plan_cache_mode", "force_generic_plan".to_owned()),
    ]
}

/// Where a URL leads to.
pub(super) fn options(url: &str) -> Result<PgConnectOptions, PoolError> {
    let options = PgConnectOptions::from_str(url)?.application_name("causeway").disable_statement_logging();
    // A URL has an IPv6 address in brackets, with which it would be looked up as a name.
    let bare = options.get_host().strip_prefix('[').and_then(|host| host.strip_suffix(']')).map(str::to_owned);
    Ok(match bare {
        Some(address) => options.host(&address),
        None => options,
    })
}

/// One connection. Refused is refused at once.
pub(super) async fn connect(options: &PgConnectOptions, wait: Duration) -> Result<PgConnection, PoolError> {
    match timeout(wait, options.connect()).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(sqlx::Error::Io(cause))) => Err(unreachable(options, cause.to_string())),
        // pgbouncer, of all that it was not told to ignore.
        Ok(Err(error)) if error.to_string().contains("unsupported startup parameter") => {
            Err(PoolError::Pooler { address: address(options) })
        }
        Ok(Err(error)) => {
            let code = error.as_database_error().and_then(|said| said.code()).map(Into::into);
            Err(PoolError::Unreachable { address: address(options), cause: error.to_string(), code })
        }
        Err(_) => Err(unreachable(options, format!("no answer in {} ms", wait.as_millis()))),
    }
}

fn unreachable(options: &PgConnectOptions, cause: String) -> PoolError {
    PoolError::Unreachable { address: address(options), cause, code: None }
}

fn address(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None if options.get_host().contains(':') => format!("[{}]:{}", options.get_host(), options.get_port()),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

/// `SHOW` as a simple statement: nothing is prepared for it.
async fn takes_writes(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let row = sqlx::raw_sql("SHOW transaction_read_only").fetch_one(connection).await?;
    Ok(row.try_get::<String, _>(0)? == "off")
}

/// A role that owns tables, is a superuser or may bypass row-level security makes the second line of defence worthless; so
/// does one that is a member of such a role, because it can become that role with one statement.
async fn check_role(connection: &mut PgConnection) -> Result<(), PoolError> {
    let row = sqlx::query(
        "SELECT bool_or(r.rolsuper), bool_or(r.rolbypassrls), \
         EXISTS (SELECT FROM pg_class c WHERE pg_has_role(c.relowner, 'MEMBER') AND c.relnamespace = 'public'::regnamespace) \
         FROM pg_roles r WHERE pg_has_role(r.oid, 'MEMBER')",
    )
    .persistent(false)
    .fetch_one(connection)
    .await?;
    let (superuser, bypasses, owns): (bool, bool, bool) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    match (superuser, bypasses, owns) {
        (true, _, _) => Err(PoolError::Role("is a superuser or can become one".to_owned())),
        (_, true, _) => Err(PoolError::Role("may bypass row-level security".to_owned())),
        (_, _, true) => Err(PoolError::Role("owns tables or is a member of the role that does".to_owned())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_brackets_is_an_address() {
        for (url, host, told) in [
            ("postgres://a@[::1]:5433/c", "::1", "[::1]:5433"),
            ("postgres://a@127.0.0.1/c", "127.0.0.1", "127.0.0.1:5432"),
            ("postgresql://a:secret@db.example/c", "db.example", "db.example:5432"),
        ] {
            let options = options(url).unwrap();
            assert_eq!(options.get_host(), host);
            let told_so = unreachable(&options, "why".to_owned()).to_string();
            assert_eq!(told_so, format!("cannot open the database at {told}: why"));
        }
    }
}
