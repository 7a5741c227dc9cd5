//! What is wrong with the input of a command: everything at once, so that a form is mended in one round. The path of each leads
//! to the field, from the argument `input` on: `individual.phone`, `consents.0.decidedOn`.

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
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// Notes one.
    pub fn note(&mut self, field: impl Into<String>, message: impl Into<String>) {
        let field = field.into();
        if !self.has(&field) {
            self.0.push(Mistake { field, message: message.into() });
        }
    }

    /// Whether something is wrong with a field. What is compared with such a field is not looked at.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.0.iter().any(|mistake| mistake.field == field)
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Mistakes {
    type Item = Mistake;
    type IntoIter = std::vec::IntoIter<Mistake>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
