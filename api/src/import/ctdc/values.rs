//! The values of CTDC and the codes that they become. A value that is not known is no code: the caller rejects the row.

use std::str::FromStr;

use entity::codes::{AgeBand, DataSource, DurationBand, Gender, MajorityStatus, RelationshipToTrafficker};
use entity::{Code, CountryCode};

use super::Release;

/// The first year in which a case can have been registered; no release begins before 2002.
const FIRST_YEAR: i16 = 1990;

/// `1` yes, `0` no. A missing value never comes here: it is unknown.
pub(super) fn flag(value: &str) -> Option<bool> {
    match value {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

/// A year up to the current one.
pub(super) fn year(value: &str, this_year: i16) -> Option<i16> {
    let digits = value.len() == 4 && value.bytes().all(|byte| byte.is_ascii_digit());
    let year = i16::from_str(value).ok().filter(|_| digits)?;
    (FIRST_YEAR..=this_year).contains(&year).then_some(year)
}

/// Whether it is a band of years, such as `1996-1999`.
pub(super) fn is_band_of_years(value: &str, this_year: i16) -> bool {
    let ends = value.split_once('-').map(|(first, last)| (year(first, this_year), year(last, this_year)));
    matches!(ends, Some((Some(first), Some(last))) if first < last)
}

/// Served in person or remotely.
pub(super) fn data_source(value: &str) -> Option<DataSource> {
    match value {
        "Case Management" => Some(DataSource::CaseManagement),
        "Hotline" => Some(DataSource::Hotline),
        _ => None,
    }
}

/// The gender. HTCDS tells transgender people apart more finely than CTDC, so the third value loses something.
pub(super) fn gender(value: &str) -> Option<Gender> {
    match value {
        "Female" => Some(Gender::Feminine),
        "Male" => Some(Gender::Masculine),
        "Transgender/NonConforming" => Some(Gender::NonConforming),
        _ => None,
    }
}

/// The age band, in either spelling: `9--17` in the k-anonymised files, `09--17` in the synthetic ones.
pub(super) fn age_band(value: &str) -> Option<AgeBand> {
    let value = if value == "09--17" { "9--17" } else { value };
    AgeBand::ALL.iter().copied().find(|band| band.described().label == value)
}

/// Whether it is the age band of perpetrators that is wider than ours.
pub(super) fn is_wide_age_band(value: &str) -> bool {
    value == "0--29"
}

/// Minor or adult.
pub(super) fn majority(value: &str) -> Option<MajorityStatus> {
    MajorityStatus::from_value(value)
}

/// Months in the process.
pub(super) fn duration(value: &str) -> Option<DurationBand> {
    match value {
        "0--12 (0-1 yr)" => Some(DurationBand::Months0To12),
        "13--24 (1-2 yrs)" => Some(DurationBand::Months13To24),
        "25--60 (2-5 yrs)" => Some(DurationBand::Months25To60),
        "61+ (5+ yrs)" => Some(DurationBand::Months61Plus),
        _ => None,
    }
}

/// The country. `ZZ` is ours and no value of CTDC.
pub(super) fn country(value: &str, release: Release) -> Option<CountryCode> {
    let code = if release.has_alpha3() { CountryCode::from_alpha3(value) } else { value.parse().ok() };
    code.filter(|code| *code != CountryCode::UNALLOCATED)
}

/// How a perpetrator stands to the individual.
pub(super) fn relationship(value: &str) -> Option<RelationshipToTrafficker> {
    match value {
        "FamilyIntimatePartner" => Some(RelationshipToTrafficker::Familial),
        "FriendAcquaintance" => Some(RelationshipToTrafficker::Acquainted),
        "StrangerUnknownOther" => Some(RelationshipToTrafficker::Unaquainted),
        _ => None,
    }
}

/// The values of a column that holds several. Some copies put a space after the separator.
pub(super) fn several(value: &str) -> impl Iterator<Item = &str> {
    value.split(';').map(str::trim)
}
