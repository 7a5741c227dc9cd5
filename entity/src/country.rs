//! Countries and missions: [`CountryCode`], an ISO 3166-1 alpha-2 code that is known to exist.

use std::{fmt, str::FromStr};

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType};
use sea_orm::{
    ColIdx, ColumnType, QueryResult, TryGetError, TryGetable, Value,
    sea_query::{ArrayType, Nullable, StringLen, ValueType, ValueTypeErr},
};

use crate::codes::{COUNTRIES, UnRegion};

/// One country of ISO 3166-1.
#[derive(Clone, Copy, Debug)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub alpha2: [u8; 2],
    /// ISO 3166-1 alpha-3.
    pub alpha3: &'static str,
    /// The English short name.
    pub name: &'static str,
    /// The region of UN M49; none for places without one.
    pub un_region: Option<UnRegion>,
    /// The regional office of IOM that covers it; empty where none does.
    pub regional_office: &'static str,
    /// The time zone of the capital, as IANA names it; empty for places without one.
    pub time_zone: &'static str,
}

/// An ISO 3166-1 alpha-2 code, or `ZZ` for *unallocated*. It names a country, and the mission in that country.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CountryCode([u8; 2]);

/// A text that is no country code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO 3166-1 alpha-2 code")]
pub struct NoSuchCountry;

impl CountryCode {
    /// The mission of records that no mission holds.
    pub const UNALLOCATED: Self = Self(*b"ZZ");

    /// The country with its names and regions.
    ///
    /// # Panics
    /// Never: a code is only made of a row of the list.
    #[must_use]
    pub fn country(self) -> &'static Country {
        let at = COUNTRIES.binary_search_by_key(&self.0, |country| country.alpha2);
        &COUNTRIES[at.unwrap_or_default()]
    }

    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The country with this alpha-3 code.
    #[must_use]
    pub fn from_alpha3(alpha3: &str) -> Option<Self> {
        COUNTRIES.iter().find(|country| country.alpha3 == alpha3).map(|country| Self(country.alpha2))
    }

    /// Every country but `ZZ`.
    pub fn all() -> impl Iterator<Item = Self> {
        COUNTRIES.iter().map(|country| Self(country.alpha2)).filter(|code| *code != Self::UNALLOCATED)
    }

    /// A small number for the code, for counting tables.
    #[must_use]
    pub const fn number(self) -> i16 {
        (self.0[0] - b'A') as i16 * 26 + (self.0[1] - b'A') as i16
    }
}

impl FromStr for CountryCode {
    type Err = NoSuchCountry;

    fn from_str(text: &str) -> Result<Self, NoSuchCountry> {
        let code: [u8; 2] = text.as_bytes().try_into().map_err(|_| NoSuchCountry)?;
        COUNTRIES.binary_search_by_key(&code, |country| country.alpha2).map(|_| Self(code)).map_err(|_| NoSuchCountry)
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl serde::Serialize for CountryCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for CountryCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// ISO 3166-1 alpha-2 country code, upper case; `ZZ` stands for records that no mission holds.
#[Scalar(name = "CountryCode")]
impl ScalarType for CountryCode {
    fn parse(value: async_graphql::Value) -> InputValueResult<Self> {
        // A code may stand in a document as a text or as a bare name: "UA" or UA.
        let text = match &value {
            async_graphql::Value::String(text) => text.as_str(),
            async_graphql::Value::Enum(name) => name.as_str(),
            _ => return Err(InputValueError::expected_type(value)),
        };
        text.parse().map_err(|error: NoSuchCountry| InputValueError::custom(error))
    }

    fn to_value(&self) -> async_graphql::Value {
        async_graphql::Value::String(self.as_str().to_owned())
    }
}

impl From<CountryCode> for Value {
    fn from(code: CountryCode) -> Self {
        Self::String(Some(code.as_str().to_owned()))
    }
}

impl Nullable for CountryCode {
    fn null() -> Value {
        Value::String(None)
    }
}

impl ValueType for CountryCode {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <String as ValueType>::try_from(value)?.parse().map_err(|_| ValueTypeErr)
    }

    fn type_name() -> String {
        "CountryCode".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::String
    }

    fn column_type() -> ColumnType {
        ColumnType::String(StringLen::N(2))
    }
}

impl TryGetable for CountryCode {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(row, index)?;
        text.parse().map_err(|error: NoSuchCountry| TryGetError::DbErr(sea_orm::DbErr::Type(error.to_string())))
    }
}

impl sea_orm::TryFromU64 for CountryCode {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64("CountryCode"))
    }
}
