//! The shape of what clients ask: queries and mutations, thin. What the schema has of each table comes out of its declaration
//! (`registered/`), and so does what is asked of it (`questions/`) and answered (`answers/`): no Rust type is about a table. It
//! decides nothing about who may see what.

mod absent;
mod answers;
mod attempts;
pub mod audience;
mod collect;
mod column_values;
mod commands;
mod completion;
mod conditions;
mod cost;
pub mod documents;
pub mod engine;
mod entrances;
mod execution;
mod expansion;
mod inputs;
mod limits;
mod listed;
mod missions;
mod mutation;
pub(crate) mod observe;
mod page;
mod query;
mod questions;
mod records;
mod refusal;
mod registered;
mod request_context;
pub mod schema;
mod shapes;
mod skipping;
mod statistics;
mod tables;
mod tried;
pub(crate) mod trusted_documents;
mod turns;
pub mod types;
mod validation;
mod values;
mod variables;
mod weight;

pub use execution::{ExecuteOptions, Execution};
pub use mutation::Mutation;
pub(crate) use refusal::with_code;
pub use request_context::RequestContext;
