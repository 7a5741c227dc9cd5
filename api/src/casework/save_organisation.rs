//! Saving an organisation of a mission's directory: a new one, or columns of one that is there.

use entity::{CountryCode, Governed, organisation};
use sea_orm::{ModelTrait, Value};

use super::{
    check,
    mistakes::Mistakes,
    refused::{Conflict, Outcome, Refused},
};
use crate::access::{Command, OpenMission, Opening, RowId, Writer};
use crate::error::Result;
use crate::text::stored_value;

/// What a client says of an organisation.
#[derive(Clone, Debug)]
pub struct SavedOrganisation {
    /// Which one.
    pub which: Which,
    /// Its columns.
    pub values: Vec<(organisation::Column, Value)>,
}

/// Which organisation is saved.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// A new one of this mission; none where what was said of it is a mistake.
    New(Option<CountryCode>),
    /// One that is there, in the version that was seen; none where that was not said, which is a mistake.
    There(RowId, Option<i32>),
}

/// Saves an organisation; its id, or everything that is wrong with the input, `mistakes` of reading it included, or what changed
/// since the version that it names.
///
/// # Errors
/// `NOT_FOUND` for an organisation or a mission that is not the viewer's, `FORBIDDEN` for what the viewer may not write, `CONFLICT`
/// for a key that the mission uses already.
pub async fn save_organisation(
    writer: &Writer,
    saved: SavedOrganisation,
    mut mistakes: Mistakes,
) -> Result<Outcome<RowId>> {
    let opening = match saved.which {
        Which::New(Some(mission)) => Opening::of_new_row::<organisation::Entity>(Command::SaveOrganisation, mission),
        Which::There(row, _) => Opening::of_row::<organisation::Entity>(Command::SaveOrganisation, row),
        Which::New(None) => return Ok(Err(mistakes.into())),
    };
    let said = opening.says::<organisation::Entity>(saved.values.iter().map(|(column, _)| *column));
    let mut open = writer.open_mission(said).await?;
    if let Which::There(_, Some(version)) = saved.which
        && let Some(stale) = open.changed_since::<organisation::Entity>(version).await?
    {
        return Ok(Err(Refused::Stale(Conflict { record: Some(stale), individual: None })));
    }
    match saved.which {
        Which::New(_) => add(&mut open, saved.values, &mut mistakes)?,
        Which::There(..) => change(&mut open, saved.values, &mut mistakes).await?,
    }
    if !mistakes.is_empty() {
        return Ok(Err(mistakes.into()));
    }
    let row = open.row();
    open.close().await.map_err(check::key_is_given)?;
    Ok(Ok(row))
}

fn add(open: &mut OpenMission<'_>, values: Vec<(organisation::Column, Value)>, mistakes: &mut Mistakes) -> Result<()> {
    let RowId { mission, id } = open.row();
    let new = with(organisation::Model::blank(mission, id), values);
    check::organisation(&new, mistakes);
    open.add::<organisation::Entity>(new)
}

async fn change(
    open: &mut OpenMission<'_>,
    values: Vec<(organisation::Column, Value)>,
    mistakes: &mut Mistakes,
) -> Result<()> {
    let before = open.one::<organisation::Entity>().await?;
    let said = values.iter().filter_map(|(column, _)| organisation::Entity::field(*column));
    mistakes.look_only_at(said.map(|field| format!("organisation.{field}")));
    let after = with(before.clone(), values);
    check::key_stays(&before, &after, mistakes);
    check::organisation(&after, mistakes);
    open.put::<organisation::Entity>(after)
}

/// The row with these values, in the form in which they are stored.
fn with(mut row: organisation::Model, values: Vec<(organisation::Column, Value)>) -> organisation::Model {
    for (column, value) in values {
        row.set(column, stored_value(value));
    }
    row
}
