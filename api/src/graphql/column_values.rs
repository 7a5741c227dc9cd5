//! Values of columns, out of what a client sends: by the kind of the column.

use async_graphql::{InputType, Value as Sent};
use chrono::NaiveDate;
use entity::{
    CountryCode, CountryList,
    table::{CodeList, Kind},
};
use sea_orm::Value;

/// What values of a column are compared with; none where it is not of the kind. A number need not be one that the column can have.
pub(super) fn compared(kind: Kind, sent: &Sent) -> Option<Value> {
    Some(match (kind, sent) {
        (Kind::Number | Kind::Count, Sent::Number(number)) => i32::try_from(number.as_i64()?).ok()?.into(),
        (Kind::Countries, sent) => country(sent)?.into(),
        (Kind::Codes(list), sent) => code(list, sent)?.into(),
        (kind, sent) => stored(kind, sent)?,
    })
}

/// Several of them.
pub(super) fn several(kind: Kind, sent: &[Sent]) -> Option<Vec<Value>> {
    sent.iter().map(|sent| compared(kind, sent)).collect()
}

/// The bits of values of a code list.
pub(super) fn bits(kind: Kind, sent: &[Sent]) -> Option<i64> {
    let (Kind::Code(list) | Kind::Codes(list)) = kind else { return None };
    sent.iter().try_fold(0, |bits, sent| Some(bits | 1 << code(list, sent)?))
}

/// A value as a column of this kind has it; none where it is not of the kind.
pub(super) fn stored(kind: Kind, sent: &Sent) -> Option<Value> {
    Some(match (kind, sent) {
        (Kind::Text, Sent::String(text)) => text.clone().into(),
        (Kind::Day, sent) => <NaiveDate as InputType>::parse(Some(sent.clone())).ok()?.into(),
        (Kind::Number, Sent::Number(number)) => i16::try_from(number.as_i64()?).ok()?.into(),
        (Kind::Count, Sent::Number(number)) => i32::try_from(number.as_i64()?).ok()?.into(),
        (Kind::Truth, Sent::Boolean(truth)) => (*truth).into(),
        (Kind::Country, sent) => country(sent)?.into(),
        (Kind::Countries, Sent::List(sent)) => CountryList(sent.iter().map(country).collect::<Option<_>>()?).into(),
        (Kind::Code(list), sent) => code(list, sent)?.into(),
        (Kind::Codes(_), Sent::List(sent)) => bits(kind, sent)?.into(),
        // One value stands for a list of it.
        (Kind::Countries | Kind::Codes(_), sent) if !matches!(sent, Sent::List(_)) => {
            return stored(kind, &Sent::List(vec![sent.clone()]));
        }
        _ => return None,
    })
}

/// What a column of this kind has where nothing is known.
pub(super) const fn unknown(kind: Kind) -> Value {
    match kind {
        Kind::Id => Value::Uuid(None),
        Kind::Text | Kind::Country | Kind::Countries => Value::String(None),
        Kind::Day => Value::ChronoDate(None),
        Kind::Number | Kind::Code(_) => Value::SmallInt(None),
        Kind::Count => Value::Int(None),
        Kind::Truth => Value::Bool(None),
        Kind::Codes(_) => Value::BigInt(None),
    }
}

/// A country may be a text or a bare name.
pub(super) fn country(sent: &Sent) -> Option<CountryCode> {
    <CountryCode as InputType>::parse(Some(sent.clone())).ok()
}

/// The number of a value of a code list. In a document it is a bare name, in variables a text.
fn code(list: &CodeList, sent: &Sent) -> Option<i16> {
    let name = match sent {
        Sent::Enum(name) => name.as_str(),
        Sent::String(text) => text,
        _ => return None,
    };
    list.values.iter().find(|code| code.graphql == name).map(|code| code.number)
}
