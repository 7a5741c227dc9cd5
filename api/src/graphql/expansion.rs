//! The operation as it is to be run: what its fragments stand for written out, `@skip` and `@include` decided, arguments
//! without those whose variable has no value ([`absent`]), and the selections of one key put together (specification,
//! *CollectFields* and *MergeSelectionSets*). So `individual { familyName } individual { gender }`, as two components of a
//! front end ask, is one individual, which is read once and says of all of it what is withheld; the library would resolve
//! each by itself, and run a mutation twice.

use std::collections::HashMap;

use async_graphql::{
    Name, Pos, Positioned, ServerError, Value, Variables,
    indexmap::IndexMap,
    parser::types::{
        DocumentOperations, ExecutableDocument, Field, FragmentDefinition, InlineFragment, OperationDefinition,
        Selection, SelectionSet, TypeCondition,
    },
};

use super::{
    absent,
    collect::Collect,
    refusal::refusal,
    shapes::{Shapes, named},
    weight,
};
use crate::error::ClientError;

/// So much memory may it take, in bytes; an estimate. The largest body that is read, ten times over.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// An operation that was written out.
pub(super) struct Expansion {
    pub(super) operation: OperationDefinition,
    /// Empty, but where it asks for introspection, which stays as it was written.
    fragments: HashMap<Name, Positioned<FragmentDefinition>>,
}

impl Expansion {
    /// Writes out an operation of a valid document, for these variables.
    ///
    /// # Errors
    /// `BAD_INPUT` where two fields have one key and are not one field, `TOO_COSTLY` where it is too large.
    pub(super) fn of(
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
        shapes: &Shapes,
    ) -> Result<Self, ServerError> {
        let variable = |name: &Name| variables.get(name).cloned();
        let collect = Collect { shapes, fragments: &document.fragments, variable };
        let mut writer = Writer { collect, variables, bytes: 0, introspects: false };
        let root = shapes.root(operation.ty);
        let selection_set = writer.selection(&[&operation.selection_set.node], root)?;
        let operation = OperationDefinition {
            ty: operation.ty,
            variable_definitions: operation.variable_definitions.clone(),
            directives: Vec::new(),
            selection_set: Positioned::new(selection_set, operation.selection_set.pos),
        };
        let fragments = if writer.introspects { document.fragments.clone() } else { HashMap::new() };
        Ok(Self { operation, fragments })
    }

    /// The document to run.
    pub(super) fn into_document(self) -> ExecutableDocument {
        let operation = Positioned::new(self.operation, Pos::default());
        let operations = DocumentOperations::Single(operation);
        ExecutableDocument { operations, fragments: self.fragments }
    }
}

struct Writer<'d, V> {
    collect: Collect<'d, V>,
    variables: &'d Variables,
    bytes: usize,
    introspects: bool,
}

/// A field, and what is asked for below it, in one place or in several.
struct Selected<'d> {
    field: &'d Positioned<Field>,
    below: Vec<&'d SelectionSet>,
}

impl<'d, V: Fn(&Name) -> Option<Value>> Writer<'d, V> {
    /// Selections on a type, as one. On an interface each object that it may be has its own.
    fn selection(&mut self, sets: &[&'d SelectionSet], ty: &str) -> Result<SelectionSet, ServerError> {
        let mut items = Vec::new();
        for object in self.collect.shapes.objects(ty) {
            let mut fields = IndexMap::new();
            for field in self.collect.fields(sets, object) {
                add(&mut fields, field)?;
            }
            let written = fields.into_values().map(|asked| self.field(asked, object));
            let written = written.collect::<Result<Vec<_>, _>>()?;
            if object == ty {
                return Ok(SelectionSet { items: written });
            }
            items.push(on(object, written));
        }
        Ok(SelectionSet { items })
    }

    fn field(&mut self, asked: Selected<'d>, object: &str) -> Result<Positioned<Selection>, ServerError> {
        let Selected { field, below } = asked;
        self.reckon(&field.node)?;
        let selection = match self.collect.shapes.field(object, &field.node.name.node) {
            Some(ty) => self.selection(&below, named(ty))?,
            // Introspection is not ours: it stays as it was written.
            None => {
                self.introspects |= !field.node.selection_set.node.items.is_empty();
                SelectionSet { items: below.iter().flat_map(|set| set.items.iter().cloned()).collect() }
            }
        };
        let place = field.pos;
        let field = Field {
            alias: field.node.alias.clone(),
            name: field.node.name.clone(),
            arguments: absent::arguments(&field.node, self.variables),
            directives: Vec::new(),
            selection_set: Positioned::new(selection, place),
        };
        Ok(Positioned::new(Selection::Field(Positioned::new(field, place)), place))
    }

    /// Counts a field before it is copied.
    fn reckon(&mut self, field: &Field) -> Result<(), ServerError> {
        self.bytes += weight::of_field(field);
        if self.bytes <= MOST_BYTES {
            return Ok(());
        }
        let message = "the document is too large where its fragments are written out: use variables for long values";
        Err(refusal(ClientError::TooCostly(message.to_owned())))
    }
}

/// Adds what is asked for below another field of the same key, which has to be the same field.
fn add<'d>(fields: &mut IndexMap<&'d Name, Selected<'d>>, field: &'d Positioned<Field>) -> Result<(), ServerError> {
    let key = &field.node.response_key().node;
    let asked = fields.entry(key).or_insert_with(|| Selected { field, below: Vec::new() });
    let known = asked.field;
    let is_same = known.node.name.node == field.node.name.node
        && known.node.arguments.len() == field.node.arguments.len()
        && known
            .node
            .arguments
            .iter()
            .all(|(name, value)| field.node.get_argument(&name.node).is_some_and(|other| other.node == value.node));
    if !is_same {
        let message = format!("{key} stands for two different fields: give one of them an alias");
        let error = refusal(ClientError::bad_input("", message));
        return Err(ServerError { locations: vec![known.pos, field.pos], ..error });
    }
    asked.below.push(&field.node.selection_set.node);
    Ok(())
}

fn on(object: &Name, items: Vec<Positioned<Selection>>) -> Positioned<Selection> {
    let place = Pos::default();
    let condition = TypeCondition { on: Positioned::new(object.clone(), place) };
    let fragment = InlineFragment {
        type_condition: Some(Positioned::new(condition, place)),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet { items }, place),
    };
    Positioned::new(Selection::InlineFragment(Positioned::new(fragment, place)), place)
}
