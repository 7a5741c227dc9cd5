//! `Viewer`: who asks, in which roles, and what that gives.

use async_graphql::{Context, Object, SimpleObject};
use entity::CountryCode;

use crate::access::policy::{Action, DisclosureTier};
use crate::error::Result;
use crate::graphql::{cost::ListSize, inputs, page::LARGEST_PAGE, request_context::request};

/// The bearer of the token.
pub struct ViewerObject;

/// What the viewer may do with one field.
#[derive(Clone, Debug, SimpleObject)]
pub struct Permission {
    /// The field, such as `Individual.familyName`.
    pub field: String,
    /// Where it may be read. Empty: nowhere.
    #[graphql(directive = ListSize::apply(2, None, None, false))]
    pub read: Vec<Grant>,
    /// Where it may be written. Empty: nowhere, as all that no mutation's input takes, such as `Case.id` and `Case.ageBand`.
    #[graphql(directive = ListSize::apply(2, None, None, false))]
    pub write: Vec<Grant>,
}

/// Missions, and the row scopes that hold in them; any of the scopes suffices.
#[derive(Clone, Debug, SimpleObject)]
pub struct Grant {
    /// The missions.
    pub missions: Vec<CountryCode>,
    /// The row scopes, as the policy names them: `mission`, `own`, `team`, `registered`, `referred`, `referred_consented`, `research_consented`,
    /// `own_organisation`.
    pub scopes: Vec<&'static str>,
}

/// How exact the figures of a mission may be shown.
#[derive(Clone, Debug, SimpleObject)]
pub struct MissionTier {
    /// The mission.
    pub mission: CountryCode,
    /// The tier.
    pub tier: DisclosureTier,
}

/// The bearer of the token.
#[Object(name = "Viewer")]
impl ViewerObject {
    /// The subject of the token.
    async fn subject<'a>(&self, context: &Context<'a>) -> Result<&'a str> {
        Ok(request(context)?.reader().await?.viewer().subject())
    }

    /// The viewer as owners and the audit name people.
    async fn actor<'a>(&self, context: &Context<'a>) -> Result<&'a str> {
        Ok(request(context)?.reader().await?.viewer().actor())
    }

    /// Roles and where they are held, such as `case_worker@UA`.
    async fn roles(&self, context: &Context<'_>) -> Result<Vec<String>> {
        let viewer = request(context)?.reader().await?.viewer();
        Ok(viewer.memberships().iter().map(ToString::to_string).collect())
    }

    /// The missions in which the viewer has a role.
    async fn missions(&self, context: &Context<'_>) -> Result<Vec<CountryCode>> {
        Ok(request(context)?.reader().await?.clearance().missions().to_vec())
    }

    /// How exact the figures of each mission may be shown; missions without one are absent.
    #[graphql(directive = ListSize::apply(20, None, None, false))]
    async fn statistics_tiers(&self, context: &Context<'_>) -> Result<Vec<MissionTier>> {
        let clearance = request(context)?.reader().await?.clearance();
        let tier = |mission| clearance.tier(mission).map(|tier| MissionTier { mission, tier });
        Ok(clearance.missions().iter().copied().filter_map(tier).collect())
    }

    /// What may be seen and changed, field by field.
    #[graphql(directive = ListSize::apply(LARGEST_PAGE, None, None, false))]
    async fn permissions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only fields of this type, such as `Individual`.", name = "type")] of_type: Option<String>,
    ) -> Result<Vec<Permission>> {
        let permissions = request(context)?.reader().await?.clearance().permissions();
        let wanted = permissions
            .into_iter()
            .filter(|(field, _)| of_type.as_deref().is_none_or(|of_type| field.split('.').next() == Some(of_type)));
        let grants = |grants: &[(Action, Vec<CountryCode>, access::ScopeSet)], wanted: Action| {
            let fit = grants.iter().filter(|(action, _, _)| *action == wanted);
            fit.map(|(_, missions, scopes)| Grant {
                missions: missions.clone(),
                scopes: scopes.iter().map(access::RowScope::name).collect(),
            })
            .collect()
        };
        Ok(wanted
            .map(|(field, all)| Permission {
                read: grants(&all, Action::Read),
                write: if inputs::take(&field) { grants(&all, Action::Write) } else { Vec::new() },
                field,
            })
            .collect())
    }
}
