//! Lines and columns of a text, each counted from 1, by places in its bytes.

use apollo_compiler::parser::SourceSpan;
use async_graphql::Pos;

/// Finds lines and columns. Whoever asks in the order of the text walks it once.
pub(super) struct Lines<'t> {
    text: &'t str,
    offset: usize,
    place: Pos,
}

/// Where a text begins.
const BEGINNING: Pos = Pos { line: 1, column: 1 };

impl<'t> Lines<'t> {
    /// Of a text, from its beginning.
    pub(super) const fn of(text: &'t str) -> Self {
        Self { text, offset: 0, place: BEGINNING }
    }

    /// Where something begins; the beginning of the text for what is not in it.
    pub(super) fn at(&mut self, span: Option<SourceSpan>) -> Pos {
        let wanted = span.map_or(0, |span| span.offset());
        if wanted < self.offset {
            (self.offset, self.place) = (0, BEGINNING);
        }
        for (at, letter) in self.text.get(self.offset..wanted).unwrap_or_default().char_indices() {
            // A carriage return alone ends a line, too.
            let ends = letter == '\n' || letter == '\r' && !self.text[self.offset + at + 1..].starts_with('\n');
            match ends {
                true => self.place = Pos { line: self.place.line + 1, column: 1 },
                false => self.place.column += 1,
            }
        }
        self.offset = wanted;
        self.place
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::ast;

    use super::*;

    #[test]
    fn places_are_found_in_any_order() {
        let text = "{ a # é\n  b\r\nc\rd }";
        let document = ast::Document::parse(text, "document").unwrap();
        let ast::Definition::OperationDefinition(operation) = &document.definitions[0] else { panic!("{document}") };
        let spans: Vec<_> = operation.selection_set.iter().map(ast::Selection::location).collect();
        let mut lines = Lines::of(text);
        assert_eq!(lines.at(spans[1]), Pos { line: 2, column: 3 });
        assert_eq!(lines.at(spans[0]), Pos { line: 1, column: 3 });
        assert_eq!(lines.at(spans[3]), Pos { line: 4, column: 1 });
        assert_eq!(lines.at(spans[2]), Pos { line: 3, column: 1 });
        assert_eq!(lines.at(None), BEGINNING);
    }
}
