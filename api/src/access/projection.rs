//! What is selected of one table: only columns that are asked for and visible. A condition that several columns share is
//! decided once a row, and comes back with the row, so that *withheld* can be told from *unknown*.

use std::sync::OnceLock;

use entity::{CountryCode, Governed};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, ColumnType, FromQueryResult, IdenStatic, ModelTrait, QueryResult, Value};
use uuid::Uuid;

use super::{
    cell::cell,
    columns::Columns,
    mask::{Mask, Masks},
    sealing::RowId,
};
use crate::error::Result;

/// The columns of one question, by what the viewer gets of them.
pub(super) struct Projection<E: Governed> {
    plain: Vec<E::Column>,
    withheld: Vec<E::Column>,
    /// The number of the condition in `conditions` that decides.
    conditional: Vec<(E::Column, usize)>,
    conditions: Vec<Expr>,
    /// See [`Projection::reading`].
    reading: OnceLock<Reading<E>>,
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
    pub withheld: Columns<E>,
}

impl<E: Governed> Projection<E> {
    pub(super) fn new(asked: Columns<E>, masks: &Masks<'_, E>) -> Self {
        let mut projection = Self {
            plain: Vec::new(),
            withheld: Vec::new(),
            conditional: Vec::new(),
            conditions: Vec::new(),
            reading: OnceLock::new(),
        };
        for column in asked.iter() {
            match masks.mask(column) {
                Mask::Plain => projection.plain.push(column),
                Mask::Withheld => projection.withheld.push(column),
                Mask::Under(condition) => {
                    let known = projection.conditions.iter().position(|other| *other == condition);
                    let at = known.unwrap_or_else(|| {
                        projection.conditions.push(condition);
                        projection.conditions.len() - 1
                    });
                    projection.conditional.push((column, at));
                }
            }
        }
        projection
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
        let refused = self.conditional.iter().filter(|(_, at)| !holds[*at]).map(|(column, _)| *column);
        let withheld = self.withheld.iter().copied().chain(refused).collect();
        Ok(Row { model, id: RowId { mission, id }, global_id: None, withheld })
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

    /// What is withheld in every row.
    pub(super) fn withheld(&self) -> &[E::Column] {
        &self.withheld
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
