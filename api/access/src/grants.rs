//! Whether the gateway's login was granted the roles that it needs. They are granted once and by hand, so that a forgotten grant
//! is told with its statement, and not as a table that cannot be read.

use futures::future::BoxFuture;
use migration::seaql_migrations;
use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Order, Query};

use super::{
    Access,
    session::{Purpose, Session},
};
use crate::error::Result;

/// The roles that the first step of the migrations makes.
const NEEDED: [&str; 2] = ["causeway_gateway", "causeway_statistics"];

/// A grant that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingGrant {
    /// The login that needs it.
    pub login: String,
    /// The roles.
    pub roles: Vec<String>,
}

impl Access {
    /// The roles that the login is no member of; none on SQLite, which has no roles. Roles that are not there are no affair of
    /// this check: steps are missing then.
    ///
    /// # Errors
    /// Those of the database.
    pub fn missing_grant(&self) -> BoxFuture<'_, Result<Option<MissingGrant>>> {
        Box::pin(async move {
            if self.inner.pool.backend() != DbBackend::Postgres {
                return Ok(None);
            }
            let session = Session::open(&self.inner.pool, Purpose::Read, &[]).await?;
            let is_member = Func::cust("pg_has_role").arg(Expr::col("oid")).arg("MEMBER");
            let mut statement = Query::select();
            statement
                .expr_as(Expr::custom_keyword("CURRENT_USER"), "login")
                .expr_as(Expr::col("rolname"), "role")
                .from("pg_roles")
                .and_where(Expr::col("rolname").is_in(NEEDED))
                .and_where(Expr::expr(is_member).not())
                .order_by("rolname", Order::Asc);
            // It is asked of the catalogue; the name is for the trace.
            let rows = session.query(seaql_migrations::Entity, &statement).await?;
            let mut missing = None::<MissingGrant>;
            for row in rows {
                let (login, role): (String, String) = (row.try_get("", "login")?, row.try_get("", "role")?);
                missing.get_or_insert_with(|| MissingGrant { login, roles: Vec::new() }).roles.push(role);
            }
            Ok(missing)
        })
    }
}
