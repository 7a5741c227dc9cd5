//! Updating a case: columns of the case and its individual, and new entries of the consent ledger. Derived columns and the
//! fact follow in the same transaction.

use entity::{
    Governed, case_file, consent, episode_trafficker, exploitation, individual, narrative, narrative_passage, referral,
    trafficker, trafficking_episode,
};
use sea_orm::{Iterable, ModelTrait, Value};

use super::{
    bundle::CaseBundle,
    check, derive,
    mistakes::Mistakes,
    register_case::{NewConsent, objects, to_consent},
};
use crate::access::{Event, RowId, Standing, Writer, refuse_to_write};
use crate::error::{ClientError, Result};
use crate::text::stored_value;

/// What a client changes.
#[derive(Clone, Debug)]
pub struct CaseChanges {
    /// The case.
    pub case: RowId,
    /// Columns of the individual.
    pub individual: Vec<(individual::Column, Value)>,
    /// Columns of the case.
    pub values: Vec<(case_file::Column, Value)>,
    /// New entries of the consent ledger.
    pub consents: Vec<NewConsent>,
}

/// Updates a case; or everything that is wrong with the input, `mistakes` of reading it included.
///
/// # Errors
/// `NOT_FOUND` for a case that is not the viewer's, `FORBIDDEN` for what the viewer may not write, `CONFLICT` for a case number
/// that the mission uses already.
pub async fn update_case(
    writer: &Writer,
    changes: CaseChanges,
    mut mistakes: Mistakes,
) -> Result<std::result::Result<(), Mistakes>> {
    let standing = writer.standing(changes.case).await?;
    authorise(writer, &standing, &changes)?;
    let mut bundle = load(writer, changes.case).await?;
    let actor = writer.viewer().actor().to_owned();
    let today = writer.today(changes.case.mission);
    let before = bundle.clone();
    for (column, value) in &changes.individual {
        bundle.individual.set(*column, stored_value(value.clone()));
    }
    for (column, value) in &changes.values {
        bundle.case.set(*column, stored_value(value.clone()));
    }
    let added: Vec<consent::Model> =
        changes.consents.into_iter().map(|new| to_consent(&bundle.case, new, &actor, today)).collect();
    bundle.consents.extend(added.clone());
    bundle.derive();
    mistakes.look_only_at(said(&changes.individual, &changes.values));
    check::change(&before.case, &bundle.case, &mut mistakes);
    check::individual(&bundle.individual, today, &mut mistakes);
    check::case(&bundle.case, &bundle.individual, today, &mut mistakes);
    check::consents(&added, today, &mut mistakes);
    if changes.individual.iter().any(|(_, value)| *value != value.as_null()) {
        check::identity_needs_consent(&bundle.individual, &bundle.case, &mut mistakes);
    }
    if !mistakes.is_empty() {
        return Ok(Err(mistakes));
    }
    write(writer, &standing, &before, &bundle, added).await?;
    let touched = [
        objects::<individual::Entity>(changes.individual.iter().map(|(column, _)| *column)),
        objects::<case_file::Entity>(changes.values.iter().map(|(column, _)| *column)),
    ];
    writer.record(Event {
        mission: changes.case.mission,
        action: "update_case",
        object_type: "Case",
        object_id: Some(changes.case.id),
        detail: touched.concat().join(" "),
        kind: "updated",
    });
    Ok(Ok(()))
}

/// The fields that are said, as paths of the input.
fn said(
    individual: &[(individual::Column, Value)],
    case: &[(case_file::Column, Value)],
) -> impl Iterator<Item = String> {
    let individual = individual.iter().filter_map(|(column, _)| individual::Entity::field(*column));
    let case = case.iter().filter_map(|(column, _)| case_file::Entity::field(*column));
    let individual = individual.map(|field| format!("individual.{field}"));
    individual.chain(case.map(|field| format!("case.{field}")))
}

/// Before anything stored is looked at. Even an update that changes nothing is a write to the case.
fn authorise(writer: &Writer, standing: &Standing, changes: &CaseChanges) -> Result<()> {
    let values = changes.values.iter().map(|(column, _)| *column);
    let consents = consent::Column::iter().filter(|_| !changes.consents.is_empty());
    let mut refused =
        writer.refused::<case_file::Entity>(standing, std::iter::once(case_file::Column::Id).chain(values))?;
    refused
        .extend(writer.refused::<individual::Entity>(standing, changes.individual.iter().map(|(column, _)| *column))?);
    refused.extend(writer.refused::<consent::Entity>(standing, consents)?);
    refuse_to_write(refused)
}

/// Writes what differs, and the fact where it does.
async fn write(
    writer: &Writer,
    standing: &Standing,
    before: &CaseBundle,
    after: &CaseBundle,
    consents: Vec<consent::Model>,
) -> Result<()> {
    let row = |id| RowId { mission: after.case.mission_id, id };
    let person = row(after.individual.id);
    update::<individual::Entity>(writer, standing, person, &before.individual, &after.individual).await?;
    let case = update::<case_file::Entity>(writer, standing, row(after.case.id), &before.case, &after.case).await;
    case.map_err(check::number_is_given)?;
    for (old, new) in before.referrals.iter().zip(&after.referrals) {
        update::<referral::Entity>(writer, standing, row(new.id), old, new).await?;
    }
    if !consents.is_empty() {
        writer.insert::<consent::Entity>(standing, consents).await?;
    }
    let fact = derive::fact(after);
    if fact != derive::fact(before) {
        writer.put_facts(vec![fact]).await?;
    }
    Ok(())
}

/// Writes the columns of a row that differ. Without any, nothing.
async fn update<E: Governed>(
    writer: &Writer,
    standing: &Standing,
    row: RowId,
    before: &E::Model,
    after: &E::Model,
) -> Result<()> {
    let changed: Vec<(E::Column, Value)> = E::Column::iter()
        .filter(|column| before.get(*column) != after.get(*column))
        .map(|column| (column, after.get(column)))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    writer.update::<E>(standing, row, changed).await
}

/// The whole case, unmasked: what is derived must not depend on who writes. The viewer may see the case: its standing was
/// found before.
async fn load(writer: &Writer, case: RowId) -> Result<CaseBundle> {
    let row =
        writer.unmasked::<case_file::Entity>(case, case_file::Column::Id).await?.pop().ok_or(ClientError::NotFound)?;
    let person = RowId { mission: case.mission, id: row.individual_id.ok_or(ClientError::NotFound)? };
    let involvements = writer.unmasked::<episode_trafficker::Entity>(case, episode_trafficker::Column::CaseId).await?;
    let mut traffickers = Vec::new();
    for id in involvements.iter().filter_map(|involvement| involvement.trafficker_id) {
        let place = RowId { mission: case.mission, id };
        traffickers.extend(writer.unmasked::<trafficker::Entity>(place, trafficker::Column::Id).await?);
    }
    Ok(CaseBundle {
        individual: writer
            .unmasked::<individual::Entity>(person, individual::Column::Id)
            .await?
            .pop()
            .ok_or(ClientError::NotFound)?,
        case: row,
        episodes: writer.unmasked::<trafficking_episode::Entity>(case, trafficking_episode::Column::CaseId).await?,
        exploitations: writer.unmasked::<exploitation::Entity>(case, exploitation::Column::CaseId).await?,
        traffickers,
        involvements,
        narratives: Vec::<narrative::Model>::new(),
        passages: Vec::<narrative_passage::Model>::new(),
        consents: writer.unmasked::<consent::Entity>(case, consent::Column::CaseId).await?,
        referrals: writer.unmasked::<referral::Entity>(case, referral::Column::CaseId).await?,
    })
}
