//! The trusted base: who asks, what policy gives them, and the only doors to the data. Read it in this
//! order: `identity`, `policy`, `clearance`, `scope`, `standpoint`, `granted`, `mask`, `projection`, `predicate`, `order`,
//! `keyset`, `reader`, `writer`.
//!
//! | to | use |
//! |---|---|
//! | answer a query | [`Access::reader`]: one read-only snapshot, rows and columns masked for the viewer |
//! | run a command | [`Access::writer`]: the same in a write transaction, in which [`Writer::open`] opens a case to be written, and [`Writer::open_mission`] a row that leads to no case |
//! | load data as the operator | [`Access::everything_as_operator`] and [`Writer::open_batch`]; for the command line alone |
//!
//! What can be awaited comes in a box: whoever polls a future compiles all that it leads to, and each crate that asks for a row
//! would compile the statements, the pool and the drivers once more.
//!
//! Nothing outside holds a connection, and no reader can be made without a verified viewer:
//!
//! ```compile_fail,E0624
//! use causeway_access::identity::Viewer;
//! let viewer = Viewer::system("me", Vec::new()); // private: `Identity::verify` gives viewers, for tokens
//! ```
//!
//! ```compile_fail,E0451
//! # fn no(reader: causeway_access::Reader) {
//! let causeway_access::Reader { viewer, .. } = reader; // private: a reader's viewer stays with its clearance
//! # }
//! ```
//!
//! ```no_run
//! # async fn yes(access: causeway_access::Access, identity: causeway_access::identity::Identity) -> base::error::Result<()> {
//! let viewer = identity.verify("a token").await?;
//! let reader = access.reader(viewer.into()).await?;
//! # Ok(()) }
//! ```

pub mod audit;
mod catalogue;
mod cell;
mod clearance;
mod closing;
mod columns;
mod command;
mod comparison;
mod conflict;
mod days;
mod derives;
mod entries;
mod facts;
mod field_change;
mod granted;
mod grants;
mod hanging;
mod held;
mod holding;
pub mod identity;
mod insert;
mod json;
mod keys;
mod keyset;
mod loss;
mod mask;
mod mask_source;
pub mod migrations;
mod missions;
mod one_of;
mod open_batch;
mod open_case;
mod open_mission;
mod opening;
mod order;
pub mod policy;
mod pool;
mod postgres;
mod predicate;
mod projection;
mod question;
mod reader;
mod refusals;
mod row;
mod scope;
mod sealing;
mod search;
mod selected;
mod session;
mod sql;
mod standpoint;
mod turns;
mod unkeyed;
mod unusable;
mod writer;

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use entity::{CountryCode, mission};
use futures::future::BoxFuture;
use sea_orm::FromQueryResult;
use tokio::{sync::RwLock, time::timeout};

pub use clearance::{Clearance, Domain, MissionDetails, Permitted};
pub use columns::Columns;
pub use command::Command;
pub use comparison::Comparison;
pub use conflict::Stale;
pub use derives::{CaseRows, Derives};
pub use facts::{CountedMission, FactCondition, FactCount, FactQuestion, Stored};
pub use grants::MissingGrant;
pub use open_batch::OpenBatch;
pub use open_case::OpenCase;
pub use open_mission::OpenMission;
pub use opening::Opening;
pub use order::{Direction, OrderKey};
pub use pool::PoolError;
pub use predicate::Predicate;
pub use question::{Asked, Branch, Question, Window};
pub use reader::Reader;
pub use refusals::Attempt;
pub use row::{Below, Page, Row};
pub use scope::{RowScope, ScopeSet};
pub use sealing::{RowId, Seal};
pub use unusable::DatabaseUnusable;
pub use writer::Writer;

use base::{clock, config, error, remembered, telemetry, text, tls};
use config::DatabaseConfig;
use error::Result;
use identity::{Membership, Viewer};
use policy::Policy;
use pool::Pool;
use remembered::{Bounds, Remembered};
use session::{Purpose, Session};

/// How long a clearance is used before missions and policy are looked at again.
const CLEARANCE_LIFE: Duration = Duration::from_secs(30);

/// So long does a gateway that stops wait for what is being counted.
const LAST_COUNTS: Duration = Duration::from_secs(5);

/// What readers and writers are made of.
struct Inner {
    pool: Pool,
    policy: Arc<Policy>,
    seal: Seal,
    /// Read by whatever is counting; whoever may write it knows that nothing is.
    counting: Arc<RwLock<()>>,
}

/// The doors to the data.
#[derive(Clone)]
pub struct Access {
    inner: Arc<Inner>,
    clearances: Remembered<Vec<Membership>, Arc<Clearance>>,
}

impl Access {
    /// Opens the database and refuses one on which row-level security would not hold.
    ///
    /// # Errors
    /// What is wrong with the database.
    pub fn open(config: &DatabaseConfig, policy: Arc<Policy>, seal: Seal) -> BoxFuture<'_, Result<Self, PoolError>> {
        Box::pin(async move {
            let pool = Pool::open(config).await?;
            let clearances = Remembered::within(Bounds { most: 10_000, life: Some(CLEARANCE_LIFE), idle: None });
            Ok(Self { inner: Arc::new(Inner { pool, policy, seal, counting: Arc::default() }), clearances })
        })
    }

    /// A reader for one operation of a viewer.
    ///
    /// # Errors
    /// `FORBIDDEN` for roles that policy does not know in such a place.
    pub fn reader(&self, viewer: Arc<Viewer>) -> BoxFuture<'_, Result<Reader>> {
        Box::pin(async move {
            let clearance = self.clearance(&viewer).await?;
            Ok(Reader::new(Arc::clone(&self.inner), viewer, clearance, Purpose::Read))
        })
    }

    /// A writer for one command of a viewer.
    ///
    /// # Errors
    /// As for [`Access::reader`].
    pub fn writer(&self, viewer: Arc<Viewer>) -> BoxFuture<'_, Result<Writer>> {
        Box::pin(async move {
            let clearance = self.clearance(&viewer).await?;
            Ok(Writer::new(Reader::new(Arc::clone(&self.inner), viewer, clearance, Purpose::Write)))
        })
    }

    /// A writer with every right in some missions, for commands that the operator runs on the machine itself.
    #[must_use]
    pub fn everything_as_operator(&self, name: &'static str, missions: Vec<CountryCode>) -> Writer {
        let clearance = Arc::new(Clearance::everything(&self.inner.policy, missions));
        let viewer = Arc::new(Viewer::system(name, Vec::new()));
        Writer::new(Reader::new(Arc::clone(&self.inner), viewer, clearance, Purpose::Load))
    }

    /// Every mission, with its office and status. What missions there are is no secret; what is in them is.
    ///
    /// # Errors
    /// Those of the database.
    pub fn missions(&self) -> BoxFuture<'_, Result<Vec<mission::Model>>> {
        Box::pin(async move {
            use sea_orm::sea_query::{Order, Query};
            let session = Session::open(&self.inner.pool, Purpose::Read, &[]).await?;
            let mut statement = Query::select();
            statement.columns(<mission::Column as sea_orm::Iterable>::iter()).from(mission::Entity);
            let rows = session.query(mission::Entity, statement.order_by(mission::Column::Id, Order::Asc)).await?;
            rows.iter().map(|row| Ok(mission::Model::from_query_result(row, "")?)).collect()
        })
    }

    /// Whether the database takes writes.
    ///
    /// # Errors
    /// Why it does not answer, for the operator: with its address, and without a password.
    pub fn takes_writes(&self) -> BoxFuture<'_, Result<bool, PoolError>> {
        Box::pin(async move { self.inner.pool.takes_writes().await })
    }

    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> &Arc<Policy> {
        &self.inner.policy
    }

    /// Closes every connection, after what is being counted.
    pub fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            drop(timeout(LAST_COUNTS, self.inner.counting.write()).await);
            self.inner.pool.close().await;
        })
    }

    async fn clearance(&self, viewer: &Viewer) -> Result<Arc<Clearance>> {
        let key = viewer.memberships().to_vec();
        if let Some(clearance) = self.clearances.get(&key) {
            return Ok(clearance);
        }
        let missions: Vec<MissionDetails> = self.missions().await?.into_iter().map(MissionDetails::from).collect();
        let clearance = Arc::new(Clearance::compile(&self.inner.policy, &missions, viewer).await?);
        self.clearances.insert(key, Arc::clone(&clearance));
        Ok(clearance)
    }
}

impl From<mission::Model> for MissionDetails {
    fn from(mission: mission::Model) -> Self {
        let zone = clock::zone(mission.id, mission.time_zone.as_deref());
        Self { mission: mission.id, regional_office: mission.regional_office, status: mission.status, zone }
    }
}
