//! Closing what is open: what differs is checked once more and written, each row in the version in which it was read, and noted
//! with what it was before.

use std::collections::BTreeMap;

use entity::table::{Column, Table};
use entity::{CasePath, fact};
use sea_orm::Value;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use uuid::Uuid;

use super::{
    entries::Event,
    field_change::FieldChange,
    held::{CASE_ID, Changed, NewRow, RowChange, Whereabouts, is_sayable, uuid_of, version_in},
    holding::Holding,
    keys,
    writer::Writer,
};
use crate::error::{ClientError, Error, InternalError, Result};

impl Holding<'_> {
    /// Writes all that differs, and the facts, and notes the event.
    pub(super) async fn close(self, facts: Vec<fact::Model>) -> Result<()> {
        let changes: Vec<RowChange> = self.tables.iter().flat_map(|table| table.changes()).collect();
        let added: Vec<NewRow> = self.tables.iter().flat_map(|table| table.added()).collect();
        changes.iter().try_for_each(|row| self.admit_change(row))?;
        added.iter().try_for_each(|row| self.admit_new(row))?;
        let set = changes.iter().flat_map(|row| row.columns.iter().map(|changed| (changed.column, &changed.new)));
        let set = set.chain(added.iter().flat_map(|row| row.columns.iter().map(|(column, value)| (*column, value))));
        self.admit_links(set)?;
        let changed = !(changes.is_empty() && added.is_empty() && facts.is_empty());
        for row in &changes {
            self.writer.change(row).await.map_err(|error| of_table(row.at.table, error))?;
        }
        for row in added {
            let table = row.at.table;
            self.writer.add(row).await.map_err(|error| of_table(table, error))?;
        }
        self.writer.put_facts(facts).await?;
        let events = self.events(changes, changed);
        self.writing.end(events);
        Ok(())
    }

    /// What is to be said: of what the command is about, and of each other case of which a row differs by what is derived.
    fn events(&self, changes: Vec<RowChange>, changed: bool) -> Vec<Event> {
        let own = self.opening.row.id;
        let (mut fields, mut others) = (Vec::new(), BTreeMap::<Uuid, Vec<FieldChange>>::new());
        for row in changes {
            let of = row.at.case.filter(|case| *case != own);
            of.map_or(&mut fields, |case| others.entry(case).or_default()).extend(FieldChange::of(row));
        }
        let event = |id, detail, changed, fields| Event {
            mission: self.mission(),
            command: self.opening.command,
            object_id: Some(id),
            detail,
            changed,
            fields,
        };
        let mut events = vec![event(own, self.opening.detail(), changed, fields)];
        events
            .extend(others.into_iter().map(|(case, fields)| event(case, FieldChange::objects(&fields), true, fields)));
        events
    }

    /// A row that was read changes in what was announced, and in what is derived. What belongs to another of the opened cases is
    /// derived alone. What several cases share is changed where all of them are open.
    fn admit_change(&self, row: &RowChange) -> Result<()> {
        let own = row.at.case.is_none_or(|case| case == self.opening.row.id);
        let open = match row.at.table.path {
            CasePath::Individual => self.opening.shared.individual,
            CasePath::Trafficker => self.opening.shared.traffickers,
            CasePath::Itself | CasePath::Child | CasePath::Mission => true,
        };
        let may = |changed: &Changed| changed.column.derived || (own && open && self.is_announced(changed.column));
        row.columns
            .iter()
            .find(|changed| !may(changed))
            .map_or(Ok(()), |changed| Err(unannounced(&row.at, changed.column)))
    }

    /// A new row has what was announced, what the command fills, and what the program fills in every row.
    fn admit_new(&self, row: &NewRow) -> Result<()> {
        let refused = row.columns.iter().find(|(column, _)| is_sayable(column) && !self.is_announced(column));
        refused.map_or(Ok(()), |(column, _)| Err(unannounced(&row.at, column)))
    }

    /// What a row refers to belongs to the opened cases, as the row does.
    fn admit_links<'a>(&self, mut set: impl Iterator<Item = (&'a Column, &'a Value)>) -> Result<()> {
        let is_open = |table: &Table, id| self.tables.iter().any(|held| held.holds(table, id));
        let leads_out = |(column, value): (&Column, &Value)| {
            column.leads_to().zip(uuid_of(value)).is_some_and(|(table, id)| !is_open(table, id))
        };
        if set.any(leads_out) { Err(ClientError::NotFound.into()) } else { Ok(()) }
    }

    fn is_announced(&self, column: &Column) -> bool {
        let sets = self.opening.command.sets();
        self.opening.said(column) || column.object.is_some_and(|object| sets.contains(&object))
    }
}

/// An error of writing a row. What has to be its own alone is a matter of the table, so that a conflict names it; the command knows
/// the field.
fn of_table(table: &Table, error: Error) -> Error {
    match error {
        Error::Client(ClientError::Conflict { message, .. }) => ClientError::conflict(table.name, message).into(),
        other => other,
    }
}

fn unannounced(at: &Whereabouts, column: &Column) -> Error {
    InternalError::new(format!(
        "a command writes {}.{}, which it did not announce, or which is not open to it",
        at.table.table, column.name
    ))
    .into()
}

impl RowChange {
    /// The version that the change makes: one more, unless nothing changes but what is derived.
    pub(super) fn next_version(&self) -> i32 {
        let raises = self.columns.iter().any(|changed| !changed.column.derived);
        if raises { self.version + 1 } else { self.version }
    }
}

impl Writer {
    /// Changes a row in the version in which it was read.
    async fn change(&self, row: &RowChange) -> Result<()> {
        let table = row.at.table;
        let version = version_in(table).ok_or_else(|| InternalError::new("a table without versions"))?.name;
        let column = |name: &'static str| Expr::col((Alias::new(table.table), Alias::new(name)));
        let mut statement = Query::update();
        statement.table(Alias::new(table.table));
        for Changed { column, new, .. } in &row.columns {
            statement.value(Alias::new(column.name), Expr::value(new.clone()));
            if let Some(key) = column.key() {
                statement.value(Alias::new(key.name), Expr::value(keys::folded(new)));
            }
        }
        if row.next_version() != row.version {
            statement.value(Alias::new(version), Expr::value(row.next_version()));
        }
        statement.and_where(column("mission_id").eq(row.at.mission)).and_where(column("id").eq(row.at.id));
        if table.path == CasePath::Child {
            statement.and_where(column(CASE_ID).eq(row.at.case));
        }
        statement.and_where(column(version).eq(row.version));
        match self.session().await?.execute_on(table.table, &statement).await? {
            // Somebody else was at it since it was read, past the turn of its case.
            0 => Err(self.session().await?.lost_to_others()),
            _ => Ok(()),
        }
    }

    /// Adds a row.
    async fn add(&self, row: NewRow) -> Result<()> {
        let table = row.at.table.table;
        let mut statement = Query::insert();
        statement.into_table(Alias::new(table)).columns(row.columns.iter().map(|(column, _)| Alias::new(column.name)));
        statement.values_panic(row.columns.into_iter().map(|(_, value)| Expr::value(value)));
        self.session().await?.execute_on(table, &statement).await.map(drop)
    }
}
