//! From the arguments of a field to a question about rows: which, in which order, which page. Arguments and variables were
//! checked against the schema before anything runs (`validation/`, `variables.rs`); what is not of its type all the same is
//! refused here.

mod arguments;
mod comparisons;
mod filter;
mod order;
mod search;

pub(super) use arguments::{Arguments, needed};
pub(super) use comparisons::given;
pub(super) use filter::filter;
pub(super) use order::order;
pub(super) use search::search;

#[cfg(test)]
mod tests;
