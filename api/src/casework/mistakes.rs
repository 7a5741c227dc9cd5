//! What is wrong with the input of a command: everything at once, so that a form is mended in one round. The path of each leads
//! to the field, from the argument `input` on: `individual.phone`, `consents.0.decidedOn`.

use std::collections::BTreeSet;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The field, as a path of names and places in lists.
    pub field: String,
    /// What is wrong with it and what would be right.
    pub message: String,
}

/// Everything that is wrong, in the order in which it was found; of one field the first thing alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    found: Vec<Mistake>,
    /// The fields that the input speaks of; none where it speaks of everything.
    said: Option<BTreeSet<String>>,
}

impl Mistakes {
    /// From now on only what the input says is a mistake, and what does not go together with that: a rule that came later, or a
    /// value that an import brought, must not refuse a change of something else, nor tell of a value that is hidden.
    pub fn look_only_at(&mut self, fields: impl Iterator<Item = String>) {
        self.said = Some(fields.collect());
    }

    /// Notes one.
    pub fn note(&mut self, field: impl Into<String>, message: impl Into<String>) {
        let field = field.into();
        if self.says(&field) {
            self.add(field, message.into());
        }
    }

    /// Notes that a field does not go together with another one.
    pub fn note_beside(&mut self, field: &str, other: &str, message: &str) {
        if self.says(field) || self.says(other) {
            self.add(field.to_owned(), message.to_owned());
        }
    }

    fn add(&mut self, field: String, message: String) {
        if !self.has(&field) {
            self.found.push(Mistake { field, message });
        }
    }

    /// Whether the input speaks of a field. What it adds to a list, it says.
    fn says(&self, field: &str) -> bool {
        field.starts_with("consents") || self.said.as_ref().is_none_or(|said| said.contains(field))
    }

    /// Whether something is wrong with a field. What is compared with such a field is not looked at.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.found.iter().any(|mistake| mistake.field == field)
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}

impl IntoIterator for Mistakes {
    type Item = Mistake;
    type IntoIter = std::vec::IntoIter<Mistake>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}
