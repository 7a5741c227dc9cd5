//! The data of Causeway: one file per table with its columns and GraphQL leaves, typed ids and code lists.
//! It knows nothing of viewers or policy, and runs no query.

mod code;
pub mod codes;
pub mod country;

pub use code::{Code, CodeSet, CodeValue};
pub use country::CountryCode;
