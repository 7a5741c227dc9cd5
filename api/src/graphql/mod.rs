//! The shape of what clients ask: queries and mutations, one file a type, thin. Selections become columns, pages become
//! connections. It decides nothing about who may see what.

mod absent;
mod attempts;
mod collect;
mod completion;
pub mod connection;
mod cost;
pub mod documents;
mod execute;
mod expansion;
pub mod filter;
mod in_place;
mod inputs;
mod level;
mod limits;
mod mutation;
mod observe;
mod query;
mod request_context;
pub mod schema;
mod selection;
mod shapes;
mod skipping;
mod statistics;
mod tried;
pub(crate) mod trusted_documents;
mod turns;
pub mod types;
mod validation;
mod values;
mod variables;

pub(crate) use cost::Rates;
pub use mutation::Mutation;
pub use query::{CaseworkQuery, Node};
pub use request_context::RequestContext;
pub(crate) use shapes::Shapes;
pub(crate) use variables::InputTypes;
