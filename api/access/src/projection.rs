//! What is selected of one table: only columns that are asked for and visible. A condition that several columns share is
//! decided once a row, and comes back with the row, so that *withheld* can be told from *unknown*. Where the operation asks
//! what is withheld of a row, the conditions of all its columns come, and of no other column its value.

use std::sync::OnceLock;

use entity::{CountryCode, Governed};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, ColumnType, FromQueryResult, IdenStatic, ModelTrait, QueryResult, Value};
use uuid::Uuid;

use super::{
    cell::cell,
    columns::{Asked, Columns},
    mask::{Mask, Masks},
    sealing::RowId,
};
use crate::error::Result;

/// The columns of one question, by what the viewer gets of them.
pub(super) struct Projection<E: Governed> {
    plain: Vec<E::Column>,
    /// The number of the condition in `conditions` that decides.
    conditional: Vec<(E::Column, usize)>,
    conditions: Vec<Expr>,
    /// What of the columns asked for is withheld.
    of_asked: Missing<E>,
    /// What of all columns is withheld; none where nobody asks.
    of_all: Option<Missing<E>>,
    /// See [`Projection::reading`].
    reading: OnceLock<Reading<E>>,
}

/// Which columns are withheld: from every row, and from those in which a condition does not hold.
struct Missing<E: Governed> {
    always: Columns<E>,
    /// By the number of the condition.
    unless: Vec<Columns<E>>,
}

/// How rows are read.
struct Reading<E: Governed> {
    /// A row of which nothing is known.
    nothing: E::Model,
    /// The columns beside the keys, in the order in which they were selected.
    columns: Vec<(E::Column, ColumnType)>,
}

/// One row as the viewer sees it.
#[derive(Clone, Debug)]
pub struct Row<E: Governed> {
    /// The leaves; what was not asked for or is withheld is `None`. Which row it is stands in `id` alone: of the model's own
    /// keys the mission is `ZZ` and the id nil.
    pub model: E::Model,
    /// Which row.
    pub id: RowId,
    /// The sealed id, where it was asked for.
    pub global_id: Option<String>,
    /// The columns that were asked for and are withheld in this row.
    pub refused: Columns<E>,
    /// All columns that are withheld in this row, where that was asked for: the same for this viewer whatever else was.
    pub withheld: Columns<E>,
}

impl<E: Governed> Missing<E> {
    const fn nothing() -> Self {
        Self { always: Columns::none(), unless: Vec::new() }
    }

    /// The columns that are withheld in a row in which these conditions hold.
    fn in_row(&self, holds: &[bool]) -> Columns<E> {
        let fails = self.unless.iter().zip(holds).filter(|(_, holds)| !**holds);
        fails.fold(self.always, |all, (columns, _)| all.and(*columns))
    }

    fn add_unless(&mut self, condition: usize, column: E::Column) {
        if self.unless.len() <= condition {
            self.unless.resize(condition + 1, Columns::none());
        }
        self.unless[condition] = self.unless[condition].with(column);
    }
}

impl<E: Governed> Projection<E> {
    pub(super) fn new(asked: Asked<E>, masks: &Masks<'_, E>) -> Self {
        let mut projection = Self {
            plain: Vec::new(),
            conditional: Vec::new(),
            conditions: Vec::new(),
            of_asked: Missing::nothing(),
            of_all: None,
            reading: OnceLock::new(),
        };
        for column in asked.columns.iter() {
            match masks.mask(column) {
                Mask::Plain => projection.plain.push(column),
                Mask::Withheld => projection.of_asked.always = projection.of_asked.always.with(column),
                Mask::Under(condition) => {
                    let at = projection.number_of(masks.decided(condition));
                    projection.conditional.push((column, at));
                    projection.of_asked.add_unless(at, column);
                }
            }
        }
        projection.of_all = asked.withheld.then(|| projection.missing_of_all(masks));
        projection
    }

    /// What is withheld of all columns of the table. Their conditions are decided in the same select.
    fn missing_of_all(&mut self, masks: &Masks<'_, E>) -> Missing<E> {
        let mut missing = Missing::nothing();
        for column in Columns::<E>::all().iter() {
            match masks.mask(column) {
                Mask::Plain => {}
                Mask::Withheld => missing.always = missing.always.with(column),
                Mask::Under(condition) => missing.add_unless(self.number_of(masks.decided(condition)), column),
            }
        }
        missing
    }

    /// The number of a condition, which columns that have the same one share.
    fn number_of(&mut self, condition: Expr) -> usize {
        let known = self.conditions.iter().position(|other| *other == condition);
        known.unwrap_or_else(|| {
            self.conditions.push(condition);
            self.conditions.len() - 1
        })
    }

    /// The inner select: plain columns, and the raw columns of conditional ones beside their conditions. It is complete
    /// only with [`Projection::masked`] around it.
    pub(super) fn select(&self) -> SelectStatement {
        let mut statement = Query::select();
        statement.column((E::default(), E::MISSION_ID)).column((E::default(), E::ID)).from(E::default());
        for column in self.columns() {
            statement.column((E::default(), column));
        }
        for (at, condition) in self.conditions.iter().enumerate() {
            statement.expr_as(condition.clone(), condition_name(at));
        }
        statement
    }

    /// The columns beside the keys, in the order of both selects, by which [`Projection::row`] finds them.
    fn columns(&self) -> impl Iterator<Item = E::Column> {
        let columns = self.plain.iter().copied().chain(self.conditional.iter().map(|(column, _)| *column));
        columns.filter(|column| !is_key::<E>(*column))
    }

    /// Whether the inner select is complete without [`Projection::masked`].
    pub(super) fn is_plain(&self) -> bool {
        self.conditions.is_empty()
    }

    /// Puts the masks round the inner select: `CASE WHEN condition THEN column END`. `carried` are other selected names.
    pub(super) fn masked(&self, inner: SelectStatement, carried: &[String]) -> SelectStatement {
        let rows = Alias::new(INNER);
        let mut outer = Query::select();
        outer.column((rows.clone(), E::MISSION_ID)).column((rows.clone(), E::ID));
        for column in self.plain.iter().filter(|column| !is_key::<E>(**column)) {
            outer.column((rows.clone(), *column));
        }
        for (column, at) in self.conditional.iter().filter(|(column, _)| !is_key::<E>(*column)) {
            let condition = Expr::col((rows.clone(), Alias::new(condition_name(*at))));
            let masked = CaseStatement::new().case(condition, Expr::col((rows.clone(), *column)));
            outer.expr_as(masked, column.as_str().to_owned());
        }
        let conditions = (0..self.conditions.len()).map(condition_name);
        for name in conditions.chain(carried.iter().cloned()) {
            outer.column((rows.clone(), Alias::new(name)));
        }
        outer.from_subquery(inner, rows);
        outer
    }

    /// Reads one row, by the positions that both selects give the columns: mission, id, columns, conditions.
    pub(super) fn row(&self, selected: &QueryResult) -> Result<Row<E>> {
        let (mission, id): (CountryCode, Uuid) = (selected.try_get_by(0)?, selected.try_get_by(1)?);
        let Reading { nothing, columns } = self.reading(selected)?;
        let mut model = nothing.clone();
        let mut at = 2;
        for (column, kind) in columns {
            model.try_set(*column, cell(kind, selected, at)?)?;
            at += 1;
        }
        let mut holds = Vec::with_capacity(self.conditions.len());
        for condition in 0..self.conditions.len() {
            holds.push(selected.try_get_by::<Option<bool>, _>(at + condition)?.unwrap_or(false));
        }
        let refused = self.of_asked.in_row(&holds);
        let withheld = self.of_all.as_ref().map(|missing| missing.in_row(&holds)).unwrap_or_default();
        Ok(Row { model, id: RowId { mission, id }, global_id: None, refused, withheld })
    }

    /// How rows are read, found out with the first one: columns that were not selected are none of a row, and the others are
    /// taken away from it. Once, because looking for a column that is not there costs more than reading one that is.
    fn reading(&self, selected: &QueryResult) -> Result<&Reading<E>> {
        if let Some(reading) = self.reading.get() {
            return Ok(reading);
        }
        let mut nothing = E::Model::from_query_result(selected, "")?;
        nothing.try_set(E::MISSION_ID, Value::from(CountryCode::UNALLOCATED))?;
        nothing.try_set(E::ID, Value::from(Uuid::nil()))?;
        for column in self.columns() {
            nothing.try_set(column, nothing.get(column).as_null())?;
        }
        let columns = self.columns().map(|column| (column, column.def().get_column_type().clone())).collect();
        Ok(self.reading.get_or_init(|| Reading { nothing, columns }))
    }

    /// Whether the sealed id is asked for.
    pub(super) fn wants_id(&self) -> bool {
        self.plain.iter().any(|column| column.as_str() == E::ID.as_str())
    }

    /// What was asked for and is withheld in every row.
    pub(super) const fn refused(&self) -> Columns<E> {
        self.of_asked.always
    }
}

/// The name of the inner select in the outer one.
pub(super) const INNER: &str = "page";

fn is_key<E: Governed>(column: E::Column) -> bool {
    [E::MISSION_ID.as_str(), E::ID.as_str()].contains(&column.as_str())
}

fn condition_name(at: usize) -> String {
    format!("_g{at}")
}
