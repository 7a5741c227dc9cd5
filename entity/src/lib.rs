//! The data of Causeway: one file per table with its declaration, typed ids and code lists.
//! It knows nothing of viewers or policy, and runs no query.

mod check;
mod code;
pub mod codes;
pub mod country;
mod country_list;
mod governed;
mod kind;
pub mod table;

pub mod audit_chain;
pub mod audit_entry;
pub mod case_file;
pub mod change;
pub mod consent;
pub mod episode_trafficker;
pub mod exploitation;
pub mod fact;
pub mod field_change;
pub mod individual;
pub mod mission;
pub mod narrative;
pub mod narrative_passage;
pub mod organisation;
pub mod referral;
pub mod refusal;
pub mod trafficker;
pub mod trafficking_episode;

/// Every governed table: the one list of them. What is not in it has no type in the schema, no policy object and no matching keys.
pub static TABLES: &[&table::Table] = &[
    &individual::TABLE,
    &case_file::TABLE,
    &trafficking_episode::TABLE,
    &exploitation::TABLE,
    &trafficker::TABLE,
    &episode_trafficker::TABLE,
    &narrative::TABLE,
    &narrative_passage::TABLE,
    &consent::TABLE,
    &referral::TABLE,
    &organisation::TABLE,
];

pub use check::check;
pub use code::{Code, CodeSet, CodeValue};
pub use country::CountryCode;
pub use country_list::CountryList;
pub use governed::{Governed, column, lower_camel};
pub use table::CasePath;
