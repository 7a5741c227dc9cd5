//! The [`Writer`]: the only door through which case data changes. It reads as a [`Reader`] does, in the same transaction, and opens
//! cases to be written. Nothing lasts without the audit entry that [`Writer::commit`] adds, and nothing of what was not closed.

use std::{
    collections::BTreeMap,
    ops::Deref,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use entity::table::{ID, MISSION_ID, Table};
use entity::{CasePath, CountryCode, fact};
use futures::future::BoxFuture;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{IdenStatic, Iterable};

use super::{
    derives::Derives,
    entries::{Event, append},
    granted::Granted,
    insert::inserts,
    open_case::OpenCase,
    open_mission::OpenMission,
    opening::{Opening, Standing},
    reader::Reader,
    scope::{RowScope, ScopeSet},
    sealing::RowId,
    standpoint::{Decide, Standpoint, condition},
};
use crate::error::{ClientError, InternalError, Result};

/// Reads and writes what one viewer may, in one transaction.
pub struct Writer {
    reader: Reader,
    events: Mutex<Vec<Event>>,
    /// How many writings were begun and not ended.
    unclosed: AtomicUsize,
}

/// Something is open to be written. Dropped before it is ended, nothing of the transaction lasts.
#[must_use]
pub(super) struct Writing<'w> {
    writer: &'w Writer,
}

impl Writing<'_> {
    /// Ends with what is to be said of it.
    pub(super) fn end(self, events: impl IntoIterator<Item = Event>) {
        self.writer.events.lock().unwrap_or_else(PoisonError::into_inner).extend(events);
        self.writer.unclosed.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Deref for Writer {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl Writer {
    pub(super) fn new(reader: Reader) -> Self {
        Self { reader, events: Mutex::default(), unclosed: AtomicUsize::new(0) }
    }

    /// Opens a case for a command. Where it exists and the viewer may run the command on it, its row is locked until the
    /// transaction ends, and so are those of the cases that share an individual or a trafficker who will be changed, in the order of
    /// their ids.
    ///
    /// # Errors
    /// `NOT_FOUND` where there is no such case for this viewer, or no such mission; `FORBIDDEN`, naming what is refused, where the
    /// viewer may not run the command on it, or may not write what the command announces.
    pub async fn open<'w>(&'w self, opening: Opening, derives: &'w dyn Derives) -> Result<OpenCase<'w>> {
        opening.fits(CasePath::Itself)?;
        let Opening { command, row: case, .. } = opening;
        let cases = match &opening.new {
            None if opening.shared.is_any() => self.take_turns_of_sharing(command, case, opening.shared).await?,
            _ => vec![case.id],
        };
        self.stand(&opening).await?;
        if !cases.contains(&case.id) {
            // It became the viewer's to change in between, and those that share anything with it are not locked.
            return Err(self.session().await?.lost_to_others());
        }
        Ok(OpenCase::new(self, opening, cases, derives))
    }

    /// Opens a row that leads to no case for a command. Where it exists and the viewer may run the command on it, it is locked until
    /// the transaction ends.
    ///
    /// # Errors
    /// As for [`Writer::open`].
    pub fn open_mission(&self, opening: Opening) -> BoxFuture<'_, Result<OpenMission<'_>>> {
        Box::pin(async move {
            opening.fits(CasePath::Mission)?;
            self.stand(&opening).await?;
            Ok(OpenMission::new(self, opening))
        })
    }

    /// Decides whether the viewer may do what is announced.
    async fn stand(&self, opening: &Opening) -> Result<()> {
        let standing = match &opening.new {
            Some(new) => Standing::to_new(self, new),
            None => self.standing(opening).await?,
        };
        self.allow(opening, &standing)
    }

    /// The viewer's standing to a row that exists. Where the viewer may run the command, it is locked until the transaction ends.
    async fn standing(&self, opening: &Opening) -> Result<Standing> {
        let Opening { table, row, command, .. } = opening;
        let writable = Granted::to_run(table, &[*command], self.source(None)).condition(Decide::RowByRow);
        if let Some(writable) = writable
            && let Some(standing) = self.standing_among(table, *row, Some(writable)).await?
        {
            return Ok(standing);
        }
        let standing = self.standing_among(table, *row, None).await?.ok_or(ClientError::NotFound)?;
        // It became the viewer's to change in between, and is not locked.
        if self.runs(opening, &standing)? {
            return Err(self.session().await?.lost_to_others());
        }
        Ok(standing)
    }

    /// The standing to a row, which is locked where it has to meet a condition.
    async fn standing_among(
        &self,
        table: &'static Table,
        row: RowId,
        writable: Option<Expr>,
    ) -> Result<Option<Standing>> {
        let source = self.source(None);
        let masks = source.masks(table);
        let mut statement = Query::select();
        let scopes = RowScope::ALL.into_iter().filter(|scope| *scope != RowScope::Mission && scope.fits(table));
        let missions = [row.mission];
        let at = Standpoint {
            viewer: source.viewer,
            days: source.days,
            missions: &missions,
            backend: source.backend,
            decide: Decide::RowByRow,
        };
        for scope in scopes.clone() {
            let holds = condition(table, ScopeSet::NONE.with(scope), at);
            statement.expr_as(holds.unwrap_or_else(|| Expr::value(true)), scope.name());
        }
        statement.column((table.table, ID)).from(table.table).and_where(masks.rows());
        statement.and_where(is_row(table, row));
        if let Some(writable) = writable {
            statement.and_where(writable).lock_exclusive();
        }
        let rows = self.session().await?.query_table(table, &statement).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut holding = vec![RowScope::Mission];
        for scope in scopes {
            if row.try_get::<Option<bool>>("", scope.name())? == Some(true) {
                holding.push(scope);
            }
        }
        Ok(Some(Standing { scopes: holding }))
    }

    /// Adds or replaces facts. They are derived from rows that were checked when they were written.
    pub(super) async fn put_facts(&self, facts: Vec<fact::Model>) -> Result<()> {
        let columns: Vec<fact::Column> = fact::Column::iter().collect();
        let keys = [fact::Column::MissionId, fact::Column::RecordKey];
        let is_key = |column: &fact::Column| keys.iter().any(|key| key.as_str() == column.as_str());
        let rest: Vec<fact::Column> = columns.iter().copied().filter(|column| !is_key(column)).collect();
        for mut statement in inserts::<fact::Entity>(&columns, &facts) {
            statement.on_conflict(OnConflict::columns(keys).update_columns(rest.iter().copied()).to_owned());
            self.session().await?.execute(fact::Entity, &statement).await?;
        }
        Ok(())
    }

    /// From now on until the end something is open to be written.
    pub(super) fn begin_to_write(&self) -> Writing<'_> {
        self.unclosed.fetch_add(1, Ordering::Relaxed);
        Writing { writer: self }
    }

    /// Writes audit and change entries and commits.
    ///
    /// # Errors
    /// An internal error where a case, or anything else, was opened and not closed; those of the database. Nothing lasts then.
    pub fn commit(self) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            let Self { reader, events, unclosed } = self;
            if unclosed.into_inner() != 0 {
                return Err(InternalError::new("something was opened to be written, and not closed").into());
            }
            let mut of_mission: BTreeMap<CountryCode, Vec<Event>> = BTreeMap::new();
            for event in events.into_inner().unwrap_or_else(PoisonError::into_inner) {
                of_mission.entry(event.mission).or_default().push(event);
            }
            let session = reader.session().await?;
            // In the order of the missions, so that two writers never wait for each other.
            for (mission, events) in of_mission {
                append(session, mission, reader.viewer().actor(), events).await?;
            }
            if let Some(session) = reader.take_session() {
                session.commit().await?;
            }
            Ok(())
        })
    }
}

fn is_row(table: &Table, row: RowId) -> Expr {
    let column = |name| Expr::col((table.table, name));
    column(MISSION_ID).eq(row.mission).and(column(ID).eq(row.id))
}
