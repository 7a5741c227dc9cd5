//! Mutations about organisations.

use async_graphql::{ID, InputObject, SimpleObject};
use entity::{CountryCode, organisation};

use super::{Commanded, Conflict, Done, Payload, UserError, row_of};
use crate::access::{Command, Writer};
use crate::casework::{
    mistakes::Mistakes,
    save_organisation::{SavedOrganisation, Which, save_organisation},
};
use crate::error::ClientError;
use crate::graphql::{answers::OneRow, cost::ListSize, inputs::Written, tried::Tried};

/// An organisation, new or changed.
#[derive(Clone, Debug, InputObject)]
pub struct SaveOrganisationInput {
    /// The organisation to change; a new one is made where nothing is said.
    pub id: Option<ID>,
    /// The mission that will hold a new one, which needs it. A change names none.
    pub mission: Option<Tried<CountryCode>>,
    /// The version of the organisation that you have seen, which a change needs and a new one has not. If it has another one by now, nothing is
    /// changed, and the payload says what is different.
    pub version: Option<i32>,
    /// What it is called and what it does. Its key is never changed.
    pub organisation: Written<organisation::Entity>,
}

/// What became of a command about an organisation.
#[derive(SimpleObject)]
pub struct OrganisationPayload {
    /// The organisation, as you see it; null where nothing was done.
    pub organisation: Option<OneRow<organisation::Entity>>,
    /// What was wrong with the input, all of it at once. Where there is anything, nothing of the operation lasts.
    #[graphql(directive = ListSize::apply(5, None, None, false))]
    pub user_errors: Vec<UserError>,
    /// What is different by now, where the change was made against a version that is no longer the record's.
    pub conflict: Option<Conflict>,
}

impl Payload for OrganisationPayload {
    type Row = organisation::Entity;

    fn of(organisation: Option<OneRow<Self::Row>>, user_errors: Vec<UserError>, conflict: Option<Conflict>) -> Self {
        Self { organisation, user_errors, conflict }
    }
}

impl Commanded for SaveOrganisationInput {
    const COMMAND: Command = Command::SaveOrganisation;
    type Payload = OrganisationPayload;

    fn mission(&self, writer: &Writer) -> Option<CountryCode> {
        match &self.id {
            Some(id) => row_of::<organisation::Entity>(writer, id).map(|row| row.mission),
            None => self.mission.as_ref()?.value().copied(),
        }
    }

    async fn run(self, writer: &Writer) -> Done {
        let mut mistakes = Mistakes::default();
        let which = match &self.id {
            Some(id) => {
                let row = row_of::<organisation::Entity>(writer, id).ok_or(ClientError::NotFound)?;
                if self.version.is_none() {
                    mistakes.note("version", "a change needs the version that was seen");
                }
                if self.mission.is_some() {
                    mistakes.note("mission", "an organisation stays in its mission: name that for a new one alone");
                }
                Which::There(row, self.version)
            }
            None => {
                if self.mission.is_none() {
                    mistakes.note("mission", "a new organisation needs its mission");
                }
                if self.version.is_some() {
                    mistakes.note("version", "a new organisation has no version: name the one to change by its id");
                }
                Which::New(self.mission.and_then(|mission| mission.read("mission", &mut mistakes)))
            }
        };
        let values = self.organisation.values("organisation", &mut mistakes);
        save_organisation(writer, SavedOrganisation { which, values }, mistakes).await
    }
}
