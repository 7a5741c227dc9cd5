//! Which class governs which policy object. Every governed column has exactly one class; the text of a passage has one for
//! each classification. A column without a class stops the start.

use std::collections::{BTreeMap, BTreeSet};

use entity::codes::PassageClassification;
use entity::{Code, TABLES};

/// The number of a class in the policy that was loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassId(pub(crate) u16);

/// Policy object to class.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    names: Vec<String>,
    of_object: BTreeMap<String, ClassId>,
}

impl Classes {
    /// Builds the table from rows of `classes.csv`: object and class.
    ///
    /// # Errors
    /// Every object that has no class, has two, or does not exist, one line each.
    pub fn new(rows: &[(String, String)]) -> Result<Self, Vec<String>> {
        let mut classes = Self::default();
        let mut problems = Vec::new();
        let known: BTreeSet<String> = governed_objects().into_iter().collect();
        for (object, class) in rows {
            let id = classes.intern(class);
            if !known.contains(object) {
                problems.push(format!("classes.csv: {object} is no governed column"));
            } else if classes.of_object.insert(object.clone(), id).is_some() {
                problems.push(format!("classes.csv: {object} has two classes"));
            }
        }
        for object in known.iter().filter(|object| !classes.of_object.contains_key(*object)) {
            problems.push(format!("classes.csv: {object} has no class"));
        }
        if problems.is_empty() { Ok(classes) } else { Err(problems) }
    }

    fn intern(&mut self, class: &str) -> ClassId {
        let at = self.names.iter().position(|name| name == class).unwrap_or_else(|| {
            self.names.push(class.to_owned());
            self.names.len() - 1
        });
        ClassId(u16::try_from(at).unwrap_or(u16::MAX))
    }

    /// The class of an object; none for an object that does not exist.
    #[must_use]
    pub fn of(&self, object: &str) -> Option<ClassId> {
        self.of_object.get(object).copied()
    }

    /// The class with this name.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<ClassId> {
        self.names.iter().position(|known| known == name).and_then(|at| u16::try_from(at).ok()).map(ClassId)
    }

    /// The name of a class.
    #[must_use]
    pub fn name(&self, class: ClassId) -> &str {
        &self.names[usize::from(class.0)]
    }

    /// Every class, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = ClassId> + use<> {
        (0..u16::try_from(self.names.len()).unwrap_or(u16::MAX)).map(ClassId)
    }

    /// The objects of a class.
    pub fn objects(&self, class: ClassId) -> impl Iterator<Item = &str> {
        self.of_object.iter().filter(move |(_, of)| **of == class).map(|(object, _)| object.as_str())
    }
}

/// The policy object of a passage's text, by the passage's classification.
#[must_use]
pub fn passage_object(classification: PassageClassification) -> String {
    format!("NarrativePassage.text[{}]", classification.described().graphql)
}

/// Every policy object there is.
#[must_use]
pub fn governed_objects() -> Vec<String> {
    TABLES.iter().flat_map(|table| table.objects()).collect()
}
