//! The output types of a schema: fields and their types, and which objects an interface or a union may stand for.

use std::collections::HashMap;

use async_graphql::{
    Name,
    parser::types::{
        BaseType, ObjectType, OperationType, SchemaDefinition, ServiceDocument, Type, TypeKind, TypeSystemDefinition,
    },
};

/// The output types of one schema.
pub struct Shapes {
    query: Name,
    mutation: Name,
    subscription: Name,
    objects: HashMap<Name, HashMap<Name, Type>>,
    /// Interfaces and unions, with the objects that each may stand for.
    possible: HashMap<Name, Vec<Name>>,
}

impl Shapes {
    /// Reads the types from a schema in the schema definition language, as `Schema::sdl` prints it.
    #[must_use]
    pub fn of(schema: &ServiceDocument) -> Self {
        let mut shapes = Self {
            query: Name::new("Query"),
            mutation: Name::new("Mutation"),
            subscription: Name::new("Subscription"),
            objects: HashMap::new(),
            possible: HashMap::new(),
        };
        for definition in &schema.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => shapes.set_roots(&schema.node),
                TypeSystemDefinition::Type(definition) => {
                    shapes.add_type(&definition.node.name.node, &definition.node.kind);
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        shapes
    }

    /// The type that an operation starts from.
    pub(super) fn root(&self, operation: OperationType) -> &Name {
        match operation {
            OperationType::Query => &self.query,
            OperationType::Mutation => &self.mutation,
            OperationType::Subscription => &self.subscription,
        }
    }

    /// The objects that a value of a type may be. Scalars and types of introspection have none.
    pub(super) fn objects<'s>(&'s self, ty: &str) -> Vec<&'s Name> {
        match self.objects.get_key_value(ty) {
            Some((object, _)) => vec![object],
            None => self.possible.get(ty).into_iter().flatten().collect(),
        }
    }

    /// Whether a fragment on `condition` applies to an object.
    pub(super) fn applies(&self, condition: &str, object: &str) -> bool {
        condition == object
            || self.possible.get(condition).is_some_and(|objects| objects.iter().any(|possible| possible == object))
    }

    /// The type of a field. `None` for the fields that introspection adds to each object.
    pub(super) fn field(&self, object: &str, field: &str) -> Option<&Type> {
        self.objects.get(object)?.get(field)
    }

    fn set_roots(&mut self, schema: &SchemaDefinition) {
        let roots = [
            (&mut self.query, &schema.query),
            (&mut self.mutation, &schema.mutation),
            (&mut self.subscription, &schema.subscription),
        ];
        for (root, name) in roots {
            if let Some(name) = name {
                root.clone_from(&name.node);
            }
        }
    }

    fn add_type(&mut self, name: &Name, kind: &TypeKind) {
        match kind {
            TypeKind::Object(object) => self.add_object(name, object),
            TypeKind::Union(union) => {
                let members = union.members.iter().map(|member| member.node.clone());
                self.possible.entry(name.clone()).or_default().extend(members);
            }
            TypeKind::Interface(_) | TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_) => {}
        }
    }

    fn add_object(&mut self, name: &Name, object: &ObjectType) {
        for interface in &object.implements {
            self.possible.entry(interface.node.clone()).or_default().push(name.clone());
        }
        let fields = object.fields.iter().map(|field| (field.node.name.node.clone(), field.node.ty.node.clone()));
        self.objects.entry(name.clone()).or_default().extend(fields);
    }
}

/// The named type within lists.
pub(super) fn named(ty: &Type) -> &Name {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(item),
    }
}
