//! The dimensions of statistics: what cases are counted by, and how their values read. It refuses every value that its list
//! does not have, whether a client sends it or a table holds it.

use entity::codes::{
    AgeBand, CaseStatus, DataSource, DurationBand, ExploitationType, ForcedLabourIndustry, Gender, MajorityStatus,
    MeansOfControl, RecruiterRelation, RecruitmentMethod, RoleInProcess, SexExploitationType, TraffickingStatus,
    UnRegion,
};
use entity::{Code, CodeValue, CountryCode, fact};
use fact::Column;

use crate::error::ClientError;

/// A value as a number: a code number, a year, a truth value, or a country by its letters. `None`: unknown.
pub(super) type Key = Option<i32>;

/// What cases are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, async_graphql::Enum)]
pub enum Dimension {
    /// The mission that holds the case, by its country.
    Mission,
    /// The UN region (M49) of the mission.
    Region,
    /// The regional office that covers the mission.
    RegionalOffice,
    /// The calendar year in which the case was registered.
    YearOfRegistration,
    /// How the data was collected.
    DataSource,
    /// Status of the case.
    CaseStatus,
    /// Status of the individual as a victim of trafficking.
    TraffickingStatus,
    /// Gender of the individual.
    Gender,
    /// Age at registration, in the bands of CTDC.
    AgeBand,
    /// Minor or adult at registration.
    MajorityStatus,
    /// Minor or adult on entry into the trafficking process.
    MajorityAtEntry,
    /// Minor or adult when exploitation began.
    MajorityAtExploitation,
    /// The first citizenship reported.
    Citizenship,
    /// The country of the first exploitation recorded.
    CountryOfExploitation,
    /// Types of exploitation. A case counts once under each.
    ExploitationType,
    /// Industries of forced labour. A case counts once under each.
    ForcedLabourIndustry,
    /// Types of sexual exploitation. A case counts once under each.
    SexExploitationType,
    /// Means by which the individual was controlled. A case counts once under each.
    MeansOfControl,
    /// How recruiters stood to the individual. A case counts once under each.
    RecruiterRelation,
    /// Methods of recruitment. A case counts once under each.
    RecruitmentMethod,
    /// Whether the individual was abducted: YES or NO.
    Abduction,
    /// Duration of the first time in the process, in the bands of CTDC.
    DurationBand,
    /// Whether the individual was trafficked more than once: YES or NO.
    ReTrafficked,
    /// What the traffickers did in the process. A case counts once under each.
    TraffickerRole,
    /// Genders of the traffickers. A case counts once under each.
    TraffickerGender,
    /// The citizenship of the first trafficker recorded.
    TraffickerCitizenship,
}

/// What the values of a dimension are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Values {
    /// Values of a code list, read by their GraphQL names.
    Codes(&'static [CodeValue]),
    /// ISO 3166-1 alpha-2 codes.
    Countries,
    /// Calendar years.
    Years,
    /// YES or NO.
    Truth,
    /// Names of regional offices.
    Offices,
}

/// The years that a filter may name. Facts may have others.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;
/// The longest name of a regional office that is looked for, in bytes.
const LONGEST_OFFICE: usize = 80;

impl Dimension {
    /// The name in GraphQL, such as `AGE_BAND`.
    #[must_use]
    pub fn name(self) -> &'static str {
        use async_graphql::resolver_utils::EnumType;
        Self::items().iter().find(|item| item.value == self).map_or("", |item| item.name)
    }

    /// The column of the fact table; none for what the mission says and not the case.
    #[must_use]
    pub const fn column(self) -> Option<Column> {
        Some(match self {
            Self::Mission | Self::Region | Self::RegionalOffice => return None,
            Self::YearOfRegistration => Column::YearOfRegistration,
            Self::DataSource => Column::DataSource,
            Self::CaseStatus => Column::CaseStatus,
            Self::TraffickingStatus => Column::TraffickingStatus,
            Self::Gender => Column::Gender,
            Self::AgeBand => Column::AgeBand,
            Self::MajorityStatus => Column::MajorityStatus,
            Self::MajorityAtEntry => Column::MajorityAtEntry,
            Self::MajorityAtExploitation => Column::MajorityAtExploitation,
            Self::Citizenship => Column::Citizenship,
            Self::CountryOfExploitation => Column::CountryOfExploitation,
            Self::ExploitationType => Column::ExploitationTypes,
            Self::ForcedLabourIndustry => Column::ForcedLabourIndustries,
            Self::SexExploitationType => Column::SexExploitationTypes,
            Self::MeansOfControl => Column::MeansOfControl,
            Self::RecruiterRelation => Column::RecruiterRelations,
            Self::RecruitmentMethod => Column::RecruitmentMethods,
            Self::Abduction => Column::Abduction,
            Self::DurationBand => Column::DurationBand,
            Self::ReTrafficked => Column::ReTrafficked,
            Self::TraffickerRole => Column::TraffickerRoles,
            Self::TraffickerGender => Column::TraffickerGenders,
            Self::TraffickerCitizenship => Column::TraffickerCitizenship,
        })
    }

    /// Whether a case can have several values, each of which it counts under.
    #[must_use]
    pub const fn is_multi_valued(self) -> bool {
        matches!(
            self,
            Self::ExploitationType
                | Self::ForcedLabourIndustry
                | Self::SexExploitationType
                | Self::MeansOfControl
                | Self::RecruiterRelation
                | Self::RecruitmentMethod
                | Self::TraffickerRole
                | Self::TraffickerGender
        )
    }

    pub(super) const fn values(self) -> Values {
        Values::Codes(match self {
            Self::YearOfRegistration => return Values::Years,
            Self::Abduction | Self::ReTrafficked => return Values::Truth,
            Self::RegionalOffice => return Values::Offices,
            Self::Mission | Self::Citizenship | Self::CountryOfExploitation | Self::TraffickerCitizenship => {
                return Values::Countries;
            }
            Self::Region => UnRegion::VALUES,
            Self::DataSource => DataSource::VALUES,
            Self::CaseStatus => CaseStatus::VALUES,
            Self::TraffickingStatus => TraffickingStatus::VALUES,
            Self::Gender | Self::TraffickerGender => Gender::VALUES,
            Self::AgeBand => AgeBand::VALUES,
            Self::MajorityStatus | Self::MajorityAtEntry | Self::MajorityAtExploitation => MajorityStatus::VALUES,
            Self::ExploitationType => ExploitationType::VALUES,
            Self::ForcedLabourIndustry => ForcedLabourIndustry::VALUES,
            Self::SexExploitationType => SexExploitationType::VALUES,
            Self::MeansOfControl => MeansOfControl::VALUES,
            Self::RecruiterRelation => RecruiterRelation::VALUES,
            Self::RecruitmentMethod => RecruitmentMethod::VALUES,
            Self::DurationBand => DurationBand::VALUES,
            Self::TraffickerRole => RoleInProcess::VALUES,
        })
    }

    /// How a key reads; none for a number that the dimension does not have.
    pub(super) fn text(self, key: i32) -> Option<String> {
        match self.values() {
            Values::Codes(codes) => {
                codes.iter().find(|code| i32::from(code.number) == key).map(|code| code.graphql.to_owned())
            }
            Values::Countries => country(key).map(|country| country.to_string()),
            Values::Years => i16::try_from(key).ok().map(|year| year.to_string()),
            Values::Truth => ["NO", "YES"].get(usize::try_from(key).ok()?).map(|truth| (*truth).to_owned()),
            Values::Offices => None,
        }
    }

    /// The key that a filter names.
    ///
    /// # Errors
    /// `BAD_INPUT` with what would be right.
    pub(super) fn parse(self, text: &str) -> Result<i32, ClientError> {
        let key = match self.values() {
            Values::Codes(codes) => codes.iter().find(|code| code.graphql == text).map(|code| i32::from(code.number)),
            Values::Countries => text.parse().ok().map(number_of),
            Values::Years => text.parse().ok().filter(|year| YEARS.contains(year) && text.len() == 4),
            Values::Truth => ["NO", "YES"].iter().position(|truth| *truth == text).and_then(|at| at.try_into().ok()),
            Values::Offices => None,
        };
        key.ok_or_else(|| self.refusal())
    }

    /// Checks a value that missions are reduced by. Offices are named by missions, so any name may be asked for.
    pub(super) fn check(self, text: &str) -> Result<(), ClientError> {
        match self.values() {
            Values::Offices if (1..=LONGEST_OFFICE).contains(&text.len()) => Ok(()),
            Values::Offices => Err(self.refusal()),
            _ => self.parse(text).map(|_| ()),
        }
    }

    fn refusal(self) -> ClientError {
        let allowed = match self.values() {
            Values::Codes(codes) => codes.iter().map(|code| code.graphql).collect::<Vec<_>>().join(", "),
            Values::Countries => "an ISO 3166-1 alpha-2 code in capitals, such as UA".to_owned(),
            Values::Years => format!("a year from {} to {}", YEARS.start(), YEARS.end()),
            Values::Truth => "YES, NO".to_owned(),
            Values::Offices => format!("the name of a regional office, at most {LONGEST_OFFICE} bytes"),
        };
        ClientError::bad_input("filter", format!("a value of {} is one of: {allowed}; null for unknown", self.name()))
    }
}

/// A country as a number: its two letters, so that the number can be read back.
pub(super) fn number_of(country: CountryCode) -> i32 {
    country.as_str().bytes().fold(0, |number, letter| number << 8 | i32::from(letter))
}

/// The country that a number stands for.
pub(super) fn country(number: i32) -> Option<CountryCode> {
    let [0, 0, letters @ ..] = number.to_be_bytes() else { return None };
    std::str::from_utf8(&letters).ok()?.parse().ok()
}

/// Keys as texts, unknown last.
pub(super) fn text_of(dimension: Dimension, key: Key) -> Option<Option<String>> {
    key.map_or(Some(None), |key| dimension.text(key).map(Some))
}
