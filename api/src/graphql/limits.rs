//! What a document may ask at most, checked before anything runs: nesting of the text before it is parsed, then fields,
//! depth, aliases and directives with every fragment counted where it is spread.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    parser::types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet},
};

use crate::error::ClientError;

/// Brackets of any kind that may be open at once in the text. The parser recurses for each.
const DEEPEST_TEXT: usize = 64;
/// Levels of fields. The deepest useful question has eleven: a connection has two for each level of the records.
const DEEPEST: usize = 16;
/// Fields in all, fragments counted where they are spread.
const MOST_FIELDS: usize = 2_000;
/// Aliases in all.
const MOST_ALIASES: usize = 100;
/// Directives in all.
const MOST_DIRECTIVES: usize = 100;

/// Checks a text before it is parsed.
///
/// # Errors
/// `TOO_COSTLY`.
pub fn check_text(query: &str) -> Result<(), ClientError> {
    let mut open = 0_usize;
    for byte in query.bytes() {
        match byte {
            b'{' | b'[' | b'(' => open += 1,
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > DEEPEST_TEXT {
            return Err(ClientError::TooCostly(format!("the document nests deeper than {DEEPEST_TEXT} brackets")));
        }
    }
    Ok(())
}

/// What a selection amounts to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Size {
    fields: usize,
    depth: usize,
    aliases: usize,
    directives: usize,
}

/// Checks a parsed document, every operation in it.
///
/// # Errors
/// `TOO_COSTLY`, naming the limit; `BAD_INPUT` for fragments that spread each other in a circle.
pub fn check_document(document: &ExecutableDocument) -> Result<(), ClientError> {
    let mut measure = Measure { fragments: &document.fragments, known: HashMap::new(), within: Vec::new() };
    let mut size = Size::default();
    for (_, operation) in document.operations.iter() {
        size = size.beside(measure.selection(&operation.node.selection_set.node)?);
    }
    let limits = [
        (size.depth, DEEPEST, "levels of fields"),
        (size.fields, MOST_FIELDS, "fields"),
        (size.aliases, MOST_ALIASES, "aliases"),
        (size.directives, MOST_DIRECTIVES, "directives"),
    ];
    match limits.iter().find(|(found, most, _)| found > most) {
        Some((_, most, what)) => Err(ClientError::TooCostly(format!("the document has more than {most} {what}"))),
        None => Ok(()),
    }
}

struct Measure<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// Fragments that were measured already: a fragment that is spread a thousand times is walked once.
    known: HashMap<&'a str, Size>,
    within: Vec<&'a str>,
}

impl<'a> Measure<'a> {
    fn selection(&mut self, set: &'a SelectionSet) -> Result<Size, ClientError> {
        let mut size = Size::default();
        for item in &set.items {
            size = size.beside(match &item.node {
                Selection::Field(field) => {
                    let below = self.selection(&field.node.selection_set.node)?;
                    Size {
                        fields: below.fields.saturating_add(1),
                        depth: below.depth + 1,
                        aliases: below.aliases.saturating_add(usize::from(field.node.alias.is_some())),
                        directives: below.directives.saturating_add(field.node.directives.len()),
                    }
                }
                Selection::InlineFragment(inline) => {
                    self.selection(&inline.node.selection_set.node)?.with_directives(inline.node.directives.len())
                }
                Selection::FragmentSpread(spread) => self
                    .fragment(spread.node.fragment_name.node.as_str())?
                    .with_directives(spread.node.directives.len()),
            });
        }
        Ok(size)
    }

    fn fragment(&mut self, name: &'a str) -> Result<Size, ClientError> {
        if let Some(size) = self.known.get(name) {
            return Ok(*size);
        }
        if self.within.contains(&name) {
            return Err(ClientError::bad_input("", format!("the fragment {name} spreads itself")));
        }
        // A fragment that does not exist is for validation to name.
        let Some(fragment) = self.fragments.get(name) else { return Ok(Size::default()) };
        self.within.push(name);
        let size = self.selection(&fragment.node.selection_set.node)?;
        self.within.pop();
        self.known.insert(name, size);
        Ok(size)
    }
}

impl Size {
    fn beside(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            depth: self.depth.max(other.depth),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
        }
    }

    fn with_directives(self, directives: usize) -> Self {
        Self { directives: self.directives.saturating_add(directives), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str) -> Result<(), ClientError> {
        check_text(query)?;
        check_document(&async_graphql::parser::parse_query(query).unwrap())
    }

    #[test]
    fn an_ordinary_document_passes() {
        check("query A($n: Int) { cases(first: $n) { nodes { id ...F } } } fragment F on Case { individual { id } }")
            .unwrap();
    }

    #[test]
    fn ten_thousand_aliases_are_refused() {
        let many: String = (0..10_000).map(|n| format!("a{n}: viewer {{ subject }} ")).collect();
        assert!(matches!(check(&format!("{{ {many} }}")), Err(ClientError::TooCostly(_))));
    }

    #[test]
    fn depth_is_refused_before_and_after_parsing() {
        let nested = |depth: usize| format!("{}id{}", "{ node ".repeat(depth), " }".repeat(depth));
        assert!(matches!(check(&nested(20)), Err(ClientError::TooCostly(_))));
        assert!(matches!(check_text(&nested(100_000)), Err(ClientError::TooCostly(_))));
    }

    #[test]
    fn fragments_that_double_are_counted_and_circles_refused() {
        let doubling: String =
            (0..40).map(|n| format!("fragment F{n} on Case {{ ...F{} ...F{} }} ", n + 1, n + 1)).collect();
        let bomb = format!("{{ cases {{ nodes {{ ...F0 }} }} }} {doubling} fragment F40 on Case {{ id }}");
        assert!(matches!(check(&bomb), Err(ClientError::TooCostly(_))));
        let circle = "{ cases { nodes { ...A } } } fragment A on Case { ...B } fragment B on Case { ...A }";
        assert!(matches!(check(circle), Err(ClientError::BadInput { .. })));
    }
}
