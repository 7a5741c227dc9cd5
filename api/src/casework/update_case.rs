//! Updating a case: columns of the case and its individual, and new entries of the consent ledger. Derived columns and the
//! fact follow in the same transaction.

use entity::{Governed, case_file, consent, individual};
use sea_orm::{ModelTrait, Value};

use super::{
    check,
    derivation::Derivation,
    mistakes::Mistakes,
    refused::{Conflict, Outcome, Refused},
    register_case::{NewConsent, to_consent},
};
use crate::access::{Command, OpenCase, Opening, RowId, Writer};
use crate::error::Result;
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
    /// The version of the case that the changes were made against, where that was said.
    pub version: Option<i32>,
    /// Likewise of the individual.
    pub individual_version: Option<i32>,
}

/// Updates a case; or everything that is wrong with the input, `mistakes` of reading it included, or what changed since the
/// versions that it names.
///
/// # Errors
/// `NOT_FOUND` for a case that is not the viewer's, `FORBIDDEN` for what the viewer may not write, `CONFLICT` for a case number
/// that the mission uses already.
pub async fn update_case(writer: &Writer, changes: CaseChanges, mut mistakes: Mistakes) -> Result<Outcome<RowId>> {
    let mut open = writer.open(opening(&changes), &Derivation).await?;
    if let Some(conflict) = stale(&mut open, &changes).await? {
        return Ok(Err(Refused::Stale(conflict)));
    }
    let before = open.one::<case_file::Entity>().await?;
    let (mut case, mut individual) = (before.clone(), open.one::<individual::Entity>().await?);
    for (column, value) in &changes.individual {
        individual.set(*column, stored_value(value.clone()));
    }
    for (column, value) in &changes.values {
        case.set(*column, stored_value(value.clone()));
    }
    let today = writer.today(changes.case.mission);
    let identified = changes.individual.iter().any(|(_, value)| *value != value.as_null());
    mistakes.look_only_at(said(&changes.individual, &changes.values));
    let new = |new| to_consent(&case, new, writer.viewer().actor(), today);
    let consents: Vec<consent::Model> = changes.consents.into_iter().map(new).collect();
    check::consents(&consents, today, &mut mistakes);
    open.put::<individual::Entity>(individual)?;
    open.put::<case_file::Entity>(case)?;
    for consent in consents {
        open.add::<consent::Entity>(consent)?;
    }
    open.derive().await?;
    let (case, individual) = (open.one::<case_file::Entity>().await?, open.one::<individual::Entity>().await?);
    check::change(&before, &case, &mut mistakes);
    check::individual(&individual, today, &mut mistakes);
    check::case(&case, &individual, today, &mut mistakes);
    if identified {
        check::identity_needs_consent(&individual, &case, &mut mistakes);
    }
    if !mistakes.is_empty() {
        return Ok(Err(mistakes.into()));
    }
    open.close().await.map_err(check::number_is_given)?;
    Ok(Ok(changes.case))
}

/// Of what the changes speak.
fn opening(changes: &CaseChanges) -> Opening {
    Opening::of(Command::UpdateCase, changes.case)
        .says::<individual::Entity>(changes.individual.iter().map(|(column, _)| *column))
        .says::<case_file::Entity>(changes.values.iter().map(|(column, _)| *column))
        .says::<consent::Entity>(changes.consents.iter().flat_map(NewConsent::said))
}

/// What changed since the versions that were named.
async fn stale(open: &mut OpenCase<'_>, changes: &CaseChanges) -> Result<Option<Conflict>> {
    let mut conflict = Conflict::default();
    if let Some(version) = changes.version {
        conflict.record = open.changed_since::<case_file::Entity>(version).await?;
    }
    if let Some(version) = changes.individual_version {
        conflict.individual = open.changed_since::<individual::Entity>(version).await?;
    }
    Ok((conflict != Conflict::default()).then_some(conflict))
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
