//! Case management: commands and rules, one file an aggregate. Personal records, written and read case by case, inside one
//! mission. It knows nothing of statistics but how a fact is derived.

pub mod batch;
pub mod bundle;
mod check;
pub mod derivation;
pub mod derive;
pub mod empty;
pub mod mistakes;
pub mod refused;
pub mod register_case;
pub mod save_organisation;
pub mod update_case;

pub use check::LONGEST_TEXT;
