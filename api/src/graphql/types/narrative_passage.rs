//! `NarrativePassage`: one passage of a narrative. Its classification decides who may read its text.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::{case_file, narrative, narrative_passage};

use super::{Case, Mission, Narrative, global_id, governed_object, withheld_fields};
use crate::error::Result;

governed_object! {
    /// One passage of a narrative. Its classification decides who may read its text.
    NarrativePassage, NarrativePassageFields, NarrativePassageLinks, narrative_passage
}

#[Object]
impl NarrativePassageLinks {
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

    /// The case that it is about.
    async fn case(&self, context: &Context<'_>) -> Result<Option<Arc<Case>>> {
        self.0.level.linked::<case_file::Entity>(context, self.0.id, "case").await
    }

    /// The narrative that it belongs to.
    async fn narrative(&self, context: &Context<'_>) -> Result<Option<Arc<Narrative>>> {
        self.0.level.linked::<narrative::Entity>(context, self.0.id, "narrative").await
    }
}
