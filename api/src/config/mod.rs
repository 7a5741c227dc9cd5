//! The configuration, one structure a file.

pub mod identity;
