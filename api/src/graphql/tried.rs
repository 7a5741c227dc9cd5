//! Scalars of ours. In a question a day that is none is refused before it runs ([`refused`]); in a form it is a mistake among
//! others, which has to reach whoever filled it in with its path. So in the input of a mutation such a value is carried as a
//! mistake until the command collects them. In the schema it is the scalar, as everywhere.

use std::borrow::Cow;

use async_graphql::{InputType, InputValueError, InputValueResult, Value, registry::Registry};
use chrono::NaiveDate;
use entity::{CountryCode, table::Kind};

use crate::casework::mistakes::Mistakes;

/// A value, or something that is none of its type.
#[derive(Clone, Debug)]
pub enum Tried<T> {
    /// It is one.
    Value(T),
    /// It is none.
    Mistake,
}

/// A type whose values need more than the schema can say.
pub trait Tries: InputType {
    /// What would be right.
    const RIGHT: &'static str;
}

impl Tries for NaiveDate {
    const RIGHT: &'static str = "must be a day of the calendar, such as 2020-02-29";
}

impl Tries for CountryCode {
    const RIGHT: &'static str = "must be a country, as two letters of ISO 3166-1, such as UA";
}

/// What would be right where a value is none that a column of this kind can have. The schema says the rest, and validation has
/// refused what is against it.
pub(super) const fn right(kind: Kind) -> &'static str {
    match kind {
        Kind::Day => NaiveDate::RIGHT,
        Kind::Country | Kind::Countries => CountryCode::RIGHT,
        Kind::Number | Kind::Count => "is no number that can stand here",
        _ => "is not of its type",
    }
}

/// What would be right where a value is none of the scalar of ours that this type is; none where it is one, and for types whose
/// values others check.
pub(super) fn refused(ty: &str, value: &Value) -> Option<&'static str> {
    match ty {
        "NaiveDate" => right_for::<NaiveDate>(value),
        "CountryCode" => right_for::<CountryCode>(value),
        _ => None,
    }
}

fn right_for<T: Tries>(value: &Value) -> Option<&'static str> {
    T::parse(Some(value.clone())).is_err().then_some(T::RIGHT)
}

impl<T: Tries> InputType for Tried<T> {
    type RawValueType = T::RawValueType;

    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value {
            // Whether there has to be a value is for the schema to say.
            None | Some(Value::Null) => T::parse(value).map(Self::Value).map_err(InputValueError::propagate),
            Some(value) => Ok(T::parse(Some(value)).map_or(Self::Mistake, Self::Value)),
        }
    }

    fn to_value(&self) -> Value {
        match self {
            Self::Value(value) => value.to_value(),
            Self::Mistake => Value::Null,
        }
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        match self {
            Self::Value(value) => value.as_raw_value(),
            Self::Mistake => None,
        }
    }
}

impl<T: Tries> Tried<T> {
    /// The value; none where it is a mistake.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Mistake => None,
        }
    }

    /// The value; none where it is a mistake, which is noted. `at` is where it stands in the input.
    pub fn read(self, at: &str, mistakes: &mut Mistakes) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Mistake => {
                mistakes.note(at, T::RIGHT);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::{parse_schema, types::TypeKind, types::TypeSystemDefinition};

    use super::*;

    /// A scalar of ours that nobody checks would be refused by the library, without its field.
    #[test]
    fn every_scalar_of_ours_is_checked() {
        let schema = parse_schema(crate::graphql::schema::running().sdl()).unwrap();
        for definition in schema.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.as_str();
            // Nobody can give a time.
            if matches!(definition.node.kind, TypeKind::Scalar) && name != "DateTime" {
                assert!(refused(name, &Value::Boolean(true)).is_some(), "{name}");
            }
        }
    }
}
