//! `fact`: one row a case for statistics. Coded values only: no identifiers, no free text. Multi-valued dimensions are bit sets.
//! Statistics read nothing else.

use sea_orm::entity::prelude::*;

use crate::codes::{
    AgeBand, CaseStatus, DataSource, DurationBand, ExploitationType, ForcedLabourIndustry, Gender, MajorityStatus,
    MeansOfControl, RecruiterRelation, RecruitmentMethod, RoleInProcess, SexExploitationType, TraffickingStatus,
};
use crate::{CodeSet, CountryCode};

/// The coded facts of one case. An empty set means that nothing is known.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fact")]
pub struct Model {
    /// The mission that holds the case.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mission_id: CountryCode,
    /// The record key: random, unrelated to the id of the case. Disclosure control perturbs by it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_key: Uuid,
    /// Year of registration.
    pub year_of_registration: Option<i16>,
    /// In person or remote.
    pub data_source: Option<DataSource>,
    /// Status of the case.
    pub case_status: Option<CaseStatus>,
    /// Status as a victim of trafficking.
    pub trafficking_status: Option<TraffickingStatus>,
    /// Gender of the individual.
    pub gender: Option<Gender>,
    /// Age at registration.
    pub age_band: Option<AgeBand>,
    /// Minor or adult at registration.
    pub majority_status: Option<MajorityStatus>,
    /// Minor or adult on entry into the process.
    pub majority_at_entry: Option<MajorityStatus>,
    /// Minor or adult when exploitation began.
    pub majority_at_exploitation: Option<MajorityStatus>,
    /// The first citizenship reported.
    pub citizenship: Option<CountryCode>,
    /// The country of the first exploitation recorded.
    pub country_of_exploitation: Option<CountryCode>,
    /// Types of exploitation over all episodes.
    pub exploitation_types: CodeSet<ExploitationType>,
    /// Industries over all exploitations.
    pub forced_labour_industries: CodeSet<ForcedLabourIndustry>,
    /// Types of sexual exploitation over all exploitations.
    pub sex_exploitation_types: CodeSet<SexExploitationType>,
    /// Means of control over all episodes.
    pub means_of_control: CodeSet<MeansOfControl>,
    /// Relations of the recruiters over all episodes.
    pub recruiter_relations: CodeSet<RecruiterRelation>,
    /// Methods of recruitment over all episodes.
    pub recruitment_methods: CodeSet<RecruitmentMethod>,
    /// Whether there was an abduction in any episode.
    pub abduction: Option<bool>,
    /// Duration of the first episode.
    pub duration_band: Option<DurationBand>,
    /// Whether there was more than one episode; unknown where none is recorded.
    pub re_trafficked: Option<bool>,
    /// Roles of the traffickers over all episodes.
    pub trafficker_roles: CodeSet<RoleInProcess>,
    /// Genders of the traffickers over all episodes.
    pub trafficker_genders: CodeSet<Gender>,
    /// The citizenship of the first trafficker recorded.
    pub trafficker_citizenship: Option<CountryCode>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
