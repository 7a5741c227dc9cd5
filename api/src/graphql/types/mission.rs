//! `Mission`: one tenant; and `CodeList`: a vocabulary as data, for front ends.

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::codes::{MissionStatus, UnRegion, code_list};
use entity::{CountryCode, mission};

use crate::clock;
use crate::error::Result;
use crate::graphql::{connection::LARGEST_PAGE, cost::ListSize, request_context::request};

/// A country mission. It holds no case data itself.
pub struct Mission {
    code: CountryCode,
    row: Option<mission::Model>,
}

impl Mission {
    /// The mission that holds a row.
    #[must_use]
    pub const fn of(code: CountryCode) -> Self {
        Self { code, row: None }
    }

    /// Its row: at hand, or one of the viewer's missions. A client keeps one copy of a mission, so that it must be the same
    /// whatever led to it.
    async fn row<'a>(&'a self, context: &Context<'a>) -> Result<Option<&'a mission::Model>> {
        if self.row.is_some() {
            return Ok(self.row.as_ref());
        }
        Ok(request(context)?.missions().await?.iter().find(|mission| mission.id == self.code))
    }

    /// The global id, for the interface `Node`.
    ///
    /// # Errors
    /// None; the interface wants the same signature of every node.
    pub async fn id(&self, _: &Context<'_>) -> Result<ID> {
        Ok(ID(format!("Mission.{}", self.code)))
    }
}

impl From<mission::Model> for Mission {
    fn from(row: mission::Model) -> Self {
        Self { code: row.id, row: Some(row) }
    }
}

/// A country mission.
#[Object]
impl Mission {
    /// Opaque and lasting.
    #[graphql(name = "id")]
    async fn global_id(&self) -> ID {
        ID(format!("Mission.{}", self.code))
    }

    /// ISO 3166-1 alpha-2; `ZZ` for records that no mission holds.
    async fn code(&self) -> CountryCode {
        self.code
    }

    /// The name of the country.
    async fn name(&self) -> &'static str {
        self.code.country().name
    }

    /// The region of UN M49.
    async fn un_region(&self, context: &Context<'_>) -> Result<Option<UnRegion>> {
        Ok(self.row(context).await?.and_then(|row| row.un_region))
    }

    /// The regional office that covers the mission.
    async fn regional_office(&self, context: &Context<'_>) -> Result<Option<String>> {
        let office = self.row(context).await?.and_then(|row| row.regional_office.clone());
        Ok(office.filter(|office| !office.is_empty()))
    }

    /// The time zone by which its days begin and end, as IANA names it, such as `Europe/Kyiv`.
    async fn time_zone(&self, context: &Context<'_>) -> Result<String> {
        let reader = request(context)?.reader().await?;
        let known = reader.clearance().zones().iter().find(|(mission, _)| *mission == self.code);
        let zone = known.map_or_else(|| clock::zone(self.code, None), |(_, zone)| *zone);
        Ok(zone.name().to_owned())
    }

    /// Whether the mission is in use. Rows are only ever seen of missions that are.
    async fn status(&self, context: &Context<'_>) -> Result<MissionStatus> {
        Ok(self.row(context).await?.map_or(MissionStatus::Active, |row| row.status))
    }
}

/// A vocabulary.
#[derive(Clone, Debug, SimpleObject)]
pub struct CodeList {
    /// The name of the list, such as `means_of_control`.
    pub name: String,
    /// The values, in their order.
    #[graphql(directive = ListSize::apply(LARGEST_PAGE, None, None, false))]
    pub values: Vec<CodeListValue>,
}

/// One value of a vocabulary.
#[derive(Clone, Debug, SimpleObject)]
pub struct CodeListValue {
    /// The name of the enumeration value in this schema.
    pub code: &'static str,
    /// The value as its standard spells it.
    pub value: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// What it means; empty where the standard does not say.
    pub definition: &'static str,
    /// The standard or codebook it comes from.
    pub source: &'static str,
}

impl CodeList {
    /// The list of this name.
    #[must_use]
    pub fn named(name: String) -> Option<Self> {
        let values = code_list(&name)?.iter().map(|code| CodeListValue {
            code: code.graphql,
            value: code.value,
            label: code.label,
            definition: code.definition,
            source: code.source,
        });
        Some(Self { values: values.collect(), name })
    }
}
