//! The test harness: a migrated database of its own for each test, on SQLite and on PostgreSQL with Redis, and servers
//! that a test may stop in mid-run. It starts no shared server: `./check` does.
//!
//! | a test needs | it uses |
//! |---|---|
//! | a database, and must hold on both backends | `both!` and [`TestDatabase`] |
//! | a socket, for slow senders and for draining | [`Socket`] |
//! | the program itself, its environment and signals | [`program::Launch`] |
//! | a command of the program, as an operator runs it | [`Desk`] |
//! | a server to fail under it | [`PrivatePostgres`], [`PrivateRedis`], in the module `outage` of the suite |
//! | typical questions | [`golden::GOLDEN`] |
//! | a collector of telemetry | [`collector::Collector`] |
//! | a pooler before PostgreSQL | [`pooler::Pooler`] |
//! | a disk to be full | [`disk::Disk`] |
//! | research data that cannot be shipped | [`data::file`] |
//!
//! `./check --fast` leaves out what needs a server: a test whose path has `::postgres` or `outage::`.

pub mod asked;
pub mod certificates;
pub mod chaos;
pub mod collector;
pub mod data;
pub mod database;
mod demo;
pub mod desk;
pub mod disk;
mod fingerprint;
pub mod gateway;
pub mod golden;
pub mod nginx;
pub mod pooler;
mod postgres;
pub mod process;
pub mod program;
pub mod servers;
pub mod socket;
mod sqlite;
pub mod temp;

pub use chaos::{PrivatePostgres, PrivateRedis};
pub use database::{Backend, TestDatabase};
pub use desk::{Desk, Said};
pub use gateway::{Answer, Caller, Client, Gateway};
pub use socket::Socket;
pub use temp::TempDir;

/// What went wrong in the harness. A text is enough: nobody handles it, somebody reads it.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The result of harness functions, and of tests that use `?`.
pub type Result<T = ()> = std::result::Result<T, Error>;

/// 32 hexadecimal digits that nobody else has: for names and for passwords.
pub(crate) fn random() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// Makes two tests of one body, `<name>::sqlite` and `<name>::postgres`, each with a database of its own.
///
/// ```text
/// both! {
///     /// A case that is registered twice is refused.
///     async fn a_case_has_one_number(db: &TestDatabase) -> Result { ... }
/// }
/// ```
#[macro_export]
macro_rules! both {
    ($($(#[$attribute:meta])* async fn $name:ident($db:ident: &TestDatabase) -> Result $body:block)+) => {$(
        $(#[$attribute])*
        async fn $name($db: &$crate::TestDatabase) -> $crate::Result $body

        // A module and a function may share a name.
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() -> $crate::Result {
                super::$name(&$crate::TestDatabase::create($crate::Backend::Sqlite).await?).await
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() -> $crate::Result {
                super::$name(&$crate::TestDatabase::create($crate::Backend::Postgres).await?).await
            }
        }
    )+};
}
