//! Statistics: the questions as GraphQL sees them. The answers come from `knowledge`.

use std::collections::BTreeSet;

use async_graphql::{ComplexObject, Context, InputObject, MaybeUndefined, Object, Value, parser::types::Field};
use entity::CountryCode;

use super::cost::{ListSize, Weighted};
use super::listed::{Leaves, Listed};
use super::questions::given;
use super::request_context::request;
use crate::error::{ClientError, Result};
use crate::knowledge::{Condition, Dimension, Statistics, StatisticsCell, Tabulation};

/// What it costs to count all cases, where nobody remembers the answer.
const COUNTING: &str = "100";

/// Queries about figures.
#[derive(Default)]
pub struct KnowledgeQuery;

/// A condition on one dimension: `eq`, `in` or `isNull`, with keys as in `StatisticsCell.keys`. Empty, it is none.
#[derive(Clone, Debug, Default, InputObject)]
pub struct DimensionFilter {
    /// This key.
    pub eq: MaybeUndefined<String>,
    /// One of these keys; null among them: unknown.
    #[graphql(name = "in")]
    pub any_of: MaybeUndefined<Vec<Option<String>>>,
    /// True: unknown. There is no negation, so that false is refused.
    pub is_null: MaybeUndefined<bool>,
}

/// Declares the filter: a field a dimension.
macro_rules! statistics_filter {
    ($($field:ident => $dimension:ident,)*) => {
        /// Which cases are counted: all conditions hold. There is no negation, no text and no range of days.
        #[derive(Clone, Debug, Default, InputObject)]
        pub struct StatisticsFilter {
            $(#[doc = "On the dimension of this name."] pub $field: MaybeUndefined<DimensionFilter>,)*
        }

        impl StatisticsFilter {
            fn conditions(self) -> Result<Vec<Condition>> {
                let mut conditions = Vec::new();
                $(conditions.extend(on(Dimension::$dimension, self.$field, stringify!($field))?);)*
                Ok(conditions)
            }
        }
    };
}

statistics_filter! {
    mission => Mission,
    region => Region,
    regional_office => RegionalOffice,
    year_of_registration => YearOfRegistration,
    data_source => DataSource,
    case_status => CaseStatus,
    trafficking_status => TraffickingStatus,
    gender => Gender,
    age_band => AgeBand,
    majority_status => MajorityStatus,
    majority_at_entry => MajorityAtEntry,
    majority_at_exploitation => MajorityAtExploitation,
    citizenship => Citizenship,
    country_of_exploitation => CountryOfExploitation,
    exploitation_type => ExploitationType,
    forced_labour_industry => ForcedLabourIndustry,
    sex_exploitation_type => SexExploitationType,
    means_of_control => MeansOfControl,
    recruiter_relation => RecruiterRelation,
    recruitment_method => RecruitmentMethod,
    abduction => Abduction,
    duration_band => DurationBand,
    re_trafficked => ReTrafficked,
    trafficker_role => TraffickerRole,
    trafficker_gender => TraffickerGender,
    trafficker_citizenship => TraffickerCitizenship,
}

/// The conditions on a dimension, whose filter is the field of this name (`age_band`).
fn on(
    dimension: Dimension,
    filter: MaybeUndefined<DimensionFilter>,
    field: &str,
) -> Result<Vec<Condition>, ClientError> {
    let within = |error: ClientError| error.within("filter");
    if filter.is_undefined() {
        return Ok(Vec::new());
    }
    let name = entity::lower_camel(field);
    let Some(filter) = given(filter, &name).map_err(within)? else { return Ok(Vec::new()) };
    let keys = filter.keys().map_err(|error| within(error.within(&name)))?;
    Ok(keys.into_iter().map(|any_of| Condition { dimension, any_of }).collect())
}

impl DimensionFilter {
    /// The sets of keys that it asks for; each is a condition, and all of them hold.
    fn keys(self) -> Result<Vec<BTreeSet<Option<String>>>, ClientError> {
        let eq = given(self.eq, "eq")?.map(|key| BTreeSet::from([Some(key)]));
        let any_of = given(self.any_of, "in")?.map(BTreeSet::from_iter);
        let unknown = match given(self.is_null, "isNull")? {
            Some(false) => {
                return Err(ClientError::bad_input(
                    "isNull",
                    "there is no negation: name the keys that you want with in",
                ));
            }
            asked => asked.map(|_| BTreeSet::from([None])),
        };
        Ok([eq, any_of, unknown].into_iter().flatten().collect())
    }
}

#[ComplexObject]
impl Statistics {
    /// One cell for each group that has a case: those with a count by count, the largest first, then the suppressed ones;
    /// equal ones by their keys, unknown last. Without dimensions it is one cell.
    #[graphql(directive = ListSize::apply(100, None, None, false))]
    async fn cells(&self) -> Listed<'_, StatisticsCell> {
        Listed(&self.cells)
    }
}

impl Leaves for StatisticsCell {
    fn leaf(&self, field: &Field) -> Option<Value> {
        Some(match field.name.node.as_str() {
            "keys" => Value::List(self.keys.iter().map(|key| key.clone().into()).collect()),
            "count" => self.count.into(),
            "share" => self.share.into(),
            "suppressed" => self.suppressed.into(),
            _ => return None,
        })
    }
}

#[Object]
impl KnowledgeQuery {
    /// How many cases there are, by up to three dimensions.
    #[graphql(directive = Weighted::apply(COUNTING.to_owned()))]
    async fn statistics(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only these missions; all in which you may count where nothing is said.")] missions: Option<
            Vec<CountryCode>,
        >,
        #[graphql(desc = "By what; at most three.", default)] group_by: Vec<Dimension>,
        #[graphql(desc = "Which cases.")] filter: Option<StatisticsFilter>,
    ) -> Result<Statistics> {
        let question = Tabulation::new(group_by, filter.unwrap_or_default().conditions()?)?;
        answer(context, missions, question).await
    }

    /// From where to where: by two dimensions, for maps and flow charts.
    #[graphql(directive = Weighted::apply(COUNTING.to_owned()))]
    async fn flows(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only these missions; all in which you may count where nothing is said.")] missions: Option<
            Vec<CountryCode>,
        >,
        #[graphql(desc = "Where a flow begins.", default_with = "Dimension::Citizenship")] from: Dimension,
        #[graphql(desc = "Where it ends.", default_with = "Dimension::CountryOfExploitation")] to: Dimension,
        #[graphql(desc = "Which cases.")] filter: Option<StatisticsFilter>,
    ) -> Result<Statistics> {
        let question = Tabulation::flows(from, to, filter.unwrap_or_default().conditions()?)?;
        answer(context, missions, question).await
    }
}

async fn answer(context: &Context<'_>, missions: Option<Vec<CountryCode>>, question: Tabulation) -> Result<Statistics> {
    let request = request(context)?;
    Statistics::answer(request.knowledge(), request.reader().await?, missions.as_deref(), question).await
}
