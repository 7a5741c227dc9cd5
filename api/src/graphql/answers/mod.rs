//! From what is asked to the answer. A plan says of each field what it is, and to the reader what it has to read: the rows and all that
//! hangs below them, in one statement. Then the rows that were read are walked a level at a time, field by field in the order in
//! which they are asked for, for all rows of the level at once.
//!
//! An operation is written out before it runs (`expansion.rs`): what is asked of an object is fields, each key once.
//!
//! | file | has |
//! |---|---|
//! | `plan` | what is asked, for the reader and for the walk |
//! | `walk` | what all levels share: the request, the variables, the errors so far |
//! | `rows` | the fields of rows, and what hangs below them |
//! | `pages` | the fields of connections |
//! | `missions` | the fields of missions |
//! | `roots`, `nodes` | where questions begin |
//! | `one_row` | a row in the payload of a command |

mod missions;
mod nodes;
mod one_row;
mod pages;
mod plan;
mod roots;
mod rows;
mod walk;

pub(super) use one_row::OneRow;
pub(super) use walk::Walk;

#[cfg(test)]
mod tests;
