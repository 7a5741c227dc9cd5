//! The fields that selections ask of an object (specification, *CollectFields*): through the fragments that apply to it, each of
//! them followed once, after `@skip` and `@include`.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Positioned, Value,
    parser::types::{Field, FragmentDefinition, Selection, SelectionSet},
};

use super::{shapes::Shapes, skipping::is_included};

/// What decides which fields are asked for. `variable` gives the values of variables.
pub(super) struct Collect<'d, V> {
    pub(super) shapes: &'d Shapes,
    pub(super) fragments: &'d HashMap<Name, Positioned<FragmentDefinition>>,
    pub(super) variable: V,
}

impl<'d, V: Fn(&Name) -> Option<Value>> Collect<'d, V> {
    /// The fields, in the order in which they stand; a key that is asked for several times comes several times.
    pub(super) fn fields(&self, selections: &[&'d SelectionSet], object: &str) -> Vec<&'d Positioned<Field>> {
        let (mut fields, mut spread) = (Vec::new(), HashSet::new());
        for selection in selections {
            self.add(selection, object, &mut fields, &mut spread);
        }
        fields
    }

    fn add(
        &self,
        selection: &'d SelectionSet,
        object: &str,
        fields: &mut Vec<&'d Positioned<Field>>,
        spread: &mut HashSet<&'d Name>,
    ) {
        let included = |item: &&Positioned<Selection>| is_included(item.node.directives(), &self.variable);
        for item in selection.items.iter().filter(included) {
            let (condition, below) = match &item.node {
                Selection::Field(field) => {
                    fields.push(field);
                    continue;
                }
                Selection::InlineFragment(fragment) => {
                    (fragment.node.type_condition.as_ref(), &fragment.node.selection_set.node)
                }
                Selection::FragmentSpread(spreading) => {
                    let name = &spreading.node.fragment_name.node;
                    let Some(fragment) = self.fragments.get(name).filter(|_| spread.insert(name)) else { continue };
                    (Some(&fragment.node.type_condition), &fragment.node.selection_set.node)
                }
            };
            if condition.is_none_or(|condition| self.shapes.applies(&condition.node.on.node, object)) {
                self.add(below, object, fields, spread);
            }
        }
    }
}
