//! The fields of rows of one table that were read together.

use async_graphql::{
    Positioned, Value,
    parser::types::{Field, SelectionSet},
};
use entity::table::{Back, Column, Link, Role, Table};

use super::{
    asked::{self, WITHHELD},
    walk::{Members, Objects, Path, Walk, below},
};
use crate::access::Row;
use crate::error::{InternalError, Result};
use crate::graphql::tables::lists;

/// Rows that were read together, and where they stand.
#[derive(Clone, Copy)]
pub(super) struct Level<'l> {
    pub(super) rows: &'l [&'l Row],
    pub(super) path: Path<'l>,
}

/// What a field of an object is.
pub(super) enum Is {
    TypeName,
    Id,
    Mission,
    Withheld,
    Leaf(&'static Column),
    Link(&'static Column, Link),
    /// The rows that refer to it by this column.
    List(&'static Column, Back),
}

impl Is {
    pub(super) fn named(table: &'static Table, field: &str) -> Option<Self> {
        match field {
            "__typename" => return Some(Self::TypeName),
            "mission" => return Some(Self::Mission),
            WITHHELD => return Some(Self::Withheld),
            _ => {}
        }
        let Some(column) = table.field(field) else {
            return lists(table).find(|(_, back)| back.entry.name == field).map(|(link, back)| Self::List(link, back));
        };
        Some(match column.role {
            Role::Id => Self::Id,
            Role::Link(link) => Self::Link(column, link),
            _ => Self::Leaf(column),
        })
    }
}

impl Walk<'_> {
    /// The values of rows, each with what is asked of it.
    pub(super) async fn rows(
        &self,
        table: &'static Table,
        rows: &[&Row],
        asked: &SelectionSet,
        path: Path<'_>,
    ) -> Vec<Value> {
        let level = Level { rows, path };
        let mut members = Members::of(rows.len(), asked.items.len());
        for field in asked::fields(asked) {
            let Some(is) = Is::named(table, &field.node.name.node) else {
                let unknown = InternalError::new(format!("{} has no field {}", table.name, field.node.name.node));
                self.fail(unknown, field, (0..rows.len()).map(path));
                continue;
            };
            match is {
                Is::TypeName => members.add(field, rows.iter().map(|_| Value::from(table.name))),
                Is::Id => members.add(field, self.each(&level, field, id)),
                Is::Withheld => members.add(field, rows.iter().map(|row| withheld(row))),
                Is::Leaf(column) => members.add(field, self.each(&level, field, |row| leaf(row, column))),
                Is::Mission => members.add(field, self.missions_of(&level, field).await),
                Is::Link(column, link) => members.add(field, self.linked(&level, column, link, field).await),
                Is::List(link, back) => members.add(field, self.listed(&level, link, back, field).await),
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
        self.objects(&missions, &field.node.selection_set.node, &path).await
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
