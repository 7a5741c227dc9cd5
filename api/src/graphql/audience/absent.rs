//! What of a schema another one lacks, as a list that a person can read and a tool can apply: a coordinate a line, of what is
//! absent as a whole its own alone. `Referral`, `Case.referrals`, `Query.cases(search:)`, `CaseOrderField.OWNER`.

use apollo_compiler::{
    Name, Node, Schema,
    ast::{FieldDefinition, InputValueDefinition},
    schema::{Component, ExtendedType},
};

/// The coordinates of what is in `whole` and not in `left`, sorted.
#[must_use]
pub fn absent(whole: &Schema, left: &Schema) -> Vec<String> {
    let mut absent = Vec::new();
    for (name, ty) in &whole.types {
        match left.types.get(name) {
            None => absent.push(name.to_string()),
            Some(left) => absent.extend(within(ty, left).into_iter().map(|part| format!("{name}.{part}"))),
        }
    }
    absent.sort();
    absent
}

/// What a type lacks that is still there.
fn within(whole: &ExtendedType, left: &ExtendedType) -> Vec<String> {
    match (whole, left) {
        (ExtendedType::Object(whole), ExtendedType::Object(left)) => {
            whole.fields.iter().flat_map(|(name, field)| of_field(name, field, left.fields.get(name))).collect()
        }
        (ExtendedType::InputObject(whole), ExtendedType::InputObject(left)) => {
            lacking(whole.fields.keys(), |field| left.fields.contains_key(field))
        }
        (ExtendedType::Enum(whole), ExtendedType::Enum(left)) => {
            lacking(whole.values.keys(), |value| left.values.contains_key(value))
        }
        // Only what an object may stand for changes in them, and that is told by the objects.
        _ => Vec::new(),
    }
}

/// The field, or the arguments that it lacks.
fn of_field(name: &Name, whole: &FieldDefinition, left: Option<&Component<FieldDefinition>>) -> Vec<String> {
    let Some(left) = left else { return vec![name.to_string()] };
    let is_left = |argument: &Node<InputValueDefinition>| left.argument_by_name(&argument.name).is_some();
    let gone = whole.arguments.iter().filter(|argument| !is_left(argument));
    gone.map(|argument| format!("{name}({}:)", argument.name)).collect()
}

fn lacking<'a>(names: impl Iterator<Item = &'a Name>, is_left: impl Fn(&Name) -> bool) -> Vec<String> {
    names.filter(|name| !is_left(name)).map(Name::to_string).collect()
}
