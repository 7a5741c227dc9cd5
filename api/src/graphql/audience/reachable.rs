//! What can be reached from the roots of a schema; a type that cannot is no part of it.

use std::collections::HashSet;

use apollo_compiler::{
    Name, Schema,
    ast::{FieldDefinition, InputValueDefinition},
    schema::ExtendedType,
};

/// Leaves the types that a document can name or get, and those of the language itself.
pub(super) fn keep_reachable(schema: &mut Schema) {
    let mut reached: HashSet<Name> = HashSet::new();
    let roots = schema.schema_definition.iter_root_operations().map(|(_, root)| root.name.clone());
    let directives = schema.directive_definitions.values();
    let of_directives = directives.flat_map(|directive| directive.arguments.iter().map(|argument| named(argument)));
    let mut next: Vec<Name> = roots.chain(of_directives).collect();
    while let Some(name) = next.pop() {
        if let Some(ty) = schema.types.get(&name)
            && reached.insert(name.clone())
        {
            next.extend(leads_to(schema, &name, ty));
        }
    }
    schema.types.retain(|name, ty| ty.is_built_in() || reached.contains(name));
}

/// The types that a type leads to. An interface leads to all that it may stand for.
fn leads_to(schema: &Schema, name: &Name, ty: &ExtendedType) -> Vec<Name> {
    match ty {
        ExtendedType::Object(object) => {
            let interfaces = object.implements_interfaces.iter().map(|interface| interface.name.clone());
            interfaces.chain(object.fields.values().flat_map(|field| of_field(field))).collect()
        }
        ExtendedType::Interface(interface) => {
            let objects = schema.types.iter().filter(|(_, ty)| match ty {
                ExtendedType::Object(object) => object.implements_interfaces.contains(name),
                _ => false,
            });
            let fields = interface.fields.values().flat_map(|field| of_field(field));
            objects.map(|(object, _)| object.clone()).chain(fields).collect()
        }
        ExtendedType::Union(union) => union.members.iter().map(|member| member.name.clone()).collect(),
        ExtendedType::InputObject(input) => input.fields.values().map(|field| named(field)).collect(),
        ExtendedType::Enum(_) | ExtendedType::Scalar(_) => Vec::new(),
    }
}

fn of_field(field: &FieldDefinition) -> impl Iterator<Item = Name> + use<'_> {
    let arguments = field.arguments.iter().map(|argument| named(argument));
    arguments.chain([field.ty.inner_named_type().clone()])
}

fn named(value: &InputValueDefinition) -> Name {
    value.ty.inner_named_type().clone()
}
