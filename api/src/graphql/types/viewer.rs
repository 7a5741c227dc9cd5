//! `Viewer`: who asks, in which roles, and what that gives.

use std::borrow::Cow;

use async_graphql::{
    Context, ContextSelectionSet, Object, OutputType, Positioned, ServerResult, SimpleObject, Value,
    parser::types::{Field, SelectionSet},
    registry::Registry,
};
use entity::CountryCode;

use crate::access::{
    Permitted, RowScope,
    policy::{Action, DisclosureTier},
};
use crate::error::Result;
use crate::graphql::{
    cost::ListSize,
    inputs,
    listed::{self, Leaves},
    page::LARGEST_PAGE,
    request_context::request,
};

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
    async fn permissions<'a>(
        &self,
        context: &Context<'a>,
        #[graphql(desc = "Only fields of this type, such as `Individual`.", name = "type")] of_type: Option<String>,
    ) -> Result<Permissions<'a>> {
        let permissions = request(context)?.reader().await?.clearance().permissions();
        let wanted = permissions
            .iter()
            .filter(|(field, _)| of_type.as_deref().is_none_or(|of_type| field.split('.').next() == Some(of_type)));
        Ok(Permissions(wanted.map(|(field, permitted)| OfField { field, permitted }).collect()))
    }
}

/// The permissions of a clearance, which made them once; the schema has them as a list of [`Permission`].
pub struct Permissions<'c>(Vec<OfField<'c>>);

/// What is permitted with one field.
struct OfField<'c> {
    field: &'c str,
    permitted: &'c [Permitted],
}

impl OfField<'_> {
    fn grants(&self, action: Action, selection: &SelectionSet) -> Option<Value> {
        let of_action: Vec<&Permitted> = self.permitted.iter().filter(|permitted| permitted.action == action).collect();
        listed::list(&of_action, selection, &Grant::type_name()).ok()
    }
}

impl Leaves for OfField<'_> {
    fn leaf(&self, field: &Field) -> Option<Value> {
        let selection = &field.selection_set.node;
        match field.name.node.as_str() {
            "field" => Some(self.field.into()),
            "read" => self.grants(Action::Read, selection),
            "write" if inputs::take(self.field) => self.grants(Action::Write, selection),
            "write" => Some(Value::List(Vec::new())),
            _ => None,
        }
    }
}

impl Leaves for &Permitted {
    fn leaf(&self, field: &Field) -> Option<Value> {
        match field.name.node.as_str() {
            "missions" => Some(Value::List(self.missions.iter().map(|mission| mission.as_str().into()).collect())),
            "scopes" => Some(Value::List(self.scopes.iter().map(|scope| RowScope::name(scope).into()).collect())),
            _ => None,
        }
    }
}

impl OutputType for Permissions<'_> {
    fn type_name() -> Cow<'static, str> {
        <Vec<Permission> as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<Permission> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<Permission> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, context: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        listed::list(&self.0, &context.item.node, &Permission::type_name())
    }
}
