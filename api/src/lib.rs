//! The program `causeway`. Modules stand in the order in which a request travels through them.

pub mod access;
pub mod audit;
pub mod casework;
pub mod config;
pub mod error;
pub mod import;
