//! [`CountryList`]: several countries in one text column, such as `UA MD`. The order is kept.

use sea_orm::{
    ColIdx, ColumnType, DbErr, QueryResult, TryGetError, TryGetable, Value,
    sea_query::{ArrayType, Nullable, StringLen, ValueType, ValueTypeErr},
};

use crate::CountryCode;

/// Countries in the order in which they were reported. Stored with single spaces between the codes: two letters in a row
/// are always one code, so that a search for two letters finds exactly the rows that have that country.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountryList(pub Vec<CountryCode>);

impl CountryList {
    fn parse(text: &str) -> Option<Self> {
        text.split_ascii_whitespace().map(|code| code.parse().ok()).collect::<Option<_>>().map(Self)
    }
}

impl From<CountryList> for Value {
    fn from(list: CountryList) -> Self {
        let codes: Vec<&str> = list.0.iter().map(CountryCode::as_str).collect();
        Self::String(Some(codes.join(" ")))
    }
}

impl Nullable for CountryList {
    fn null() -> Value {
        Value::String(None)
    }
}

impl ValueType for CountryList {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        Self::parse(&<String as ValueType>::try_from(value)?).ok_or(ValueTypeErr)
    }

    fn type_name() -> String {
        "CountryList".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::String
    }

    fn column_type() -> ColumnType {
        ColumnType::String(StringLen::None)
    }
}

impl TryGetable for CountryList {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(row, index)?;
        Self::parse(&text).ok_or_else(|| TryGetError::DbErr(DbErr::Type("a stored country code is unknown".to_owned())))
    }
}
