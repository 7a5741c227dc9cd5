//! `Consent`: one entry of the consent ledger.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::{case_file, consent, individual};

use super::{Case, Individual, Mission, global_id, governed_object, withheld_fields};
use crate::error::Result;

governed_object! {
    /// One entry of the consent ledger.
    Consent, ConsentFields, ConsentLinks, consent
}

#[Object]
impl ConsentLinks {
    /// Opaque and lasting.
    async fn id(&self, context: &Context<'_>) -> Result<ID> {
        global_id(context, &self.0).await
    }

    /// The mission that holds the row.
    async fn mission(&self) -> Mission {
        Mission::of(self.0.id.mission)
    }

    /// All leaves and links that you may not see in this row, whatever you select. Null and not named here: *unknown*.
    async fn withheld(&self) -> Vec<String> {
        withheld_fields(&self.0)
    }

    /// The case in which it was given.
    async fn case(&self, context: &Context<'_>) -> Result<Option<Arc<Case>>> {
        self.0.level.linked::<case_file::Entity>(context, self.0.id, "case").await
    }

    /// The individual who decided.
    async fn individual(&self, context: &Context<'_>) -> Result<Option<Arc<Individual>>> {
        self.0.level.linked::<individual::Entity>(context, self.0.id, "individual").await
    }
}
