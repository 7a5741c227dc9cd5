//! The [`Writer`]: the only door through which case data changes. It reads as a [`Reader`] does, in the same transaction.
//! It makes the matching keys of what it writes. Every column that it writes is checked against the classes that the viewer may write in that case; nothing lasts without
//! the audit entry and the change entry that [`Writer::commit`] adds.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, SubsecRound, Utc};
use entity::table::Column;
use entity::{CountryCode, Governed, audit_entry, case_file, change, fact, mission};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, InsertStatement, OnConflict, Query, SelectStatement};
use sea_orm::{EntityTrait, IdenStatic, Iterable, ModelTrait, Value};
use uuid::Uuid;

use super::{
    keys,
    policy::Action,
    reader::Reader,
    scope::{RowScope, ScopeSet},
    sealing::RowId,
    session::Session,
    standpoint::{Decide, Standpoint, condition},
};
use crate::audit;
use crate::clock;
use crate::error::{ClientError, Result};

/// The most parameters that one statement may have on either database.
const MOST_PARAMETERS: usize = 30_000;

/// Reads and writes what one viewer may, in one transaction.
pub struct Writer {
    reader: Reader,
    events: Mutex<Vec<Event>>,
}

/// What a command did, for the audit and the change log. It names columns, never values.
#[derive(Clone, Debug)]
pub struct Event {
    /// The mission whose data changed.
    pub mission: CountryCode,
    /// The command, such as `register_case`.
    pub action: &'static str,
    /// The GraphQL type of the object.
    pub object_type: &'static str,
    /// The object; none for a batch.
    pub object_id: Option<Uuid>,
    /// Policy objects touched, or the size of a batch.
    pub detail: String,
    /// `registered`, `updated` or `imported`.
    pub kind: &'static str,
}

/// How the viewer stands to one case: which row scopes hold. What is written of a case is checked against it.
#[derive(Clone, Debug)]
pub struct Standing {
    mission: CountryCode,
    scopes: Vec<RowScope>,
}

impl Deref for Writer {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl Writer {
    pub(super) fn new(reader: Reader) -> Self {
        Self { reader, events: Mutex::default() }
    }

    /// The viewer's standing to a case that is about to be registered by the viewer, for this owner and team.
    ///
    /// # Errors
    /// `NOT_FOUND` for a mission that is not the viewer's.
    pub fn standing_to_new_case(
        &self,
        mission: CountryCode,
        owner: Option<&str>,
        team: Option<&str>,
    ) -> Result<Standing> {
        if !self.clearance.missions().contains(&mission) {
            return Err(ClientError::NotFound.into());
        }
        let mut scopes = vec![RowScope::Mission, RowScope::Registered];
        scopes.extend((owner == Some(self.viewer.actor())).then_some(RowScope::Own));
        scopes.extend(
            team.is_some_and(|team| self.viewer.teams().iter().any(|own| own == team)).then_some(RowScope::Team),
        );
        Ok(Standing { mission, scopes })
    }

    /// The viewer's standing to a case that exists. Where the viewer may write it, the row is locked until the transaction ends.
    ///
    /// # Errors
    /// `NOT_FOUND` where there is no such case for this viewer.
    pub async fn standing(&self, case: RowId) -> Result<Standing> {
        if let Some(writable) = self.writable_cases()
            && let Some(standing) = self.standing_among(case, Some(writable)).await?
        {
            return Ok(standing);
        }
        let standing = self.standing_among(case, None).await?.ok_or(ClientError::NotFound)?;
        // It became the viewer's to write in between, and is not locked.
        if self.refused::<case_file::Entity>(&standing, std::iter::once(case_file::Column::Id))?.is_empty() {
            return Err(ClientError::Contended.into());
        }
        Ok(standing)
    }

    /// The standing to a case, which is locked where it has to meet a condition.
    async fn standing_among(&self, case: RowId, writable: Option<Expr>) -> Result<Option<Standing>> {
        let source = self.source(None);
        let cases = case_file::Entity::TABLE;
        let masks = source.masks(cases);
        let mut statement = Query::select();
        let scopes = RowScope::ALL.into_iter().filter(|scope| *scope != RowScope::Mission && scope.fits(cases));
        let missions = [case.mission];
        let at = Standpoint {
            viewer: source.viewer,
            days: source.days,
            missions: &missions,
            backend: source.backend,
            decide: Decide::RowByRow,
        };
        for scope in scopes.clone() {
            let holds = condition(cases, ScopeSet::NONE.with(scope), at);
            statement.expr_as(holds.unwrap_or_else(|| Expr::value(true)), scope.name());
        }
        statement.from(case_file::Entity).and_where(masks.rows()).and_where(is_row::<case_file::Entity>(case));
        if let Some(writable) = writable {
            statement.and_where(writable).lock_exclusive();
        }
        let rows = self.session().await?.query(case_file::Entity, &statement).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut holding = vec![RowScope::Mission];
        for scope in scopes {
            if row.try_get::<Option<bool>>("", scope.name())? == Some(true) {
                holding.push(scope);
            }
        }
        Ok(Some(Standing { mission: case.mission, scopes: holding }))
    }

    /// Whether cases of this mission can be the viewer's own: some grant to write them rests on it, or on nothing.
    #[must_use]
    pub fn may_own_cases(&self, mission: CountryCode) -> bool {
        let domain = self.clearance.domains().iter().find(|domain| domain.missions().contains(&mission));
        let owner = entity::column::<case_file::Entity>(case_file::Column::Owner).object.unwrap_or_default();
        let scopes = domain.map(|domain| self.clearance.scopes(domain, owner, Action::Write)).unwrap_or_default();
        scopes.iter().any(|scope| matches!(scope, RowScope::Own | RowScope::Mission))
    }

    /// Adds rows.
    ///
    /// # Errors
    /// `FORBIDDEN`, naming them, where a row has columns that the viewer may not write in this case.
    pub async fn insert<E: Governed>(&self, standing: &Standing, mut models: Vec<E::Model>) -> Result<()> {
        models.iter_mut().for_each(keys::fill::<E>);
        let columns = present::<E>(&models);
        self.check::<E>(standing, columns.iter().copied())?;
        if models.iter().any(|model| model.get(E::MISSION_ID) != Value::from(standing.mission)) {
            return Err(ClientError::NotFound.into());
        }
        self.insert_unchecked::<E>(models, columns).await
    }

    /// Changes columns of one row of the case.
    ///
    /// # Errors
    /// `FORBIDDEN`, naming them, for columns that the viewer may not write in this case; `NOT_FOUND` where there is no such row.
    pub async fn update<E: Governed>(
        &self,
        standing: &Standing,
        row: RowId,
        mut values: Vec<(E::Column, Value)>,
    ) -> Result<()> {
        keys::add::<E>(&mut values);
        self.check::<E>(standing, values.iter().map(|(column, _)| *column))?;
        let mut statement = Query::update();
        statement.table(E::default()).values(values.into_iter().map(|(column, value)| (column, value.into())));
        statement.and_where(is_row::<E>(row)).and_where(Expr::col((E::default(), E::MISSION_ID)).eq(standing.mission));
        match self.session().await?.execute(E::default(), &statement).await? {
            0 => Err(ClientError::NotFound.into()),
            _ => Ok(()),
        }
    }

    /// The policy objects among these columns that the viewer may not write in this case. A command looks before it reads what
    /// is stored, so that no complaint about a value tells what the viewer may not see; inserts and updates check again.
    ///
    /// # Errors
    /// `NOT_FOUND` for a mission that is not the viewer's.
    pub fn refused<E: Governed>(
        &self,
        standing: &Standing,
        columns: impl Iterator<Item = E::Column>,
    ) -> Result<BTreeSet<String>> {
        let domain = self.clearance.domains().iter().find(|domain| domain.missions().contains(&standing.mission));
        let domain = domain.ok_or(ClientError::NotFound)?;
        let may = |object: &str| {
            let granted = self.clearance.scopes(domain, object, Action::Write);
            granted.iter().any(|scope| standing.scopes.contains(&scope))
        };
        let columns = columns.map(entity::column::<E>).filter(|column| column.field.is_some());
        Ok(columns.flat_map(Column::objects).filter(|object| !may(object)).collect())
    }

    fn check<E: Governed>(&self, standing: &Standing, columns: impl Iterator<Item = E::Column>) -> Result<()> {
        refuse_to_write(self.refused::<E>(standing, columns)?)
    }

    async fn insert_unchecked<E: EntityTrait>(&self, models: Vec<E::Model>, columns: Vec<E::Column>) -> Result<()> {
        for chunk in models.chunks((MOST_PARAMETERS / columns.len().max(1)).max(1)) {
            let mut statement = Query::insert();
            statement.into_table(E::default()).columns(columns.iter().copied());
            for model in chunk {
                statement.values_panic(columns.iter().map(|column| Expr::value(model.get(*column))));
            }
            self.session().await?.execute(E::default(), &statement).await?;
        }
        Ok(())
    }

    /// Adds or replaces facts. They are derived from rows that were checked when they were written.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn put_facts(&self, facts: Vec<fact::Model>) -> Result<()> {
        let columns: Vec<fact::Column> = fact::Column::iter().collect();
        for chunk in facts.chunks(MOST_PARAMETERS / columns.len()) {
            let mut statement: InsertStatement = Query::insert();
            statement.into_table(fact::Entity).columns(columns.iter().copied());
            for fact in chunk {
                statement.values_panic(columns.iter().map(|column| Expr::value(fact.get(*column))));
            }
            let keys = [fact::Column::MissionId, fact::Column::RecordKey];
            let rest = columns.iter().copied().filter(|column| !keys.iter().any(|key| key.as_str() == column.as_str()));
            statement.on_conflict(OnConflict::columns(keys).update_columns(rest).to_owned());
            self.session().await?.execute(fact::Entity, &statement).await?;
        }
        Ok(())
    }

    /// Which of these import keys a mission has already.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn imported(&self, keys: &[(CountryCode, String)]) -> Result<BTreeSet<(CountryCode, String)>> {
        let mut there = BTreeSet::new();
        for chunk in keys.chunks(MOST_PARAMETERS / 2) {
            let rows = self.session().await?.query(case_file::Entity, &with_import_keys(chunk)).await?;
            for row in &rows {
                there.insert((row.try_get("", "mission_id")?, row.try_get("", "import_key")?));
            }
        }
        Ok(there)
    }

    /// All rows of a case, unmasked, from which its fact is derived. Nothing of them leaves the command but the fact.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unmasked<E: Governed>(&self, case: RowId, column: E::Column) -> Result<Vec<E::Model>> {
        let mut statement = Query::select();
        statement.columns(E::Column::iter()).from(E::default());
        statement.and_where(Expr::col(E::MISSION_ID).eq(case.mission)).and_where(Expr::col(column).eq(case.id));
        statement.order_by(E::ID, sea_orm::sea_query::Order::Asc);
        let rows = self.session().await?.query(E::default(), &statement).await?;
        rows.iter().map(|row| Ok(<E::Model as sea_orm::FromQueryResult>::from_query_result(row, "")?)).collect()
    }

    /// Notes what the command did.
    pub fn record(&self, event: Event) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    /// Writes audit and change entries and commits. The missions written to, with their new data versions.
    ///
    /// # Errors
    /// Those of the database; nothing lasts then.
    pub async fn commit(self) -> Result<Vec<(CountryCode, i64)>> {
        let Self { reader, events } = self;
        let mut of_mission: BTreeMap<CountryCode, Vec<Event>> = BTreeMap::new();
        for event in events.into_inner().unwrap_or_else(PoisonError::into_inner) {
            of_mission.entry(event.mission).or_default().push(event);
        }
        let session = reader.session().await?;
        let mut versions = Vec::with_capacity(of_mission.len());
        // In the order of the missions, so that two writers never wait for each other.
        for (mission, events) in of_mission {
            versions.push((mission, append(session, mission, reader.viewer().actor(), events).await?));
        }
        if let Some(session) = reader.take_session() {
            session.commit().await?;
        }
        Ok(versions)
    }
}

/// Refuses a command for policy objects that the viewer may not write.
///
/// # Errors
/// `FORBIDDEN`, naming them, where there are any.
pub fn refuse_to_write(refused: BTreeSet<String>) -> Result<()> {
    if refused.is_empty() {
        return Ok(());
    }
    let refused: Vec<String> = refused.into_iter().collect();
    Err(ClientError::Forbidden(format!("you may not write {} of this case", refused.join(", "))).into())
}

/// Appends events to a mission's chain and change log. The update of the mission's row makes writers of one mission take turns.
///
/// # Errors
/// `NOT_FOUND` for a mission that is not set up.
pub(super) async fn append(session: &Session, mission: CountryCode, subject: &str, events: Vec<Event>) -> Result<i64> {
    let added = i64::try_from(events.len()).unwrap_or(i64::MAX);
    let mut turn = Query::update();
    turn.table(mission::Entity).value(mission::Column::DataVersion, Expr::col(mission::Column::DataVersion).add(added));
    turn.and_where(Expr::col(mission::Column::Id).eq(mission));
    turn.returning(Query::returning().columns([mission::Column::DataVersion, mission::Column::AuditHead]));
    let rows = session.query(mission::Entity, &turn).await?;
    let row = rows.first().ok_or(ClientError::NotFound)?;
    let (version, head): (i64, String) = (row.try_get("", "data_version")?, row.try_get("", "audit_head")?);
    let at: DateTime<Utc> = clock::now().trunc_subsecs(6);
    let mut head = head;
    for (sequence, event) in (version - added + 1..).zip(events) {
        let entry = audit::chain(mission, sequence, at, subject, &event, head);
        head = entry.hash.clone();
        insert_one(session, &change_of(&entry, event.kind)).await?;
        insert_one(session, &entry).await?;
    }
    let mut link = Query::update();
    link.table(mission::Entity)
        .value(mission::Column::AuditHead, head)
        .and_where(Expr::col(mission::Column::Id).eq(mission));
    session.execute(mission::Entity, &link).await?;
    Ok(version)
}

fn change_of(entry: &audit_entry::Model, kind: &str) -> change::Model {
    change::Model {
        mission_id: entry.mission_id,
        data_version: entry.sequence,
        at: entry.at,
        object_type: entry.object_type.clone(),
        object_id: entry.object_id,
        kind: kind.to_owned(),
    }
}

async fn insert_one<M: ModelTrait>(session: &Session, model: &M) -> Result<()> {
    let mut statement = Query::insert();
    statement.into_table(M::Entity::default()).columns(<M::Entity as EntityTrait>::Column::iter());
    statement.values_panic(<M::Entity as EntityTrait>::Column::iter().map(|column| Expr::value(model.get(column))));
    session.execute(M::Entity::default(), &statement).await?;
    Ok(())
}

/// Cases with these import keys. A join, so that each key is one look into the index; a list of thousands of parameters
/// would be compared with every row of the mission.
fn with_import_keys(keys: &[(CountryCode, String)]) -> SelectStatement {
    let case = |column: case_file::Column| (case_file::Entity, column);
    // Both databases name the columns of a list of values so.
    let wanted = |column: &'static str| (Alias::new("wanted"), Alias::new(column));
    let same = Expr::col(case(case_file::Column::MissionId))
        .equals(wanted("column1"))
        .and(Expr::col(case(case_file::Column::ImportKey)).equals(wanted("column2")));
    let mut statement = Query::select();
    statement
        .columns([case(case_file::Column::MissionId), case(case_file::Column::ImportKey)])
        .from_values(keys.iter().map(|(mission, key)| (mission.as_str(), key.as_str())), Alias::new("wanted"))
        .inner_join(case_file::Entity, same);
    statement
}

fn is_row<E: Governed>(row: RowId) -> Expr {
    let column = |column: E::Column| Expr::col((E::default(), column));
    column(E::MISSION_ID).eq(row.mission).and(column(E::ID).eq(row.id))
}

/// The columns that any of the models has a value for.
fn present<E: Governed>(models: &[E::Model]) -> Vec<E::Column> {
    E::Column::iter().filter(|column| models.iter().any(|model| !is_null(&model.get(*column)))).collect()
}

fn is_null(value: &Value) -> bool {
    value == &value.as_null()
}
