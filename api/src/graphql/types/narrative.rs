//! `Narrative`: qualitative text about one case, in passages.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::{case_file, narrative, narrative_passage};

use super::{Case, Mission, NarrativePassage, global_id, governed_object, withheld_fields};
use crate::access::{Direction, OrderKey};
use crate::error::Result;
use crate::graphql::{
    connection::{Connection, PageArguments},
    cost::Paged,
};

governed_object! {
    /// Qualitative text about one case, in passages.
    Narrative, NarrativeFields, NarrativeLinks, narrative
}

#[Object]
impl NarrativeLinks {
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

    /// The passages, in their order.
    #[graphql(directive = Paged::apply())]
    async fn passages(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning: 20 where nothing is said, 100 at most.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Arc<Connection<NarrativePassage>>> {
        let page = PageArguments { first, after, last, before };
        let order = vec![OrderKey::by(narrative_passage::Column::Position, Direction::Asc)];
        self.0
            .level
            .children::<narrative_passage::Entity>(
                context,
                self.0.id,
                narrative_passage::Column::NarrativeId,
                order,
                page,
            )
            .await
    }
}
