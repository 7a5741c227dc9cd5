//! The output types of a schema: fields and their types, and which objects an interface or a union may stand for.

use std::collections::HashMap;

use async_graphql::{
    Name,
    parser::{
        self,
        types::{ObjectType, OperationType, SchemaDefinition, Type, TypeKind, TypeSystemDefinition},
    },
};

/// The types of one schema, for putting answers into the shape that the specification wants.
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
    ///
    /// # Errors
    /// When the text is not a schema.
    pub fn of_sdl(sdl: &str) -> Result<Self, parser::Error> {
        let mut shapes = Self {
            query: Name::new("Query"),
            mutation: Name::new("Mutation"),
            subscription: Name::new("Subscription"),
            objects: HashMap::new(),
            possible: HashMap::new(),
        };
        for definition in parser::parse_schema(sdl)?.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => shapes.set_roots(schema.node),
                TypeSystemDefinition::Type(definition) => {
                    shapes.add_type(definition.node.name.node, definition.node.kind);
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        Ok(shapes)
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

    fn set_roots(&mut self, schema: SchemaDefinition) {
        let roots = [
            (&mut self.query, schema.query),
            (&mut self.mutation, schema.mutation),
            (&mut self.subscription, schema.subscription),
        ];
        for (root, name) in roots {
            if let Some(name) = name {
                *root = name.node;
            }
        }
    }

    fn add_type(&mut self, name: Name, kind: TypeKind) {
        match kind {
            TypeKind::Object(object) => self.add_object(name, object),
            TypeKind::Union(union) => {
                let members = union.members.into_iter().map(|member| member.node);
                self.possible.entry(name).or_default().extend(members);
            }
            TypeKind::Interface(_) | TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_) => {}
        }
    }

    fn add_object(&mut self, name: Name, object: ObjectType) {
        for interface in object.implements {
            self.possible.entry(interface.node).or_default().push(name.clone());
        }
        let fields = object.fields.into_iter().map(|field| (field.node.name.node, field.node.ty.node));
        self.objects.entry(name).or_default().extend(fields);
    }
}
