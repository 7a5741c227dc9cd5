//! From rows to the answer: a level at a time. The rows that were read together are walked together, field by field in the order
//! in which they are asked for. A leaf is a value that is there already; a link or a list is read once for all rows of the level,
//! however many, and what it leads to is the next level. So a tree is few statements, and a read that fails, fails once.
//!
//! An operation is written out before it runs (`expansion.rs`): what is asked of an object is fields, each key once.
//!
//! | file | has |
//! |---|---|
//! | `walk` | what all levels share: the request, the variables, the errors so far |
//! | `asked` | which columns a selection asks for |
//! | `rows` | the fields of rows |
//! | `links`, `lists` | what hangs below them |
//! | `pages` | the fields of connections |
//! | `missions` | the fields of missions |
//! | `roots`, `nodes` | where questions begin |
//! | `one_row` | a row in the payload of a command |

mod asked;
mod links;
mod lists;
mod missions;
mod nodes;
mod one_row;
mod pages;
mod roots;
mod rows;
mod walk;

pub(super) use one_row::OneRow;
pub(super) use walk::Walk;

#[cfg(test)]
mod tests;
