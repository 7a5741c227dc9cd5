//! Selections of one response key, put together before anything is read: `individual { familyName } individual { gender }` is
//! one individual (specification, *CollectFields* and *MergeSelectionSets*). The library resolves each by itself, which reads
//! twice, and a row would say of only one of the two what was withheld. Components of front ends, each with a fragment of its
//! own, ask just so.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Positioned, ServerError, Variables,
    indexmap::IndexMap,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, InlineFragment, OperationType,
        Selection, SelectionSet, TypeCondition,
    },
};

use super::{documents::refusal, skipping::is_included};
use crate::error::ClientError;

/// Fragments by their names.
type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// Merges what a valid document asks of the roots, and directly below them, where interfaces are. Objects that are resolved in
/// place see to the rest themselves. What stands under `@skip` or `@include` waits for [`decided`].
///
/// # Errors
/// `BAD_INPUT` where two fields have one key and are not one field.
pub(super) fn merge_roots(document: &mut ExecutableDocument) -> Result<(), ServerError> {
    merge(document, None)
}

/// The document as it is to be run with these variables: where `@skip` or `@include` stand at its roots or right below, they are decided, and
/// what they leave is merged.
///
/// # Errors
/// As for [`merge_roots`].
pub(super) fn decided(document: &ExecutableDocument, variables: &Variables) -> Result<ExecutableDocument, ServerError> {
    let mut document = document.clone();
    if document.operations.iter().any(|(_, operation)| is_open(&operation.node.selection_set.node, 1)) {
        merge(&mut document, Some(variables))?;
    }
    Ok(document)
}

/// Whether something is not decided in a selection, or so many levels below.
fn is_open(selection: &SelectionSet, levels: usize) -> bool {
    selection.items.iter().any(|item| match &item.node {
        selection if !directives(selection).is_empty() => true,
        Selection::Field(field) => levels > 0 && is_open(&field.node.selection_set.node, levels - 1),
        _ => false,
    })
}

fn merge(document: &mut ExecutableDocument, variables: Option<&Variables>) -> Result<(), ServerError> {
    let asked = Asked { fragments: &document.fragments, variables };
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
        asked.merge(&mut operation.node.selection_set.node, root)?;
        for item in &mut operation.node.selection_set.node.items {
            if let Selection::Field(field) = &mut item.node {
                // Of what type it is, does not matter: a fragment on it is one fragment like any other.
                asked.merge(&mut field.node.selection_set.node, "")?;
            }
        }
    }
    Ok(())
}

/// What decides whether a selection is asked for, and what a spread stands for.
#[derive(Clone, Copy)]
struct Asked<'d> {
    fragments: &'d Fragments,
    variables: Option<&'d Variables>,
}

impl Asked<'_> {
    fn merge(self, selection: &mut SelectionSet, object: &str) -> Result<(), ServerError> {
        let mut merged = Merged::default();
        merged.add(selection, object, self)?;
        selection.items = merged.into_items();
        Ok(())
    }

    /// Whether a selection with these directives is asked for; none where that is not decided yet.
    fn includes(self, directives: &[Positioned<Directive>]) -> Option<bool> {
        match self.variables {
            _ if directives.is_empty() => Some(true),
            Some(variables) => Some(is_included(directives, |name| variables.get(name).cloned())),
            None => None,
        }
    }
}

fn directives(selection: &Selection) -> &[Positioned<Directive>] {
    match selection {
        Selection::Field(field) => &field.node.directives,
        Selection::FragmentSpread(spread) => &spread.node.directives,
        Selection::InlineFragment(fragment) => &fragment.node.directives,
    }
}

/// Parts of a selection by what they can be merged by, in the order in which they stand first.
#[derive(Default)]
struct Merged {
    parts: IndexMap<Key, Part>,
    /// The fragments that are in it. However often one is spread, it is there once.
    spread: HashSet<Name>,
}

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
    fn add(&mut self, selection: &SelectionSet, object: &str, asked: Asked<'_>) -> Result<(), ServerError> {
        for item in &selection.items {
            match (asked.includes(directives(&item.node)), &item.node) {
                (Some(false), _) => {}
                (None, _) => drop(self.parts.insert(Key::Other(self.parts.len()), Part::Item(item.clone()))),
                (Some(true), Selection::Field(field)) => self.add_field(field)?,
                (Some(true), Selection::InlineFragment(fragment)) => {
                    let on = fragment.node.type_condition.as_ref();
                    self.add_fragment(on, &fragment.node.selection_set.node, object, asked)?;
                }
                (Some(true), Selection::FragmentSpread(spread)) => {
                    let name = &spread.node.fragment_name.node;
                    let Some(fragment) = asked.fragments.get(name) else { continue };
                    if self.spread.insert(name.clone()) {
                        let on = Some(&fragment.node.type_condition);
                        self.add_fragment(on, &fragment.node.selection_set.node, object, asked)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn add_field(&mut self, field: &Positioned<Field>) -> Result<(), ServerError> {
        let key = Key::Field(field.node.response_key().node.clone());
        if let Some(Part::Item(Positioned { node: Selection::Field(known), .. })) = self.parts.get_mut(&key) {
            return extend(known, field);
        }
        let mut field = field.clone();
        // They are decided.
        field.node.directives.clear();
        let at = field.pos;
        self.parts.insert(key, Part::Item(Positioned::new(Selection::Field(field), at)));
        Ok(())
    }

    fn add_fragment(
        &mut self,
        on: Option<&Positioned<TypeCondition>>,
        selection: &SelectionSet,
        object: &str,
        asked: Asked<'_>,
    ) -> Result<(), ServerError> {
        let Some(on) = on.filter(|on| on.node.on.node != object) else { return self.add(selection, object, asked) };
        let ty = &on.node.on.node;
        let part = self.parts.entry(Key::Fragment(ty.clone()));
        match part.or_insert_with(|| Part::Fragment(on.clone(), Self::default())) {
            Part::Fragment(_, merged) => merged.add(selection, ty, asked),
            Part::Item(_) => Ok(()),
        }
    }

    fn into_items(self) -> Vec<Positioned<Selection>> {
        self.parts.into_values().map(Part::into_item).collect()
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

/// Adds what is asked for below another field of the same key, which has to be the same field.
fn extend(known: &mut Positioned<Field>, other: &Positioned<Field>) -> Result<(), ServerError> {
    let is_same = known.node.name.node == other.node.name.node
        && known.node.arguments.len() == other.node.arguments.len()
        && known
            .node
            .arguments
            .iter()
            .all(|(name, value)| other.node.get_argument(&name.node).is_some_and(|other| other.node == value.node));
    if !is_same {
        let message =
            format!("{} stands for two different fields: give one of them an alias", other.node.response_key());
        let error = refusal(ClientError::bad_input("", message));
        return Err(ServerError { locations: vec![known.pos, other.pos], ..error });
    }
    let items = other.node.selection_set.node.items.iter().cloned();
    known.node.selection_set.node.items.extend(items);
    Ok(())
}

/// The fields with selections that stand there several times under one key, each as one. Hardly ever is there any.
///
/// # Errors
/// As for [`merge_roots`].
pub(super) fn doubled(fields: &[&Positioned<Field>]) -> Result<Vec<Positioned<Field>>, ServerError> {
    let mut doubled: Vec<Positioned<Field>> = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        if field.node.selection_set.node.items.is_empty() {
            continue;
        }
        let key = &field.node.response_key().node;
        if let Some(known) = doubled.iter_mut().find(|known| known.node.response_key().node == *key) {
            extend(known, field)?;
        } else if let Some(first) = fields[..at].iter().find(|first| first.node.response_key().node == *key) {
            let mut merged = Positioned::clone(first);
            extend(&mut merged, field)?;
            doubled.push(merged);
        }
    }
    Ok(doubled)
}
