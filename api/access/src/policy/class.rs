//! Which class governs which policy object. Every governed column has exactly one class; one that another column classifies has
//! one for each code. So has every command that policy governs. What has no class stops the start.

use std::collections::{BTreeMap, BTreeSet};

use entity::table::{CodeList, Column, Kind, Table};

use super::Action;
use crate::command::Command;

/// The number of a class in the policy that was loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassId(pub(crate) u16);

/// What governs a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Governing {
    /// Nothing: no client ever sees it.
    Nobody,
    /// A class, in every row.
    Class(ClassId),
    /// The class that belongs to the code in another column of the row.
    ByCode(&'static Column, Box<[CodeClass]>),
}

/// The class of the values that are classified with one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeClass {
    /// The number of the code.
    pub number: i16,
    /// Whether a value that has no code counts as one with this.
    pub or_unknown: bool,
    /// The class.
    pub class: ClassId,
}

/// Policy object to class.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    names: Vec<String>,
    of_object: BTreeMap<String, ClassId>,
    of_commands: BTreeSet<ClassId>,
    /// What governs each column of each table, in their order: looked up for each column of each question.
    of_table: Vec<(&'static Table, Box<[Governing]>)>,
}

impl Classes {
    /// The classes of tables, from rows of `classes.csv`: object and class.
    ///
    /// # Errors
    /// Every object that has no class, has two, or does not exist, one line each.
    pub fn over(tables: &[&'static Table], rows: &[(String, String)]) -> Result<Self, Vec<String>> {
        let mut classes = Self::default();
        let mut problems = Vec::new();
        let commands: BTreeSet<String> = governed_commands().map(|(_, object)| object.to_owned()).collect();
        let known: BTreeSet<String> = objects_of(tables).chain(commands.iter().cloned()).collect();
        for (object, class) in rows {
            let id = classes.intern(class);
            if !known.contains(object) {
                problems.push(format!("classes.csv: {object} is no governed column and no command"));
            } else if classes.of_object.insert(object.clone(), id).is_some() {
                problems.push(format!("classes.csv: {object} has two classes"));
            }
        }
        for object in known.iter().filter(|object| !classes.of_object.contains_key(*object)) {
            problems.push(format!("classes.csv: {object} has no class"));
        }
        let class_of = |object: &String| classes.of(object);
        let of_fields: BTreeSet<ClassId> = known.difference(&commands).filter_map(class_of).collect();
        classes.of_commands = commands.iter().filter_map(class_of).collect();
        let mixed = classes.of_commands.intersection(&of_fields).map(|class| classes.name(*class));
        problems.extend(mixed.map(|class| format!("classes.csv: the class {class} has commands and fields")));
        if !problems.is_empty() {
            return Err(problems);
        }
        let of_table =
            tables.iter().map(|table| (*table, table.columns.iter().map(|column| classes.find(column)).collect()));
        classes.of_table = of_table.collect();
        Ok(classes)
    }

    fn intern(&mut self, class: &str) -> ClassId {
        let at = self.names.iter().position(|name| name == class).unwrap_or_else(|| {
            self.names.push(class.to_owned());
            self.names.len() - 1
        });
        ClassId(u16::try_from(at).unwrap_or(u16::MAX))
    }

    /// What governs a column, by the objects that have classes. A matching key is governed as its text is.
    fn find(&self, column: &'static Column) -> Governing {
        let column = column.source();
        let of = |object: &String| self.of_object.get(object).copied();
        let classes: Option<Vec<ClassId>> = column.objects().iter().map(of).collect();
        match (classes.as_deref(), classifying(column)) {
            (Some([class]), None) => Governing::Class(*class),
            (Some(classes), Some((by, list, unknown))) if classes.len() == list.values.len() => {
                let codes = list.values.iter().zip(classes).map(|(code, class)| CodeClass {
                    number: code.number,
                    or_unknown: code.number == unknown,
                    class: *class,
                });
                Governing::ByCode(by, codes.collect())
            }
            _ => Governing::Nobody,
        }
    }

    /// What governs a column; nothing of a table that policy does not know.
    #[must_use]
    pub fn governing(&self, column: &Column) -> &Governing {
        let of_table = self.of_table.iter().find(|(table, _)| **table == *column.table);
        of_table.and_then(|(_, columns)| columns.get(usize::from(column.at))).unwrap_or(&Governing::Nobody)
    }

    /// The class that governs whether a row of a table is there: that of its id.
    #[must_use]
    pub fn of_rows(&self, table: &Table) -> Option<ClassId> {
        match self.governing(table.id()?) {
            Governing::Class(class) => Some(*class),
            Governing::Nobody | Governing::ByCode(..) => None,
        }
    }

    /// The tables of which the class governs a column, and those whose rows its commands are about.
    pub(super) fn tables(&self, class: ClassId) -> impl Iterator<Item = &'static Table> {
        let governs = move |governing: &Governing| match governing {
            Governing::Nobody => false,
            Governing::Class(of) => *of == class,
            Governing::ByCode(_, codes) => codes.iter().any(|code| code.class == class),
        };
        let commands = governed_commands().filter(move |(_, object)| self.of(object) == Some(class));
        let about: Vec<&str> = commands.map(|(command, _)| command.object_type()).collect();
        let own =
            move |table: &Table, columns: &[Governing]| columns.iter().any(governs) || about.contains(&table.name);
        self.of_table.iter().filter(move |(table, columns)| own(table, columns)).map(|(table, _)| *table)
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

    /// What one may do with what is in a class.
    #[must_use]
    pub fn actions(&self, class: ClassId) -> [Action; 2] {
        if self.of_commands.contains(&class) { Action::WITH_COMMANDS } else { Action::WITH_FIELDS }
    }

    /// The objects of a class.
    pub fn objects(&self, class: ClassId) -> impl Iterator<Item = &str> {
        self.of_object.iter().filter(move |(_, of)| **of == class).map(|(object, _)| object.as_str())
    }
}

/// The column that classifies another one, its code list, and the number of the code as which a value without one counts.
fn classifying(column: &Column) -> Option<(&'static Column, &'static CodeList, i16)> {
    let classified = column.classified_by?;
    let by = column.table.column(classified.by)?;
    match by.kind {
        Kind::Code(list) => Some((by, list, classified.unknown)),
        _ => None,
    }
}

/// The commands that policy governs, each with its policy object.
pub fn governed_commands() -> impl Iterator<Item = (Command, &'static str)> {
    Command::ALL.into_iter().filter_map(|command| Some((command, command.object()?)))
}

/// The field that a policy object governs, or governs in some rows: `NarrativePassage.text` of `NarrativePassage.text[OPEN]`.
#[must_use]
pub fn field_of(object: &str) -> &str {
    object.split_once('[').map_or(object, |(field, _)| field)
}

/// The policy object of every governed column.
#[must_use]
pub fn governed_objects() -> Vec<String> {
    objects_of(entity::TABLES).collect()
}

fn objects_of(tables: &[&'static Table]) -> impl Iterator<Item = String> {
    tables.iter().flat_map(|table| table.objects())
}
