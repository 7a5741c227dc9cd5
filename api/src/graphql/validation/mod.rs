//! From a text to a valid document. `apollo-compiler` reads it and applies the specification's rules; what it leaves out is in
//! [`inputs`]. The library that runs operations has a reader and rules of its own, which take several documents for valid that
//! are not and refuse some that are; they are not asked. `tests/tests/suite/reference.rs` compares this with graphql-js.

mod convert;
mod inputs;
mod lines;

use apollo_compiler::{
    Schema, ast,
    diagnostic::Diagnostic,
    name,
    parser::Parser,
    response::GraphQLError,
    schema::{Component, ExtendedType},
    validation,
};
use async_graphql::{Pos, ServerError, parser::types::ExecutableDocument};

use self::{convert::Converter, inputs::Inputs, lines::Lines};
use super::{refusal::refusal, variables::MOST_NAMED};
use crate::error::ClientError;

/// The name of a document in the validator's own notes; nobody sees it.
const NAME: &str = "document";

/// Reads and validates documents for one schema.
pub struct Validator {
    schema: validation::Valid<Schema>,
}

/// A document that was read and not yet validated.
pub struct Read {
    tree: ast::Document,
    /// The document as it is run.
    pub document: ExecutableDocument,
}

impl Validator {
    /// For a schema in the schema definition language.
    ///
    /// # Errors
    /// What is wrong with the schema, for us alone.
    pub fn of(sdl: &str) -> Result<Self, String> {
        let mut schema = Schema::parse(sdl, "schema").map_err(|wrong| wrong.errors.to_string())?;
        add_is_one_of(&mut schema);
        let schema = schema.validate().map_err(|wrong| wrong.errors.to_string())?;
        Ok(Self { schema })
    }

    /// Reads a text.
    ///
    /// # Errors
    /// `BAD_INPUT` for what is no document.
    pub fn read(text: &str) -> Result<Read, Vec<ServerError>> {
        let tree = Parser::new().parse_ast(text, NAME).map_err(|wrong| named(&wrong.errors))?;
        if tree.definitions.is_empty() {
            return Err(vec![refusal(ClientError::bad_input("", "the document has no operation"))]);
        }
        let document = Converter::of(text).document(&tree).map_err(|wrong| vec![wrong])?;
        Ok(Read { tree, document })
    }

    /// Validates what was read.
    ///
    /// # Errors
    /// `BAD_INPUT` for what is wrong with it, in the order of the text.
    pub fn validate(&self, text: &str, read: &Read) -> Result<(), Vec<ServerError>> {
        let document = read.tree.to_executable_validate(&self.schema).map_err(|wrong| named(&wrong.errors))?;
        let wrong = Inputs::of(&self.schema, &document, Lines::of(text)).check();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// Introspection tells of each input type whether one field of it alone may be given; the validator does not know that yet.
fn add_is_one_of(schema: &mut Schema) {
    let Some(ExtendedType::Object(ty)) = schema.types.get_mut("__Type") else { return };
    let field = ast::FieldDefinition {
        description: None,
        name: name!("isOneOf"),
        arguments: Vec::new(),
        ty: ast::Type::Named(name!("Boolean")),
        directives: ast::DirectiveList::default(),
    };
    ty.make_mut().fields.insert(name!("isOneOf"), Component::new(field));
}

/// What the validator found, of one place the first thing alone: it may say several of one mistake.
fn named(errors: &validation::DiagnosticList) -> Vec<ServerError> {
    let mut named: Vec<ServerError> = Vec::new();
    for error in errors.iter().map(|error: Diagnostic<'_, _>| error_of(error.to_json())) {
        // They come in the order of the text.
        let is_said = !error.locations.is_empty() && named.last().is_some_and(|last| last.locations == error.locations);
        if !is_said && named.len() < MOST_NAMED {
            named.push(error);
        }
    }
    named
}

/// What the reader calls signs of a document, and what people do.
const SIGNS: [(&str, &str); 7] = [
    ("L_CURLY", "an opening brace"),
    ("R_CURLY", "a closing brace"),
    ("L_PAREN", "an opening parenthesis"),
    ("R_PAREN", "a closing parenthesis"),
    ("L_BRACK", "an opening bracket"),
    ("R_BRACK", "a closing bracket"),
    ("got EOF", "got the end"),
];

fn error_of(error: GraphQLError) -> ServerError {
    let message = match error.message.strip_prefix("syntax error: ") {
        Some(syntax) => SIGNS.iter().fold(syntax.to_owned(), |told, (name, sign)| told.replace(name, sign)),
        None => error.message,
    };
    let mut refused = refusal(ClientError::bad_input("", message));
    refused.locations = error.locations.iter().map(|at| Pos { line: at.line, column: at.column }).collect();
    refused
}
