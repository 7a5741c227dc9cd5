//! What hangs below rows, however deep: one statement reads it with the rows. Each link and each list is a sub-select about the row
//! as its viewer sees it, with the masks of its own table, and comes as an array in JSON.

use entity::table::{Column, ID, MISSION_ID, Table};
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Keyword, Query, SelectStatement};

use super::Reader;
use crate::error::{Error, Result};
use crate::{
    columns::Columns,
    hanging::{Hanging, Linked, Listed},
    json::{self, Json},
    keyset::Keyset,
    mask::{Mask, Masks},
    mask_source::MaskSource,
    projection::Projection,
    question::{Asked, Branch, Question},
    row::{Below, Page, Row},
    selected::{Selected, malformed},
};

impl Reader {
    /// What is selected of a table, and what is selected of what hangs below its rows.
    pub(super) fn projection(
        &self,
        asked: &Asked,
        source: &MaskSource<'_>,
        masks: &Masks<'_>,
    ) -> Result<(Projection, Vec<Expr>)> {
        self.projection_at(0, asked, source, masks)
    }

    fn projection_at(
        &self,
        depth: usize,
        asked: &Asked,
        source: &MaskSource<'_>,
        masks: &Masks<'_>,
    ) -> Result<(Projection, Vec<Expr>)> {
        let mut projection = Projection::new(asked, masks, depth);
        let mut below = Vec::with_capacity(asked.below.len());
        let source = &MaskSource { below: true, ..*source };
        for branch in &asked.below {
            let (hanging, selected) = match branch {
                Branch::Link(link, asked) => self.linked(link, asked, source, &projection)?,
                Branch::List(link, question) => self.listed(link, question, source, &projection)?,
            };
            projection.below.push(hanging);
            below.push(selected);
        }
        Ok((projection, below))
    }

    fn linked(
        &self,
        link: &'static Column,
        asked: &Asked,
        source: &MaskSource<'_>,
        from: &Projection,
    ) -> Result<(Hanging, Expr)> {
        let Some((end, to)) = from.seen(link).zip(link.leads_to()) else { return Ok((Hanging::NoLink, NOTHING)) };
        let masks = source.masks(to);
        if masks.nothing() {
            return Ok((Hanging::NoLink, NOTHING));
        }
        let (projection, below) = self.projection_at(from.depth() + 1, asked, source, &masks)?;
        let mut inner = projection.select();
        inner.and_where(masks.rows()).and_where(is_of(to, ID, from, end));
        // There are no more; but below a limit PostgreSQL decides a condition once a row, and otherwise once a column.
        inner.limit(1);
        let mut outer = Query::select();
        outer.expr(projection.array(below, &[], source.backend)).from_subquery(inner, projection.alias());
        let selected = json::nested(source.backend, outer);
        Ok((Hanging::Link(Box::new(Linked { link, projection })), selected))
    }

    fn listed(
        &self,
        link: &'static Column,
        question: &Question,
        source: &MaskSource<'_>,
        from: &Projection,
    ) -> Result<(Hanging, Expr)> {
        let masks = source.masks(question.table);
        let of_row = is_of(question.table, link.name, from, from.cell(ID));
        let of_row = match masks.mask(link) {
            Mask::Withheld => return Ok((Hanging::NoList(link), NOTHING)),
            Mask::Plain => of_row,
            Mask::Under(scope) => scope.and(of_row),
        };
        let rows = || masks.rows().and(of_row.clone());
        let (projection, below) = self.projection_at(from.depth() + 1, &question.asked, source, &masks)?;
        let keyset = Keyset::of_visible(&question.order, source, &masks);
        let position = match self.position(&keyset, &question.window) {
            Err(Error::Client(refusal)) => return Ok((Hanging::Refused(refusal), NOTHING)),
            position => position?,
        };
        let carried = carried(question.cursors, &keyset);
        let mut inner = projection.select();
        if question.cursors {
            keyset.select(&mut inner);
        }
        keyset.order_few(&mut inner, question.window.backwards);
        inner.and_where(rows()).limit(question.window.limit + 1);
        if let Some(position) = position {
            inner.and_where(keyset.beyond(&position, question.window.backwards));
        }
        let mut outer = Query::select();
        outer.expr(json::all(source.backend, projection.array(below, &carried, source.backend)));
        outer.from_subquery(inner, projection.alias());
        let total = question.total.then(|| Expr::SubQuery(None, Box::new(number_of(question.table, rows()).into())));
        let list = vec![json::nested(source.backend, outer), total.unwrap_or(NOTHING)];
        let selected = json::array(source.backend, list);
        let (window, cursors) = (question.window.clone(), question.cursors);
        Ok((Hanging::List(Box::new(Listed { projection, keyset, window, cursors })), selected))
    }

    /// What hangs below one row, out of what was selected with it.
    pub(super) fn below(&self, hanging: &Hanging, json: &Json<'_>) -> Result<Below> {
        match hanging {
            Hanging::Link(linked) if *json != Json::Null => {
                let cells = json::elements(json, linked.projection.width(0)).ok_or_else(|| malformed("a link"))?;
                Ok(Below::Link(Some(Box::new(self.row(&linked.projection, &Selected::Array(cells))?))))
            }
            Hanging::List(listed) => self.page_below(listed, json).map(Below::List),
            Hanging::Link(_) | Hanging::NoLink => Ok(Below::Link(None)),
            Hanging::NoList(_) => Ok(Below::List(Page::default())),
            Hanging::Refused(refusal) => Ok(Below::Refused(refusal.clone())),
        }
    }

    fn page_below(&self, listed: &Listed, json: &Json<'_>) -> Result<Page> {
        let Listed { projection, keyset, window, cursors } = listed;
        let list = json::elements(json, 2).ok_or_else(|| malformed("a list"))?;
        let (rows, total) = (list[0].as_array().unwrap_or_default(), list[1].as_number());
        let width = projection.width(carried(*cursors, keyset).len());
        let selected = rows.iter().map(|row| json::elements(row, width).map(Selected::Array));
        let selected = selected.collect::<Option<Vec<_>>>().ok_or_else(|| malformed("a row of a list"))?;
        Ok(Page { total, ..self.to_page(projection, keyset, window, *cursors, selected.into_iter())? })
    }

    /// Notes what was asked of the rows of an answer, and of what hangs below them, and is withheld.
    pub(super) fn note_withheld(&self, projection: &Projection, rows: &[&Row]) {
        let refused = rows.iter().fold(projection.refused(), |all, row| all.and(row.refused));
        self.note(projection.table(), refused);
        for (at, hanging) in projection.below.iter().enumerate() {
            let below: Vec<&Row> = rows.iter().flat_map(|row| row.below.get(at).map_or(&[][..], Below::rows)).collect();
            let leads = |row: &&Row, link| *row.value(link) != row.value(link).as_null();
            match hanging {
                Hanging::NoList(link) if !rows.is_empty() => self.note(link.table, Columns::NONE.with(link)),
                Hanging::Link(linked) if rows.iter().any(|row| leads(row, linked.link)) => {
                    self.note_withheld(&linked.projection, &below);
                }
                Hanging::List(listed) if !below.is_empty() => self.note_withheld(&listed.projection, &below),
                // Nothing was asked of anything that is there.
                _ => {}
            }
        }
    }
}

/// What is selected where there can be nothing.
const NOTHING: Expr = Expr::Keyword(Keyword::Null);

/// What is selected beside a row of a list.
fn carried(cursors: bool, keyset: &Keyset) -> Vec<String> {
    if cursors { keyset.selected().collect() } else { Vec::new() }
}

/// A row of this table has this value in a column, and is of the mission of the row that it hangs below.
fn is_of(table: &'static Table, column: &'static str, from: &Projection, value: Expr) -> Expr {
    let own = |column: &'static str| Expr::col((table.table, column));
    own(MISSION_ID).eq(from.cell(MISSION_ID)).and(own(column).eq(value))
}

/// How many rows of a table meet a condition.
pub(super) fn number_of(table: &'static Table, condition: Expr) -> SelectStatement {
    let mut statement = Query::select();
    statement.expr_as(Expr::col(Asterisk).count(), "total").from(table.table).and_where(condition);
    statement
}
