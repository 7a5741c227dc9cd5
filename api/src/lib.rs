//! The program `causeway`. Modules stand in the order in which a request travels through them.

pub mod access;
pub mod admission;
pub mod app;
pub mod audit;
pub mod casework;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod error;
pub mod graphql;
pub mod http;
pub mod import;
pub mod knowledge;
pub mod redis_link;
pub mod remembered;
pub mod telemetry;
pub mod text;
pub mod tls;
