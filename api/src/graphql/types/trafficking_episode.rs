//! `TraffickingEpisode`: one time through the process of trafficking. A second one is re-trafficking.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::{case_file, episode_trafficker, exploitation, trafficking_episode};

use super::{Case, Exploitation, Mission, TraffickerInvolvement, global_id, governed_object, withheld_fields};
use crate::error::Result;
use crate::graphql::{
    connection::{Connection, PageArguments},
    cost::Paged,
};

governed_object! {
    /// One time through the process of trafficking. A second one is re-trafficking.
    TraffickingEpisode, TraffickingEpisodeFields, TraffickingEpisodeLinks, trafficking_episode
}

#[Object]
impl TraffickingEpisodeLinks {
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

    /// Exploitations in this episode.
    #[graphql(directive = Paged::apply())]
    async fn exploitations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning: 20 where nothing is said, 100 at most.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Arc<Connection<Exploitation>>> {
        let page = PageArguments { first, after, last, before };
        let order = Vec::new();
        self.0
            .level
            .children::<exploitation::Entity>(context, self.0.id, exploitation::Column::EpisodeId, order, page)
            .await
    }

    /// Who took part, and how.
    #[graphql(directive = Paged::apply())]
    async fn involvements(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning: 20 where nothing is said, 100 at most.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Arc<Connection<TraffickerInvolvement>>> {
        let page = PageArguments { first, after, last, before };
        let order = Vec::new();
        self.0
            .level
            .children::<episode_trafficker::Entity>(
                context,
                self.0.id,
                episode_trafficker::Column::EpisodeId,
                order,
                page,
            )
            .await
    }
}
