//! Cuts out of the schema what an audience can never reach, until what is left holds together: a field that is read by none, a
//! type of which no row is seen, a condition or an order that would be refused, an input that nobody may write, and what
//! these lead to alone.
//!
//! What a part of the schema is about, its name says, as everywhere in the schema: `CaseFilter`, `CaseInput`, `CaseOrderField`,
//! `CaseConnection` and `CaseEdge` are about `Case`.

use std::collections::HashSet;

use apollo_compiler::{
    Name, Schema,
    ast::{FieldDefinition, InputValueDefinition},
    collections::IndexMap,
    schema::{ExtendedType, InputObjectType, ObjectType},
};

use super::{lists, reach::Reach, reachable::keep_reachable};

/// The type of figures: nobody gets any who may not count.
const FIGURES: &str = "Statistics";

/// What is left of a schema for an audience.
#[must_use]
pub fn cut(whole: &Schema, reach: &Reach) -> Schema {
    let mut cut = Cut { whole, reach, gone: HashSet::new() };
    let mut left = whole.clone();
    while cut.goes_on(&mut left) {}
    keep_reachable(&mut left);
    left
}

struct Cut<'a> {
    whole: &'a Schema,
    reach: &'a Reach,
    /// The types that went.
    gone: HashSet<Name>,
}

impl Cut<'_> {
    /// Cuts once through the schema. Whether a type went by it, so that more may go.
    fn goes_on(&mut self, left: &mut Schema) -> bool {
        let mut types = std::mem::take(&mut left.types);
        for (name, ty) in &mut types {
            match ty {
                ExtendedType::Object(object) => {
                    let object = object.make_mut();
                    object.fields.retain(|_, field| self.keeps_field(name, field));
                    for field in object.fields.values_mut() {
                        let of = FieldDefinition::clone(field);
                        field.make_mut().arguments.retain(|argument| self.keeps_argument(&of, argument));
                    }
                    object.implements_interfaces.retain(|interface| !self.gone.contains(&interface.name));
                }
                ExtendedType::InputObject(input) => {
                    input.make_mut().fields.retain(|_, field| self.keeps_input(name, field));
                }
                ExtendedType::Enum(order) => order.make_mut().values.retain(|value, _| self.keeps_value(name, value)),
                ExtendedType::Union(union) => {
                    union.make_mut().members.retain(|member| !self.gone.contains(&member.name));
                }
                ExtendedType::Interface(_) | ExtendedType::Scalar(_) => {}
            }
        }
        let before = self.gone.len();
        let dead = types.iter().filter(|(name, ty)| self.is_dead(name, ty, &types)).map(|(name, _)| name.clone());
        let dead: Vec<Name> = dead.collect();
        types.retain(|name, _| !dead.contains(name));
        self.gone.extend(dead);
        left.types = types;
        if left.schema_definition.mutation.as_ref().is_some_and(|root| self.gone.contains(&root.name)) {
            left.schema_definition.make_mut().mutation = None;
        }
        self.gone.len() > before
    }

    /// Whether a field of an object is left: somebody may see it, what it leads to is left, and it can be asked for.
    fn keeps_field(&self, object: &Name, field: &FieldDefinition) -> bool {
        let leads_to = field.ty.inner_named_type();
        let is_seen = if self.reach.governs(object, &field.name) {
            self.reach.reads(object, &field.name)
        } else if self.reach.governs_type(object) {
            lists::leads_back(self.reach, object, &field.name).unwrap_or(true)
        } else {
            !self.is_mutation(object) || self.reach.runs(&field.name)
        };
        let mut required = field.arguments.iter().filter(|argument| argument.is_required());
        is_seen && !self.gone.contains(leads_to) && required.all(|argument| self.keeps_argument(field, argument))
    }

    /// Whether the fields of an object are mutations.
    fn is_mutation(&self, object: &Name) -> bool {
        self.whole.schema_definition.mutation.as_ref().is_some_and(|root| root.name == *object)
    }

    /// Whether an argument of a field is left. One that is called like a leaf of the rows that it finds is a condition on that leaf.
    fn keeps_argument(&self, field: &FieldDefinition, argument: &InputValueDefinition) -> bool {
        let leads_to = field.ty.inner_named_type();
        let rows = leads_to.strip_suffix("Connection").unwrap_or(leads_to);
        let is_seen = !self.reach.governs(rows, &argument.name) || self.reach.reads(rows, &argument.name);
        let is_searched = argument.name != "search" || lists::searches(self.reach, &field.name).unwrap_or(true);
        is_seen && is_searched && !self.gone.contains(argument.ty.inner_named_type())
    }

    /// Whether a field of an input is left: a condition on what somebody may see, or a value that somebody may write.
    fn keeps_input(&self, input: &Name, field: &InputValueDefinition) -> bool {
        let may = match about(input) {
            Some((ty, About::Condition)) if self.reach.governs(ty, &field.name) => self.reach.reads(ty, &field.name),
            Some((ty, About::Values)) if self.reach.governs(ty, &field.name) => self.reach.writes(ty, &field.name),
            _ => true,
        };
        may && !self.gone.contains(field.ty.inner_named_type())
    }

    /// Whether a value of an enumeration is left. That of an order is a leaf of the rows, or a link and a leaf that it leads to.
    fn keeps_value(&self, enumeration: &Name, value: &Name) -> bool {
        let rows = enumeration.strip_suffix("OrderField");
        rows.and_then(|rows| lists::orders(self.reach, rows, value)).unwrap_or(true)
    }

    /// Whether nothing of a type is left, so that what leads to it goes.
    fn is_dead(&self, name: &Name, ty: &ExtendedType, types: &IndexMap<Name, ExtendedType>) -> bool {
        match ty {
            ExtendedType::Object(object) => self.is_dead_object(name, object),
            ExtendedType::InputObject(input) => self.is_dead_input(name, input),
            ExtendedType::Enum(enumeration) => enumeration.values.is_empty(),
            ExtendedType::Union(union) => union.members.is_empty(),
            ExtendedType::Interface(_) => !types.values().any(|other| implements(other, name)),
            ExtendedType::Scalar(_) => false,
        }
    }

    /// An object goes with its rows, or with a field that has to have a value: null there is null for the whole object.
    fn is_dead_object(&self, name: &Name, object: &ObjectType) -> bool {
        if self.whole.schema_definition.iter_root_operations().any(|(_, root)| root.name == *name) {
            return object.fields.is_empty();
        }
        if self.reach.governs_type(name) {
            return !self.reach.reads(name, "id");
        }
        if name == FIGURES {
            return !self.reach.counts();
        }
        let Some(whole) = self.whole.get_object(name) else { return true };
        whole.fields.iter().any(|(field, whole)| whole.ty.is_non_null() && !object.fields.contains_key(field))
    }

    /// An input goes with a field that must be given, and with all that it is about.
    fn is_dead_input(&self, name: &Name, input: &InputObjectType) -> bool {
        let Some(whole) = self.whole.get_input_object(name) else { return true };
        let lost = |field: &Name| !input.fields.contains_key(field);
        let mut governed = whole.fields.iter().filter(|(_, field)| self.is_governed(name, field)).peekable();
        whole.fields.iter().any(|(field, whole)| whole.is_required() && lost(field))
            || (governed.peek().is_some() && governed.all(|(field, _)| lost(field)))
    }

    /// Whether policy governs what a field of an input is about: itself, or all that is in it.
    fn is_governed(&self, input: &Name, field: &InputValueDefinition) -> bool {
        let inner = field.ty.inner_named_type();
        let of_row = |name| about(name).filter(|(ty, _)| self.reach.governs_type(ty));
        match of_row(input) {
            Some((ty, _)) => self.reach.governs(ty, &field.name),
            None => of_row(inner).is_some(),
        }
    }
}

/// What an input is for.
enum About {
    /// It chooses rows.
    Condition,
    /// It has values of a row.
    Values,
}

/// The type of the rows that an input is about.
fn about(input: &str) -> Option<(&str, About)> {
    let condition = input.strip_suffix("Filter").map(|ty| (ty, About::Condition));
    condition.or_else(|| input.strip_suffix("Input").map(|ty| (ty, About::Values)))
}

fn implements(ty: &ExtendedType, interface: &Name) -> bool {
    matches!(ty, ExtendedType::Object(object) if object.implements_interfaces.contains(interface))
}
