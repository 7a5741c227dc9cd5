//! Links: the row that each row of a level leads to. One read for all of them, whether several lead to the same row or not.

use async_graphql::{Positioned, Value, parser::types::Field};
use entity::table::{Column, Link};
use sea_orm::Value as Stored;

use super::{
    asked,
    rows::Level,
    walk::{Objects, Walk, below},
};
use crate::access::{Row, RowId};

impl Walk<'_> {
    /// The row that the link of each row leads to; null where there is none, or none that the viewer may see.
    pub(super) async fn linked(
        &self,
        level: &Level<'_>,
        column: &'static Column,
        link: Link,
        field: &Positioned<Field>,
    ) -> Vec<Value> {
        let mut values = vec![Value::Null; level.rows.len()];
        // The rows that lead somewhere, and where.
        let leads = level.rows.iter().enumerate().filter_map(|(at, row)| Some((at, end(row, column)?)));
        let leads: Vec<(usize, RowId)> = leads.collect();
        let mut ids: Vec<RowId> = leads.iter().map(|(_, end)| *end).collect();
        ids.sort();
        ids.dedup();
        if ids.is_empty() {
            return values;
        }
        let selection = &field.node.selection_set.node;
        let read = async { self.request.reader().await?.rows(link.to, &ids, asked::of_rows(link.to, selection)).await };
        let found = match read.await {
            Ok(found) => found,
            Err(error) => {
                self.fail(error, field, leads.iter().map(|(at, _)| (level.path)(*at)));
                return values;
            }
        };
        let there = leads.into_iter().filter_map(|(at, end)| Some((at, found.get(&end)?)));
        let (places, rows): (Vec<usize>, Vec<&Row>) = there.unzip();
        let path = |at: usize| below((level.path)(places[at]), field);
        let objects = Objects::Rows(link.to, rows);
        let linked = self.objects(&objects, selection, &path).await;
        for (at, value) in places.iter().zip(linked) {
            values[*at] = value;
        }
        values
    }
}

/// Where the link of a row leads: to a row of the same mission.
fn end(row: &Row, column: &'static Column) -> Option<RowId> {
    match row.value(column) {
        Stored::Uuid(Some(id)) => Some(RowId { mission: row.id.mission, id: *id }),
        _ => None,
    }
}
