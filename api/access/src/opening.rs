//! What a command is about to do: to which case, or to which row that leads to none, and of which fields its caller speaks. All of
//! that is decided before anything stored is looked at, so that no complaint about a value tells what the viewer may not see.

use std::collections::BTreeSet;

use entity::{
    CasePath, CountryCode, Governed, case_file,
    table::{Column, Table},
};
use uuid::Uuid;

use super::{
    command::Command,
    policy::Action,
    scope::{RowScope, ScopeSet},
    sealing::RowId,
    writer::Writer,
};
use crate::error::{ClientError, InternalError, Result};

/// A command, before it was allowed.
#[derive(Clone, Debug)]
pub struct Opening {
    pub(super) command: Command,
    /// The table of what it is about: that of cases, or one whose rows lead to none.
    pub(super) table: &'static Table,
    /// What it is about.
    pub(super) row: RowId,
    /// Where that is not there yet: whose it will be.
    pub(super) new: Option<Belongs>,
    /// What it changes that other cases may share.
    pub(super) shared: Shared,
    /// Columns of which the caller speaks.
    said: Vec<&'static Column>,
    /// Their policy objects.
    objects: BTreeSet<String>,
}

/// Which rows a command changes that several cases may share. All of these are open then.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shared {
    pub(super) individual: bool,
    pub(super) traffickers: bool,
}

/// Whose a row will be that is not there yet.
#[derive(Clone, Debug)]
pub(super) enum Belongs {
    /// A case: of this owner and this team.
    ToOwner { owner: Option<String>, team: Option<String> },
    /// A row that leads to no case: its mission's.
    ToMission,
}

/// How the viewer stands to one row: which row scopes hold.
pub(super) struct Standing {
    pub(super) scopes: Vec<RowScope>,
}

impl Opening {
    /// A command about a case that exists.
    #[must_use]
    pub fn of(command: Command, case: RowId) -> Self {
        Self::about(command, &case_file::TABLE, case)
    }

    /// A command that makes a case, for this owner and this team.
    #[must_use]
    pub fn of_new(command: Command, case: &case_file::Model) -> Self {
        let new = Belongs::ToOwner { owner: case.owner.clone(), team: case.team.clone() };
        Self { new: Some(new), ..Self::of(command, RowId { mission: case.mission_id, id: case.id }) }
    }

    /// A command about a row that exists and leads to no case.
    #[must_use]
    pub fn of_row<E: Governed>(command: Command, row: RowId) -> Self {
        Self::about(command, E::TABLE, row)
    }

    /// A command that makes a row of a mission that leads to no case.
    #[must_use]
    pub fn of_new_row<E: Governed>(command: Command, mission: CountryCode) -> Self {
        let row = RowId { mission, id: Uuid::now_v7() };
        Self { new: Some(Belongs::ToMission), ..Self::about(command, E::TABLE, row) }
    }

    fn about(command: Command, table: &'static Table, row: RowId) -> Self {
        let (said, objects) = (Vec::new(), BTreeSet::new());
        Self { command, table, row, new: None, shared: Shared::default(), said, objects }
    }

    /// The caller gives these columns values. What is not announced here is not written, but for what the program fills itself.
    #[must_use]
    pub fn says<E: Governed>(mut self, columns: impl IntoIterator<Item = E::Column>) -> Self {
        for column in columns.into_iter().map(entity::column::<E>) {
            self.shared.individual |= column.table.path == CasePath::Individual;
            self.shared.traffickers |= column.table.path == CasePath::Trafficker;
            self.objects.extend(column.objects());
            self.said.push(column);
        }
        self
    }

    /// Whether the door is the one for rows of this kind; an internal error where it is not.
    pub(super) fn fits(&self, path: CasePath) -> Result<()> {
        let (command, about, table) = (self.command.name(), self.command.object_type(), self.table);
        match table.path == path && table.name == about {
            true => Ok(()),
            false => Err(InternalError::new(format!("{command} is opened on {}", table.name)).into()),
        }
    }

    /// Whether the caller spoke of a column.
    pub(super) fn said(&self, column: &Column) -> bool {
        self.said.contains(&column)
    }

    /// The policy objects of which the caller speaks, for the audit: sorted, with single spaces between them.
    pub(super) fn detail(&self) -> String {
        self.objects.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

impl Shared {
    pub(super) const fn is_any(self) -> bool {
        self.individual || self.traffickers
    }
}

impl Standing {
    /// The viewer's standing to a row that is about to be made by the viewer.
    pub(super) fn to_new(writer: &Writer, new: &Belongs) -> Self {
        let viewer = writer.viewer();
        let mut scopes = vec![RowScope::Mission];
        if let Belongs::ToOwner { owner, team } = new {
            scopes.push(RowScope::Registered);
            scopes.extend((owner.as_deref() == Some(viewer.actor())).then_some(RowScope::Own));
            let of_team = team.as_ref().is_some_and(|team| viewer.teams().contains(team));
            scopes.extend(of_team.then_some(RowScope::Team));
        }
        Self { scopes }
    }

    fn meets(&self, granted: ScopeSet) -> bool {
        granted.iter().any(|scope| self.scopes.contains(&scope))
    }
}

impl Writer {
    /// Decides whether the viewer may run the command on the row, and write what the caller speaks of.
    ///
    /// # Errors
    /// `NOT_FOUND` for a mission that is not the viewer's; `FORBIDDEN`, naming what is refused.
    pub(super) fn allow(&self, opening: &Opening, standing: &Standing) -> Result<()> {
        let domain = self.clearance.domain(opening.row.mission).ok_or(ClientError::NotFound)?;
        let may_write = |object: &str| standing.meets(self.clearance.scopes(domain, object, Action::Write));
        let refused: Vec<&str> =
            opening.objects.iter().map(String::as_str).filter(|object| !may_write(object)).collect();
        let runs = self.runs(opening, standing)?;
        if runs && refused.is_empty() {
            return Ok(());
        }
        let asks = standing.meets(self.clearance.of_command(domain, opening.command, Action::Ask));
        let command = opening.command.object().unwrap_or(opening.command.name());
        let refused = refused.join(", ");
        let this = format!("this {}", opening.table.name.to_lowercase());
        Err(ClientError::Forbidden(match (runs, refused.is_empty()) {
            (true, _) => format!("you may not write {refused} of {this}"),
            (false, false) => format!("you may not run {command} on {this}, nor write {refused} of it"),
            (false, true) if asks => {
                format!("{command} on {this} needs the confirmation of a second person, which cannot be asked for yet")
            }
            (false, true) => format!("you may not run {command} on {this}"),
        })
        .into())
    }

    /// Whether the viewer may run the command on a row of this standing.
    pub(super) fn runs(&self, opening: &Opening, standing: &Standing) -> Result<bool> {
        let domain = self.clearance.domain(opening.row.mission).ok_or(ClientError::NotFound)?;
        Ok(standing.meets(self.clearance.of_command(domain, opening.command, Action::Run)))
    }

    /// Whether a case that the viewer makes by this command can be the viewer's own: some grant to run it rests on that, or on
    /// nothing.
    #[must_use]
    pub fn may_own_cases(&self, command: Command, mission: CountryCode) -> bool {
        let domain = self.clearance.domain(mission);
        let scopes = domain.map(|domain| self.clearance.of_command(domain, command, Action::Run)).unwrap_or_default();
        scopes.iter().any(|scope| matches!(scope, RowScope::Own | RowScope::Mission))
    }
}
