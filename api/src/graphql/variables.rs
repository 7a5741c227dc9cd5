//! The values of variables, before anything runs (specification, section 6.1.2): default values are filled in, and a value that
//! is missing or not of its type is refused and named. Documents are validated once, without variables; so this is done
//! here, for each request.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Value, Variables,
    indexmap::IndexMap,
    parser::types::{BaseType, OperationDefinition, ServiceDocument, Type, TypeKind, TypeSystemDefinition},
};

use crate::error::ClientError;

/// The input types of a schema.
#[derive(Default)]
pub struct InputTypes {
    enums: HashMap<Name, HashSet<Name>>,
    objects: HashMap<Name, HashMap<Name, InputField>>,
}

struct InputField {
    ty: Type,
    has_default: bool,
}

impl InputTypes {
    /// Reads the types from a schema in the schema definition language.
    #[must_use]
    pub fn of(schema: &ServiceDocument) -> Self {
        let mut types = Self::default();
        for definition in &schema.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.clone();
            match &definition.node.kind {
                TypeKind::Enum(of) => {
                    types.enums.insert(name, of.values.iter().map(|value| value.node.value.node.clone()).collect());
                }
                TypeKind::InputObject(of) => {
                    let fields = of.fields.iter().map(|field| {
                        let has_default = field.node.default_value.is_some();
                        (field.node.name.node.clone(), InputField { ty: field.node.ty.node.clone(), has_default })
                    });
                    types.objects.insert(name, fields.collect());
                }
                _ => {}
            }
        }
        types
    }

    /// The variables of an operation, with default values.
    ///
    /// # Errors
    /// `BAD_INPUT` for the first one that is missing or not of its type.
    pub fn coerce(&self, operation: &OperationDefinition, mut given: Variables) -> Result<Variables, ClientError> {
        for definition in &operation.variable_definitions {
            let definition = &definition.node;
            let (name, ty) = (&definition.name.node, &definition.var_type.node);
            match (given.get(name), &definition.default_value) {
                (Some(value), _) => self.check(ty, value, &mut format!("variables.{name}"))?,
                (None, Some(value)) => drop(given.insert(name.clone(), value.node.clone())),
                (None, None) if !ty.nullable => return Err(required(&format!("variables.{name}"), ty)),
                (None, None) => {}
            }
        }
        Ok(given)
    }

    /// `path` is where the value stands; it is put back as it was.
    fn check(&self, ty: &Type, value: &Value, path: &mut String) -> Result<(), ClientError> {
        match (&ty.base, value) {
            (_, Value::Null) if ty.nullable => Ok(()),
            (_, Value::Null) => Err(required(path, ty)),
            (BaseType::List(item), Value::List(values)) => {
                let mut values = values.iter().enumerate();
                values.try_for_each(|(at, value)| within(path, &at.to_string(), |path| self.check(item, value, path)))
            }
            // One value stands for a list of it.
            (BaseType::List(item), value) => self.check(item, value, path),
            (BaseType::Named(name), value) => match (self.objects.get(name), value) {
                (Some(fields), Value::Object(members)) => Self::object(self, fields, members, path),
                (Some(_), _) => Err(not_a(path, name)),
                (None, value) if self.is_scalar(name, value) => Ok(()),
                (None, _) => Err(not_a(path, name)),
            },
        }
    }

    fn object(
        &self,
        fields: &HashMap<Name, InputField>,
        members: &IndexMap<Name, Value>,
        path: &mut String,
    ) -> Result<(), ClientError> {
        if let Some(unknown) = members.keys().find(|key| !fields.contains_key(*key)) {
            return within(path, unknown, |path| Err(ClientError::bad_input(path.clone(), "there is no such field")));
        }
        for (name, field) in fields {
            match members.get(name) {
                Some(value) => within(path, name, |path| self.check(&field.ty, value, path))?,
                None if field.ty.nullable || field.has_default => {}
                None => return within(path, name, |path| Err(required(path, &field.ty))),
            }
        }
        Ok(())
    }

    /// Whether a value may be one of an enumeration or scalar. Scalars of our own refuse by themselves what they are not.
    fn is_scalar(&self, name: &Name, value: &Value) -> bool {
        if let Some(values) = self.enums.get(name) {
            return match value {
                Value::String(text) => values.contains(text.as_str()),
                Value::Enum(name) => values.contains(name),
                _ => false,
            };
        }
        match (name.as_str(), value) {
            ("Int", Value::Number(number)) => number.is_i64(),
            ("ID", Value::Number(number)) => number.is_i64() || number.is_u64(),
            ("Float", Value::Number(_)) | ("String" | "ID", Value::String(_)) | ("Boolean", Value::Boolean(_)) => true,
            ("Int" | "Float" | "String" | "ID" | "Boolean", _) => false,
            _ => true,
        }
    }
}

/// Goes one step further down the path, and back.
fn within<T>(path: &mut String, step: &str, look: impl FnOnce(&mut String) -> T) -> T {
    let length = path.len();
    path.push('.');
    path.push_str(step);
    let found = look(path);
    path.truncate(length);
    found
}

fn required(path: &str, ty: &Type) -> ClientError {
    ClientError::bad_input(path, format!("a value of type {ty} is required"))
}

fn not_a(path: &str, name: &Name) -> ClientError {
    ClientError::bad_input(path, format!("must be of type {name}"))
}

#[cfg(test)]
mod tests {
    use async_graphql::parser;
    use serde_json::{Value as Json, json};

    use super::*;

    const SDL: &str = "enum Level { HIGH LOW } scalar Code input In { level: Level! code: Code of: [In!] size: Int! = 1 } \
                       type Query { a: Int } schema { query: Query }";

    fn coerce(definitions: &str, variables: Json) -> Result<Json, String> {
        let types = InputTypes::of(&parser::parse_schema(SDL).unwrap());
        let document = parser::parse_query(format!("query({definitions}) {{ a }}")).unwrap();
        let operation = super::super::documents::operation(&document, None).unwrap();
        match types.coerce(operation, Variables::from_json(variables)) {
            Ok(variables) => Ok(serde_json::to_value(variables).unwrap()),
            Err(ClientError::BadInput { field, .. }) => Err(field),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_of_its_type_is_taken() {
        for (definitions, variables) in [
            ("$a: Int, $b: Float, $c: String", json!({ "a": 1, "b": 1, "c": "x" })),
            ("$a: ID!, $b: ID, $c: Boolean", json!({ "a": 1, "b": "x", "c": true })),
            ("$a: [Level!]!, $b: Code", json!({ "a": ["HIGH"], "b": "anything", "not declared": 1 })),
            ("$a: [Level!]", json!({ "a": "HIGH" })),
            ("$a: In", json!({ "a": { "level": "LOW", "of": [{ "level": "HIGH", "size": 2, "code": null }] } })),
            ("$a: In", json!({ "a": null })),
        ] {
            assert_eq!(coerce(definitions, variables.clone()), Ok(variables));
        }
        assert_eq!(coerce("$a: Int = 3, $b: Int = 4", json!({ "a": null })), Ok(json!({ "a": null, "b": 4 })));
    }

    #[test]
    fn what_is_not_is_refused_where_it_stands() {
        for (definitions, variables, path) in [
            ("$a: Int!", json!({}), "variables.a"),
            ("$a: Int! = 1", json!({ "a": null }), "variables.a"),
            ("$a: Int", json!({ "a": "1" }), "variables.a"),
            ("$a: Int", json!({ "a": 1.5 }), "variables.a"),
            ("$a: String", json!({ "a": 1 }), "variables.a"),
            ("$a: Boolean", json!({ "a": "true" }), "variables.a"),
            ("$a: [Level!]", json!({ "a": ["HIGH", null] }), "variables.a.1"),
            ("$a: [[Int]]", json!({ "a": [[1], [1, true]] }), "variables.a.1.1"),
            ("$a: Level", json!({ "a": "MIDDLE" }), "variables.a"),
            ("$a: In", json!({ "a": [] }), "variables.a"),
            ("$a: In", json!({ "a": {} }), "variables.a.level"),
            ("$a: In", json!({ "a": { "level": "LOW", "size": null } }), "variables.a.size"),
            ("$a: In", json!({ "a": { "level": "LOW", "more": 1 } }), "variables.a.more"),
            ("$a: In", json!({ "a": { "level": "LOW", "of": [{ "level": "NONE" }] } }), "variables.a.of.0.level"),
        ] {
            assert_eq!(coerce(definitions, variables), Err(path.to_owned()), "{definitions}");
        }
    }
}
