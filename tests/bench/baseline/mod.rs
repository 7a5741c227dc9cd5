//! The baseline: a bare handler in a process of its own that does only the unavoidable. No GraphQL, no policy, no tokens.

mod cell;
mod counts;
mod nest;
mod replay;
mod server;

pub use nest::id_length;
pub use server::run;
