//! `Referral`: a referral in or out.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::{case_file, referral};

use super::{Case, Mission, global_id, governed_object, withheld_fields};
use crate::error::Result;

governed_object! {
    /// A referral in or out.
    Referral, ReferralFields, ReferralLinks, referral
}

#[Object]
impl ReferralLinks {
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

    /// The case that is referred.
    async fn case(&self, context: &Context<'_>) -> Result<Option<Arc<Case>>> {
        self.0.level.linked::<case_file::Entity>(context, self.0.id, "case").await
    }
}
