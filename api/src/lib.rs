//! The program `causeway`. Modules stand in the order in which a request travels through them; the trusted base and what it
//! stands on are crates of their own.

pub use access;
pub use base::{clock, config, error, remembered, telemetry, text, tls};

pub mod admission;
pub mod app;
pub mod casework;
pub mod cli;
pub mod demo;
pub mod graphql;
pub mod http;
pub mod import;
pub mod knowledge;
pub mod redis_link;
