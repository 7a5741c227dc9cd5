//! Where in an answer something failed: the paths of its errors as a tree. It keeps no message.

use std::collections::HashMap;

use async_graphql::{PathSegment, ServerError};

/// One step down into an answer.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Step<'e> {
    /// Into an object, by response key.
    Key(&'e str),
    /// Into a list, from zero.
    Index(usize),
}

/// The errors at one place of an answer and below it.
#[derive(Default)]
pub(super) struct Failures<'e> {
    /// Whether an error names exactly this place.
    pub(super) here: bool,
    below: HashMap<Step<'e>, Failures<'e>>,
}

impl<'e> Failures<'e> {
    /// Errors without a path say of no place that it failed, and are left out.
    pub(super) fn of(errors: &'e [ServerError]) -> Self {
        let mut root = Self::default();
        for error in errors.iter().filter(|error| !error.path.is_empty()) {
            let place = error.path.iter().fold(&mut root, |place, segment| {
                let step = match segment {
                    PathSegment::Field(key) => Step::Key(key),
                    PathSegment::Index(index) => Step::Index(*index),
                };
                place.below.entry(step).or_default()
            });
            place.here = true;
        }
        root
    }

    /// What failed one step down; `None` where nothing did.
    pub(super) fn at<'s>(&'s self, step: Step<'s>) -> Option<&'s Failures<'s>> {
        self.below.get(&step)
    }

    /// Whether something failed inside of this place.
    pub(super) fn has_below(&self) -> bool {
        !self.below.is_empty()
    }

    /// The response keys of this object in or below which something failed.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'e str> {
        self.below.keys().filter_map(|step| match step {
            Step::Key(key) => Some(*key),
            Step::Index(_) => None,
        })
    }
}
