//! The program `causeway`. Modules stand in the order in which a request travels through them.

pub mod error;
pub mod http;
