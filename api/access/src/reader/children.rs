//! The rows that refer to each of several rows: one statement for all of them, which numbers the children of each parent and
//! cuts each list at its page.

use std::collections::HashMap;

use entity::table::{Column, ID, MISSION_ID};
use futures::future::BoxFuture;
use sea_orm::QueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Order, OverStatement, Query, SelectStatement, WindowStatement};

use super::{Reader, missions_of};
use crate::error::Result;
use crate::{
    columns::Columns,
    keyset::Keyset,
    mask::{Mask, plain},
    projection::{INNER, Projection},
    question::{Page, Question},
    sealing::RowId,
};

impl Reader {
    /// The rows that refer to each of the parents through `link`: one statement for all of them.
    /// The question is about the table that has the link.
    ///
    /// # Errors
    /// As for [`Reader::page`].
    pub fn children<'a>(
        &'a self,
        link: &'static Column,
        parents: &'a [RowId],
        question: &'a Question,
    ) -> BoxFuture<'a, Result<HashMap<RowId, Page>>> {
        Box::pin(async move {
            let missions = missions_of(parents);
            let source = self.source(Some(&missions));
            let masks = source.masks(question.table);
            let of_parents = match masks.mask(link) {
                Mask::Withheld => {
                    self.note(link.table, Columns::NONE.with(link));
                    return Ok(HashMap::new());
                }
                Mask::Plain => self.refers_to(link.table, link.name, parents),
                Mask::Under(scope) => scope.and(self.refers_to(link.table, link.name, parents)),
            };
            let keyset = Keyset::of_visible(&question.order, &source, &masks);
            let position = self.position(&keyset, &question.window)?;
            let beyond = position.map(|position| keyset.beyond(&position, question.window.backwards));
            // Behind a cursor a page no longer tells how many rows there are in all, and may have none at all.
            let totals = match question.total && beyond.is_some() {
                true => self.count_children(link, masks.rows().and(of_parents.clone())).await?,
                false => HashMap::new(),
            };
            let projection = Projection::new(question.asked, &masks);
            let mut inner = projection.select();
            keyset.select(&mut inner);
            inner.expr_as(plain(link), "_parent").and_where(masks.rows()).and_where(of_parents);
            inner.and_where_option(beyond);
            number_children(&mut inner, link, &keyset, question);
            let mut carried: Vec<String> = keyset.selected().collect();
            carried.extend(["_parent".to_owned(), "_n".to_owned()]);
            carried.extend(question.total.then(|| "_total".to_owned()));
            let mut statement = projection.masked(inner, &carried);
            let place = Expr::col((INNER, "_n"));
            let limit = i64::try_from(question.window.limit + 1).unwrap_or(i64::MAX);
            statement.and_where(place.clone().lte(limit)).order_by_expr(place, Order::Asc);
            let selected = self.session().await?.query_table(link.table, &statement).await?;
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
        })
    }

    /// How many children meet the condition, by parent.
    async fn count_children(&self, link: &'static Column, condition: Expr) -> Result<HashMap<RowId, i64>> {
        let table = link.table.table;
        let mut statement = Query::select();
        statement.column((table, MISSION_ID)).from(table).and_where(condition);
        statement.expr_as(plain(link), "_parent").expr_as(Expr::col((table, ID)).count(), "_total");
        statement.group_by_col((table, MISSION_ID)).group_by_col((table, link.name));
        let rows = self.session().await?.query_table(link.table, &statement).await?;
        rows.iter().map(|row| Ok((parent_of(row)?, row.try_get("", "_total")?))).collect()
    }
}

/// The parent of a row that was selected as a child.
fn parent_of(row: &QueryResult) -> Result<RowId> {
    Ok(RowId { mission: row.try_get("", MISSION_ID)?, id: row.try_get("", "_parent")? })
}

/// Numbers the children of each parent in order, so that the outer statement can cut each list.
fn number_children(inner: &mut SelectStatement, link: &'static Column, keyset: &Keyset, question: &Question) {
    let table = link.table.table;
    let of_parent = || {
        let mut window = WindowStatement::partition_by((table, MISSION_ID));
        window.partition_by((table, link.name));
        window
    };
    let mut ordered = of_parent();
    keyset.order(&mut ordered, question.window.backwards);
    inner.expr_window_as(Func::cust("ROW_NUMBER"), ordered, "_n");
    if question.total {
        inner.expr_window_as(Expr::col((table, ID)).count(), of_parent(), "_total");
    }
}
