//! Rows as statements that add them, none with more parameters than a database takes.

use std::borrow::Borrow;

use sea_orm::sea_query::{Expr, InsertStatement, Query};
use sea_orm::{EntityTrait, ModelTrait};

/// The most parameters that one statement may have on either database.
pub(super) const MOST_PARAMETERS: usize = 30_000;

/// The statements that add these rows with these columns, in the order of the rows.
pub(super) fn inserts<E: EntityTrait>(columns: &[E::Column], models: &[impl Borrow<E::Model>]) -> Vec<InsertStatement> {
    let chunks = models.chunks((MOST_PARAMETERS / columns.len().max(1)).max(1));
    let statement = |models: &[_]| {
        let mut statement = Query::insert();
        statement.into_table(E::default()).columns(columns.iter().copied());
        for model in models.iter().map(Borrow::<E::Model>::borrow) {
            statement.values_panic(columns.iter().map(|column| Expr::value(model.get(*column))));
        }
        statement
    };
    chunks.map(statement).collect()
}
