//! What everything of Causeway stands on, and what knows nothing of records: configuration, errors, time, text, what is
//! remembered in memory, and what the operator is told.

pub mod clock;
pub mod config;
pub mod error;
pub mod membership;
pub mod remembered;
pub mod telemetry;
pub mod text;
pub mod tls;
