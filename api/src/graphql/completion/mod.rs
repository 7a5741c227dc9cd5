//! Puts an answer into the shape that the GraphQL specification wants: keys in the order of the selection (section
//! 7.2.2), a failed field null, and a null where none may be handed up to the nearest ancestor that may be (6.4.4).
//! async-graphql 7.2.1 does none of the three: it collects fields as they finish and leaves failed ones out.
//! To be removed when the library does it right.
//!
//! It never touches the errors, and adds no values but null, or `{}` where everything was skipped. An answer without
//! errors is only put in order: a null is handed up only beside an error that can explain it. What lies under `__schema`
//! and `__type` stays as it is.
//!
//! What the library has thrown away cannot be brought back: a list is null as a whole when an item failed that is not
//! an `Option`, be it a `Result` of one.

mod failures;
mod plan;
#[cfg(test)]
mod tests;

use async_graphql::{
    Name, Response, Value, Variables,
    indexmap::IndexMap,
    parser::types::{BaseType, ExecutableDocument, OperationDefinition, Type},
};

use failures::{Failures, Step};
use plan::{Executed, Field, Plan};

use super::shapes::Shapes;

/// Orders keys as selected and completes failed fields with null, propagated as the specification says.
///
/// `document`, `operation` and `variables` are those that were executed. async-graphql 7.2.1 forgets the default values of
/// variables in `@skip` and `@include`, which this does not: fill them in before executing, so that both mean the same.
#[must_use]
pub fn complete(
    shapes: &Shapes,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
    mut response: Response,
) -> Response {
    let asked = Executed { shapes, fragments: &document.fragments, operation, variables };
    let failed = !response.errors.is_empty();
    // A whole answer may be null where something failed, and not otherwise.
    let root = Type { base: BaseType::Named(shapes.root(operation.ty).clone()), nullable: failed };
    let failures = Failures::of(&response.errors);
    let field = Field::root(&root, &operation.selection_set.node);
    Completion { asked, failed }.value(&mut response.data, &root, &field, Some(&failures));
    response
}

struct Completion<'d> {
    asked: Executed<'d>,
    /// Whether the answer has errors. Without any, a null where none may be is not explained by a failure and stays.
    failed: bool,
}

impl<'d> Completion<'d> {
    /// Completes a value in place. False when it is null and may not be: then the value that holds it must be null.
    fn value(&self, value: &mut Value, ty: &Type, field: &Field<'d>, failures: Option<&Failures<'_>>) -> bool {
        if matches!((&ty.base, &*value), (BaseType::Named(_), Value::Null)) && self.was_object(ty, field, failures) {
            *value = Value::Object(IndexMap::new());
        }
        let holds = match (&ty.base, &mut *value) {
            (BaseType::List(item), Value::List(values)) => values.iter_mut().enumerate().all(|(index, value)| {
                self.value(value, item, field, failures.and_then(|failures| failures.at(Step::Index(index))))
            }),
            (BaseType::Named(_), Value::Object(members)) => self.object(members, field, failures),
            _ => true,
        };
        if !holds {
            *value = Value::Null;
        }
        ty.nullable || !self.failed || !matches!(value, Value::Null)
    }

    /// The library answers null for an object without members, be it that all of them failed or that all were skipped.
    /// The second can only be told where the object itself may not be null.
    fn was_object(&self, ty: &Type, field: &Field<'d>, failures: Option<&Failures<'_>>) -> bool {
        match failures {
            Some(failures) if failures.here => false,
            Some(failures) if failures.has_below() => !field.plans(&self.asked).is_empty(),
            _ if ty.nullable => false,
            _ => matches!(field.plans(&self.asked), [plan] if plan.fields.is_empty()),
        }
    }

    /// Puts members in order and completes them. False when one of them is null and may not be.
    fn object(&self, members: &mut IndexMap<Name, Value>, field: &Field<'d>, failures: Option<&Failures<'_>>) -> bool {
        let Some(plan) = Plan::fitting(field.plans(&self.asked), members, failures) else { return true };
        let mut position = 0;
        for (key, child) in &plan.fields {
            let index = match index_of(members, key, position) {
                Some(index) => index,
                None if self.failed => members.insert_full(Name::new(*key), Value::Null).0,
                None => continue,
            };
            // What stands before this position is in place, so each swap puts one more member where it belongs.
            members.swap_indices(index, position);
            if let (Some(ty), Some((_, value))) = (child.ty, members.get_index_mut(position)) {
                let failures = failures.and_then(|failures| failures.at(Step::Key(key)));
                if !self.value(value, ty, child, failures) {
                    return false;
                }
            }
            position += 1;
        }
        true
    }
}

/// Where a key stands; most often where it should, which costs no hash.
fn index_of(members: &IndexMap<Name, Value>, key: &str, expected: usize) -> Option<usize> {
    match members.get_index(expected) {
        Some((found, _)) if found.as_str() == key => Some(expected),
        _ => members.get_index_of(key),
    }
}
