//! Which kind of column each Rust type makes, and how a stored value of a kind looks in the schema.

use async_graphql::{Name, Value as Shown};
use chrono::NaiveDate;
use sea_orm::{Value, prelude::Uuid};

use crate::table::{CodeList, Kind, OfKind};
use crate::{Code, CodeSet, CodeValue, CountryCode, CountryList};

/// Says the kind of a type.
macro_rules! of_kind {
    ($($ty:ty => $kind:ident;)*) => {
        $(impl OfKind for $ty {
            const KIND: Kind = Kind::$kind;
        })*
    };
}

of_kind! {
    Uuid => Id;
    String => Text;
    NaiveDate => Day;
    i16 => Number;
    i32 => Count;
    bool => Truth;
    CountryCode => Country;
    CountryList => Countries;
}

/// What is unknown or withheld is none, whatever the kind.
impl<T: OfKind> OfKind for Option<T> {
    const KIND: Kind = T::KIND;
}

impl<T: Code> OfKind for CodeSet<T> {
    const KIND: Kind = Kind::Codes(T::CODES);
}

impl Kind {
    /// What the schema shows of a stored value: null of null, and of a value that is of another kind or in no list.
    #[must_use]
    pub fn shown(self, stored: &Value) -> Shown {
        match (self, stored) {
            (Self::Id, Value::Uuid(Some(id))) => Shown::String(id.to_string()),
            (Self::Text | Self::Country, Value::String(Some(text))) => Shown::String(text.clone()),
            (Self::Countries, Value::String(Some(codes))) => {
                Shown::List(codes.split_ascii_whitespace().map(|code| Shown::String(code.to_owned())).collect())
            }
            // ISO 8601.
            (Self::Day, Value::ChronoDate(Some(day))) => Shown::String(day.to_string()),
            (Self::Number, Value::SmallInt(Some(number))) => Shown::Number((*number).into()),
            (Self::Count, Value::Int(Some(number))) => Shown::Number((*number).into()),
            (Self::Truth, Value::Bool(Some(truth))) => Shown::Boolean(*truth),
            (Self::Code(list), Value::SmallInt(Some(number))) => list.value(*number).map_or(Shown::Null, name),
            (Self::Codes(list), Value::BigInt(Some(bits))) => Shown::List(list.among(*bits).map(name).collect()),
            _ => Shown::Null,
        }
    }
}

impl CodeList {
    /// The value with this number.
    #[must_use]
    pub fn value(&self, number: i16) -> Option<&'static CodeValue> {
        self.values.iter().find(|value| value.number == number)
    }

    /// The values of a set as it is stored, by number.
    pub fn among(&self, bits: i64) -> impl Iterator<Item = &'static CodeValue> {
        self.values.iter().filter(move |value| bits & (1 << value.number) != 0)
    }
}

/// A value of a code list, by its name in the schema.
fn name(value: &CodeValue) -> Shown {
    Shown::Enum(Name::new(value.graphql))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::{Gender, MeansOfControl};

    fn text(text: &str) -> Shown {
        Shown::String(text.to_owned())
    }

    fn shown<T: OfKind + Into<Value>>(value: T) -> Shown {
        T::KIND.shown(&value.into())
    }

    #[test]
    fn a_stored_value_is_shown_as_the_schema_has_it() {
        assert_eq!(shown("Оксана".to_owned()), text("Оксана"));
        assert_eq!(shown(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()), text("2024-02-29"));
        assert_eq!(shown(-7_i16), Shown::Number((-7).into()));
        assert_eq!(shown(70_000_i32), Shown::Number(70_000.into()));
        assert_eq!(shown(true), Shown::Boolean(true));
        let ukraine: CountryCode = "UA".parse().unwrap();
        assert_eq!(shown(ukraine), text("UA"));
        assert_eq!(shown(CountryList(vec![ukraine, "MD".parse().unwrap()])), Shown::List(vec![text("UA"), text("MD")]));
        for gender in Gender::ALL {
            assert_eq!(shown(*gender), Shown::Enum(Name::new(gender.described().graphql)));
        }
        let all: CodeSet<MeansOfControl> = MeansOfControl::ALL.iter().copied().collect();
        assert_eq!(shown(all), Shown::List(MeansOfControl::VALUES.iter().map(name).collect()));
        assert_eq!(shown(CodeSet::<MeansOfControl>::default()), Shown::List(Vec::new()));
    }

    #[test]
    fn what_is_of_another_kind_is_not_shown() {
        assert_eq!(Kind::Text.shown(&Value::SmallInt(Some(1))), Shown::Null);
        assert_eq!(Kind::Code(Gender::CODES).shown(&Value::SmallInt(Some(99))), Shown::Null);
        assert_eq!(Kind::Day.shown(&Value::ChronoDate(None)), Shown::Null);
    }
}
