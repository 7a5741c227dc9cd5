//! The data of Causeway: one file per table with its columns and GraphQL leaves, typed ids and code lists.
//! It knows nothing of viewers or policy, and runs no query.

mod code;
pub mod codes;
pub mod country;
mod country_list;
mod governed;
mod leaf;

pub mod audit_entry;
pub mod case_file;
pub mod change;
pub mod consent;
pub mod episode_trafficker;
pub mod exploitation;
pub mod fact;
pub mod individual;
pub mod mission;
pub mod narrative;
pub mod narrative_passage;
pub mod referral;
pub mod refusal;
pub mod trafficker;
pub mod trafficking_episode;

pub use code::{Code, CodeSet, CodeValue};
pub use country::CountryCode;
pub use country_list::CountryList;
pub use governed::{CasePath, Governed, lower_camel};
pub use leaf::Leaf;
