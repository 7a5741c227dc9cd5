//! The fields of rows of one table that were read together, with what hangs below them.

use async_graphql::{Positioned, Value, parser::types::Field};
use entity::table::{Column, Table};

use super::{
    pages::Pages,
    plan::{Is, PagesPlan, Plan},
    walk::{Members, Objects, Path, Walk, below},
};
use crate::access::{Below, Page, Row};
use crate::error::{ClientError, InternalError, Result};

/// Rows that were read together, and where they stand.
#[derive(Clone, Copy)]
struct Level<'l> {
    rows: &'l [&'l Row],
    path: Path<'l>,
}

impl Walk<'_> {
    /// The values of rows, each with what is asked of it.
    pub(super) async fn rows(
        &self,
        table: &'static Table,
        rows: &[&Row],
        asked: &[(&Positioned<Field>, Is<'_>)],
        path: Path<'_>,
    ) -> Vec<Value> {
        let level = Level { rows, path };
        let mut members = Members::of(rows.len(), asked.len());
        for (field, is) in asked {
            match is {
                Is::TypeName => members.add(field, rows.iter().map(|_| Value::from(table.name))),
                Is::Id => members.add(field, self.each(&level, field, id)),
                Is::Withheld => members.add(field, rows.iter().map(|row| withheld(row))),
                Is::Leaf(column) => members.add(field, self.each(&level, field, |row| leaf(row, column))),
                Is::Mission => members.add(field, self.missions_of(&level, field).await),
                Is::Link(at, to, plan) => members.add(field, self.linked(&level, *at, to, plan, field).await),
                Is::List(at, of, plan) => members.add(field, self.listed(&level, *at, of, plan, field).await),
                Is::Refused(refusal) => {
                    self.fail(refusal.clone(), field, (0..rows.len()).map(path));
                    members.add(field, rows.iter().map(|_| Value::Null));
                }
                Is::Unknown => {
                    let unknown = InternalError::new(format!("{} has no field {}", table.name, field.node.name.node));
                    self.fail(unknown, field, (0..rows.len()).map(path));
                }
            }
        }
        members.into_values()
    }

    /// A value of each row; null where it fails.
    fn each<'w>(
        &'w self,
        level: &'w Level<'w>,
        field: &'w Positioned<Field>,
        value: impl Fn(&Row) -> Result<Value, InternalError> + 'w,
    ) -> impl Iterator<Item = Value> + 'w {
        level.rows.iter().enumerate().map(move |(at, row)| {
            value(row).unwrap_or_else(|error| {
                self.fail(error, field, std::iter::once((level.path)(at)));
                Value::Null
            })
        })
    }

    /// The missions that hold the rows.
    async fn missions_of(&self, level: &Level<'_>, field: &Positioned<Field>) -> Vec<Value> {
        let missions = Objects::Missions(level.rows.iter().map(|row| row.id.mission).collect());
        let path = |at| below((level.path)(at), field);
        self.objects(&missions, &Plan::Missions(&field.node.selection_set.node), &path).await
    }

    /// The row that the link of each row leads to; null where there is none, or none that the viewer may see.
    async fn linked(
        &self,
        level: &Level<'_>,
        at: usize,
        to: &'static Table,
        plan: &Plan<'_>,
        field: &Positioned<Field>,
    ) -> Vec<Value> {
        let mut values = vec![Value::Null; level.rows.len()];
        let there = level.rows.iter().enumerate().filter_map(|(place, row)| match row.below.get(at) {
            Some(Below::Link(Some(linked))) => Some((place, &**linked)),
            _ => None,
        });
        let (places, rows): (Vec<usize>, Vec<&Row>) = there.unzip();
        let path = |at: usize| below((level.path)(places[at]), field);
        let linked = self.objects(&Objects::Rows(to, rows), plan, &path).await;
        for (place, value) in places.iter().zip(linked) {
            values[*place] = value;
        }
        values
    }

    /// A page of the rows that refer to each row.
    async fn listed(
        &self,
        level: &Level<'_>,
        at: usize,
        of: &'static Table,
        plan: &PagesPlan<'_>,
        field: &Positioned<Field>,
    ) -> Vec<Value> {
        // A refusal is one of the question, and so of each row.
        let read: std::result::Result<Vec<&Page>, ClientError> =
            level.rows.iter().map(|row| page_below(row, at)).collect();
        let read = match read {
            Ok(read) => read,
            Err(refusal) => {
                self.fail(refusal, field, (0..level.rows.len()).map(level.path));
                return vec![Value::Null; level.rows.len()];
            }
        };
        let pages = Pages::of_rows(of, read.into_iter());
        let path = |at| below((level.path)(at), field);
        self.pages(&pages, plan, &path).await
    }
}

/// What a list has where nothing of it was read.
static NONE: Page = Page { rows: Vec::new(), cursors: Vec::new(), has_next: false, has_previous: false, total: None };

fn page_below(row: &Row, at: usize) -> std::result::Result<&Page, ClientError> {
    match row.below.get(at) {
        Some(Below::List(page)) => Ok(page),
        Some(Below::Refused(refusal)) => Err(refusal.clone()),
        _ => Ok(&NONE),
    }
}

/// The sealed id, which is made where it is asked for.
fn id(row: &Row) -> Result<Value, InternalError> {
    let id = row.global_id.clone().map(Value::String);
    id.ok_or_else(|| InternalError::new("an id was asked for and not made"))
}

/// The names of all leaves and links that are withheld in this row, sorted.
fn withheld(row: &Row) -> Value {
    let mut names: Vec<&str> = row.withheld.iter(row.table).filter_map(|column| column.field).collect();
    names.sort_unstable();
    names.into()
}

/// What the schema shows of a column's value. Null is unknown, or withheld; what is stored and cannot be shown is neither.
fn leaf(row: &Row, column: &'static Column) -> Result<Value, InternalError> {
    let stored = row.value(column);
    match column.kind.shown(stored) {
        Value::Null if *stored != stored.as_null() => Err(InternalError::new(format!(
            "{}.{} has a value that is not of its kind",
            column.table.table, column.name
        ))),
        shown => Ok(shown),
    }
}
