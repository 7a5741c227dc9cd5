//! `Case`: one assistance case of one individual.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::{case_file, consent, exploitation, individual, narrative, referral, trafficking_episode};

use super::{
    Consent, Exploitation, Individual, Mission, Narrative, Referral, TraffickingEpisode, global_id, governed_object,
    withheld_fields,
};
use crate::access::{Direction, OrderKey};
use crate::error::Result;
use crate::graphql::{
    connection::{Connection, PageArguments},
    cost::Paged,
};

governed_object! {
    /// One assistance case of one individual.
    Case, CaseFields, CaseLinks, case_file
}

#[Object]
impl CaseLinks {
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

    /// The individual assisted.
    async fn individual(&self, context: &Context<'_>) -> Result<Option<Arc<Individual>>> {
        self.0.level.linked::<individual::Entity>(context, self.0.id, "individual").await
    }

    /// Times through the process of trafficking.
    #[graphql(directive = Paged::apply())]
    async fn episodes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning: 20 where nothing is said, 100 at most.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Arc<Connection<TraffickingEpisode>>> {
        let page = PageArguments { first, after, last, before };
        let order = vec![OrderKey::by(trafficking_episode::Column::Number, Direction::Asc)];
        self.0
            .level
            .children::<trafficking_episode::Entity>(
                context,
                self.0.id,
                trafficking_episode::Column::CaseId,
                order,
                page,
            )
            .await
    }

    /// Exploitations over all episodes.
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
            .children::<exploitation::Entity>(context, self.0.id, exploitation::Column::CaseId, order, page)
            .await
    }

    /// Narratives about the case.
    #[graphql(directive = Paged::apply())]
    async fn narratives(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning: 20 where nothing is said, 100 at most.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Arc<Connection<Narrative>>> {
        let page = PageArguments { first, after, last, before };
        let order = Vec::new();
        self.0.level.children::<narrative::Entity>(context, self.0.id, narrative::Column::CaseId, order, page).await
    }

    /// The consent ledger, the earliest entry first.
    #[graphql(directive = Paged::apply())]
    async fn consents(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning: 20 where nothing is said, 100 at most.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Arc<Connection<Consent>>> {
        let page = PageArguments { first, after, last, before };
        let order = vec![OrderKey::by(consent::Column::DecidedOn, Direction::Asc)];
        self.0.level.children::<consent::Entity>(context, self.0.id, consent::Column::CaseId, order, page).await
    }

    /// Referrals in and out.
    #[graphql(directive = Paged::apply())]
    async fn referrals(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning: 20 where nothing is said, 100 at most.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Arc<Connection<Referral>>> {
        let page = PageArguments { first, after, last, before };
        let order = Vec::new();
        self.0.level.children::<referral::Entity>(context, self.0.id, referral::Column::CaseId, order, page).await
    }
}
