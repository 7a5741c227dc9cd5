//! The [`Reader`]: the only door to case data for a request. It holds a viewer, the clearance that belongs to that viewer and
//! one read-only snapshot, opened when the first row is needed. Every row it returns went through the row scopes and masks.

mod below;
mod page;
mod rows;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;
use entity::table::Table;
use entity::{CountryCode, mission};
use futures::future::BoxFuture;
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::{
    Inner,
    clearance::Clearance,
    columns::Columns,
    days::Days,
    granted::in_missions,
    identity::Viewer,
    mask_source::MaskSource,
    one_of::one_of,
    projection::Projection,
    row::Row,
    sealing::{RowId, Seal},
    selected::Selected,
    session::{Purpose, Session},
};
use crate::clock;
use crate::error::Result;

/// Reads what one viewer may see.
pub struct Reader {
    pub(super) inner: Arc<Inner>,
    pub(super) viewer: Arc<Viewer>,
    pub(super) clearance: Arc<Clearance>,
    days: Days,
    purpose: Purpose,
    session: OnceCell<Session>,
    statistics: OnceCell<Session>,
    withheld: Mutex<BTreeSet<&'static str>>,
}

impl Reader {
    pub(super) fn new(inner: Arc<Inner>, viewer: Arc<Viewer>, clearance: Arc<Clearance>, purpose: Purpose) -> Self {
        Self {
            days: Days::at(clock::now(), clearance.zones()),
            inner,
            viewer,
            clearance,
            purpose,
            session: OnceCell::new(),
            statistics: OnceCell::new(),
            withheld: Mutex::default(),
        }
    }

    /// Who reads.
    #[must_use]
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// What the viewer may see.
    #[must_use]
    pub fn clearance(&self) -> &Clearance {
        &self.clearance
    }

    /// Today in a mission.
    #[must_use]
    pub fn today(&self, mission: CountryCode) -> NaiveDate {
        self.days.today(mission)
    }

    /// Seals ids for clients.
    #[must_use]
    pub fn seal(&self) -> &Seal {
        &self.inner.seal
    }

    /// The policy objects that were asked for and withheld, in whole or in some row, so far.
    #[must_use]
    pub fn withheld(&self) -> BTreeSet<&'static str> {
        self.withheld.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every mission of the viewer.
    ///
    /// # Errors
    /// Those of the database.
    pub fn missions(&self) -> BoxFuture<'_, Result<Vec<mission::Model>>> {
        Box::pin(async move {
            let mut statement = Query::select();
            statement.columns(<mission::Column as sea_orm::Iterable>::iter()).from(mission::Entity);
            statement.and_where(self.has_id_of(self.clearance.missions()));
            statement.order_by(mission::Column::Id, sea_orm::sea_query::Order::Asc);
            let rows = self.session().await?.query(mission::Entity, &statement).await?;
            rows.iter().map(|row| Ok(mission::Model::from_query_result(row, "")?)).collect()
        })
    }

    /// The open snapshot of case data.
    pub(super) async fn session(&self) -> Result<&Session> {
        let missions = self.clearance.missions();
        self.session.get_or_try_init(|| Session::open(&self.inner.pool, self.purpose, missions)).await
    }

    /// The open snapshot of facts.
    pub(super) async fn statistics_session(&self) -> Result<&Session> {
        let missions = self.clearance.missions();
        self.statistics.get_or_try_init(|| Session::open(&self.inner.pool, Purpose::Statistics, missions)).await
    }

    /// Whether the database ended the transaction because others were at the same rows.
    #[must_use]
    pub fn is_contended(&self) -> bool {
        self.session.get().is_some_and(Session::is_contended)
    }

    pub(super) fn take_session(self) -> Option<Session> {
        self.session.into_inner()
    }

    pub(super) fn source<'a>(&'a self, missions: Option<&'a [CountryCode]>) -> MaskSource<'a> {
        let backend = self.inner.pool.backend();
        MaskSource {
            clearance: &self.clearance,
            viewer: &self.viewer,
            days: &self.days,
            missions,
            backend,
            below: false,
        }
    }

    /// A row of the table of missions is one of these.
    pub(super) fn has_id_of(&self, missions: &[CountryCode]) -> Expr {
        one_of(self.inner.pool.backend(), Expr::col(mission::Column::Id), missions.iter().copied())
    }

    /// The column of a table refers to one of the rows, in the same mission.
    pub(super) fn refers_to(&self, table: &'static Table, column: &'static str, rows: &[RowId]) -> Expr {
        let backend = self.inner.pool.backend();
        let mut of_mission: BTreeMap<CountryCode, Vec<Uuid>> = BTreeMap::new();
        for row in rows {
            of_mission.entry(row.mission).or_default().push(row.id);
        }
        let column = Expr::col((table.table, column));
        let arms = of_mission
            .into_iter()
            .map(|(mission, ids)| in_missions(table, backend, &[mission]).and(one_of(backend, column.clone(), ids)));
        arms.reduce(ExprTrait::or).unwrap_or_else(|| Expr::value(false))
    }

    /// One row of an answer, with what hangs below it.
    fn row(&self, projection: &Projection, selected: &Selected<'_>) -> Result<Row> {
        let mut row = projection.row(selected)?;
        row.global_id = projection.wants_id().then(|| self.inner.seal.id(row.table.name, row.id));
        for (at, hanging) in projection.below.iter().enumerate() {
            row.below.push(selected.below(projection.below_from() + at, |json| self.below(hanging, json))?);
        }
        Ok(row)
    }

    /// Notes that columns were asked for and are withheld, in whole or in some row.
    fn note(&self, table: &'static Table, columns: Columns) {
        let objects = columns.iter(table).filter_map(|column| column.object);
        self.withheld.lock().unwrap_or_else(PoisonError::into_inner).extend(objects);
    }
}

/// The missions of rows, each once: a statement about few missions must not name all that the viewer has.
fn missions_of(rows: &[RowId]) -> Vec<CountryCode> {
    let mut missions: Vec<CountryCode> = rows.iter().map(|row| row.mission).collect();
    missions.sort();
    missions.dedup();
    missions
}
