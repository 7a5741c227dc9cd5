//! How types are said to the library's registry: with what we use of it, and the rest left empty.

use async_graphql::{
    CacheControl,
    indexmap::{IndexMap, IndexSet},
    registry::{Deprecation, MetaDirectiveInvocation, MetaEnumValue, MetaField, MetaInputValue, MetaType, Registry},
};

/// Adds a type, if none of its name is there.
pub(super) fn add(registry: &mut Registry, ty: MetaType) {
    registry.types.entry(ty.name().to_owned()).or_insert(ty);
}

/// An object.
pub(in crate::graphql) fn object(name: &str, doc: &str, fields: IndexMap<String, MetaField>) -> MetaType {
    MetaType::Object {
        name: name.to_owned(),
        description: Some(doc.to_owned()),
        fields,
        cache_control: CacheControl::default(),
        extends: false,
        shareable: false,
        resolvable: true,
        keys: None,
        visible: None,
        inaccessible: false,
        interface_object: false,
        tags: Vec::new(),
        is_subscription: false,
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

/// An interface.
pub(super) fn interface(
    name: &str,
    doc: &str,
    fields: IndexMap<String, MetaField>,
    possible_types: IndexSet<String>,
) -> MetaType {
    MetaType::Interface {
        name: name.to_owned(),
        description: Some(doc.to_owned()),
        fields,
        possible_types,
        extends: false,
        inaccessible: false,
        tags: Vec::new(),
        keys: None,
        visible: None,
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

/// An input object.
pub(super) fn input_object(name: &str, doc: &str, fields: impl IntoIterator<Item = MetaInputValue>) -> MetaType {
    MetaType::InputObject {
        name: name.to_owned(),
        description: Some(doc.to_owned()),
        input_fields: fields.into_iter().map(|field| (field.name.clone(), field)).collect(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        oneof: false,
        directive_invocations: Vec::new(),
    }
}

/// An enumeration, of names and what they mean.
pub(super) fn enumeration(
    name: &str,
    doc: &str,
    values: impl IntoIterator<Item = (String, Option<String>)>,
) -> MetaType {
    let value = |(name, description): (String, Option<String>)| {
        let value = MetaEnumValue {
            name: name.clone(),
            description,
            deprecation: Deprecation::NoDeprecated,
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            directive_invocations: Vec::new(),
        };
        (name, value)
    };
    MetaType::Enum {
        name: name.to_owned(),
        description: Some(doc.to_owned()),
        enum_values: values.into_iter().map(value).collect(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

/// Fields by their names.
pub(super) fn fields(fields: impl IntoIterator<Item = MetaField>) -> IndexMap<String, MetaField> {
    fields.into_iter().map(|field| (field.name.clone(), field)).collect()
}

/// A field without arguments.
pub(super) fn field(name: &str, doc: &str, ty: impl Into<String>) -> MetaField {
    MetaField {
        name: name.to_owned(),
        description: Some(doc.to_owned()),
        args: IndexMap::new(),
        ty: ty.into(),
        deprecation: Deprecation::NoDeprecated,
        cache_control: CacheControl::default(),
        external: false,
        requires: None,
        provides: None,
        visible: None,
        shareable: false,
        inaccessible: false,
        tags: Vec::new(),
        override_from: None,
        compute_complexity: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

/// The same field with arguments.
pub(super) fn asking(field: MetaField, arguments: impl IntoIterator<Item = MetaInputValue>) -> MetaField {
    MetaField { args: arguments.into_iter().map(|argument| (argument.name.clone(), argument)).collect(), ..field }
}

/// The same field with what it costs, or how long it is.
pub(super) fn rated(mut field: MetaField, rate: MetaDirectiveInvocation) -> MetaField {
    field.directive_invocations.push(rate);
    field
}

/// An argument, or a field of an input object.
pub(super) fn value(name: &str, doc: &str, ty: impl Into<String>) -> MetaInputValue {
    MetaInputValue {
        name: name.to_owned(),
        description: Some(doc.to_owned()),
        ty: ty.into(),
        deprecation: Deprecation::NoDeprecated,
        default_value: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        is_secret: false,
        directive_invocations: Vec::new(),
    }
}

/// The same argument with what it costs where it is given.
pub(super) fn costing(mut argument: MetaInputValue, cost: MetaDirectiveInvocation) -> MetaInputValue {
    argument.directive_invocations.push(cost);
    argument
}
