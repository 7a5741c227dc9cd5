//! What a document may ask at most, checked before anything runs: tokens and nesting of the text before it is parsed, then
//! fields, depth, aliases and directives with every fragment counted where it is spread. What it may *cost* is in `cost`.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    parser::types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet},
};

use crate::config::LimitsConfig;
use crate::error::ClientError;

/// Brackets of any kind that may be open at once in the text. The parser recurses for each.
const DEEPEST_TEXT: usize = 64;

/// Checks a text before it is parsed. It knows nothing of strings and comments and counts what is in them too, so that
/// nothing can be hidden from it that the parser would see.
///
/// # Errors
/// `TOO_COSTLY`.
pub fn check_text(query: &str, limits: &LimitsConfig) -> Result<(), ClientError> {
    let (mut open, mut tokens, mut in_word) = (0_usize, 0_usize, false);
    for byte in query.bytes() {
        match byte {
            b'{' | b'[' | b'(' => open += 1,
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
        let is_word = byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
        let begins = if is_word { !in_word } else { byte.is_ascii_punctuation() };
        tokens += usize::from(begins);
        in_word = is_word;
        if open > DEEPEST_TEXT {
            return Err(too_many("nests deeper than", DEEPEST_TEXT, "brackets"));
        }
    }
    if tokens > limits.tokens { Err(too_many(HAS_MORE, limits.tokens, "tokens")) } else { Ok(()) }
}

const HAS_MORE: &str = "has more than";

fn too_many(how: &str, most: usize, what: &str) -> ClientError {
    ClientError::TooCostly(format!("the document {how} {most} {what}"))
}

/// What a selection amounts to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Extent {
    fields: usize,
    depth: usize,
    aliases: usize,
    directives: usize,
    /// Fields of the first level.
    roots: usize,
    /// Lists of introspection within each other.
    type_lists: usize,
    /// Fragments within each other.
    nested: usize,
}

/// Checks a parsed document, every operation in it.
///
/// # Errors
/// `TOO_COSTLY`, naming the limit; `BAD_INPUT` for fragments that spread each other in a circle.
pub fn check_document(document: &ExecutableDocument, limits: &LimitsConfig) -> Result<(), ClientError> {
    let mut measure = Measure { fragments: &document.fragments, known: HashMap::new(), within: Vec::new() };
    let mut size = Extent::default();
    for (_, operation) in document.operations.iter() {
        size = size.beside(measure.selection(&operation.node.selection_set.node)?);
        size.directives = size.directives.saturating_add(operation.node.directives.len());
    }
    let limits = [
        (size.depth, limits.depth, "levels of fields"),
        (size.fields, limits.fields, "fields"),
        (size.roots, limits.root_fields, "fields of the root"),
        (size.aliases, limits.aliases, "aliases"),
        (size.directives, limits.directives, "directives"),
    ];
    match limits.iter().find(|(found, most, _)| found > most) {
        Some((_, most, what)) => Err(too_many(HAS_MORE, *most, what)),
        None => Ok(()),
    }
}

/// So deep may fragments be within each other: as deep as the library follows them, and no deeper than the stack is.
const MOST_NESTED: usize = 32;

/// The lists of introspection that lead to types, which have such lists again: each of them multiplies the answer.
const TYPE_LISTS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];
/// So many of them may be within each other. The query that tools send has one; graphql-js allows two as well.
const MOST_TYPE_LISTS: usize = 2;

struct Measure<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// Fragments that were measured already: a fragment that is spread a thousand times is walked once.
    known: HashMap<&'a str, Extent>,
    within: Vec<&'a str>,
}

impl<'a> Measure<'a> {
    fn selection(&mut self, set: &'a SelectionSet) -> Result<Extent, ClientError> {
        let mut size = Extent::default();
        for item in &set.items {
            size = size.beside(match &item.node {
                Selection::Field(field) => {
                    let below = self.selection(&field.node.selection_set.node)?;
                    let name = field.node.name.node.as_str();
                    if ["__schema", "__type"].contains(&name) && below.type_lists > MOST_TYPE_LISTS {
                        return Err(too_many(HAS_MORE, MOST_TYPE_LISTS, "lists of types within each other"));
                    }
                    Extent {
                        nested: below.nested,
                        type_lists: below.type_lists + usize::from(TYPE_LISTS.contains(&name)),
                        fields: below.fields.saturating_add(1),
                        depth: below.depth + 1,
                        aliases: below.aliases.saturating_add(usize::from(field.node.alias.is_some())),
                        directives: below.directives.saturating_add(field.node.directives.len()),
                        roots: 1,
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

    fn fragment(&mut self, name: &'a str) -> Result<Extent, ClientError> {
        let too_deep = || too_many(HAS_MORE, MOST_NESTED, "fragments within each other");
        if let Some(size) = self.known.get(name) {
            // Whatever was measured first: validation and expansion follow the fragments from where they are spread.
            return if self.within.len() + size.nested > MOST_NESTED { Err(too_deep()) } else { Ok(*size) };
        }
        if self.within.len() >= MOST_NESTED {
            return Err(too_deep());
        }
        if self.within.contains(&name) {
            return Err(ClientError::bad_input("", format!("the fragment {name} spreads itself")));
        }
        // A fragment that does not exist is for validation to name.
        let Some(fragment) = self.fragments.get(name) else { return Ok(Extent::default()) };
        self.within.push(name);
        let below = self.selection(&fragment.node.selection_set.node)?;
        let size = Extent { nested: below.nested + 1, ..below };
        self.within.pop();
        self.known.insert(name, size);
        Ok(size)
    }
}

impl Extent {
    fn beside(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            depth: self.depth.max(other.depth),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            roots: self.roots.saturating_add(other.roots),
            type_lists: self.type_lists.max(other.type_lists),
            nested: self.nested.max(other.nested),
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
        let limits = LimitsConfig::default();
        check_text(query, &limits)?;
        check_document(&async_graphql::parser::parse_query(query).unwrap(), &limits)
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
    fn tokens_are_counted_before_parsing_wherever_they_stand() {
        let limits = LimitsConfig { tokens: 14, ..LimitsConfig::default() };
        let fits = |query: &str| check_text(query, &limits).is_ok();
        // The three points of a spread are counted one by one.
        assert!(fits("{ a1_b c: d ... on E { f } }") && fits(&format!("{{ {} }}", "x".repeat(10_000))));
        for more in ["{ a1_b c: d ... on E { f } }!", "{a(b:\"c d e f g h i j k\")}", "#a b c d e f g h i j k\n{ a }"] {
            assert!(!fits(more), "{more}");
        }
        assert!(!fits(&",".repeat(15)) && !fits(&"é ".repeat(15)));
    }

    #[test]
    fn fragments_within_each_other_end_before_the_stack_does() {
        let chain: String = (0..2_000).map(|n| format!("fragment F{n} on Case {{ ...F{} }} ", n + 1)).collect();
        let query = format!("{{ node(id: \"x\") {{ ...F0 }} }} {chain} fragment F2000 on Case {{ id }}");
        let limits = LimitsConfig { tokens: 1_000_000, ..LimitsConfig::default() };
        let refusal = check_document(&async_graphql::parser::parse_query(&query).unwrap(), &limits);
        assert!(matches!(refusal, Err(ClientError::TooCostly(_))), "{refusal:?}");
    }

    #[test]
    fn fragments_are_within_each_other_wherever_they_were_measured() {
        // The end of the chain is spread first, so that each fragment is known when the one before it is measured.
        let nested = |most: usize| {
            let chain: String = (0..most).map(|n| format!("fragment F{n} on Case {{ ...F{} }} ", n + 1)).collect();
            let spreads: String = (0..=most).rev().map(|n| format!("...F{n} ")).collect();
            let query = format!("{{ node(id: \"x\") {{ {spreads} }} }} {chain} fragment F{most} on Case {{ id }}");
            let limits = LimitsConfig { tokens: 1_000_000, ..LimitsConfig::default() };
            check_document(&async_graphql::parser::parse_query(&query).unwrap(), &limits)
        };
        for refused in [1_200, MOST_NESTED] {
            let refusal = nested(refused);
            let expected = too_many(HAS_MORE, MOST_NESTED, "fragments within each other");
            assert_eq!(refusal, Err(expected), "{refused}");
        }
        nested(MOST_NESTED - 1).unwrap();
    }

    #[test]
    fn introspection_does_not_multiply() {
        let nested = "possibleTypes { interfaces { ...T } } } } } fragment T on __Type { possibleTypes { name } }";
        assert!(matches!(check(&format!("{{ __schema {{ types {{ {nested}")), Err(ClientError::TooCostly(_))));
        check("{ __schema { types { fields { type { ofType { name } } } possibleTypes { interfaces { name } } } } }")
            .unwrap();
    }

    #[test]
    fn fields_of_the_root_are_counted_through_fragments() {
        let many: String = (0..26).map(|_| "...F ").collect();
        let refusal =
            check(&format!("{{ {many} }} fragment F on Query {{ viewer {{ subject }} missions {{ totalCount }} }}"));
        assert_eq!(refusal, Err(ClientError::TooCostly("the document has more than 50 fields of the root".to_owned())));
    }

    #[test]
    fn directives_of_an_operation_count() {
        assert!(matches!(check(&format!("query {} {{ a }}", "@x ".repeat(101))), Err(ClientError::TooCostly(_))));
    }

    #[test]
    fn depth_is_refused_before_and_after_parsing() {
        let nested = |depth: usize| format!("{}id{}", "{ node ".repeat(depth), " }".repeat(depth));
        assert!(matches!(check(&nested(20)), Err(ClientError::TooCostly(_))));
        assert!(matches!(check_text(&nested(100_000), &LimitsConfig::default()), Err(ClientError::TooCostly(_))));
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
