//! What an operator is told of a database that cannot be used: which one it is, why, and what can be done about it where its own
//! words do not say so.

use super::PoolError;

/// Why the database cannot be used, with its address.
#[derive(Debug, thiserror::Error)]
#[error("{address}: {}{}", said(.address, .cause), advice(.address, .cause))]
pub struct DatabaseUnusable {
    /// Which one, without its password.
    pub address: String,
    /// Why not.
    pub cause: PoolError,
}

/// The cause, without the host where the address has it already.
fn said(address: &str, cause: &PoolError) -> String {
    match cause {
        PoolError::Unreachable { address: at, cause, .. } if address.contains(host(at)) => {
            format!("cannot open the database: {cause}")
        }
        other => other.to_string(),
    }
}

/// The host of a host with a port, and the whole of a path.
fn host(at: &str) -> &str {
    match at.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        _ => at,
    }
}

/// What can be done.
fn advice(address: &str, cause: &PoolError) -> &'static str {
    let (code, is_to_be_made) = match cause {
        PoolError::Open(error) => (error.as_database_error().and_then(|said| said.code()), false),
        PoolError::Unreachable { code, .. } => (code.as_deref().map(Into::into), true),
        _ => (None, false),
    };
    match code.as_deref() {
        // SQLITE_CANTOPEN
        Some("14") if address.starts_with("sqlite:") && is_to_be_made => {
            "; is its folder there, and may it be written to?"
        }
        Some("14") if address.starts_with("sqlite:") => "; where there is no such file yet, run: causeway migrate up",
        // invalid_authorization_specification, invalid_password
        Some("28000" | "28P01") => {
            "; check the login and its password, which a URL has percent-encoded (@ is %40, % is %25) and without which \
             ~/.pgpass is asked"
        }
        // invalid_catalog_name
        Some("3D000") => "; make it, owned by the role of database.owner_url, and run: causeway migrate up",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_named_once() {
        for (address, at, wanted) in [
            ("postgres://a@db/c", "db:5432", "postgres://a@db/c: cannot open the database: why"),
            ("postgres://a@[::1]:5433/c", "[::1]:5433", "postgres://a@[::1]:5433/c: cannot open the database: why"),
            ("postgres:///c", "localhost:5432", "postgres:///c: cannot open the database at localhost:5432: why"),
            ("postgres:///c", "/run/s.5432", "postgres:///c: cannot open the database at /run/s.5432: why"),
            ("sqlite: /a/b.db", "/a/b.db", "sqlite: /a/b.db: cannot open the database: why"),
        ] {
            let (at, cause) = (at.to_owned(), "why".to_owned());
            let cause = PoolError::Unreachable { address: at, cause, code: None };
            assert_eq!(DatabaseUnusable { address: address.to_owned(), cause }.to_string(), wanted);
        }
    }
}
