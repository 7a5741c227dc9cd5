//! What the baseline is told to do: for each question the statements that Causeway ran, and the fewest that give the same
//! answer. The main process writes it, the baseline process reads it.

use serde::{Deserialize, Serialize};

use crate::tree::Tree;

/// Everything that the baseline process needs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Orders {
    /// The database, as the login that the gateway uses.
    pub database: String,
    /// As many connections as the gateway has.
    pub connections: u32,
    /// Missions whose rows row-level security shows to statements that run outside a transaction.
    pub missions: Vec<String>,
    /// Redis.
    pub redis: String,
    /// What to answer, by name.
    pub plans: Vec<Plan>,
}

/// One question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// Its place in the URL.
    pub name: String,
    /// The baseline with the same statements.
    pub same: Same,
    /// The baseline with the fewest.
    pub fewest: Fewest,
}

/// The same statements. Requests name one of several variants, such as different cases that are changed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Same {
    /// Each a request's steps.
    pub variants: Vec<Vec<Step>>,
    /// What is made of the rows.
    pub answer: Answer,
}

/// One round trip, or what follows the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// Sent as text, without parameters: transaction control.
    Simple(String),
    /// A prepared statement.
    Prepared {
        /// Its text.
        sql: String,
        /// Its parameters as PostgreSQL wrote them; none: null.
        parameters: Vec<Parameter>,
    },
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Parameter {
    /// The same in every request.
    Fixed(Option<String>),
    /// The data version that an earlier statement of the transaction returned.
    DataVersion,
    /// One more than the number of the audit's last entry, which an earlier statement of the transaction returned.
    Sequence,
    /// The version of the case that an earlier statement of the transaction read, and so many more.
    RowVersion(i32),
    /// An id that no row has.
    Fresh,
    /// The element of this place in `variables.years` of the request.
    Year(usize),
}

impl Step {
    /// Whether its rows come with what hangs below them.
    pub fn is_nested(&self) -> bool {
        matches!(self, Self::Prepared { sql, .. } if sql.contains(" AS \"_b0\""))
    }
}

/// What is made of the rows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub enum Answer {
    /// Always the same text, whatever the rows are.
    #[default]
    Nothing,
    /// This text, after the statements.
    Constant(String),
    /// This text, after all that the statements gave was decoded and written as JSON: rows that come with what hangs below them.
    Nested(String),
    /// A page of rows below which nothing hangs.
    Page {
        /// One row.
        tree: Tree,
        /// A text of this length stands for the cursor.
        cursor: usize,
    },
    /// One row below which nothing hangs.
    One {
        /// The row.
        tree: Tree,
        /// The fields that lead to it, from `data` on.
        path: Vec<String>,
    },
    /// Counts by group, added up over missions.
    Counts {
        /// The columns to group by, each with the names of its codes.
        dimensions: Vec<(String, Vec<String>)>,
    },
}

/// The fewest statements.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fewest {
    /// This text.
    Constant(String),
    /// One statement whose only value is the answer, once for each variant. With `years`, its first parameter is
    /// `variables.years`.
    Statement {
        /// Each a request's statement.
        variants: Vec<String>,
        /// Whether years are bound.
        years: bool,
    },
    /// One value of Redis.
    Redis(String),
}
