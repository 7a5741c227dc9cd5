//! A table as data: what it is called, what its columns are and what may be done with each. Each table declares itself once,
//! by `derive(Table)` on its rows; ordinary code reads the declaration. It knows nothing of viewers or policy, and runs no
//! query.

use std::fmt;

use crate::CodeValue;

/// The column of the mission, in every governed table. It comes first in every primary and foreign key.
pub const MISSION_ID: &str = "mission_id";
/// The column of the id, in every governed table.
pub const ID: &str = "id";
/// The column by which a row of [`CasePath::Child`] leads to its case.
pub const CASE_ID: &str = "case_id";

/// A governed table: one type of the schema, of which each column is one policy object.
pub struct Table {
    /// The name of the GraphQL type, with which the names of its policy objects begin: `Case`.
    pub name: &'static str,
    /// What one row is, as the schema says it.
    pub doc: &'static str,
    /// Several of its rows, within a sentence: `cases`.
    pub plural: &'static str,
    /// Its name in the database: `case_file`.
    pub table: &'static str,
    /// How a row leads to the case on which row scopes are decided.
    pub path: CasePath,
    /// The list at the root of the schema; none for rows that are found through others.
    pub list: Option<Entry>,
    /// The field at the root of the schema that gives one row by its global id, if there is one.
    pub one: Option<Entry>,
    /// What the schema says of the input object that takes its values, such as `CaseInput`; none where no client writes it.
    pub input: Option<&'static str>,
    /// In the order of the rows; the place of a column is [`Column::at`].
    pub columns: &'static [Column],
}

/// A field by which one comes to rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name of the field.
    pub name: &'static str,
    /// What the schema says of it.
    pub doc: &'static str,
}

/// How a row leads to the case file on which row scopes are decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CasePath {
    /// The row is the case file.
    Itself,
    /// The row carries the `case_id`.
    Child,
    /// The row is an individual: any of the individual's case files counts.
    Individual,
    /// The row is a trafficker: the case file of any episode in which the trafficker is involved counts.
    Trafficker,
    /// The row belongs to the mission and leads to no case. Scopes that rest on a case never hold.
    Mission,
}

/// A column.
pub struct Column {
    /// The table that it is of.
    pub table: &'static Table,
    /// Its place in the table, and its bit in a set of columns.
    pub at: u8,
    /// Its name in the database: `family_name`.
    pub name: &'static str,
    /// Its field in the schema: `familyName`. None for columns that no client ever sees, and for the mission, which the schema
    /// shows in its own way.
    pub field: Option<&'static str>,
    /// The policy object that governs it: `Individual.familyName`; of a matching key, that of the column it is made from. One
    /// that is [`Column::classified_by`] another has an object for each classification, with this name before it.
    pub object: Option<&'static str>,
    /// What it means, as the schema says it.
    pub doc: &'static str,
    /// What input objects say of it, where that is something else.
    pub input_doc: Option<&'static str>,
    /// What its values are.
    pub kind: Kind,
    /// What it is in its row.
    pub role: Role,
    /// Whether lists can be filtered by it. Of a link: by what it leads to.
    pub filter: bool,
    /// Whether lists can be ordered by it.
    pub order: bool,
    /// Whether the search of its list looks into it. Of a link: goes on to what it leads to.
    pub search: bool,
    /// Whether clients write it.
    pub write: Write,
    /// Whether the database keeps no row without it.
    pub required: bool,
    /// Whether Causeway fills it when a row is written, from other columns or from who writes it: nobody can say it.
    pub derived: bool,
    /// The field of HTCDS 2.0 that it is, where there is one: `prs_Gender`.
    pub htcds: Option<&'static str>,
    /// How it is kept.
    pub kept: Kept,
    /// Another column of the row decides the class of this one.
    pub classified_by: Option<Classified>,
    /// The row is that of whom this column names, so that a scope can look at the row itself.
    pub whose: Option<Whose>,
}

/// By which column of its row a value is classified. There is one policy object for each of its codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classified {
    /// The column of the same table, a code, as the database names it.
    pub by: &'static str,
    /// The number of the code as which a value without one counts: the one that fewest people may see.
    pub unknown: i16,
}

/// Whose a row is, by what a column of it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// That of an organisation, by its key.
    Organisation,
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// An id of a row.
    Id,
    /// A text.
    Text,
    /// A day.
    Day,
    /// A small whole number, of 16 bits.
    Number,
    /// A whole number, of 32 bits.
    Count,
    /// Yes or no.
    Truth,
    /// A country, ISO 3166-1 alpha-2.
    Country,
    /// Countries, in an order.
    Countries,
    /// One value of a code list.
    Code(&'static CodeList),
    /// Several values of a code list.
    Codes(&'static CodeList),
}

/// A type whose values a column can have.
#[diagnostic::on_unimplemented(message = "a column cannot have values of the type `{Self}`")]
pub trait OfKind {
    /// What they are.
    const KIND: Kind;
}

/// A code list as data.
#[derive(Debug)]
pub struct CodeList {
    /// The name of the list, as in `codeList(name:)`: `means_of_control`.
    pub name: &'static str,
    /// The name of the enumeration in the schema: `MeansOfControl`.
    pub graphql: &'static str,
    /// Its values, by number.
    pub values: &'static [CodeValue],
}

/// What a column is in its row.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// The mission that holds the row.
    Mission,
    /// The id of the row. Its policy object governs whether the row is there for a viewer at all.
    Id,
    /// How often the row was changed, from 1; by what is derived it is not.
    Version,
    /// A value.
    Leaf,
    /// A reference to a row of the same mission, governed under the name of the field that follows it.
    Link(Link),
    /// A matching key: by it the text of the column of this name is searched and ordered.
    Key(&'static str),
    /// No client ever sees it, and no policy object governs it.
    Hidden,
}

/// Where a reference leads, and the list that leads back.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The table that it leads to.
    pub to: &'static Table,
    /// The list of rows that refer to one row, on the type of that row, if there is one.
    pub back: Option<Back>,
    /// The leaves of the linked row, as the database names them, by which lists of this table can be ordered.
    pub order: &'static [&'static str],
}

/// A list of the rows that refer to one.
#[derive(Clone, Copy, Debug)]
pub struct Back {
    /// The field and what the schema says of it.
    pub entry: Entry,
    /// The column by which its rows are ordered, the smallest first; none: the oldest record first.
    pub order: Option<&'static str>,
    /// Whether the search of the other table's list goes on to these rows.
    pub search: bool,
}

/// Whether clients write a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// No input takes it.
    No,
    /// An input takes it; left out it stays as it is, null makes it unknown.
    Yes,
    /// The input of a new row has to give it.
    Needed,
}

/// How a column is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// As it is.
    Plain,
}

impl Table {
    /// As many columns as a set of columns has bits.
    pub const MOST_COLUMNS: usize = u128::BITS as usize;

    /// The column with this name in the database.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The column behind a field of the schema.
    #[must_use]
    pub fn field(&self, field: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.field == Some(field))
    }

    /// The column that names whose the row is.
    #[must_use]
    pub fn whose(&self, whose: Whose) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.whose == Some(whose))
    }

    /// The column of the id.
    #[must_use]
    pub fn id(&self) -> Option<&'static Column> {
        self.columns.iter().find(|column| matches!(column.role, Role::Id))
    }

    /// Its matching keys, each with the column that it is made from.
    pub fn keys(&self) -> impl Iterator<Item = (&'static Column, &'static Column)> {
        self.columns.iter().filter_map(|key| match key.role {
            Role::Key(of) => Some((key, self.column(of)?)),
            _ => None,
        })
    }

    /// The columns that a client can name.
    pub fn fields(&self) -> impl Iterator<Item = &'static Column> {
        self.columns.iter().filter(|column| column.field.is_some())
    }

    /// Every policy object of the table, in the order of its columns.
    pub fn objects(&self) -> impl Iterator<Item = String> {
        self.fields().flat_map(Column::objects)
    }
}

impl Column {
    /// The matching key by which it is searched and ordered, where it has one.
    #[must_use]
    pub fn key(&self) -> Option<&'static Self> {
        self.table.columns.iter().find(|key| matches!(key.role, Role::Key(of) if of == self.name))
    }

    /// The column that a matching key is made from; any other column is its own.
    #[must_use]
    pub fn source(&'static self) -> &'static Self {
        match self.role {
            Role::Key(of) => self.table.column(of).unwrap_or(self),
            _ => self,
        }
    }

    /// The policy objects that govern it: one, but for a column whose class another one decides; none of what is hidden.
    #[must_use]
    pub fn objects(&self) -> Vec<String> {
        let Some(object) = self.object else { return Vec::new() };
        let decides = self.classified_by.and_then(|classified| self.table.column(classified.by));
        match decides.map(|column| column.kind) {
            Some(Kind::Code(list)) => list.values.iter().map(|code| format!("{object}[{}]", code.graphql)).collect(),
            _ => vec![object.to_owned()],
        }
    }

    /// The table that it refers to, if it is a link.
    #[must_use]
    pub const fn leads_to(&self) -> Option<&'static Table> {
        match self.role {
            Role::Link(Link { to, .. }) => Some(to),
            _ => None,
        }
    }
}

/// The name alone: tables and columns know each other.
impl fmt::Debug for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

/// Its names in the database alone.
impl fmt::Debug for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.table.table, self.name)
    }
}

/// Tables are declared once and compared by where they are declared.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Table {}

impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Column {}
