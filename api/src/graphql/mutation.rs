//! Mutations: thin; the rules are in `casework`. An operation is one transaction: if any of its mutations fails, none lasts.

use async_graphql::{Context, Object};

use super::{
    commands::{CasePayload, OrganisationPayload, RegisterCaseInput, SaveOrganisationInput, UpdateCaseInput, run},
    cost::Weighted,
};
use crate::error::Result;

/// What it costs to write a record with what follows from it, audit and changes.
const WRITING: &str = "50";

/// The root of mutations.
pub struct Mutation;

/// Commands. An operation is one transaction: if any of its mutations fails, none lasts.
#[Object]
impl Mutation {
    /// Registers an individual, a case and consents.
    #[graphql(directive = Weighted::apply(WRITING.to_owned()))]
    async fn register_case(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new case.")] input: RegisterCaseInput,
    ) -> Result<CasePayload> {
        run(context, input).await
    }

    /// Changes a case and its individual, and adds to the consent ledger.
    #[graphql(directive = Weighted::apply(WRITING.to_owned()))]
    async fn update_case(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What changes; what is left out stays as it is.")] input: UpdateCaseInput,
    ) -> Result<CasePayload> {
        run(context, input).await
    }

    /// Makes an organisation of a mission's directory, or changes one.
    #[graphql(directive = Weighted::apply(WRITING.to_owned()))]
    async fn save_organisation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The organisation; of one that is there, what is left out stays as it is.")]
        input: SaveOrganisationInput,
    ) -> Result<OrganisationPayload> {
        run(context, input).await
    }
}
