//! `TraffickerInvolvement`: what one trafficker did in one episode.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::{case_file, episode_trafficker, trafficker, trafficking_episode};

use super::{Case, Mission, Trafficker, TraffickingEpisode, global_id, governed_object, withheld_fields};
use crate::error::Result;

governed_object! {
    /// What one trafficker did in one episode.
    TraffickerInvolvement, TraffickerInvolvementFields, TraffickerInvolvementLinks, episode_trafficker
}

#[Object]
impl TraffickerInvolvementLinks {
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

    /// The case in which it was recorded.
    async fn case(&self, context: &Context<'_>) -> Result<Option<Arc<Case>>> {
        self.0.level.linked::<case_file::Entity>(context, self.0.id, "case").await
    }

    /// The episode.
    async fn episode(&self, context: &Context<'_>) -> Result<Option<Arc<TraffickingEpisode>>> {
        self.0.level.linked::<trafficking_episode::Entity>(context, self.0.id, "episode").await
    }

    /// The trafficker.
    async fn trafficker(&self, context: &Context<'_>) -> Result<Option<Arc<Trafficker>>> {
        self.0.level.linked::<trafficker::Entity>(context, self.0.id, "trafficker").await
    }
}
