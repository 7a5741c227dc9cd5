//! The trusted base: who asks, and what that viewer may see.

pub mod identity;
