//! `trafficking_episode`: one time through the process of trafficking. A second one is re-trafficking.

use crate::codes::{
    DurationBand, ExploitationType, ForcedLabourIndustry, MajorityStatus, MeansOfControl, RecruiterRelation,
    RecruitmentMethod, SexExploitationType,
};
use crate::{CodeSet, CountryCode};
use causeway_derive::Table;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// One time through the process of trafficking. A second one is re-trafficking.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Table)]
#[sea_orm(table_name = "trafficking_episode")]
#[table(name = "TraffickingEpisode", plural = "episodes", path = Child)]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// How often the row was changed, from 1; by what is derived it is not.
    pub version: Option<i32>,
    /// The case in which it was recorded.
    #[reference(to = case_file, back(episodes, "Times through the process of trafficking.", order = number), required)]
    pub case_id: Option<Uuid>,
    /// 1 for the first time, 2 for the second.
    #[column(required)]
    pub number: Option<i16>,
    /// Whether the individual had been trafficked before; derived from the number.
    #[column(derived)]
    pub re_trafficking: Option<bool>,
    /// Entry into the process.
    pub started_on: Option<NaiveDate>,
    /// Exit from the process.
    pub ended_on: Option<NaiveDate>,
    /// Whole months from entry to exit.
    #[column(derived)]
    pub duration_months: Option<i16>,
    /// The duration in the bands of CTDC; derived from the months where they are known.
    #[column(derived)]
    pub duration_band: Option<DurationBand>,
    /// HTCDS vic_AgeWhenTrafficked, completed years.
    #[column(htcds = "vic_AgeWhenTrafficked")]
    pub age_at_entry: Option<i16>,
    /// Minor or adult on entry.
    #[column(derived)]
    pub majority_at_entry: Option<MajorityStatus>,
    /// Minor or adult when exploitation began.
    pub majority_at_exploitation: Option<MajorityStatus>,
    /// HTCDS vic_MethodOfRecruitment.
    #[column(htcds = "vic_MethodOfRecruitment")]
    pub recruitment_methods: Option<CodeSet<RecruitmentMethod>>,
    /// Relation of the recruiter to the individual.
    pub recruiter_relations: Option<CodeSet<RecruiterRelation>>,
    /// Relations that were assessed and are not the case.
    pub recruiter_relations_excluded: Option<CodeSet<RecruiterRelation>>,
    /// Wrongful removal or retention.
    pub abduction: Option<bool>,
    /// HTCDS vic_MethodsOfControl.
    #[column(htcds = "vic_MethodsOfControl")]
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
