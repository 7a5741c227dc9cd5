//! Rows that are known by their ids.

use std::collections::HashMap;

use entity::table::{ID, Table};

use super::{Reader, missions_of};
use crate::error::Result;
use crate::{question::Asked, row::Row, sealing::RowId, selected::Selected};
use futures::future::BoxFuture;

impl Reader {
    /// Rows by id. An id that does not exist and one that is not the viewer's are both absent.
    ///
    /// # Errors
    /// Those of the database.
    pub fn rows<'a>(
        &'a self,
        table: &'static Table,
        ids: &'a [RowId],
        asked: &'a Asked,
    ) -> BoxFuture<'a, Result<HashMap<RowId, Row>>> {
        Box::pin(async move {
            let missions = missions_of(ids);
            let source = self.source(Some(&missions));
            let masks = source.masks(table);
            if masks.nothing() || ids.is_empty() {
                return Ok(HashMap::new());
            }
            let (projection, below) = self.projection(asked, &source, &masks)?;
            let mut statement = projection.select();
            statement.and_where(masks.rows()).and_where(self.refers_to(table, ID, ids));
            // There are no more; but below a limit PostgreSQL decides a condition once a row, and otherwise once a column.
            statement.limit(u64::try_from(ids.len()).unwrap_or(u64::MAX));
            let statement = if projection.is_plain() { statement } else { projection.masked(statement, below, &[]) };
            let selected = self.session().await?.query_table(table, &statement).await?;
            let rows = selected
                .iter()
                .map(|row| self.row(&projection, &Selected::Row(row)).map(|row| (row.id, row)))
                .collect::<Result<HashMap<_, _>>>()?;
            self.note_withheld(&projection, &rows.values().collect::<Vec<_>>());
            Ok(rows)
        })
    }
}
