//! The validator's tree of a document as the library's, which runs it.

use std::collections::HashMap;

use apollo_compiler::{Node, ast, parser::SourceSpan};
use async_graphql::{
    Name, Number, Pos, Positioned, ServerError,
    parser::types::{
        BaseType, Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, FragmentSpread,
        InlineFragment, OperationDefinition, OperationType, Selection, SelectionSet, Type, TypeCondition,
        VariableDefinition,
    },
};
use async_graphql_value::Value;

use super::{super::refusal::refusal, lines::Lines};
use crate::error::ClientError;

/// Converts one document.
pub(super) struct Converter<'t> {
    lines: Lines<'t>,
}

type Result<T> = std::result::Result<T, ServerError>;

impl<'t> Converter<'t> {
    /// Of a document's text.
    pub(super) const fn of(text: &'t str) -> Self {
        Self { lines: Lines::of(text) }
    }

    /// The whole document. Of several definitions of one name the last one is kept; validation refuses them.
    pub(super) fn document(mut self, tree: &ast::Document) -> Result<ExecutableDocument> {
        let (mut named, mut anonymous, mut fragments) = (HashMap::new(), None, HashMap::new());
        for definition in &tree.definitions {
            match definition {
                ast::Definition::OperationDefinition(operation) => {
                    let converted = self.operation(operation)?;
                    match &operation.name {
                        Some(name) => drop(named.insert(Name::new(name.as_str()), converted)),
                        None => anonymous = Some(converted),
                    }
                }
                ast::Definition::FragmentDefinition(fragment) => {
                    let converted = self.fragment(fragment)?;
                    fragments.insert(Name::new(fragment.name.as_str()), converted);
                }
                other => {
                    let message = "a document has operations and fragments alone";
                    let place = self.lines.at(other.location());
                    return Err(at(place, ClientError::bad_input("", message)));
                }
            }
        }
        let operations = anonymous.map_or(DocumentOperations::Multiple(named), DocumentOperations::Single);
        Ok(ExecutableDocument { operations, fragments })
    }

    fn operation(&mut self, operation: &Node<ast::OperationDefinition>) -> Result<Positioned<OperationDefinition>> {
        let place = self.lines.at(operation.location());
        let variables = operation.variables.iter().map(|variable| self.variable(variable)).collect::<Result<_>>()?;
        let converted = OperationDefinition {
            ty: match operation.operation_type {
                ast::OperationType::Query => OperationType::Query,
                ast::OperationType::Mutation => OperationType::Mutation,
                ast::OperationType::Subscription => OperationType::Subscription,
            },
            variable_definitions: variables,
            directives: self.directives(&operation.directives)?,
            selection_set: self.selections(&operation.selection_set, place)?,
        };
        Ok(Positioned::new(converted, place))
    }

    fn variable(&mut self, variable: &Node<ast::VariableDefinition>) -> Result<Positioned<VariableDefinition>> {
        let place = self.lines.at(variable.location());
        let default = variable.default_value.as_ref().map(|value| -> Result<_> {
            let Positioned { pos, node } = self.value(value)?;
            // The grammar has no variables here.
            let constant = node.into_const().unwrap_or_default();
            Ok(Positioned::new(constant, pos))
        });
        let converted = VariableDefinition {
            name: self.name(&variable.name),
            var_type: Positioned::new(ty(&variable.ty), place),
            default_value: default.transpose()?,
            directives: self.directives(&variable.directives)?,
        };
        Ok(Positioned::new(converted, place))
    }

    fn fragment(&mut self, fragment: &Node<ast::FragmentDefinition>) -> Result<Positioned<FragmentDefinition>> {
        let place = self.lines.at(fragment.location());
        let converted = FragmentDefinition {
            type_condition: self.condition(&fragment.type_condition),
            directives: self.directives(&fragment.directives)?,
            selection_set: self.selections(&fragment.selection_set, place)?,
        };
        Ok(Positioned::new(converted, place))
    }

    fn selections(&mut self, selections: &[ast::Selection], place: Pos) -> Result<Positioned<SelectionSet>> {
        let items = selections.iter().map(|selection| self.selection(selection)).collect::<Result<_>>()?;
        Ok(Positioned::new(SelectionSet { items }, place))
    }

    fn selection(&mut self, selection: &ast::Selection) -> Result<Positioned<Selection>> {
        let place = self.lines.at(selection.location());
        let converted = match selection {
            ast::Selection::Field(field) => Selection::Field(Positioned::new(self.field(field, place)?, place)),
            ast::Selection::FragmentSpread(spread) => {
                let fragment_name = self.name(&spread.fragment_name);
                let spread = FragmentSpread { fragment_name, directives: self.directives(&spread.directives)? };
                Selection::FragmentSpread(Positioned::new(spread, place))
            }
            ast::Selection::InlineFragment(inline) => {
                let inline = InlineFragment {
                    type_condition: inline.type_condition.as_ref().map(|condition| self.condition(condition)),
                    directives: self.directives(&inline.directives)?,
                    selection_set: self.selections(&inline.selection_set, place)?,
                };
                Selection::InlineFragment(Positioned::new(inline, place))
            }
        };
        Ok(Positioned::new(converted, place))
    }

    fn field(&mut self, field: &ast::Field, place: Pos) -> Result<Field> {
        Ok(Field {
            alias: field.alias.as_ref().map(|alias| self.name(alias)),
            name: self.name(&field.name),
            arguments: self.arguments(&field.arguments)?,
            directives: self.directives(&field.directives)?,
            selection_set: self.selections(&field.selection_set, place)?,
        })
    }

    fn directives(&mut self, directives: &ast::DirectiveList) -> Result<Vec<Positioned<Directive>>> {
        let converted = directives.iter().map(|directive| {
            let place = self.lines.at(directive.location());
            let name = self.name(&directive.name);
            Ok(Positioned::new(Directive { name, arguments: self.arguments(&directive.arguments)? }, place))
        });
        converted.collect()
    }

    fn arguments(&mut self, arguments: &[Node<ast::Argument>]) -> Result<Vec<(Positioned<Name>, Positioned<Value>)>> {
        let converted = arguments.iter().map(|argument| Ok((self.name(&argument.name), self.value(&argument.value)?)));
        converted.collect()
    }

    fn value(&mut self, value: &Node<ast::Value>) -> Result<Positioned<Value>> {
        let place = self.lines.at(value.location());
        let number = |text: &str| text.parse::<Number>().map(Value::Number).map_err(|_| too_large(place));
        let converted = match &**value {
            ast::Value::Null => Value::Null,
            ast::Value::Enum(name) => Value::Enum(Name::new(name.as_str())),
            ast::Value::Variable(name) => Value::Variable(Name::new(name.as_str())),
            ast::Value::String(text) => Value::String(text.clone()),
            ast::Value::Boolean(truth) => Value::Boolean(*truth),
            ast::Value::Int(text) => number(text.as_str())?,
            ast::Value::Float(text) => number(text.as_str())?,
            ast::Value::List(items) => {
                Value::List(items.iter().map(|item| Ok(self.value(item)?.node)).collect::<Result<_>>()?)
            }
            ast::Value::Object(members) => {
                let members =
                    members.iter().map(|(name, member)| Ok((Name::new(name.as_str()), self.value(member)?.node)));
                Value::Object(members.collect::<Result<_>>()?)
            }
        };
        Ok(Positioned::new(converted, place))
    }

    fn condition(&mut self, on: &ast::NamedType) -> Positioned<TypeCondition> {
        let on = self.name(on);
        let place = on.pos;
        Positioned::new(TypeCondition { on }, place)
    }

    fn name(&mut self, name: &apollo_compiler::Name) -> Positioned<Name> {
        let span: Option<SourceSpan> = name.location();
        Positioned::new(Name::new(name.as_str()), self.lines.at(span))
    }
}

fn ty(from: &ast::Type) -> Type {
    let base = if from.is_list() {
        BaseType::List(Box::new(ty(from.item_type())))
    } else {
        BaseType::Named(Name::new(from.inner_named_type().as_str()))
    };
    Type { base, nullable: !from.is_non_null() }
}

/// A refusal with its place.
pub(super) fn at(place: Pos, error: ClientError) -> ServerError {
    ServerError { locations: vec![place], ..refusal(error) }
}

fn too_large(place: Pos) -> ServerError {
    at(place, ClientError::bad_input("", "a number that is too large"))
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::Value as Json;

    use super::*;

    /// Without places, of which the two give some to other parts.
    fn shown(document: &ExecutableDocument) -> Json {
        fn strip(value: &mut Json) {
            match value {
                Json::Object(members) => {
                    members.remove("pos");
                    members.values_mut().for_each(strip);
                }
                Json::Array(items) => items.iter_mut().for_each(strip),
                _ => {}
            }
        }
        let mut shown = serde_json::to_value(document).unwrap();
        strip(&mut shown);
        shown
    }

    /// What both readers take is one document to both.
    #[test]
    fn the_document_is_the_one_that_the_library_would_read() {
        for text in [
            "{ a }",
            "query A($b: [[Int!]]! = [[1]], $c: In = {d: {e: ENUM, f: null}}, $o: X @g) @h(i: $b) {\n  j: k(l: $b, m: [\"n\\t\", 1.5e3, -2, true]) @include(if: $o) { p }\n  ...Q @skip(if: false)\n  ... on R @s { t }\n ... @u { v } }\nfragment Q on R @w { x }",
            "mutation M { a } query N { b } subscription S { c }",
            "{ a(b: \"\"\"\n   block\n     text\n  \"\"\") }",
        ] {
            let tree = ast::Document::parse(text, "document").unwrap();
            let (ours, theirs) = (Converter::of(text).document(&tree).unwrap(), parse_query(text).unwrap());
            assert_eq!(shown(&ours), shown(&theirs), "{text}");
        }
    }

    #[test]
    fn escapes_of_every_kind_are_characters() {
        let text = r#"{ a(b: "\ud83d\ude00 \u{1F600} \u00e9") }"#;
        let tree = ast::Document::parse(text, "document").unwrap();
        let document = Converter::of(text).document(&tree).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else { panic!("no field") };
        assert_eq!(field.node.get_argument("b").unwrap().node, Value::String("😀 😀 é".to_owned()));
        for lone in [r#"{ a(b: "\ud83d") }"#, r#"{ a(b: "\ude00\ud83d") }"#, r#"{ a(b: "\u{110000}") }"#] {
            assert!(ast::Document::parse(lone, "document").is_err(), "{lone}");
        }
    }
}
