//! One level of an answer: rows that were read together, so that what hangs below them is read together too. The first
//! sibling that asks for its children asks for those of all; one statement a level, however many rows.

use std::{
    any::Any,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{Context, OutputType, Pos};
use entity::Governed;
use sea_orm::{ModelTrait, Value};
use tokio::sync::OnceCell;

use super::{
    connection::{Connection, ConnectionFields, EdgeFields, PageArguments, wants_cursors, wants_total},
    in_place::InPlace,
    request_context::request,
    selection,
};
use crate::access::{Columns, OrderKey, Page, Question, Row, RowId};
use crate::error::{ClientError, Error, InternalError, Result};

/// The most rows that one level may ask for: parents times the size of the page.
const MOST_CHILDREN: u64 = 20_000;

/// A table that GraphQL shows.
pub trait Table: Governed {
    /// The GraphQL object.
    type Node: OutputType + Send + Sync + 'static;

    /// The object of a row.
    fn node(row: Row<Self>, level: &Arc<Level<Self>>) -> Self::Node;
}

/// What an object knows of its row besides the leaves.
pub struct Place<E: Governed> {
    /// Which row.
    pub id: RowId,
    /// The sealed id, where it was asked for.
    pub global_id: Option<String>,
    /// All columns that are withheld in this row, where that was asked for.
    pub withheld: Columns<E>,
    /// The rows that it was read with.
    pub level: Arc<Level<E>>,
}

/// The rows that were read together.
pub struct Level<E: Governed> {
    rows: Vec<RowId>,
    /// Where each link of each row leads, by the name of its field.
    links: HashMap<&'static str, HashMap<RowId, RowId>>,
    batches: Mutex<HashMap<Pos, Arc<OnceCell<Batch>>>>,
    table: std::marker::PhantomData<fn() -> E>,
}

type Batch = Arc<dyn Any + Send + Sync>;

impl<E: Table> Level<E> {
    /// The objects of rows that were read together.
    pub fn nodes(rows: Vec<Row<E>>) -> Vec<E::Node> {
        let level = Arc::new(Self {
            rows: rows.iter().map(|row| row.id).collect(),
            links: E::links().into_iter().map(|(column, field)| (field, leads(&rows, column))).collect(),
            batches: Mutex::default(),
            table: std::marker::PhantomData,
        });
        rows.into_iter().map(|row| E::node(row, &level)).collect()
    }

    /// The objects of a page.
    pub fn connection(page: Page<E>) -> Connection<E::Node> {
        let Page { rows, cursors, has_next, has_previous, total } = page;
        let edges = Self::nodes(rows).into_iter().zip(cursors);
        let edges = edges.map(|(node, cursor)| InPlace(EdgeFields { node, cursor })).collect();
        InPlace(ConnectionFields { edges, has_next, has_previous, total })
    }

    /// A page of the rows that refer to `of` by `link`.
    pub async fn children<C: Table>(
        &self,
        context: &Context<'_>,
        of: RowId,
        link: C::Column,
        order: Vec<OrderKey<C>>,
        page: PageArguments,
    ) -> Result<Arc<Connection<C::Node>>> {
        let window = page.window()?;
        if u64::try_from(self.rows.len()).unwrap_or(u64::MAX).saturating_mul(window.limit) > MOST_CHILDREN {
            let message =
                format!("{} parents with up to {} rows each: ask for smaller pages", self.rows.len(), window.limit);
            return Err(ClientError::TooCostly(message).into());
        }
        let read = async || {
            let columns = selection::of_connection::<C>(context);
            let (total, cursors) = (wants_total(context), wants_cursors(context));
            let question = Question { missions: None, columns, predicate: None, order, window, total, cursors };
            let pages = request(context)?.reader().await?.children::<C>(link, &self.rows, &question).await?;
            Ok(connections::<C>(pages))
        };
        let of_row: Arc<HashMap<RowId, Arc<Connection<C::Node>>>> = self.batch(context, read).await?;
        Ok(of_row.get(&of).cloned().unwrap_or_default())
    }

    /// The row that the link of `of` leads to. None where there is none, or none that the viewer may see.
    pub async fn linked<C: Table>(
        &self,
        context: &Context<'_>,
        of: RowId,
        field: &'static str,
    ) -> Result<Option<Arc<C::Node>>> {
        let links = self.links.get(field);
        let read = async || {
            let mut ids: Vec<RowId> = links.into_iter().flat_map(HashMap::values).copied().collect();
            ids.sort();
            ids.dedup();
            let rows = request(context)?.reader().await?.rows::<C>(&ids, selection::of_object(context)).await?;
            let (ids, rows): (Vec<RowId>, Vec<Row<C>>) = rows.into_iter().unzip();
            Ok(ids.into_iter().zip(Level::nodes(rows).into_iter().map(Arc::new)).collect())
        };
        let Some(there) = links.and_then(|links| links.get(&of)) else { return Ok(None) };
        let nodes: Arc<HashMap<RowId, Arc<C::Node>>> = self.batch(context, read).await?;
        Ok(nodes.get(there).cloned())
    }

    /// Runs `read` once for all siblings of a field. The field is known by its place, which
    /// [`super::expansion`] gives to each field alone, so that two fields of one name with different selections do not share.
    async fn batch<T: Send + Sync + 'static>(
        &self,
        context: &Context<'_>,
        read: impl AsyncFnOnce() -> Result<T>,
    ) -> Result<Arc<T>> {
        let place = context.item.pos;
        let cell = Arc::clone(self.batches.lock().unwrap_or_else(PoisonError::into_inner).entry(place).or_default());
        // In a box: every sibling would otherwise carry the room for the whole read, and one of them reads.
        let read = || Box::pin(async { Ok(Arc::new(read().await?) as Batch) });
        let batch: &Batch = cell.get_or_try_init::<Error, _, _>(read).await?;
        Ok(Arc::clone(batch).downcast().map_err(|_| InternalError::new("two fields share a batch"))?)
    }
}

/// Children of different parents that were read together are one level.
fn connections<C: Table>(pages: HashMap<RowId, Page<C>>) -> HashMap<RowId, Arc<Connection<C::Node>>> {
    let mut rows = Vec::new();
    let mut shapes = Vec::with_capacity(pages.len());
    for (parent, page) in pages {
        shapes.push((parent, page.cursors, page.has_next, page.has_previous, page.total));
        rows.extend(page.rows);
    }
    let mut nodes = Level::nodes(rows).into_iter();
    let connection = |(parent, cursors, has_next, has_previous, total): (RowId, Vec<Option<String>>, _, _, _)| {
        let edges = cursors.into_iter().zip(&mut nodes);
        let edges = edges.map(|(cursor, node)| InPlace(EdgeFields { node, cursor })).collect();
        (parent, Arc::new(InPlace(ConnectionFields { edges, has_next, has_previous, total })))
    };
    shapes.into_iter().map(connection).collect()
}

fn leads<E: Governed>(rows: &[Row<E>], column: E::Column) -> HashMap<RowId, RowId> {
    let lead = |row: &Row<E>| match row.model.get(column) {
        Value::Uuid(Some(id)) => Some((row.id, RowId { mission: row.id.mission, id })),
        _ => None,
    };
    rows.iter().filter_map(lead).collect()
}
