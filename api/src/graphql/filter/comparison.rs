//! Comparisons by kind of column. Null is nothing to compare with and is refused: taken for *left out* it would widen a question to
//! every row. So is a text to look for of which nothing would be left, or which is too long, and a list with too many values.

use async_graphql::{InputObject, InputType, MaybeUndefined};
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
use crate::error::ClientError;
use crate::text;

/// Conditions on a text.
#[derive(Clone, Debug, Default, InputObject)]
pub struct TextFilter {
    /// Exactly this text.
    pub eq: MaybeUndefined<String>,
    /// One of these texts.
    #[graphql(name = "in")]
    pub any_of: MaybeUndefined<Vec<String>>,
    /// A text with this one in it, whatever the case, the accents and the script of the letters.
    pub contains: MaybeUndefined<String>,
    /// A text that begins with this one, compared in the same way.
    pub starts_with: MaybeUndefined<String>,
    /// Whether there is none, or none that you may see.
    pub is_null: MaybeUndefined<bool>,
}

/// Conditions on a day.
#[derive(Clone, Debug, Default, InputObject)]
pub struct DateFilter {
    /// This day.
    pub eq: MaybeUndefined<NaiveDate>,
    /// This day or a later one.
    pub from: MaybeUndefined<NaiveDate>,
    /// A day before this one.
    pub before: MaybeUndefined<NaiveDate>,
    /// Whether there is none, or none that you may see.
    pub is_null: MaybeUndefined<bool>,
}

/// Conditions on a number.
#[derive(Clone, Debug, Default, InputObject)]
pub struct IntFilter {
    /// This number.
    pub eq: MaybeUndefined<i32>,
    /// One of these numbers.
    #[graphql(name = "in")]
    pub any_of: MaybeUndefined<Vec<i32>>,
    /// This number or a larger one.
    pub from: MaybeUndefined<i32>,
    /// A number below this one.
    pub before: MaybeUndefined<i32>,
    /// Whether there is none, or none that you may see.
    pub is_null: MaybeUndefined<bool>,
}

/// Conditions on a truth value.
#[derive(Clone, Debug, Default, InputObject)]
pub struct BooleanFilter {
    /// This value.
    pub eq: MaybeUndefined<bool>,
    /// Whether there is none, or none that you may see.
    pub is_null: MaybeUndefined<bool>,
}

/// Conditions on a country.
#[derive(Clone, Debug, Default, InputObject)]
pub struct CountryFilter {
    /// This country.
    pub eq: MaybeUndefined<CountryCode>,
    /// One of these countries.
    #[graphql(name = "in")]
    pub any_of: MaybeUndefined<Vec<CountryCode>>,
    /// Whether there is none, or none that you may see.
    pub is_null: MaybeUndefined<bool>,
}

/// Conditions on a list of countries.
#[derive(Clone, Debug, Default, InputObject)]
pub struct CountryListFilter {
    /// This country is in the list.
    pub has: MaybeUndefined<CountryCode>,
    /// Whether there is no list, or none that you may see.
    pub is_null: MaybeUndefined<bool>,
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
    pub eq: MaybeUndefined<T>,
    /// One of these values.
    #[graphql(name = "in")]
    pub any_of: MaybeUndefined<Vec<T>>,
    /// Whether there is none, or none that you may see.
    pub is_null: MaybeUndefined<bool>,
}

/// Conditions on a set of values of a code list.
#[derive(Clone, Debug, InputObject)]
#[graphql(concrete(name = "ConsentPurposeSetFilter", params(ConsentPurpose)))]
pub struct CodeSetFilter<T: InputType> {
    /// Any of these is in the set.
    pub has_any: MaybeUndefined<Vec<T>>,
    /// All of these are in the set.
    pub has_all: MaybeUndefined<Vec<T>>,
}

/// What was asked under a name; none where nothing was said.
///
/// # Errors
/// `BAD_INPUT` for null, naming `isNull`.
pub fn given<T>(asked: MaybeUndefined<T>, name: &str) -> Result<Option<T>, ClientError> {
    match asked {
        MaybeUndefined::Undefined => Ok(None),
        MaybeUndefined::Null => Err(ClientError::bad_input(name, NO_NULL)),
        MaybeUndefined::Value(value) => Ok(Some(value)),
    }
}

/// What is said of null.
const NO_NULL: &str = "null is nothing to compare with: leave it out, or ask for what is unknown with isNull: true";

/// The most values in one list of a filter.
const MOST_VALUES: usize = 1_000;

/// The longest text that is looked for in another, in characters. SQLite refuses longer patterns than 50,000 bytes, and a letter
/// may become several.
const LONGEST_PART: usize = 1_000;

/// Refuses a text that cannot be looked for in another. One of which folding leaves nothing would be found in every text.
fn check_part(text: &str, name: &str) -> Result<(), ClientError> {
    if text.chars().count() > LONGEST_PART {
        let message = format!("a text to look for must have at most {LONGEST_PART} characters");
        return Err(ClientError::bad_input(name, message));
    }
    if !text.is_empty() && text::folded(text).is_empty() {
        return Err(ClientError::bad_input(name, "a text to look for must have a letter, a digit or a sign in it"));
    }
    Ok(())
}

/// Collects the comparisons that were asked for.
#[derive(Default)]
struct Asked(Vec<Comparison>);

impl Asked {
    /// Adds what was asked under a name, if anything.
    fn and<T>(
        mut self,
        name: &str,
        asked: MaybeUndefined<T>,
        compare: impl FnOnce(T) -> Comparison,
    ) -> Result<Self, ClientError> {
        self.0.extend(given(asked, name)?.map(compare));
        Ok(self)
    }

    /// Adds a text that is looked for in others.
    fn part(
        self,
        name: &str,
        asked: MaybeUndefined<String>,
        compare: fn(String) -> Comparison,
    ) -> Result<Self, ClientError> {
        if let MaybeUndefined::Value(text) = &asked {
            check_part(text, name)?;
        }
        self.and(name, asked, compare)
    }

    fn equal<T: Into<Value>>(self, asked: MaybeUndefined<T>) -> Result<Self, ClientError> {
        self.and("eq", asked, |value| Comparison::Equal(value.into()))
    }

    fn any_of<T: Into<Value>>(self, asked: MaybeUndefined<Vec<T>>) -> Result<Self, ClientError> {
        if matches!(&asked, MaybeUndefined::Value(values) if values.len() > MOST_VALUES) {
            return Err(ClientError::bad_input("in", format!("a list has at most {MOST_VALUES} values")));
        }
        self.and("in", asked, |values| Comparison::OneOf(values.into_iter().map(Into::into).collect()))
    }

    fn from<T: Into<Value>>(self, asked: MaybeUndefined<T>) -> Result<Self, ClientError> {
        self.and("from", asked, |value| Comparison::From(value.into()))
    }

    fn before<T: Into<Value>>(self, asked: MaybeUndefined<T>) -> Result<Self, ClientError> {
        self.and("before", asked, |value| Comparison::Before(value.into()))
    }

    fn null(self, asked: MaybeUndefined<bool>) -> Result<Vec<Comparison>, ClientError> {
        Ok(self.and("isNull", asked, Comparison::Null)?.0)
    }
}

impl Compared for TextFilter {
    fn comparisons(self) -> Result<Vec<Comparison>, ClientError> {
        Asked::default()
            .equal(self.eq)?
            .any_of(self.any_of)?
            .part("contains", self.contains, Comparison::Contains)?
            .part("startsWith", self.starts_with, Comparison::StartsWith)?
            .null(self.is_null)
    }
}

impl Compared for DateFilter {
    fn comparisons(self) -> Result<Vec<Comparison>, ClientError> {
        Asked::default().equal(self.eq)?.from(self.from)?.before(self.before)?.null(self.is_null)
    }
}

impl Compared for IntFilter {
    fn comparisons(self) -> Result<Vec<Comparison>, ClientError> {
        Asked::default().equal(self.eq)?.any_of(self.any_of)?.from(self.from)?.before(self.before)?.null(self.is_null)
    }
}

impl Compared for BooleanFilter {
    fn comparisons(self) -> Result<Vec<Comparison>, ClientError> {
        Asked::default().equal(self.eq)?.null(self.is_null)
    }
}

impl Compared for CountryFilter {
    fn comparisons(self) -> Result<Vec<Comparison>, ClientError> {
        Asked::default().equal(self.eq)?.any_of(self.any_of)?.null(self.is_null)
    }
}

impl Compared for CountryListFilter {
    fn comparisons(self) -> Result<Vec<Comparison>, ClientError> {
        Asked::default().and("has", self.has, Comparison::HasCountry)?.null(self.is_null)
    }
}

impl<T: InputType + Code> Compared for CodeFilter<T> {
    fn comparisons(self) -> Result<Vec<Comparison>, ClientError> {
        let numbers = self.any_of.map_value(|codes| codes.into_iter().map(Code::number).collect());
        Asked::default().equal(self.eq.map_value(Code::number))?.any_of::<i16>(numbers)?.null(self.is_null)
    }
}

impl<T: InputType + Code> Compared for CodeSetFilter<T> {
    fn comparisons(self) -> Result<Vec<Comparison>, ClientError> {
        let bits = |codes: Vec<T>| codes.into_iter().collect::<CodeSet<T>>().bits();
        let asked = Asked::default().and("hasAny", self.has_any, |codes| Comparison::HasAny(bits(codes)))?.and(
            "hasAll",
            self.has_all,
            |codes| Comparison::HasAll(bits(codes)),
        )?;
        Ok(asked.0)
    }
}
