//! The arguments of a field, with the values of variables in them. One that is null is as one that is not given.

use async_graphql::{Name, Value, Variables, indexmap::IndexSet, parser::types::Field};
use entity::CountryCode;

use crate::error::ClientError;
use crate::graphql::column_values::country;

/// The arguments of one field.
pub(in crate::graphql) struct Arguments(Vec<(Name, Value)>);

impl Arguments {
    /// Those of a field of an operation that was written out: what has no value does not stand there.
    pub(in crate::graphql) fn of(field: &Field, variables: &Variables) -> Self {
        let value = |value: &async_graphql_value::Value| {
            let variable = |name: Name| Ok::<_, ()>(variables.get(&name).cloned().unwrap_or_default());
            value.clone().into_const_with(variable).unwrap_or_default()
        };
        Self(field.arguments.iter().map(|(name, given)| (name.node.clone(), value(&given.node))).collect())
    }

    /// What is given under a name.
    pub(in crate::graphql) fn given(&self, name: &str) -> Option<&Value> {
        let given = self.0.iter().find(|(given, _)| given == name);
        given.map(|(_, value)| value).filter(|value| **value != Value::Null)
    }

    /// A text, or an id.
    ///
    /// # Errors
    /// `BAD_INPUT` for what is none.
    pub(in crate::graphql) fn text(&self, name: &str) -> Result<Option<String>, ClientError> {
        self.given(name).map(|value| text(value).ok_or_else(|| of_type(name))).transpose()
    }

    /// A number.
    ///
    /// # Errors
    /// `BAD_INPUT` for what is none.
    pub(in crate::graphql) fn number(&self, name: &str) -> Result<Option<i32>, ClientError> {
        let number = |value: &Value| match value {
            Value::Number(number) => number.as_i64().and_then(|number| i32::try_from(number).ok()),
            _ => None,
        };
        self.given(name).map(|value| number(value).ok_or_else(|| of_type(name))).transpose()
    }

    /// A country.
    ///
    /// # Errors
    /// `BAD_INPUT` for what is none.
    pub(in crate::graphql) fn country(&self, name: &str) -> Result<Option<CountryCode>, ClientError> {
        self.given(name).map(|value| country(value).ok_or_else(|| of_type(name))).transpose()
    }

    /// Countries, each once, however often it is named: the list is looked through for every mask.
    ///
    /// # Errors
    /// `BAD_INPUT` where one of them is none.
    pub(in crate::graphql) fn countries(&self, name: &str) -> Result<Option<Vec<CountryCode>>, ClientError> {
        let several =
            |value| items(value).iter().map(country).collect::<Option<IndexSet<_>>>().ok_or_else(|| of_type(name));
        Ok(self.given(name).map(several).transpose()?.map(|each| each.into_iter().collect()))
    }

    /// Ids.
    ///
    /// # Errors
    /// `BAD_INPUT` where one of them is none.
    pub(in crate::graphql) fn ids(&self, name: &str) -> Result<Vec<String>, ClientError> {
        let several = |value| items(value).iter().map(text).collect::<Option<_>>().ok_or_else(|| of_type(name));
        several(self.given(name).unwrap_or(&Value::Null))
    }
}

/// An argument that is needed.
///
/// # Errors
/// `BAD_INPUT` where it is not given.
pub(in crate::graphql) fn needed<T>(given: Option<T>, name: &str) -> Result<T, ClientError> {
    given.ok_or_else(|| of_type(name))
}

/// The items of a list. One value stands for a list of it.
pub(super) fn items(value: &Value) -> &[Value] {
    match value {
        Value::List(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// What is said of a value that is not of its type.
pub(in crate::graphql) fn of_type(name: &str) -> ClientError {
    ClientError::bad_input(name, "is not of its type")
}

/// A text; an id may be a number.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
