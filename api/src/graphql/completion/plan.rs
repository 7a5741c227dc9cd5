//! What an operation asks of an object: the response keys in order (the specification's `CollectFields`). It is worked
//! out once for each selection and type, and only when a value of it is met: nesting costs what the answer has of it.

use std::{cell::OnceCell, collections::HashMap};

use async_graphql::{
    Name, Positioned, Value, Variables,
    indexmap::IndexMap,
    parser::types::{Field as FieldNode, FragmentDefinition, OperationDefinition, SelectionSet, Type},
};

use super::failures::Failures;
use crate::graphql::{
    collect::Collect,
    shapes::{Shapes, named},
};

/// What was executed.
pub(super) struct Executed<'d> {
    pub(super) shapes: &'d Shapes,
    pub(super) fragments: &'d HashMap<Name, Positioned<FragmentDefinition>>,
    pub(super) operation: &'d OperationDefinition,
    pub(super) variables: &'d Variables,
}

/// One response key: all selections of it, merged.
pub(super) struct Field<'d> {
    /// `None` for a field of introspection, the value of which is left alone.
    pub(super) ty: Option<&'d Type>,
    is_type_name: bool,
    selections: Vec<&'d SelectionSet>,
    plans: OnceCell<Vec<Plan<'d>>>,
}

/// The fields asked of one object type, by response key, in the order of the selection.
pub(super) struct Plan<'d> {
    object: &'d str,
    pub(super) fields: IndexMap<&'d str, Field<'d>>,
}

impl<'d> Field<'d> {
    /// The operation itself, as if it were a field.
    pub(super) fn root(ty: &'d Type, selection: &'d SelectionSet) -> Self {
        Self { ty: Some(ty), is_type_name: false, selections: vec![selection], plans: OnceCell::new() }
    }

    /// A plan for each object that a value of this field, or an item of its list, may be. None for a scalar.
    pub(super) fn plans(&self, asked: &Executed<'d>) -> &[Plan<'d>] {
        self.plans.get_or_init(|| {
            let objects = self.ty.map(|ty| asked.shapes.objects(named(ty))).unwrap_or_default();
            objects.into_iter().map(|object| asked.plan(object, &self.selections)).collect()
        })
    }
}

impl<'d> Plan<'d> {
    /// The plan that an object was made by. Of an interface or a union the answer need not say which type it is; then
    /// it is the smallest plan that has every key that is there or failed. Without pathless errors that is exact.
    pub(super) fn fitting<'p>(
        plans: &'p [Self],
        members: &IndexMap<Name, Value>,
        failures: Option<&Failures<'_>>,
    ) -> Option<&'p Self> {
        match plans {
            [only] => Some(only),
            several => {
                let fitting = several.iter().filter(|plan| plan.fits(members, failures));
                fitting.min_by_key(|plan| plan.fields.len())
            }
        }
    }

    fn fits(&self, members: &IndexMap<Name, Value>, failures: Option<&Failures<'_>>) -> bool {
        members.iter().all(|(key, value)| match self.fields.get(key.as_str()) {
            Some(field) if field.is_type_name => matches!(value, Value::String(name) if name == self.object),
            Some(_) => true,
            None => false,
        }) && failures.is_none_or(|failures| failures.keys().all(|key| self.fields.contains_key(key)))
    }
}

impl<'d> Executed<'d> {
    fn plan(&self, object: &'d str, selections: &[&'d SelectionSet]) -> Plan<'d> {
        let mut plan = Plan { object, fields: IndexMap::new() };
        let variable = |name: &Name| self.variable(name);
        let collect = Collect { shapes: self.shapes, fragments: self.fragments, variable };
        for field in collect.fields(selections, object) {
            self.add(&field.node, &mut plan);
        }
        plan
    }

    fn add(&self, node: &'d FieldNode, plan: &mut Plan<'d>) {
        let name = node.name.node.as_str();
        let field = plan.fields.entry(node.response_key().node.as_str()).or_insert_with(|| Field {
            ty: self.shapes.field(plan.object, name),
            is_type_name: name == "__typename",
            selections: Vec::new(),
            plans: OnceCell::new(),
        });
        field.selections.push(&node.selection_set.node);
    }

    fn variable(&self, name: &Name) -> Option<Value> {
        let definitions = &self.operation.variable_definitions;
        let default = || definitions.iter().find(|definition| definition.node.name.node == *name)?.node.default_value();
        self.variables.get(name).or_else(default).cloned()
    }
}
