//! A column's value as GraphQL shows it, made at once: a page has hundreds of them, and each is there already.

use async_graphql::{Name, Value};
use chrono::NaiveDate;

use crate::{Code, CodeSet, CountryCode, CountryList};

/// What GraphQL shows of a value. It is what the value's type in the schema says of itself.
pub trait Leaf {
    /// The value.
    fn leaf(&self) -> Value;
}

impl<T: Leaf> Leaf for Option<T> {
    fn leaf(&self) -> Value {
        self.as_ref().map_or(Value::Null, Leaf::leaf)
    }
}

impl Leaf for String {
    fn leaf(&self) -> Value {
        Value::String(self.clone())
    }
}

impl Leaf for i16 {
    fn leaf(&self) -> Value {
        Value::Number((*self).into())
    }
}

impl Leaf for i32 {
    fn leaf(&self) -> Value {
        Value::Number((*self).into())
    }
}

impl Leaf for bool {
    fn leaf(&self) -> Value {
        Value::Boolean(*self)
    }
}

/// ISO 8601.
impl Leaf for NaiveDate {
    fn leaf(&self) -> Value {
        Value::String(self.to_string())
    }
}

impl Leaf for CountryCode {
    fn leaf(&self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

impl Leaf for CountryList {
    fn leaf(&self) -> Value {
        Value::List(self.0.iter().map(Leaf::leaf).collect())
    }
}

impl<T: Code> Leaf for CodeSet<T> {
    fn leaf(&self) -> Value {
        Value::List(self.iter().map(code).collect())
    }
}

/// A value of a code list, by its name in the schema.
pub(crate) fn code<T: Code>(code: T) -> Value {
    Value::Enum(Name::new(code.described().graphql))
}
