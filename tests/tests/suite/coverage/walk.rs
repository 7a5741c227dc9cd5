//! A document that was asked, walked with its answer: each field that was answered, each argument and input that was given.

use apollo_compiler::ast::{Type, Value as Literal};
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Name, Schema, validation::Valid};
use causeway_tests::Result;
use causeway_tests::asked::Asked;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// What tests asked for, by name.
#[derive(Default)]
pub struct Found {
    names: BTreeSet<String>,
    /// Many ask the same document.
    documents: HashMap<String, Option<ExecutableDocument>>,
}

/// One document and who asked it.
struct Walk<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    operation: &'a Operation,
    variables: &'a Value,
    /// The role, where it was one alone.
    role: Option<&'a str>,
    names: &'a mut BTreeSet<String>,
}

impl Found {
    /// Whether something was asked for.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// How many documents were looked at.
    pub fn documents(&self) -> usize {
        self.documents.len()
    }

    /// Adds what was asked for by one request.
    pub fn add(&mut self, schema: &Valid<Schema>, asked: &Asked) -> Result {
        if !self.documents.contains_key(&asked.document) {
            self.documents.insert(asked.document.clone(), read(schema, &asked.document)?);
        }
        let Some(document) = &self.documents[&asked.document] else { return Ok(()) };
        let role = match asked.who.as_slice() {
            [one] => one.split('@').next(),
            _ => None,
        };
        for operation in document.operations.iter() {
            let names = &mut self.names;
            let mut walk = Walk { schema, document, operation, variables: &asked.variables, role, names };
            walk.selections(&operation.selection_set, &asked.answer);
        }
        Ok(())
    }
}

/// None for one that asks for the schema, of which this reader does not know everything.
fn read(schema: &Valid<Schema>, document: &str) -> Result<Option<ExecutableDocument>> {
    match ExecutableDocument::parse(schema, document, "document") {
        Ok(read) => Ok(Some(read)),
        Err(_) if document.contains("__schema") || document.contains("__type(") => Ok(None),
        Err(wrong) => Err(format!("{document}: {}", wrong.errors).into()),
    }
}

impl Walk<'_> {
    fn note(&mut self, name: String) {
        self.names.insert(name);
    }

    /// What was selected; `answer` is what there was of it.
    fn selections(&mut self, set: &SelectionSet, answer: &Value) {
        let document = self.document;
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    // What was skipped is not in the answer, nor is a field of another type. Below what is not there all was asked for.
                    let there = match answer {
                        Value::Null => &Value::Null,
                        _ => match answer.get(field.response_key().as_str()) {
                            Some(there) => there,
                            None => continue,
                        },
                    };
                    let name = format!("{}.{}", set.ty, field.name);
                    if let Some(role) = self.role {
                        self.note(format!("{name} by {role}"));
                    }
                    if !answer.is_null() {
                        self.arguments(field, &name);
                    }
                    if !there.is_null() {
                        self.note(name);
                    }
                    self.selections(&field.selection_set, there);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.fragment_name) {
                        self.selections(&fragment.selection_set, answer);
                    }
                }
                Selection::InlineFragment(inline) => self.selections(&inline.selection_set, answer),
            }
        }
    }

    /// The arguments of a field that have a value.
    fn arguments(&mut self, field: &Field, name: &str) {
        for argument in field.arguments.iter().filter(|argument| self.is_given(&argument.value)).collect::<Vec<_>>() {
            if let Some(of) = field.definition.arguments.iter().find(|of| of.name == argument.name) {
                self.note(format!("{name}({}:)", argument.name));
                self.literal(&argument.value, &of.ty);
            }
        }
    }

    /// Whether there is a value: a variable may have none.
    fn is_given(&self, value: &Literal) -> bool {
        let Literal::Variable(name) = value else { return true };
        !self.variables[name.as_str()].is_null() || self.default(name).is_some()
    }

    fn default(&self, name: &Name) -> Option<&Literal> {
        let of = self.operation.variables.iter().find(|variable| variable.name == *name)?;
        of.default_value.as_deref()
    }

    /// The fields and choices in a value of the document. A list and one item of it are written alike.
    fn literal(&mut self, value: &Literal, ty: &Type) {
        match value {
            Literal::Variable(name) => {
                let given = self.variables[name.as_str()].clone();
                let default = self.default(name).cloned();
                match default {
                    Some(default) if given.is_null() => self.literal(&default, ty),
                    _ => self.given(&given, ty),
                }
            }
            Literal::Enum(choice) => self.note(format!("{}.{choice}", ty.inner_named_type())),
            Literal::List(items) => items.iter().for_each(|item| self.literal(item, ty)),
            Literal::Object(fields) => {
                for (field, value) in fields {
                    if self.is_given(value)
                        && let Some(inner) = self.field(ty, field)
                    {
                        self.literal(value, &inner);
                    }
                }
            }
            _ => {}
        }
    }

    /// The same in the value of a variable.
    fn given(&mut self, value: &Value, ty: &Type) {
        match value {
            Value::String(choice)
                if matches!(self.schema.types.get(ty.inner_named_type()), Some(ExtendedType::Enum(_))) =>
            {
                self.note(format!("{}.{choice}", ty.inner_named_type()));
            }
            Value::Array(items) => items.iter().for_each(|item| self.given(item, ty)),
            Value::Object(fields) => {
                for (field, value) in fields {
                    if let Some(inner) = self.field(ty, field) {
                        self.given(value, &inner);
                    }
                }
            }
            _ => {}
        }
    }

    /// Notes a field of an input; its type.
    fn field(&mut self, ty: &Type, field: &str) -> Option<Type> {
        let Some(ExtendedType::InputObject(input)) = self.schema.types.get(ty.inner_named_type()) else { return None };
        let inner = (*input.fields.get(field)?.ty).clone();
        self.note(format!("{}.{field}", ty.inner_named_type()));
        Some(inner)
    }
}
