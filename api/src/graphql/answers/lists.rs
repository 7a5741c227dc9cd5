//! Lists: a page of the rows that refer to each row of a level. One read for all of them, which cuts each list at its page.

use std::collections::HashMap;

use async_graphql::{Positioned, Value, parser::types::Field};
use entity::table::{Back, Column};

use super::{
    asked,
    pages::Pages,
    rows::Level,
    walk::{Walk, below},
};
use crate::access::{Direction, OrderKey, Page, Question, RowId};
use crate::error::{ClientError, Result};
use crate::graphql::{page::PageArguments, questions::Arguments};

/// The most rows that one level may ask for: parents times the size of the page.
const MOST_CHILDREN: u64 = 20_000;

impl Walk<'_> {
    /// A page of the rows that refer to each row by `link`.
    pub(super) async fn listed(
        &self,
        level: &Level<'_>,
        link: &'static Column,
        back: Back,
        field: &Positioned<Field>,
    ) -> Vec<Value> {
        let read = match self.children(level, link, back, field).await {
            Ok(read) => read,
            Err(error) => {
                self.fail(error, field, (0..level.rows.len()).map(level.path));
                return vec![Value::Null; level.rows.len()];
            }
        };
        let none = Page::default();
        let pages = level.rows.iter().map(|row| read.get(&row.id).unwrap_or(&none));
        let pages = Pages::of_rows(link.table, pages);
        let path = |at| below((level.path)(at), field);
        self.pages(&pages, &field.node.selection_set.node, &path).await
    }

    /// The pages, by parent. One without rows has none.
    async fn children(
        &self,
        level: &Level<'_>,
        link: &'static Column,
        back: Back,
        field: &Positioned<Field>,
    ) -> Result<HashMap<RowId, Page>> {
        let window = PageArguments::of(&Arguments::of(&field.node, self.variables))?.window()?;
        let parents = parents(level);
        if u64::try_from(parents.len()).unwrap_or(u64::MAX).saturating_mul(window.limit) > MOST_CHILDREN {
            let message =
                format!("{} parents with up to {} rows each: ask for smaller pages", parents.len(), window.limit);
            return Err(ClientError::TooCostly(message).into());
        }
        let selection = &field.node.selection_set.node;
        let by = back.order.and_then(|name| link.table.column(name));
        let question = Question {
            table: link.table,
            missions: None,
            asked: asked::of_pages(link.table, selection),
            predicate: None,
            order: by.map(|column| OrderKey::by(column, Direction::Asc)).into_iter().collect(),
            window,
            total: asked::total(selection),
            cursors: asked::cursors(selection),
        };
        self.request.reader().await?.children(link, &parents, &question).await
    }
}

/// The rows of a level, each once: a row may stand in several places.
fn parents(level: &Level<'_>) -> Vec<RowId> {
    let mut seen = std::collections::HashSet::with_capacity(level.rows.len());
    level.rows.iter().map(|row| row.id).filter(|id| seen.insert(*id)).collect()
}
