//! What an operation costs, known before anything runs: by the idea of IBM's draft *GraphQL Cost Directives* (2021), type and
//! field cost added up. Each object that an answer can have costs 1, a list as many as its page has; a field or an argument
//! that makes the database work costs its `@cost` besides, each time. Leaves are free: they come with their object.
//!
//! The rates stand in the schema itself, so that a client can reckon as the gateway does. An operation is charged for what it
//! could get, not for what there is: cost must not tell how many rows a viewer cannot see.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, TypeDirective, Value, Variables,
    parser::types::{
        BaseType, ConstDirective, ExecutableDocument, Field, FieldDefinition, OperationDefinition, Selection,
        SelectionSet, ServiceDocument, TypeKind, TypeSystemDefinition,
    },
    registry::MetaDirectiveInvocation,
};

use super::{
    page::{DEFAULT_PAGE, LARGEST_PAGE},
    shapes::{Shapes, named},
    skipping::is_included,
};

/// What a field or an argument costs besides the objects that it leads to. A text, as the draft has it.
#[TypeDirective(location = "FieldDefinition", location = "ArgumentDefinition", name = "cost")]
pub fn Weighted(weight: String) {}

/// How many values a list has at most: as the first of the slicing arguments that is given says (a number, or the length of a
/// list), else the assumed size. With sized fields it is about the lists of that name in the object that is returned.
#[TypeDirective(location = "FieldDefinition", name = "listSize")]
pub fn ListSize(
    assumed_size: i32,
    slicing_arguments: Option<Vec<String>>,
    sized_fields: Option<Vec<String>>,
    require_one_slicing_argument: bool,
) {
}

/// `@listSize` as each Relay connection has it.
pub fn paged() -> MetaDirectiveInvocation {
    let names = |names: [&str; 2]| Some(names.map(str::to_owned).to_vec());
    ListSize::apply(DEFAULT_PAGE, names(["first", "last"]), names(["edges", "nodes"]), false)
}

/// What an operation costs and may cost, as `extensions.cost` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// What it costs.
    pub requested: u64,
    /// What it may cost.
    pub limit: u64,
}

impl Cost {
    /// Whether it costs more than it may.
    #[must_use]
    pub const fn is_too_high(self) -> bool {
        self.requested > self.limit
    }

    /// As a GraphQL value.
    #[must_use]
    pub fn to_value(self) -> Value {
        Value::Object(
            [("requested", self.requested), ("limit", self.limit)].map(|(key, n)| (Name::new(key), n.into())).into(),
        )
    }
}

/// The rates of a schema: those fields that have any, by type and name.
pub struct Rates {
    fields: HashMap<Name, HashMap<Name, Rate>>,
}

/// What the directives of a field say.
#[derive(Debug, Default)]
struct Rate {
    weight: u64,
    /// The arguments that cost something where they are given.
    arguments: Vec<(Name, u64)>,
    size: Option<ListLength>,
}

#[derive(Debug, Default)]
struct ListLength {
    assumed: u64,
    slicing_arguments: Vec<String>,
    sized_fields: Vec<String>,
}

impl Rates {
    /// Reads the rates from a schema in the schema definition language.
    #[must_use]
    pub fn of(schema: &ServiceDocument) -> Self {
        let mut fields: HashMap<Name, HashMap<Name, Rate>> = HashMap::new();
        for definition in &schema.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let TypeKind::Object(object) = &definition.node.kind else { continue };
            let rated =
                object.fields.iter().filter_map(|field| Some((field.node.name.node.clone(), Rate::of(&field.node)?)));
            fields.entry(definition.node.name.node.clone()).or_default().extend(rated);
        }
        Self { fields }
    }

    /// What an operation costs. The variables have their default values. Numbers so large that they cannot be counted are as
    /// large as can be.
    #[must_use]
    pub fn cost(
        &self,
        shapes: &Shapes,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> u64 {
        let count = Count { rates: self, shapes, document, variables };
        count.selection(&operation.selection_set.node, shapes.root(operation.ty), None)
    }

    fn of_field(&self, object: &str, field: &str) -> Option<&Rate> {
        self.fields.get(object)?.get(field)
    }
}

impl Rate {
    fn of(field: &FieldDefinition) -> Option<Self> {
        let mut rate = Self { weight: weight(&field.directives), ..Self::default() };
        for argument in &field.arguments {
            let weight = weight(&argument.node.directives);
            if weight > 0 {
                rate.arguments.push((argument.node.name.node.clone(), weight));
            }
        }
        rate.size = named_directive(&field.directives, "listSize").map(ListLength::of);
        (rate.weight > 0 || !rate.arguments.is_empty() || rate.size.is_some()).then_some(rate)
    }
}

impl ListLength {
    fn of(directive: &ConstDirective) -> Self {
        let texts = |name: &str| match directive.get_argument(name).map(|value| &value.node) {
            Some(Value::List(texts)) => texts.iter().filter_map(|text| Some(as_text(text)?.to_owned())).collect(),
            _ => Vec::new(),
        };
        let assumed = directive.get_argument("assumedSize").and_then(|value| length(&value.node));
        Self {
            assumed: assumed.unwrap_or_default(),
            slicing_arguments: texts("slicingArguments"),
            sized_fields: texts("sizedFields"),
        }
    }
}

fn named_directive<'d>(directives: &'d [Positioned<ConstDirective>], name: &str) -> Option<&'d ConstDirective> {
    directives.iter().map(|directive| &directive.node).find(|directive| directive.name.node == name)
}

fn weight(directives: &[Positioned<ConstDirective>]) -> u64 {
    let weight = named_directive(directives, "cost").and_then(|directive| directive.get_argument("weight"));
    weight.and_then(|weight| as_text(&weight.node)?.parse().ok()).unwrap_or_default()
}

fn as_text(value: &Value) -> Option<&str> {
    if let Value::String(text) = value { Some(text) } else { None }
}

/// How many values an argument asks for. What is negative, and what is larger than any page, the field itself refuses.
fn length(value: &Value) -> Option<u64> {
    let most = LARGEST_PAGE.unsigned_abs().into();
    match value {
        Value::Number(number) => Some(number.as_u64().unwrap_or_default().min(most)),
        Value::List(values) => u64::try_from(values.len()).ok().map(|length| length.min(most)),
        _ => None,
    }
}

struct Count<'d> {
    rates: &'d Rates,
    shapes: &'d Shapes,
    document: &'d ExecutableDocument,
    variables: &'d Variables,
}

/// The lists of an object that its own field has sized.
type Sized<'d> = Option<(&'d [String], u64)>;

impl<'d> Count<'d> {
    /// What is asked of a value: the dearest of the objects that it may be.
    fn selection(&self, set: &'d SelectionSet, ty: &str, sized: Sized<'d>) -> u64 {
        self.shapes.objects(ty).into_iter().map(|object| self.object(set, object, sized)).max().unwrap_or_default()
    }

    fn object(&self, set: &'d SelectionSet, object: &str, sized: Sized<'d>) -> u64 {
        let variable = |name: &Name| self.variables.get(name).cloned();
        let included = set.items.iter().filter(|item| is_included(item.node.directives(), variable));
        included.fold(0, |sum, item| sum.saturating_add(self.item(&item.node, object, sized)))
    }

    fn item(&self, item: &'d Selection, object: &str, sized: Sized<'d>) -> u64 {
        let (condition, set) = match item {
            Selection::Field(field) => return self.field(&field.node, object, sized),
            Selection::InlineFragment(fragment) => {
                (fragment.node.type_condition.as_ref(), &fragment.node.selection_set.node)
            }
            Selection::FragmentSpread(spread) => match self.document.fragments.get(&spread.node.fragment_name.node) {
                Some(fragment) => (Some(&fragment.node.type_condition), &fragment.node.selection_set.node),
                None => return 0,
            },
        };
        match condition {
            Some(condition) if !self.shapes.applies(&condition.node.on.node, object) => 0,
            _ => self.object(set, object, sized),
        }
    }

    fn field(&self, field: &'d Field, object: &str, sized: Sized<'d>) -> u64 {
        let name = field.name.node.as_str();
        // Introspection reads nothing.
        let Some(ty) = self.shapes.field(object, name) else { return 0 };
        let rate = self.rates.of_field(object, name);
        let own = rate.map_or(0, |rate| self.own(rate, field));
        if self.shapes.objects(named(ty)).is_empty() {
            return own;
        }
        let size = rate.and_then(|rate| rate.size.as_ref());
        let length = size.map(|size| self.length(size, field));
        let below =
            size.zip(length).map(|(size, length)| (&*size.sized_fields, length)).filter(|(names, _)| !names.is_empty());
        let times = match &ty.base {
            BaseType::Named(_) => 1,
            BaseType::List(_) => {
                let by_parent =
                    sized.filter(|(names, _)| names.iter().any(|sized| sized == name)).map(|(_, length)| length);
                by_parent.or(length).unwrap_or(LARGEST_PAGE.unsigned_abs().into())
            }
        };
        let each = self.selection(&field.selection_set.node, named(ty), below).saturating_add(1);
        own.saturating_add(times.saturating_mul(each))
    }

    fn own(&self, rate: &Rate, field: &Field) -> u64 {
        let given = rate.arguments.iter().filter(|(name, _)| self.argument(field, name).is_some());
        given.fold(rate.weight, |sum, (_, weight)| sum.saturating_add(*weight))
    }

    fn length(&self, size: &ListLength, field: &Field) -> u64 {
        let given = size.slicing_arguments.iter().filter_map(|name| self.argument(field, name));
        given.filter_map(|value| length(&value)).next().unwrap_or(size.assumed)
    }

    /// The value of an argument; none where it is left out or null.
    fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        let value = field.get_argument(name)?.node.clone();
        // Only whether there is a value and its length matter: a variable without a value within a list counts as null.
        let value =
            value.into_const_with(|name| Ok::<_, ()>(self.variables.get(&name).cloned().unwrap_or_default())).ok()?;
        (value != Value::Null).then_some(value)
    }
}

#[cfg(test)]
mod tests;
