//! `CodeList`: a vocabulary as data, for front ends.

use async_graphql::SimpleObject;
use entity::codes::code_list;

use crate::graphql::{cost::ListSize, page::LARGEST_PAGE};

/// A vocabulary.
#[derive(Clone, Debug, SimpleObject)]
pub struct CodeList {
    /// The name of the list, such as `means_of_control`.
    pub name: String,
    /// The values, in their order.
    #[graphql(directive = ListSize::apply(LARGEST_PAGE, None, None, false))]
    pub values: Vec<CodeListValue>,
}

/// One value of a vocabulary.
#[derive(Clone, Debug, SimpleObject)]
pub struct CodeListValue {
    /// The name of the enumeration value in this schema.
    pub code: &'static str,
    /// The value as its standard spells it.
    pub value: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// What it means; empty where the standard does not say.
    pub definition: &'static str,
    /// The standard or codebook it comes from.
    pub source: &'static str,
}

impl CodeList {
    /// The list of this name.
    #[must_use]
    pub fn named(name: String) -> Option<Self> {
        let values = code_list(&name)?.iter().map(|code| CodeListValue {
            code: code.graphql,
            value: code.value,
            label: code.label,
            definition: code.definition,
            source: code.source,
        });
        Some(Self { values: values.collect(), name })
    }
}
