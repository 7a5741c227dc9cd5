//! `trafficking_episode`: one time through the process of trafficking. A second one is re-trafficking.

use crate::codes::{
    DurationBand, ExploitationType, ForcedLabourIndustry, MajorityStatus, MeansOfControl, RecruiterRelation,
    RecruitmentMethod, SexExploitationType,
};
use crate::leaf::leaves;
use crate::{CasePath, CodeSet, CountryCode, Governed};
use async_graphql::SimpleObject;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// One row, with the leaves of its GraphQL type. What was not asked for or is withheld is `None`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "trafficking_episode")]
#[graphql(name = "TraffickingEpisodeLeaves")]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    /// The case in which it was recorded.
    #[graphql(skip)]
    pub case_id: Option<Uuid>,
    /// 1 for the first time, 2 for the second.
    pub number: Option<i16>,
    /// Whether the individual had been trafficked before; derived from the number.
    pub re_trafficking: Option<bool>,
    /// Entry into the process.
    pub started_on: Option<NaiveDate>,
    /// Exit from the process.
    pub ended_on: Option<NaiveDate>,
    /// Whole months from entry to exit.
    pub duration_months: Option<i16>,
    /// The duration in the bands of CTDC; derived from the months where they are known.
    pub duration_band: Option<DurationBand>,
    /// HTCDS vic_AgeWhenTrafficked, completed years.
    pub age_at_entry: Option<i16>,
    /// Minor or adult on entry.
    pub majority_at_entry: Option<MajorityStatus>,
    /// Minor or adult when exploitation began.
    pub majority_at_exploitation: Option<MajorityStatus>,
    /// HTCDS vic_MethodOfRecruitment.
    pub recruitment_methods: Option<CodeSet<RecruitmentMethod>>,
    /// Relation of the recruiter to the individual.
    pub recruiter_relations: Option<CodeSet<RecruiterRelation>>,
    /// Relations that were assessed and are not the case.
    pub recruiter_relations_excluded: Option<CodeSet<RecruiterRelation>>,
    /// Wrongful removal or retention.
    pub abduction: Option<bool>,
    /// HTCDS vic_MethodsOfControl.
    pub means_of_control: Option<CodeSet<MeansOfControl>>,
    /// Means that were assessed and are not the case; what is in neither set is unknown.
    pub means_of_control_excluded: Option<CodeSet<MeansOfControl>>,
    /// Types of exploitation that were assessed and are not the case.
    pub exploitation_types_excluded: Option<CodeSet<ExploitationType>>,
    /// Industries that were assessed and are not the case.
    pub forced_labour_industries_excluded: Option<CodeSet<ForcedLabourIndustry>>,
    /// Types of sexual exploitation that were assessed and are not the case.
    pub sex_exploitation_types_excluded: Option<CodeSet<SexExploitationType>>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Governed for Entity {
    const TYPE_NAME: &'static str = "TraffickingEpisode";
    const CASE_PATH: CasePath = CasePath::Child;
    const LINKS: &'static [(Column, &'static str)] = &[(Column::CaseId, "case")];
    const DERIVED: &'static [Column] =
        &[Column::ReTrafficking, Column::DurationMonths, Column::DurationBand, Column::MajorityAtEntry];
    const MISSION_ID: Column = Column::MissionId;
    const ID: Column = Column::Id;

    leaves! {
        "number" => number,
        "reTrafficking" => re_trafficking,
        "startedOn" => started_on,
        "endedOn" => ended_on,
        "durationMonths" => duration_months,
        "durationBand" => duration_band,
        "ageAtEntry" => age_at_entry,
        "majorityAtEntry" => majority_at_entry,
        "majorityAtExploitation" => majority_at_exploitation,
        "recruitmentMethods" => recruitment_methods,
        "recruiterRelations" => recruiter_relations,
        "recruiterRelationsExcluded" => recruiter_relations_excluded,
        "abduction" => abduction,
        "meansOfControl" => means_of_control,
        "meansOfControlExcluded" => means_of_control_excluded,
        "exploitationTypesExcluded" => exploitation_types_excluded,
        "forcedLabourIndustriesExcluded" => forced_labour_industries_excluded,
        "sexExploitationTypesExcluded" => sex_exploitation_types_excluded,
    }
}
