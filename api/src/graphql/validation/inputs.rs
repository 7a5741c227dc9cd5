//! The rules about values that the validator leaves out: a field of an input object stands once (*Input Object Field Uniqueness*),
//! and a variable may stand only where its type fits, within lists and objects too, where a default of null is none (*All Variable
//! Usages Are Allowed*). So does a value that is none of a scalar of ours (*Values of Correct Type*), and one rule is ours: text that no
//! database can keep is refused. In a mutation neither is said here but of ids, since its form hears of them with everything else.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Node, Schema,
    ast::{Argument, DirectiveList, InputValueDefinition, Type, Value, VariableDefinition},
    executable::{Operation, Selection, SelectionSet},
    parser::SourceSpan,
    schema::ExtendedType,
};
use async_graphql::{Name, ServerError, Value as Constant};

use super::{convert::at, lines::Lines};
use crate::error::ClientError;
use crate::graphql::{
    tried,
    variables::{MOST_NAMED, NOT_STORABLE, is_sayable},
};

/// Checks the values in a document that is valid otherwise.
pub(super) struct Inputs<'d> {
    schema: &'d Schema,
    document: &'d ExecutableDocument,
    lines: Lines<'d>,
    wrong: Vec<ServerError>,
    /// Of the operation that is looked at.
    variables: &'d [Node<VariableDefinition>],
    /// Whether texts have to be storable, and scalars of ours what they are called, in the operation that is looked at.
    asks: bool,
    /// Fragments that were followed in it.
    followed: HashSet<&'d str>,
}

/// What a place expects.
#[derive(Clone, Copy)]
struct Expected<'d> {
    ty: &'d Type,
    has_default: bool,
}

impl<'d> From<&'d InputValueDefinition> for Expected<'d> {
    fn from(definition: &'d InputValueDefinition) -> Self {
        Self { ty: &definition.ty, has_default: definition.default_value.is_some() }
    }
}

impl<'d> Inputs<'d> {
    pub(super) fn of(schema: &'d Schema, document: &'d ExecutableDocument, lines: Lines<'d>) -> Self {
        let (wrong, followed) = (Vec::new(), HashSet::new());
        Self { schema, document, lines, wrong, variables: &[], asks: true, followed }
    }

    /// Everything that is wrong.
    pub(super) fn check(mut self) -> Vec<ServerError> {
        for operation in self.document.operations.iter() {
            self.operation(operation);
        }
        self.wrong
    }

    fn operation(&mut self, operation: &'d Operation) {
        (self.variables, self.asks) = (&operation.variables, !operation.is_mutation());
        self.followed.clear();
        for variable in &operation.variables {
            self.directives(&variable.directives);
            if let Some(default) = &variable.default_value {
                let expected = Expected { ty: &variable.ty, has_default: false };
                self.value(expected, default, &mut format!("variables.{}", variable.name));
            }
        }
        self.directives(&operation.directives);
        self.selections(&operation.selection_set);
    }

    fn selections(&mut self, set: &'d SelectionSet) {
        for selection in &set.selections {
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    self.arguments(&field.definition.arguments, &field.arguments);
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(inline) => self.selections(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    if let Some(fragment) = fragment.filter(|fragment| self.followed.insert(fragment.name.as_str())) {
                        self.directives(&fragment.directives);
                        self.selections(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &'d DirectiveList) {
        for directive in directives.iter() {
            if let Some(definition) = self.schema.directive_definitions.get(&directive.name) {
                self.arguments(&definition.arguments, &directive.arguments);
            }
        }
    }

    fn arguments(&mut self, definitions: &'d [Node<InputValueDefinition>], arguments: &'d [Node<Argument>]) {
        for argument in arguments {
            if let Some(definition) = definitions.iter().find(|definition| definition.name == argument.name) {
                self.value((&**definition).into(), &argument.value, &mut argument.name.to_string());
            }
        }
    }

    /// `path` is where the value stands; it is put back as it was.
    fn value(&mut self, expected: Expected<'d>, value: &'d Node<Value>, path: &mut String) {
        let length = path.len();
        if let Some(message) = self.refused(expected.ty, value) {
            return self.refuse(value.location(), ClientError::bad_input(path.clone(), message));
        }
        match &**value {
            Value::Variable(name) => self.variable(expected, name, value.location()),
            Value::List(items) => {
                let item = match expected.ty.is_list() {
                    true => Expected { ty: expected.ty.item_type(), has_default: false },
                    // In a scalar of ours. To graphql-js each item is what the scalar is, or null, for which a default stands.
                    false => Expected { ty: expected.ty, has_default: true },
                };
                for (at, value) in items.iter().enumerate() {
                    path.push_str(&format!(".{at}"));
                    self.value(item, value, path);
                    path.truncate(length);
                }
            }
            Value::Object(members) => self.object(expected.ty, members, path),
            _ => {}
        }
    }

    /// Why an operation cannot say this value of a scalar.
    fn refused(&self, ty: &Type, value: &Value) -> Option<&'static str> {
        let name = ty.inner_named_type();
        let constant = match value {
            Value::String(text) if !is_sayable(name, text, self.asks) => return Some(NOT_STORABLE),
            _ if !self.asks => return None,
            Value::Null | Value::Variable(_) => return None,
            Value::List(_) if ty.is_list() => return None,
            Value::String(text) => Constant::from(text.as_str()),
            Value::Enum(name) => Constant::Enum(Name::new(name)),
            // No scalar of ours is a number, a list or an object, whatever is in it.
            _ => Constant::Boolean(true),
        };
        tried::refused(name, &constant)
    }

    fn object(&mut self, ty: &'d Type, members: &'d [(apollo_compiler::Name, Node<Value>)], path: &mut String) {
        let schema = self.schema;
        // Within a scalar of ours an object has no types.
        let Some(ExtendedType::InputObject(object)) = schema.types.get(ty.inner_named_type()) else { return };
        let (length, mut seen) = (path.len(), HashSet::new());
        for (name, value) in members {
            path.push_str(&format!(".{name}"));
            if !seen.insert(name) {
                self.refuse(value.location(), ClientError::bad_input(path.clone(), "stands twice in one object"));
            }
            if let Some(field) = object.fields.get(name) {
                self.value((&***field).into(), value, path);
            }
            path.truncate(length);
        }
    }

    /// Specification, *IsVariableUsageAllowed*.
    fn variable(&mut self, expected: Expected<'d>, name: &apollo_compiler::Name, span: Option<SourceSpan>) {
        let Some(variable) = self.variables.iter().find(|variable| variable.name == *name) else { return };
        let has_value = variable.default_value.as_ref().is_some_and(|value| !value.is_null()) || expected.has_default;
        let fits = if has_value && expected.ty.is_non_null() && !variable.ty.is_non_null() {
            variable.ty.is_assignable_to(&expected.ty.clone().nullable())
        } else {
            variable.ty.is_assignable_to(expected.ty)
        };
        if !fits {
            let message = format!("${name} of type {} cannot stand where {} is expected", variable.ty, expected.ty);
            self.refuse(span, ClientError::bad_input(format!("variables.{name}"), message));
        }
    }

    fn refuse(&mut self, span: Option<SourceSpan>, error: ClientError) {
        if self.wrong.len() < MOST_NAMED {
            let place = self.lines.at(span);
            self.wrong.push(at(place, error));
        }
    }
}
