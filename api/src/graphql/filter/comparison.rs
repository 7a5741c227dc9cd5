//! Comparisons by kind of column.

use async_graphql::{InputObject, InputType};
use chrono::NaiveDate;
use entity::codes::{
    AgeBand, CaseStatus, ConsentDecision, ConsentMethod, ConsentPurpose, DataSource, DecisionMakingOrganisation,
    Education, Gender, MajorityStatus, MaritalStatus, NarrativeKind, ReferralDirection, ReferralReason, ReferralStatus,
    RiskLevel, TraffickingStatus,
};
use entity::{Code, CodeSet, CountryCode};
use sea_orm::Value;

use super::Compared;
use crate::access::Comparison;

/// Conditions on a text.
#[derive(Clone, Debug, Default, InputObject)]
pub struct TextFilter {
    /// Exactly this text.
    pub eq: Option<String>,
    /// One of these texts.
    #[graphql(name = "in")]
    pub any_of: Option<Vec<String>>,
    /// A text with this one in it, whatever the case, the accents and the script of the letters.
    pub contains: Option<String>,
    /// A text that begins with this one, compared in the same way.
    pub starts_with: Option<String>,
    /// Whether there is none, or none that you may see.
    pub is_null: Option<bool>,
}

/// Conditions on a day.
#[derive(Clone, Debug, Default, InputObject)]
pub struct DateFilter {
    /// This day.
    pub eq: Option<NaiveDate>,
    /// This day or a later one.
    pub from: Option<NaiveDate>,
    /// A day before this one.
    pub before: Option<NaiveDate>,
    /// Whether there is none, or none that you may see.
    pub is_null: Option<bool>,
}

/// Conditions on a number.
#[derive(Clone, Debug, Default, InputObject)]
pub struct IntFilter {
    /// This number.
    pub eq: Option<i16>,
    /// One of these numbers.
    #[graphql(name = "in")]
    pub any_of: Option<Vec<i16>>,
    /// This number or a larger one.
    pub from: Option<i16>,
    /// A number below this one.
    pub before: Option<i16>,
    /// Whether there is none, or none that you may see.
    pub is_null: Option<bool>,
}

/// Conditions on a truth value.
#[derive(Clone, Debug, Default, InputObject)]
pub struct BooleanFilter {
    /// This value.
    pub eq: Option<bool>,
    /// Whether there is none, or none that you may see.
    pub is_null: Option<bool>,
}

/// Conditions on a country.
#[derive(Clone, Debug, Default, InputObject)]
pub struct CountryFilter {
    /// This country.
    pub eq: Option<CountryCode>,
    /// One of these countries.
    #[graphql(name = "in")]
    pub any_of: Option<Vec<CountryCode>>,
    /// Whether there is none, or none that you may see.
    pub is_null: Option<bool>,
}

/// Conditions on a list of countries.
#[derive(Clone, Debug, Default, InputObject)]
pub struct CountryListFilter {
    /// This country is in the list.
    pub has: Option<CountryCode>,
    /// Whether there is no list, or none that you may see.
    pub is_null: Option<bool>,
}

/// Conditions on a value of a code list.
#[derive(Clone, Debug, InputObject)]
#[graphql(
    concrete(name = "AgeBandFilter", params(AgeBand)),
    concrete(name = "CaseStatusFilter", params(CaseStatus)),
    concrete(name = "ConsentDecisionFilter", params(ConsentDecision)),
    concrete(name = "ConsentMethodFilter", params(ConsentMethod)),
    concrete(name = "ConsentPurposeFilter", params(ConsentPurpose)),
    concrete(name = "DataSourceFilter", params(DataSource)),
    concrete(name = "DecisionMakingOrganisationFilter", params(DecisionMakingOrganisation)),
    concrete(name = "EducationFilter", params(Education)),
    concrete(name = "GenderFilter", params(Gender)),
    concrete(name = "MajorityStatusFilter", params(MajorityStatus)),
    concrete(name = "MaritalStatusFilter", params(MaritalStatus)),
    concrete(name = "NarrativeKindFilter", params(NarrativeKind)),
    concrete(name = "ReferralDirectionFilter", params(ReferralDirection)),
    concrete(name = "ReferralReasonFilter", params(ReferralReason)),
    concrete(name = "ReferralStatusFilter", params(ReferralStatus)),
    concrete(name = "RiskLevelFilter", params(RiskLevel)),
    concrete(name = "TraffickingStatusFilter", params(TraffickingStatus))
)]
pub struct CodeFilter<T: InputType> {
    /// This value.
    pub eq: Option<T>,
    /// One of these values.
    #[graphql(name = "in")]
    pub any_of: Option<Vec<T>>,
    /// Whether there is none, or none that you may see.
    pub is_null: Option<bool>,
}

/// Conditions on a set of values of a code list.
#[derive(Clone, Debug, InputObject)]
#[graphql(concrete(name = "ConsentPurposeSetFilter", params(ConsentPurpose)))]
pub struct CodeSetFilter<T: InputType> {
    /// Any of these is in the set.
    pub has_any: Option<Vec<T>>,
    /// All of these are in the set.
    pub has_all: Option<Vec<T>>,
}

fn one_of(values: Option<Vec<impl Into<Value>>>) -> Option<Comparison> {
    values.map(|values| Comparison::OneOf(values.into_iter().map(Into::into).collect()))
}

fn collect<const N: usize>(comparisons: [Option<Comparison>; N]) -> Vec<Comparison> {
    comparisons.into_iter().flatten().collect()
}

impl Compared for TextFilter {
    fn comparisons(self) -> Vec<Comparison> {
        collect([
            self.eq.map(|text| Comparison::Equal(text.into())),
            one_of(self.any_of),
            self.contains.map(Comparison::Contains),
            self.starts_with.map(Comparison::StartsWith),
            self.is_null.map(Comparison::Null),
        ])
    }
}

impl Compared for DateFilter {
    fn comparisons(self) -> Vec<Comparison> {
        collect([
            self.eq.map(|day| Comparison::Equal(day.into())),
            self.from.map(|day| Comparison::From(day.into())),
            self.before.map(|day| Comparison::Before(day.into())),
            self.is_null.map(Comparison::Null),
        ])
    }
}

impl Compared for IntFilter {
    fn comparisons(self) -> Vec<Comparison> {
        collect([
            self.eq.map(|number| Comparison::Equal(number.into())),
            one_of(self.any_of),
            self.from.map(|number| Comparison::From(number.into())),
            self.before.map(|number| Comparison::Before(number.into())),
            self.is_null.map(Comparison::Null),
        ])
    }
}

impl Compared for BooleanFilter {
    fn comparisons(self) -> Vec<Comparison> {
        collect([self.eq.map(|truth| Comparison::Equal(truth.into())), self.is_null.map(Comparison::Null)])
    }
}

impl Compared for CountryFilter {
    fn comparisons(self) -> Vec<Comparison> {
        let eq = self.eq.map(|country| Comparison::Equal(country.into()));
        collect([eq, one_of(self.any_of), self.is_null.map(Comparison::Null)])
    }
}

impl Compared for CountryListFilter {
    fn comparisons(self) -> Vec<Comparison> {
        collect([self.has.map(Comparison::HasCountry), self.is_null.map(Comparison::Null)])
    }
}

impl<T: InputType + Code> Compared for CodeFilter<T> {
    fn comparisons(self) -> Vec<Comparison> {
        collect([
            self.eq.map(|code| Comparison::Equal(code.number().into())),
            one_of(self.any_of.map(|codes| codes.into_iter().map(Code::number).collect())),
            self.is_null.map(Comparison::Null),
        ])
    }
}

impl<T: InputType + Code> Compared for CodeSetFilter<T> {
    fn comparisons(self) -> Vec<Comparison> {
        let bits = |codes: Vec<T>| codes.into_iter().collect::<CodeSet<T>>().bits();
        collect([
            self.has_any.map(|codes| Comparison::HasAny(bits(codes))),
            self.has_all.map(|codes| Comparison::HasAll(bits(codes))),
        ])
    }
}
