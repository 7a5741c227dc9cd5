//! Selections of one response key, put together before anything is read: `individual { familyName } individual { gender }` is
//! one individual (specification, *CollectFields* and *MergeSelectionSets*). The library resolves each by itself, which reads
//! twice, and a row would say of only one of the two what was withheld. Components of front ends, each with a fragment of its
//! own, ask just so.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    indexmap::IndexMap,
    parser::types::{
        DocumentOperations, ExecutableDocument, Field, FragmentDefinition, InlineFragment, OperationType, Selection,
        SelectionSet, TypeCondition,
    },
};

/// Fragments by their names.
type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// Merges what a valid document asks of the roots, and directly below them, where interfaces are. Objects that are resolved in
/// place see to the rest themselves. What stands under a directive of its own is left as it is.
pub(super) fn merge_roots(document: &mut ExecutableDocument) {
    let fragments = &document.fragments;
    let operations = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values_mut().collect(),
    };
    for operation in operations {
        let root = match operation.node.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        merge(&mut operation.node.selection_set.node, root, fragments);
        for item in &mut operation.node.selection_set.node.items {
            if let Selection::Field(field) = &mut item.node {
                // Of what type it is, does not matter: a fragment on it is one fragment like any other.
                merge(&mut field.node.selection_set.node, "", fragments);
            }
        }
    }
}

fn merge(selection: &mut SelectionSet, object: &str, fragments: &Fragments) {
    let mut merged = Merged::default();
    merged.add(selection, object, fragments);
    selection.items = merged.into_items();
}

/// Parts of a selection by what they can be merged by, in the order in which they stand first.
#[derive(Default)]
struct Merged(IndexMap<Key, Part>);

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Field(Name),
    /// On a type that is not the object's own: one of those that an interface may be.
    Fragment(Name),
    Other(usize),
}

enum Part {
    Item(Positioned<Selection>),
    Fragment(Positioned<TypeCondition>, Merged),
}

impl Merged {
    fn add(&mut self, selection: &SelectionSet, object: &str, fragments: &Fragments) {
        for item in &selection.items {
            match &item.node {
                Selection::Field(field) if field.node.directives.is_empty() => self.add_field(item, field),
                Selection::InlineFragment(fragment) if fragment.node.directives.is_empty() => {
                    let on = fragment.node.type_condition.as_ref();
                    self.add_fragment(on, &fragment.node.selection_set.node, object, fragments);
                }
                Selection::FragmentSpread(spread) if spread.node.directives.is_empty() => {
                    let Some(fragment) = fragments.get(&spread.node.fragment_name.node) else { continue };
                    let on = Some(&fragment.node.type_condition);
                    self.add_fragment(on, &fragment.node.selection_set.node, object, fragments);
                }
                _ => drop(self.0.insert(Key::Other(self.0.len()), Part::Item(item.clone()))),
            }
        }
    }

    fn add_field(&mut self, item: &Positioned<Selection>, field: &Positioned<Field>) {
        let known = self.0.entry(Key::Field(field.node.response_key().node.clone()));
        let known = known.and_modify(|known| {
            if let Part::Item(Positioned { node: Selection::Field(known), .. }) = known {
                extend(&mut known.node, &field.node);
            }
        });
        known.or_insert_with(|| Part::Item(item.clone()));
    }

    fn add_fragment(
        &mut self,
        on: Option<&Positioned<TypeCondition>>,
        selection: &SelectionSet,
        object: &str,
        fragments: &Fragments,
    ) {
        let Some(on) = on.filter(|on| on.node.on.node != object) else { return self.add(selection, object, fragments) };
        let ty = &on.node.on.node;
        let part = self.0.entry(Key::Fragment(ty.clone()));
        if let Part::Fragment(_, merged) = part.or_insert_with(|| Part::Fragment(on.clone(), Self::default())) {
            merged.add(selection, ty, fragments);
        }
    }

    fn into_items(self) -> Vec<Positioned<Selection>> {
        self.0.into_values().map(Part::into_item).collect()
    }
}

impl Part {
    fn into_item(self) -> Positioned<Selection> {
        match self {
            Self::Item(item) => item,
            Self::Fragment(on, merged) => {
                let at = on.pos;
                let selection_set = Positioned::new(SelectionSet { items: merged.into_items() }, at);
                let fragment = InlineFragment { type_condition: Some(on), directives: Vec::new(), selection_set };
                Positioned::new(Selection::InlineFragment(Positioned::new(fragment, at)), at)
            }
        }
    }
}

fn extend(known: &mut Field, other: &Field) {
    known.selection_set.node.items.extend(other.selection_set.node.items.iter().cloned());
}

/// The fields with selections that stand there several times under one key, each as one. Hardly ever is there any.
pub(super) fn doubled(fields: &[&Positioned<Field>]) -> Vec<Positioned<Field>> {
    let mut doubled: Vec<Positioned<Field>> = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        if field.node.selection_set.node.items.is_empty() {
            continue;
        }
        let key = &field.node.response_key().node;
        if let Some(known) = doubled.iter_mut().find(|known| known.node.response_key().node == *key) {
            extend(&mut known.node, &field.node);
        } else if let Some(first) = fields[..at].iter().find(|first| first.node.response_key().node == *key) {
            let mut merged = Positioned::clone(first);
            extend(&mut merged.node, &field.node);
            doubled.push(merged);
        }
    }
    doubled
}
