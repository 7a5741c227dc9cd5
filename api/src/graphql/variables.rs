//! The values of variables, before anything runs (specification, section 6.1.2): default values are filled in, and a value that
//! is missing or not of its type is refused and named. Documents are validated once, without variables; so this is done
//! here, for each request.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Value, Variables,
    indexmap::IndexMap,
    parser::types::{
        BaseType, OperationDefinition, OperationType, ServiceDocument, Type, TypeKind, TypeSystemDefinition,
    },
};

use super::tried;
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
    /// `BAD_INPUT` for everything that is missing or not of its type, each with its path, in the order of the paths.
    pub fn coerce(&self, operation: &OperationDefinition, mut given: Variables) -> Result<Variables, Vec<ClientError>> {
        let asks = operation.ty != OperationType::Mutation;
        let mut check = Check { types: self, asks, path: String::new(), wrong: Vec::new() };
        for definition in &operation.variable_definitions {
            let definition = &definition.node;
            let (name, ty) = (&definition.name.node, &definition.var_type.node);
            check.path = format!("variables.{name}");
            match (given.get(name), &definition.default_value) {
                (Some(value), _) => check.value(ty, value),
                (None, Some(value)) => drop(given.insert(name.clone(), value.node.clone())),
                (None, None) if !ty.nullable => check.required(ty),
                (None, None) => {}
            }
        }
        if check.wrong.is_empty() {
            return Ok(given);
        }
        check.wrong.sort_by(|(one, _), (other, _)| one.cmp(other));
        Err(check.wrong.into_iter().map(|(path, message)| ClientError::bad_input(path, message)).collect())
    }
}

/// So many mistakes are named at most, of a document as of its variables.
pub(super) const MOST_NAMED: usize = 50;

/// A check of values against their types.
struct Check<'t> {
    types: &'t InputTypes,
    /// Whether texts have to be storable and scalars of ours have to be what they are called. The form of a mutation hears of
    /// such values with everything else.
    asks: bool,
    /// Where the value stands that is looked at.
    path: String,
    /// What is wrong, each with its path.
    wrong: Vec<(String, String)>,
}

impl Check<'_> {
    fn value(&mut self, ty: &Type, value: &Value) {
        match (&ty.base, value) {
            (_, Value::Null) if ty.nullable => {}
            (_, Value::Null) => self.required(ty),
            (BaseType::List(item), Value::List(values)) => {
                for (at, value) in values.iter().enumerate() {
                    self.within(&at.to_string(), |check| check.value(item, value));
                }
            }
            // One value stands for a list of it.
            (BaseType::List(item), value) => self.value(item, value),
            (BaseType::Named(name), value) => match (self.types.objects.get(name), value) {
                (Some(fields), Value::Object(members)) => self.object(fields, members),
                (Some(_), _) => self.not_a(name),
                (None, value) => self.leaf(name, value),
            },
        }
    }

    fn leaf(&mut self, name: &Name, value: &Value) {
        if let Value::String(text) = value
            && !is_sayable(name, text, self.asks)
        {
            self.refuse(NOT_STORABLE.to_owned());
        } else if !self.is_scalar(name, value) {
            self.not_a(name);
        } else if self.asks
            && let Some(right) = tried::refused(name, value)
        {
            self.refuse(right.to_owned());
        }
    }

    fn object(&mut self, fields: &HashMap<Name, InputField>, members: &IndexMap<Name, Value>) {
        for unknown in members.keys().filter(|key| !fields.contains_key(*key)) {
            self.within(unknown, |check| check.refuse("there is no such field".to_owned()));
        }
        for (name, field) in fields {
            match members.get(name) {
                Some(value) => self.within(name, |check| check.value(&field.ty, value)),
                None if field.ty.nullable || field.has_default => {}
                None => self.within(name, |check| check.required(&field.ty)),
            }
        }
    }

    /// Goes one step further down the path, and back.
    fn within(&mut self, step: &str, look: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push('.');
        self.path.push_str(step);
        look(self);
        self.path.truncate(length);
    }

    fn required(&mut self, ty: &Type) {
        self.refuse(format!("a value of type {ty} is required"));
    }

    fn not_a(&mut self, name: &Name) {
        self.refuse(format!("must be of type {name}"));
    }

    fn refuse(&mut self, message: String) {
        if self.wrong.len() < MOST_NAMED {
            self.wrong.push((self.path.clone(), message));
        }
    }

    /// Whether a value may be one of an enumeration or scalar. What scalars of ours are is not said here.
    fn is_scalar(&self, name: &Name, value: &Value) -> bool {
        if let Some(values) = self.types.enums.get(name) {
            return match value {
                Value::String(text) => values.contains(text.as_str()),
                Value::Enum(name) => values.contains(name),
                _ => false,
            };
        }
        match (name.as_str(), value) {
            ("Int", Value::Number(number)) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            ("ID", Value::Number(number)) => number.is_i64() || number.is_u64(),
            ("Float", Value::Number(_)) | ("String" | "ID", Value::String(_)) | ("Boolean", Value::Boolean(_)) => true,
            ("Int" | "Float" | "String" | "ID" | "Boolean", _) => false,
            _ => true,
        }
    }
}

/// Whether a text of a type can be said: PostgreSQL keeps no U+0000, and SQLite takes it for the end of a pattern, so that a
/// search would find what nobody asked for. Where nothing is asked, the text is one of a form; an id is none that people write.
pub(super) fn is_sayable(ty: &str, text: &str, asks: bool) -> bool {
    (!asks && ty != "ID") || !text.contains('\0')
}

/// What is said of a text that is not.
pub(super) const NOT_STORABLE: &str = "a text with U+0000 in it, which no record can have";

#[cfg(test)]
mod tests {
    use async_graphql::parser;
    use serde_json::{Value as Json, json};

    use super::*;

    const SDL: &str = "enum Level { HIGH LOW } scalar Code scalar CountryCode scalar NaiveDate input In { level: Level! code: Code of: [In!] size: Int! = 1 } \
                       type Query { a: Int } schema { query: Query }";

    fn coerce(definitions: &str, variables: Json) -> Result<Json, Vec<String>> {
        coerce_for("query", definitions, variables)
    }

    fn coerce_for(kind: &str, definitions: &str, variables: Json) -> Result<Json, Vec<String>> {
        let types = InputTypes::of(&parser::parse_schema(SDL).unwrap());
        let document = parser::parse_query(format!("{kind}({definitions}) {{ a }}")).unwrap();
        let operation = super::super::documents::operation(&document, None).unwrap();
        match types.coerce(operation, Variables::from_json(variables)) {
            Ok(variables) => Ok(serde_json::to_value(variables).unwrap()),
            Err(errors) => Err(errors.into_iter().map(field).collect()),
        }
    }

    fn field(error: ClientError) -> String {
        match error {
            ClientError::BadInput { field, .. } => field,
            other => panic!("{other:?}"),
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
            ("$a: Int, $b: ID", json!({ "a": -2_147_483_648_i64, "b": "\u{1}" })),
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
            ("$a: Int", json!({ "a": 2_147_483_648_i64 }), "variables.a"),
            ("$a: String", json!({ "a": "x\u{0}" }), "variables.a"),
            ("$a: [Code]", json!({ "a": ["x", "\u{0}"] }), "variables.a.1"),
            ("$a: [ID!]", json!({ "a": ["x", "a\u{0}"] }), "variables.a.1"),
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
            assert_eq!(coerce(definitions, variables), Err(vec![path.to_owned()]), "{definitions}");
        }
    }

    /// In a mutation they reach the form.
    #[test]
    fn a_scalar_of_ours_is_refused_in_a_question() {
        let definitions = "$a: [CountryCode!], $b: NaiveDate";
        let wrong = json!({ "a": ["UA", "XX", 7], "b": "2019-02-29" });
        let paths = ["variables.a.1", "variables.a.2", "variables.b"];
        assert_eq!(coerce(definitions, wrong.clone()), Err(paths.map(str::to_owned).to_vec()));
        assert_eq!(coerce_for("mutation", definitions, wrong.clone()), Ok(wrong));
        let text = json!({ "a": "\u{0}", "b": "\u{0}" });
        assert_eq!(coerce_for("mutation", "$a: String, $b: ID", text), Err(vec!["variables.b".to_owned()]));
        let right = json!({ "a": "UA", "b": "2020-02-29" });
        assert_eq!(coerce(definitions, right.clone()), Ok(right));
    }

    #[test]
    fn everything_that_is_wrong_is_named() {
        let variables = json!({ "a": { "level": "NONE", "size": "x", "more": 1, "of": [{}, 7] }, "c": [1, 2, "x"] });
        let wrong = [
            "variables.a.level",
            "variables.a.more",
            "variables.a.of.0.level",
            "variables.a.of.1",
            "variables.a.size",
            "variables.b",
            "variables.c.2",
        ];
        assert_eq!(coerce("$a: In, $b: Int!, $c: [Int]", variables), Err(wrong.map(str::to_owned).to_vec()));
    }
}
