//! One page of a list: masks, condition, order, the place of the cursor, projection, one statement.

use futures::future::BoxFuture;
use sea_orm::QueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};

use super::{Reader, below::number_of};
use crate::error::{ClientError, Result};
use crate::{
    keyset::{Keyset, Position},
    mask::Masks,
    projection::{INNER, Projection},
    question::{Question, Window},
    row::Page,
    selected::Selected,
};

impl Reader {
    /// One page of a list.
    ///
    /// # Errors
    /// `FORBIDDEN` for a filter or order on a withheld column, `BAD_INPUT` for a cursor of another question.
    pub fn page<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Result<Page>> {
        Box::pin(async move {
            let source = self.source(question.missions.as_deref());
            let masks = source.masks(question.table);
            if masks.nothing() {
                self.note_hidden_table(question);
                return Ok(Page { total: question.total.then_some(0), ..Page::default() });
            }
            let condition = question
                .predicate
                .as_ref()
                .filter(|predicate| !predicate.is_empty())
                .map(|predicate| predicate.known(&source, &masks, true))
                .transpose()?;
            let keyset = Keyset::new(&question.order, &source, &masks)?;
            let (projection, mut below) = self.projection(&question.asked, &source, &masks)?;
            let wanted = question.window.limit + 1;
            let mut selected: Vec<QueryResult> = Vec::new();
            let mut legs = self.legs(&keyset, &question.window, &masks)?.into_iter().peekable();
            while let Some(leg) = legs.next() {
                let missing = wanted.saturating_sub(selected.len() as u64);
                if missing == 0 {
                    break;
                }
                let conditions = [Some(masks.rows()), condition.clone(), leg];
                // It is large, and most often there is one leg.
                let below = if legs.peek().is_some() { below.clone() } else { std::mem::take(&mut below) };
                let statement = page_statement(&projection, below, &keyset, question, conditions, missing);
                selected.extend(self.session().await?.query_table(question.table, &statement).await?);
            }
            let mut page = self.to_page(
                &projection,
                &keyset,
                &question.window,
                question.cursors,
                selected.iter().map(Selected::Row),
            )?;
            self.note_withheld(&projection, &page.rows.iter().collect::<Vec<_>>());
            if question.total {
                page.total = Some(self.count(&masks, condition).await?);
            }
            Ok(page)
        })
    }

    /// How many rows meet the condition.
    async fn count(&self, masks: &Masks<'_>, condition: Option<Expr>) -> Result<i64> {
        let condition = condition.map_or_else(|| masks.rows(), |condition| masks.rows().and(condition));
        let statement = number_of(masks.table(), condition);
        let rows = self.session().await?.query_table(masks.table(), &statement).await?;
        Ok(rows.first().map(|row| row.try_get("", "total")).transpose()?.unwrap_or_default())
    }

    /// A viewer who sees no row of a table in any mission is told that what was asked for is withheld.
    fn note_hidden_table(&self, question: &Question) {
        if self.source(None).masks(question.table).nothing() {
            self.note(question.table, question.asked.columns);
        }
    }

    /// The conditions under which a page's rows come, one after the other; none where it begins at the beginning.
    fn legs(&self, keyset: &Keyset, window: &Window, masks: &Masks<'_>) -> Result<Vec<Option<Expr>>> {
        let Some(position) = self.position(keyset, window)? else { return Ok(vec![None]) };
        Ok(keyset.legs(&position, window.backwards, masks).into_iter().map(Some).collect())
    }

    /// Where the cursor of a window stands.
    pub(super) fn position(&self, keyset: &Keyset, window: &Window) -> Result<Option<Position>> {
        let Some(cursor) = &window.beyond else { return Ok(None) };
        let opened = self.inner.seal.open_cursor(cursor, &self.sealed_for(keyset));
        let position = opened.and_then(|bytes| keyset.parse(&bytes));
        let field = if window.backwards { "before" } else { "after" };
        let refusal = || ClientError::bad_input(field, "not a cursor of this list in this order");
        Ok(Some(position.ok_or_else(refusal)?))
    }

    /// What a cursor is sealed for: this viewer, this table, this order.
    fn sealed_for(&self, keyset: &Keyset) -> Vec<u8> {
        format!("{}\n{}", self.viewer.actor(), keyset.fingerprint()).into_bytes()
    }

    /// The rows of one page, of which one more was selected, with their cursors.
    pub(super) fn to_page<'r>(
        &self,
        projection: &Projection,
        keyset: &Keyset,
        window: &Window,
        cursors: bool,
        selected: impl ExactSizeIterator<Item = Selected<'r>>,
    ) -> Result<Page> {
        let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let more = selected.len() > limit;
        let sealed_for = cursors.then(|| self.sealed_for(keyset));
        let mut page = Page::default();
        for selected in selected.take(limit) {
            let row = self.row(projection, &selected)?;
            let cursor = |sealed_for: &Vec<u8>| -> Result<String> {
                let position = keyset.position(row.id, &selected, projection.carried_from())?;
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
        Ok(page)
    }
}

/// The select of one page, or of a part of it.
fn page_statement(
    projection: &Projection,
    below: Vec<Expr>,
    keyset: &Keyset,
    question: &Question,
    conditions: [Option<Expr>; 3],
    limit: u64,
) -> SelectStatement {
    let backwards = question.window.backwards;
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
    let mut masked = projection.masked(statement, below, &keyset.selected().collect::<Vec<_>>());
    keyset.order_selected(&mut masked, INNER, backwards);
    masked
}
