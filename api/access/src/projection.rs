//! What is selected of one table: only columns that are asked for and visible. A condition that several columns share is
//! decided once a row, and comes back with the row, so that *withheld* can be told from *unknown*. Where the operation asks
//! what is withheld of a row, the conditions of all its columns come, and of no other column its value. What hangs below the
//! row is selected with it.

use entity::table::{Column, ID, Kind, MISSION_ID, Role, Table};
use sea_orm::DbBackend;
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query, SelectStatement};

use super::{
    cell::null,
    columns::Columns,
    hanging::Hanging,
    json,
    mask::{Mask, Masks},
    question::Asked,
    row::Row,
    selected::Selected,
};
use crate::error::Result;

/// The columns of one question, by what the viewer gets of them.
pub(super) struct Projection {
    table: &'static Table,
    plain: Vec<&'static Column>,
    /// The number of the condition in `conditions` that decides.
    conditional: Vec<(&'static Column, usize)>,
    conditions: Vec<Expr>,
    /// What of the columns asked for is withheld.
    of_asked: Missing,
    /// What of all columns is withheld; none where nobody asks.
    of_all: Option<Missing>,
    /// The columns of which rows have values: those asked for, but for the keys.
    columns: Columns,
    /// How each of their values is read, in the order of the table: its kind, and its place in what is selected, if it is there.
    reading: Vec<(Kind, Option<usize>)>,
    /// The place of the first condition in what is selected.
    conditions_from: usize,
    /// How many selects there are around it.
    depth: usize,
    /// What hangs below each row.
    pub(super) below: Vec<Hanging>,
}

/// Which columns are withheld: from every row, and from those in which a condition does not hold.
#[derive(Default)]
struct Missing {
    always: Columns,
    /// By the number of the condition.
    unless: Vec<Columns>,
}

impl Missing {
    /// The columns that are withheld in a row in which these conditions hold.
    fn in_row(&self, holds: &[bool]) -> Columns {
        let fails = self.unless.iter().zip(holds).filter(|(_, holds)| !**holds);
        fails.fold(self.always, |all, (columns, _)| all.and(*columns))
    }

    fn add_unless(&mut self, condition: usize, column: &'static Column) {
        if self.unless.len() <= condition {
            self.unless.resize(condition + 1, Columns::NONE);
        }
        self.unless[condition] = self.unless[condition].with(column);
    }
}

impl Projection {
    /// For rows that stand below so many others.
    pub(super) fn new(asked: &Asked, masks: &Masks<'_>, depth: usize) -> Self {
        let table = masks.table();
        let mut projection = Self {
            table,
            plain: Vec::new(),
            conditional: Vec::new(),
            conditions: Vec::new(),
            of_asked: Missing::default(),
            of_all: None,
            columns: asked.columns.iter(table).filter(|column| !is_key(column)).collect(),
            reading: Vec::new(),
            conditions_from: FIRST,
            depth,
            below: Vec::new(),
        };
        for column in asked.columns.iter(table) {
            match masks.mask(column) {
                Mask::Plain => projection.plain.push(column),
                Mask::Withheld => projection.of_asked.always = projection.of_asked.always.with(column),
                Mask::Under(condition) => {
                    let at = projection.number_of(masks.decided(condition));
                    projection.conditional.push((column, at));
                    projection.of_asked.add_unless(at, column);
                }
            }
        }
        projection.of_all = asked.withheld.then(|| projection.missing_of_all(masks));
        projection.reading = projection.places();
        projection.conditions_from = FIRST + projection.selected().count();
        projection
    }

    /// The kind of each value that rows have, and its place in what is selected.
    fn places(&self) -> Vec<(Kind, Option<usize>)> {
        let mut places: Vec<_> = self.columns.iter(self.table).map(|column| (column.kind, None)).collect();
        for (at, column) in self.selected().enumerate() {
            if let Some(place) = self.columns.place(column) {
                places[place].1 = Some(FIRST + at);
            }
        }
        places
    }

    /// What is withheld of all columns of the table. Their conditions are decided in the same select.
    fn missing_of_all(&mut self, masks: &Masks<'_>) -> Missing {
        let mut missing = Missing::default();
        for column in self.table.fields() {
            match masks.mask(column) {
                Mask::Plain => {}
                Mask::Withheld => missing.always = missing.always.with(column),
                Mask::Under(condition) => missing.add_unless(self.number_of(masks.decided(condition)), column),
            }
        }
        missing
    }

    /// The number of a condition, which columns that have the same one share.
    fn number_of(&mut self, condition: Expr) -> usize {
        let known = self.conditions.iter().position(|other| *other == condition);
        known.unwrap_or_else(|| {
            self.conditions.push(condition);
            self.conditions.len() - 1
        })
    }

    /// The inner select: plain columns, and the raw columns of conditional ones beside their conditions. It is complete
    /// only with [`Projection::masked`] around it.
    pub(super) fn select(&self) -> SelectStatement {
        let mut statement = Query::select();
        let table = self.table.table;
        statement.column((table, MISSION_ID)).column((table, ID)).from(table);
        for column in self.selected() {
            statement.column((table, column.name));
        }
        for (at, condition) in self.conditions.iter().enumerate() {
            statement.expr_as(condition.clone(), condition_name(at));
        }
        statement
    }

    /// The columns beside the keys, in the order of both selects, by which [`Projection::row`] finds them.
    fn selected(&self) -> impl Iterator<Item = &'static Column> {
        let columns = self.plain.iter().copied().chain(self.conditional.iter().map(|(column, _)| *column));
        columns.filter(|column| !is_key(column))
    }

    /// Whether the inner select is complete without [`Projection::masked`].
    pub(super) fn is_plain(&self) -> bool {
        self.conditions.is_empty() && self.below.is_empty()
    }

    /// Puts the masks round the inner select: `CASE WHEN condition THEN column END`. `carried` are other selected names.
    /// `below` is what is selected of what hangs below each row.
    pub(super) fn masked(&self, inner: SelectStatement, below: Vec<Expr>, carried: &[String]) -> SelectStatement {
        let mut outer = Query::select();
        for (expression, name) in self.outer(below, carried) {
            match expression {
                Expr::Column(cell) => outer.column(cell),
                // A text is read as it comes, whatever the database calls it.
                Expr::SubQuery(..) | Expr::FunctionCall(_) => {
                    outer.expr_as(expression.cast_as("text"), Alias::new(name))
                }
                expression => outer.expr_as(expression, Alias::new(name)),
            };
        }
        outer.from_subquery(inner, self.alias());
        outer
    }

    /// A row as one value, an array in JSON, to be selected around the inner select.
    pub(super) fn array(&self, below: Vec<Expr>, carried: &[String], backend: DbBackend) -> Expr {
        let id = |column: &'static Column| matches!(column.kind, Kind::Id);
        let are_ids = [false, true].into_iter().chain(self.selected().map(id)).chain(std::iter::repeat(false));
        let cell = |((expression, _), is_id)| if is_id { json::id(backend, expression) } else { expression };
        json::array(backend, self.outer(below, carried).zip(are_ids).map(cell).collect())
    }

    /// What is selected around the inner select, each with its name: mission, id, columns, conditions, what hangs below, and what is
    /// carried.
    fn outer<'p>(&'p self, below: Vec<Expr>, carried: &'p [String]) -> impl Iterator<Item = (Expr, String)> + 'p {
        let cell = |name: &str| (self.cell(name), name.to_owned());
        let keys = [MISSION_ID, ID].into_iter().map(cell);
        let columns = self.selected().filter_map(|column| Some((self.seen(column)?, column.name.to_owned())));
        let conditions = (0..self.conditions.len()).map(move |at| cell(&condition_name(at)));
        let below = below.into_iter().enumerate().map(|(at, expression)| (expression, format!("_b{at}")));
        keys.chain(columns).chain(conditions).chain(below).chain(carried.iter().map(move |name| cell(name)))
    }

    /// A column as the outer select sees it; none where it is withheld from every row, or was not asked for.
    pub(super) fn seen(&self, column: &'static Column) -> Option<Expr> {
        if is_key(column) || self.plain.contains(&column) {
            return Some(self.cell(column.name));
        }
        let (_, at) = self.conditional.iter().find(|(conditional, _)| *conditional == column)?;
        let condition = self.cell(&condition_name(*at));
        Some(CaseStatement::new().case(condition, self.cell(column.name)).into())
    }

    /// A cell of the inner select.
    pub(super) fn cell(&self, name: &str) -> Expr {
        Expr::col((self.alias(), Alias::new(name)))
    }

    /// The name of the inner select in the outer one: another one at each depth, so that what hangs below can speak of it.
    pub(super) fn alias(&self) -> Alias {
        match self.depth {
            0 => Alias::new(INNER),
            depth => Alias::new(format!("{INNER}{depth}")),
        }
    }

    /// How many selects there are around it.
    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    /// Reads one row, by the places that both selects give the columns. What hangs below is left for the reader to read.
    pub(super) fn row(&self, selected: &Selected<'_>) -> Result<Row> {
        let id = selected.id()?;
        let mut values = Vec::with_capacity(self.reading.len());
        for (kind, place) in &self.reading {
            values.push(match place {
                Some(place) => selected.cell(*kind, *place)?,
                None => null(*kind),
            });
        }
        let mut holds = Vec::with_capacity(self.conditions.len());
        for condition in 0..self.conditions.len() {
            holds.push(selected.holds(self.conditions_from + condition)?);
        }
        let refused = self.of_asked.in_row(&holds);
        let withheld = self.of_all.as_ref().map(|missing| missing.in_row(&holds)).unwrap_or_default();
        let (columns, values, below) = (self.columns, values.into_boxed_slice(), Vec::with_capacity(self.below.len()));
        Ok(Row { table: self.table, id, global_id: None, columns, values, refused, withheld, below })
    }

    /// How many cells a selected row has, with so many that are carried.
    pub(super) const fn width(&self, carried: usize) -> usize {
        self.carried_from() + carried
    }

    /// The place of the first of what hangs below.
    pub(super) const fn below_from(&self) -> usize {
        self.conditions_from + self.conditions.len()
    }

    /// The place of the first of what is carried.
    pub(super) const fn carried_from(&self) -> usize {
        self.below_from() + self.below.len()
    }

    /// Whether the sealed id is asked for.
    pub(super) fn wants_id(&self) -> bool {
        self.plain.iter().any(|column| matches!(column.role, Role::Id))
    }

    /// The table.
    pub(super) const fn table(&self) -> &'static Table {
        self.table
    }

    /// What was asked for and is withheld in every row.
    pub(super) const fn refused(&self) -> Columns {
        self.of_asked.always
    }
}

/// The name of the outermost inner select in the outer one.
pub(super) const INNER: &str = "page";

/// Where the columns begin in what is selected, behind mission and id.
const FIRST: usize = 2;

/// Which row it is stands in every select, masked or not.
const fn is_key(column: &Column) -> bool {
    matches!(column.role, Role::Mission | Role::Id)
}

fn condition_name(at: usize) -> String {
    format!("_g{at}")
}
