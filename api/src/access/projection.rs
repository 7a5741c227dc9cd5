//! What is selected of one table: only columns that are asked for and visible. A condition that several columns share is
//! decided once a row, and comes back with the row, so that *withheld* can be told from *unknown*.

use entity::Governed;
use sea_orm::sea_query::{Alias, CaseStatement, Expr, Query, SelectStatement};
use sea_orm::{FromQueryResult, IdenStatic, QueryResult};

use super::{
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
}

/// One row as the viewer sees it.
#[derive(Clone, Debug)]
pub struct Row<E: Governed> {
    /// The leaves; what was not asked for or is withheld is `None`.
    pub model: E::Model,
    /// Which row.
    pub id: RowId,
    /// The columns that were asked for and are withheld in this row.
    pub withheld: Columns<E>,
}

impl<E: Governed> Projection<E> {
    pub(super) fn new(asked: Columns<E>, masks: &Masks<'_, E>) -> Self {
        let mut projection =
            Self { plain: Vec::new(), withheld: Vec::new(), conditional: Vec::new(), conditions: Vec::new() };
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
        for column in self.columns().filter(|column| !is_key::<E>(*column)) {
            statement.column((E::default(), column));
        }
        for (at, condition) in self.conditions.iter().enumerate() {
            statement.expr_as(condition.clone(), condition_name(at));
        }
        statement
    }

    fn columns(&self) -> impl Iterator<Item = E::Column> {
        self.plain.iter().copied().chain(self.conditional.iter().map(|(column, _)| *column))
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
        for (column, at) in &self.conditional {
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

    /// Reads one row.
    pub(super) fn row(&self, selected: &QueryResult) -> Result<Row<E>> {
        let mission = selected.try_get("", E::MISSION_ID.as_str())?;
        let id = RowId { mission, id: selected.try_get("", E::ID.as_str())? };
        let mut holds = Vec::with_capacity(self.conditions.len());
        for at in 0..self.conditions.len() {
            holds.push(selected.try_get::<Option<bool>>("", &condition_name(at))?.unwrap_or(false));
        }
        let refused = self.conditional.iter().filter(|(_, at)| !holds[*at]).map(|(column, _)| *column);
        let withheld = self.withheld.iter().copied().chain(refused).collect();
        Ok(Row { model: E::Model::from_query_result(selected, "")?, id, withheld })
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
