//! Rows of one table that an open case holds: as they were read, and as they become. What differs is told as columns with their
//! old and new values, and no longer by the type of the table.

use std::any::Any;

use entity::table::{Column, Kind, Role, Table};
use entity::{CasePath, CountryCode, Governed};
use sea_orm::{Iterable, ModelTrait, Value};
use uuid::Uuid;

use super::keys;

/// The column of the case, in every table whose rows belong to one.
pub(super) const CASE_ID: &str = "case_id";

/// One row.
pub(super) struct Held<E: Governed> {
    /// As it was read; none for a row that is new.
    before: Option<E::Model>,
    /// As it becomes.
    pub(super) after: E::Model,
}

/// The rows of one table.
pub(super) struct Rows<E: Governed> {
    pub(super) rows: Vec<Held<E>>,
    /// Whether all that the opened cases have were read; else only new ones are here.
    pub(super) are_all: bool,
}

/// A table of which rows are held.
pub(super) trait HeldTable: Any + Send {
    /// What differs in rows that were read.
    fn changes(&self) -> Vec<RowChange>;
    /// The rows that are new.
    fn added(&self) -> Vec<NewRow>;
    /// Whether a row is among them, read or new.
    fn holds(&self, table: &Table, id: Uuid) -> bool;
    /// As what it is.
    fn as_any(&self) -> &dyn Any;
    /// The same, to be changed.
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

/// A row in which something differs.
pub(super) struct RowChange {
    pub(super) at: Whereabouts,
    /// The version in which it was read.
    pub(super) version: i32,
    /// What differs.
    pub(super) columns: Vec<Changed>,
}

/// Where a row is.
#[derive(Clone)]
pub(super) struct Whereabouts {
    pub(super) table: &'static Table,
    pub(super) mission: CountryCode,
    pub(super) id: Uuid,
    /// The case that it belongs to, where it belongs to one alone.
    pub(super) case: Option<Uuid>,
}

/// A column that differs.
pub(super) struct Changed {
    pub(super) column: &'static Column,
    /// The policy object that governs the old value and the one that governs the new: two, where it was classified anew. None where
    /// no policy governs the column.
    pub(super) objects: Option<(String, String)>,
    pub(super) old: Value,
    pub(super) new: Value,
}

/// A row that is new, with the columns that have a value.
pub(super) struct NewRow {
    pub(super) at: Whereabouts,
    pub(super) columns: Vec<(&'static Column, Value)>,
}

impl<E: Governed> Held<E> {
    pub(super) fn read(model: E::Model) -> Self {
        Self { before: Some(model.clone()), after: model }
    }

    pub(super) const fn added(model: E::Model) -> Self {
        Self { before: None, after: model }
    }

    pub(super) fn id(&self) -> Option<Uuid> {
        uuid_of(&self.after.get(E::ID))
    }
}

impl<E: Governed> HeldTable for Rows<E> {
    fn changes(&self) -> Vec<RowChange> {
        let change = |held: &Held<E>| {
            let before = held.before.as_ref()?;
            let (was, is) = (values::<E>(before), values::<E>(&held.after));
            change(whereabouts::<E>(before), &was, &is)
        };
        self.rows.iter().filter_map(change).collect()
    }

    fn added(&self) -> Vec<NewRow> {
        let added = self.rows.iter().filter(|held| held.before.is_none());
        added.map(|held| new_row(whereabouts::<E>(&held.after), values::<E>(&held.after))).collect()
    }

    fn holds(&self, table: &Table, id: Uuid) -> bool {
        *E::TABLE == *table && self.rows.iter().any(|held| held.id() == Some(id))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The values of a row, in the order of the table's columns.
fn values<E: Governed>(model: &E::Model) -> Vec<Value> {
    E::Column::iter().map(|column| model.get(column)).collect()
}

/// The value of the column with this name; none where the table has no such column.
fn value<E: Governed>(model: &E::Model, name: &str) -> Option<Value> {
    Some(model.get(E::typed(E::TABLE.column(name)?)?))
}

fn whereabouts<E: Governed>(model: &E::Model) -> Whereabouts {
    Whereabouts {
        table: E::TABLE,
        mission: mission_of::<E>(model).unwrap_or(CountryCode::UNALLOCATED),
        id: uuid_of(&model.get(E::ID)).unwrap_or_default(),
        case: case_of::<E>(model),
    }
}

/// The case that a row belongs to by itself.
pub(super) fn case_of<E: Governed>(model: &E::Model) -> Option<Uuid> {
    match E::TABLE.path {
        CasePath::Itself => uuid_of(&model.get(E::ID)),
        CasePath::Child => uuid_of(&value::<E>(model, CASE_ID)?),
        CasePath::Individual | CasePath::Trafficker | CasePath::Mission => None,
    }
}

/// The mission of a row.
pub(super) fn mission_of<E: Governed>(model: &E::Model) -> Option<CountryCode> {
    match model.get(E::MISSION_ID) {
        Value::String(Some(code)) => code.parse().ok(),
        _ => None,
    }
}

/// How often a row was changed.
pub(super) fn version_of<E: Governed>(model: &E::Model) -> Option<i32> {
    number_of(&model.get(E::typed(version_in(E::TABLE)?)?))
}

/// The column that counts how often a row was changed.
pub(super) fn version_in(table: &'static Table) -> Option<&'static Column> {
    table.columns.iter().find(|column| matches!(column.role, Role::Version))
}

pub(super) const fn uuid_of(value: &Value) -> Option<Uuid> {
    match value {
        Value::Uuid(id) => *id,
        _ => None,
    }
}

const fn number_of(value: &Value) -> Option<i32> {
    match value {
        Value::Int(number) => *number,
        _ => None,
    }
}

fn change(at: Whereabouts, was: &[Value], is: &[Value]) -> Option<RowChange> {
    let table = at.table;
    let pairs = table.columns.iter().zip(was.iter().zip(is));
    let own = pairs.filter(|(column, _)| !matches!(column.role, Role::Key(_) | Role::Version));
    let differing = own.filter(|(_, (old, new))| old != new).map(|(column, (old, new))| Changed {
        column,
        objects: object_in(column, was).zip(object_in(column, is)),
        old: old.clone(),
        new: new.clone(),
    });
    let columns: Vec<Changed> = differing.collect();
    let version = version_in(table).and_then(|version| number_of(&was[usize::from(version.at)])).unwrap_or_default();
    (!columns.is_empty()).then_some(RowChange { at, version, columns })
}

fn new_row(at: Whereabouts, mut values: Vec<Value>) -> NewRow {
    for (key, of) in at.table.keys() {
        values[usize::from(key.at)] = keys::folded(&values[usize::from(of.at)]);
    }
    let columns = at.table.columns.iter().zip(values).filter(|(_, value)| *value != value.as_null());
    NewRow { columns: columns.collect(), at }
}

/// Whether somebody can speak of a column: of no id, link or matching key, and of nothing that is derived or hidden.
pub(super) const fn is_sayable(column: &Column) -> bool {
    matches!(column.role, Role::Leaf) && !column.derived
}

/// The policy object that governs a column in a row of these values: that of its classification, where it has one.
fn object_in(column: &Column, values: &[Value]) -> Option<String> {
    let object = column.object?;
    let Some(classified) = column.classified_by else { return Some(object.to_owned()) };
    let by = column.table.column(classified.by)?;
    let number = match values[usize::from(by.at)] {
        Value::SmallInt(Some(number)) => number,
        _ => classified.unknown,
    };
    let Kind::Code(list) = by.kind else { return None };
    list.value(number).map(|code| format!("{object}[{}]", code.graphql))
}
