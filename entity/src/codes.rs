//! Code lists: enumerations generated from `codes/*.csv`. Each value has a number (how it is stored, and its bit in a
//! [`CodeSet`](crate::CodeSet)), the value of its standard, a label and a definition. It refuses strings: what is not in a list is not data.

use crate::country::Country;
use crate::table::{CodeList, Kind, OfKind};
use crate::{Code, CodeValue};

/// Declares one code list; `build.rs` writes the calls.
macro_rules! code_list {
    ($(#[$doc:meta])* $name:ident, $list:literal {
        $($(#[$value_doc:meta])* $variant:ident = $number:literal, $value:literal, $graphql:literal, $label:literal, $definition:literal, $source:literal;)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sea_orm::EnumIter, sea_orm::DeriveActiveEnum)]
        #[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
        pub enum $name {
            $($(#[$value_doc])* #[sea_orm(num_value = $number)] $variant = $number,)*
        }

        impl Code for $name {
            const LIST: &'static str = $list;
            const ALL: &'static [Self] = &[$(Self::$variant),*];
            const VALUES: &'static [CodeValue] = &[$(CodeValue {
                number: $number, value: $value, graphql: $graphql, label: $label, definition: $definition, source: $source,
            }),*];
            const CODES: &'static CodeList = {
                static CODES: CodeList = CodeList { name: $list, graphql: stringify!($name), values: $name::VALUES };
                &CODES
            };

            fn number(self) -> i16 {
                self as i16
            }
        }

        impl OfKind for $name {
            const KIND: Kind = Kind::Code(Self::CODES);
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/codes.rs"));

/// Every code list, by name.
#[must_use]
pub fn code_list(name: &str) -> Option<&'static [CodeValue]> {
    ALL_LISTS.iter().find(|(list, _)| *list == name).map(|(_, values)| *values)
}
