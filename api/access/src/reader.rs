//! The [`Reader`]: the only door to case data for a request. It holds a viewer, the clearance that belongs to that viewer and
//! one read-only snapshot, opened when the first row is needed. Every row it returns went through the row scopes and masks.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;
use entity::{CountryCode, Governed, mission};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, WindowStatement};
use sea_orm::{FromQueryResult, QueryResult};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::{
    Inner,
    clearance::Clearance,
    columns::{Asked, Columns},
    days::Days,
    identity::Viewer,
    keyset::{Keyset, Position},
    mask::{Mask, Masks, in_missions},
    mask_source::MaskSource,
    one_of::one_of,
    projection::{INNER, Projection, Row},
    question::{Page, Question, Window},
    sealing::{RowId, Seal},
    session::{Purpose, Session},
};
use crate::clock;
use crate::error::{ClientError, Result};

/// Reads what one viewer may see.
pub struct Reader {
    pub(super) inner: Arc<Inner>,
    pub(super) viewer: Arc<Viewer>,
    pub(super) clearance: Arc<Clearance>,
    days: Days,
    purpose: Purpose,
    session: OnceCell<Session>,
    statistics: OnceCell<Session>,
    withheld: Mutex<BTreeSet<String>>,
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
    pub fn withheld(&self) -> BTreeSet<String> {
        self.withheld.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One page of a list.
    ///
    /// # Errors
    /// `FORBIDDEN` for a filter or order on a withheld column, `BAD_INPUT` for a cursor of another question.
    pub async fn page<E: Governed>(&self, question: &Question<E>) -> Result<Page<E>> {
        let source = self.source(question.missions.as_deref());
        let masks = source.masks::<E>();
        if masks.nothing() {
            self.note_hidden_table(question.columns.columns);
            return Ok(Page { total: question.total.then_some(0), ..Page::default() });
        }
        let condition = question
            .predicate
            .as_ref()
            .filter(|predicate| !predicate.is_empty())
            .map(|predicate| predicate.known(&source, &masks, true))
            .transpose()?;
        let keyset = Keyset::new(&question.order, &source, &masks)?;
        let projection = Projection::new(question.columns, &masks);
        let wanted = question.window.limit + 1;
        let mut selected: Vec<QueryResult> = Vec::new();
        for leg in self.legs(&keyset, &question.window, &masks)? {
            let missing = wanted.saturating_sub(selected.len() as u64);
            if missing == 0 {
                break;
            }
            let conditions = [Some(masks.rows()), condition.clone(), leg];
            let statement = page_statement(&projection, &keyset, question.window.backwards, conditions, missing);
            selected.extend(self.session().await?.query(E::default(), &statement).await?);
        }
        let mut page = self.to_page(&projection, &keyset, question, selected.iter())?;
        if question.total {
            page.total = Some(self.count(&masks, condition).await?);
        }
        Ok(page)
    }

    async fn count<E: Governed>(&self, masks: &Masks<'_, E>, condition: Option<Expr>) -> Result<i64> {
        let mut statement = Query::select();
        statement.expr_as(Expr::col(sea_orm::sea_query::Asterisk).count(), "total").from(E::default());
        statement.and_where(masks.rows()).and_where_option(condition);
        let rows = self.session().await?.query(E::default(), &statement).await?;
        Ok(rows.first().map(|row| row.try_get("", "total")).transpose()?.unwrap_or_default())
    }

    /// Rows by id. An id that does not exist and one that is not the viewer's are both absent.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn rows<E: Governed>(&self, ids: &[RowId], asked: Asked<E>) -> Result<HashMap<RowId, Row<E>>> {
        let missions = missions_of(ids);
        let source = self.source(Some(&missions));
        let masks = source.masks::<E>();
        if masks.nothing() || ids.is_empty() {
            return Ok(HashMap::new());
        }
        let projection = Projection::new(asked, &masks);
        let mut statement = projection.select();
        statement.and_where(masks.rows()).and_where(self.refers_to::<E>(E::ID, ids));
        // There are no more; but below a limit PostgreSQL decides a condition once a row, and otherwise once a column.
        statement.limit(u64::try_from(ids.len()).unwrap_or(u64::MAX));
        let statement = if projection.is_plain() { statement } else { projection.masked(statement, &[]) };
        let selected = self.session().await?.query(E::default(), &statement).await?;
        let rows = selected
            .iter()
            .map(|row| self.row(&projection, row).map(|row| (row.id, row)))
            .collect::<Result<HashMap<_, _>>>()?;
        self.note_withheld(&projection, rows.values());
        Ok(rows)
    }

    /// The rows that refer to each of the parents through `link`: one statement for all of them.
    ///
    /// # Errors
    /// As for [`Reader::page`].
    pub async fn children<E: Governed>(
        &self,
        link: E::Column,
        parents: &[RowId],
        question: &Question<E>,
    ) -> Result<HashMap<RowId, Page<E>>> {
        let missions = missions_of(parents);
        let source = self.source(Some(&missions));
        let masks = source.masks::<E>();
        let of_parents = match masks.mask(link) {
            Mask::Withheld => {
                self.note(E::object(link));
                return Ok(HashMap::new());
            }
            Mask::Plain => self.refers_to::<E>(link, parents),
            Mask::Under(scope) => scope.and(self.refers_to::<E>(link, parents)),
        };
        let keyset = Keyset::of_visible(&question.order, &source, &masks);
        let position = self.position(&keyset, &question.window)?;
        let beyond = position.map(|position| keyset.beyond(&position, question.window.backwards));
        // Behind a cursor a page no longer tells how many rows there are in all, and may have none at all.
        let totals = match question.total && beyond.is_some() {
            true => self.count_children::<E>(link, masks.rows().and(of_parents.clone())).await?,
            false => HashMap::new(),
        };
        let projection = Projection::new(question.columns, &masks);
        let mut inner = projection.select();
        keyset.select(&mut inner);
        inner.expr_as(Expr::col((E::default(), link)), "_parent").and_where(masks.rows()).and_where(of_parents);
        inner.and_where_option(beyond);
        number_children(&mut inner, link, &keyset, question);
        let mut carried: Vec<String> = keyset.selected().collect();
        carried.extend(["_parent".to_owned(), "_n".to_owned()]);
        carried.extend(question.total.then(|| "_total".to_owned()));
        let mut statement = projection.masked(inner, &carried);
        let place = Expr::col((Alias::new(INNER), Alias::new("_n")));
        let limit = i64::try_from(question.window.limit + 1).unwrap_or(i64::MAX);
        statement.and_where(place.clone().lte(limit)).order_by_expr(place, sea_orm::sea_query::Order::Asc);
        let selected = self.session().await?.query(E::default(), &statement).await?;
        let mut of_parent: HashMap<RowId, Vec<&QueryResult>> = HashMap::new();
        for row in &selected {
            of_parent.entry(parent_of(row)?).or_default().push(row);
        }
        let mut pages = HashMap::with_capacity(of_parent.len());
        for (parent, rows) in of_parent {
            let total = question.total.then(|| rows[0].try_get("", "_total")).transpose()?;
            let page = self.to_page(&projection, &keyset, question, rows.into_iter())?;
            pages.insert(parent, Page { total, ..page });
        }
        for (parent, total) in totals {
            let window = &question.window;
            let none = || Page { has_next: window.backwards, has_previous: !window.backwards, ..Page::default() };
            pages.entry(parent).or_insert_with(none).total = Some(total);
        }
        Ok(pages)
    }

    /// How many children meet the condition, by parent.
    async fn count_children<E: Governed>(&self, link: E::Column, condition: Expr) -> Result<HashMap<RowId, i64>> {
        let mut statement = Query::select();
        statement.column((E::default(), E::MISSION_ID)).from(E::default()).and_where(condition);
        statement.expr_as(Expr::col((E::default(), link)), "_parent");
        statement.expr_as(Expr::col((E::default(), E::ID)).count(), "_total");
        statement.group_by_col((E::default(), E::MISSION_ID)).group_by_col((E::default(), link));
        let rows = self.session().await?.query(E::default(), &statement).await?;
        rows.iter().map(|row| Ok((parent_of(row)?, row.try_get("", "_total")?))).collect()
    }

    /// Every mission of the viewer.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn missions(&self) -> Result<Vec<mission::Model>> {
        let mut statement = Query::select();
        statement.columns(<mission::Column as sea_orm::Iterable>::iter()).from(mission::Entity);
        statement.and_where(self.has_id_of(self.clearance.missions()));
        statement.order_by(mission::Column::Id, sea_orm::sea_query::Order::Asc);
        let rows = self.session().await?.query(mission::Entity, &statement).await?;
        rows.iter().map(|row| Ok(mission::Model::from_query_result(row, "")?)).collect()
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
        MaskSource { clearance: &self.clearance, viewer: &self.viewer, days: &self.days, missions, backend }
    }

    /// A row of the table of missions is one of these.
    pub(super) fn has_id_of(&self, missions: &[CountryCode]) -> Expr {
        one_of(self.inner.pool.backend(), Expr::col(mission::Column::Id), missions.iter().copied())
    }

    /// The column refers to one of the rows, in the same mission.
    pub(super) fn refers_to<E: Governed>(&self, column: E::Column, rows: &[RowId]) -> Expr {
        let backend = self.inner.pool.backend();
        let mut of_mission: BTreeMap<CountryCode, Vec<Uuid>> = BTreeMap::new();
        for row in rows {
            of_mission.entry(row.mission).or_default().push(row.id);
        }
        let column = Expr::col((E::default(), column));
        let arms = of_mission
            .into_iter()
            .map(|(mission, ids)| in_missions::<E>(backend, &[mission]).and(one_of(backend, column.clone(), ids)));
        arms.reduce(ExprTrait::or).unwrap_or_else(|| Expr::value(false))
    }

    /// The conditions under which a page's rows come, one after the other; none where it begins at the beginning.
    fn legs<E: Governed>(
        &self,
        keyset: &Keyset<E>,
        window: &Window,
        masks: &Masks<'_, E>,
    ) -> Result<Vec<Option<Expr>>> {
        let Some(position) = self.position(keyset, window)? else { return Ok(vec![None]) };
        Ok(keyset.legs(&position, window.backwards, masks).into_iter().map(Some).collect())
    }

    /// Where the cursor of a window stands.
    fn position<E: Governed>(&self, keyset: &Keyset<E>, window: &Window) -> Result<Option<Position>> {
        let Some(cursor) = &window.beyond else { return Ok(None) };
        let opened = self.inner.seal.open_cursor(cursor, &self.question(keyset));
        let position = opened.and_then(|bytes| keyset.parse(&bytes));
        let field = if window.backwards { "before" } else { "after" };
        let refusal = || ClientError::bad_input(field, "not a cursor of this list in this order");
        Ok(Some(position.ok_or_else(refusal)?))
    }

    /// What a cursor is sealed for: this viewer, this table, this order.
    fn question<E: Governed>(&self, keyset: &Keyset<E>) -> Vec<u8> {
        format!("{}\n{}", self.viewer.actor(), keyset.fingerprint()).into_bytes()
    }

    fn to_page<'r, E: Governed>(
        &self,
        projection: &Projection<E>,
        keyset: &Keyset<E>,
        question: &Question<E>,
        selected: impl ExactSizeIterator<Item = &'r QueryResult>,
    ) -> Result<Page<E>> {
        let window = &question.window;
        let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let more = selected.len() > limit;
        let sealed_for = question.cursors.then(|| self.question(keyset));
        let mut page = Page::default();
        for selected in selected.take(limit) {
            let row = self.row(projection, selected)?;
            let cursor = |sealed_for: &Vec<u8>| -> Result<String> {
                let position = keyset.position(row.id, selected)?;
                Ok(self.inner.seal.cursor(&position.to_bytes(), sealed_for))
            };
            page.cursors.push(sealed_for.as_ref().map(cursor).transpose()?);
            page.rows.push(row);
        }
        if window.backwards {
            page.rows.reverse();
            page.cursors.reverse();
        }
        (page.has_next, page.has_previous) =
            if window.backwards { (window.beyond.is_some(), more) } else { (more, window.beyond.is_some()) };
        self.note_withheld(projection, page.rows.iter());
        Ok(page)
    }

    fn row<E: Governed>(&self, projection: &Projection<E>, selected: &QueryResult) -> Result<Row<E>> {
        let mut row = projection.row(selected)?;
        row.global_id = projection.wants_id().then(|| self.inner.seal.id(E::TYPE_NAME, row.id));
        Ok(row)
    }

    fn note_withheld<'r, E: Governed>(&self, projection: &Projection<E>, rows: impl Iterator<Item = &'r Row<E>>) {
        let refused = rows.fold(projection.refused(), |all, row| all.and(row.refused));
        refused.iter().for_each(|column| self.note(E::object(column)));
    }

    /// A viewer who sees no row of a table in any mission is told that what was asked for is withheld.
    fn note_hidden_table<E: Governed>(&self, asked: Columns<E>) {
        if self.source(None).masks::<E>().nothing() {
            asked.iter().for_each(|column| self.note(E::object(column)));
        }
    }

    fn note(&self, object: Option<String>) {
        self.withheld.lock().unwrap_or_else(PoisonError::into_inner).extend(object);
    }
}

/// The select of one page, or of a part of it.
fn page_statement<E: Governed>(
    projection: &Projection<E>,
    keyset: &Keyset<E>,
    backwards: bool,
    conditions: [Option<Expr>; 3],
    limit: u64,
) -> SelectStatement {
    let mut statement = projection.select();
    keyset.select(&mut statement);
    keyset.order(&mut statement, backwards);
    for condition in conditions.into_iter().flatten() {
        statement.and_where(condition);
    }
    statement.limit(limit);
    if projection.is_plain() {
        return statement;
    }
    let mut masked = projection.masked(statement, &keyset.selected().collect::<Vec<_>>());
    keyset.order_selected(&mut masked, INNER, backwards);
    masked
}

/// The parent of a row that was selected as a child.
fn parent_of(row: &QueryResult) -> Result<RowId> {
    Ok(RowId { mission: row.try_get("", "mission_id")?, id: row.try_get("", "_parent")? })
}

/// Numbers the children of each parent in order, so that the outer statement can cut each list.
fn number_children<E: Governed>(
    inner: &mut SelectStatement,
    link: E::Column,
    keyset: &Keyset<E>,
    question: &Question<E>,
) {
    let of_parent = || {
        let mut window = WindowStatement::partition_by((E::default(), E::MISSION_ID));
        sea_orm::sea_query::OverStatement::partition_by(&mut window, (E::default(), link));
        window
    };
    let mut ordered = of_parent();
    keyset.order(&mut ordered, question.window.backwards);
    inner.expr_window_as(sea_orm::sea_query::Func::cust("ROW_NUMBER"), ordered, "_n");
    if question.total {
        inner.expr_window_as(Expr::col((E::default(), E::ID)).count(), of_parent(), "_total");
    }
}

/// The missions of rows, each once: a statement about few missions must not name all that the viewer has.
fn missions_of(rows: &[RowId]) -> Vec<CountryCode> {
    let mut missions: Vec<CountryCode> = rows.iter().map(|row| row.mission).collect();
    missions.sort();
    missions.dedup();
    missions
}
