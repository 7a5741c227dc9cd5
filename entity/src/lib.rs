//! The data of Causeway: one file per table with its columns and GraphQL leaves, typed ids and code lists.
//! It knows nothing of viewers or policy, and runs no query.

mod code;
pub mod codes;
pub mod country;
mod country_list;
mod governed;
mod leaf;
pub mod table;

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

/// Does something for each governed table: the expression stands once for each, with the entity of the table under the name
/// that is given. The one list of them: what is not in it has no policy object and gets no matching keys.
#[macro_export]
macro_rules! each_governed {
    ($table:ident => $act:expr) => {
        $crate::each_governed!($table => $act; individual, case_file, trafficking_episode, exploitation, trafficker,
            episode_trafficker, narrative, narrative_passage, consent, referral)
    };
    ($table:ident => $act:expr; $($of:ident),*) => {
        $({
            type $table = $crate::$of::Entity;
            $act
        })*
    };
}

pub use code::{Code, CodeSet, CodeValue};
pub use country::CountryCode;
pub use country_list::CountryList;
pub use governed::{CasePath, Governed, lower_camel};
pub use leaf::Leaf;
