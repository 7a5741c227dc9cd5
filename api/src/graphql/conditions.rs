//! By what each kind of column is filtered: what the conditions are called, what they mean and what they take.

use std::borrow::Cow;

use entity::table::Kind;

/// The filter of a kind of column.
pub(super) struct Filter {
    /// The name of the input object.
    pub(super) name: Cow<'static, str>,
    /// What the schema says of it.
    pub(super) doc: &'static str,
    /// In the order in which they are asked.
    pub(super) conditions: &'static [Condition],
}

/// One condition on a column.
#[derive(Debug)]
pub(super) struct Condition {
    /// The field of the input object.
    pub(super) name: &'static str,
    /// What the schema says of it.
    pub(super) doc: &'static str,
    /// What it tests.
    pub(super) test: Test,
}

/// What a condition tests a value for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// It is the value.
    Equal,
    /// It is one of the values.
    OneOf,
    /// It is the value or a later one.
    From,
    /// It is before the value.
    Before,
    /// The text is in it.
    Contains,
    /// It begins with the text.
    StartsWith,
    /// The value is in the list.
    Has,
    /// One of the values is in the set.
    HasAny,
    /// Each of the values is in the set.
    HasAll,
    /// There is none, or none that the viewer may see.
    Null,
}

/// What a condition takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// A value of the column's kind.
    One,
    /// A list of such values.
    Several,
    /// Yes or no.
    Truth,
}

impl Test {
    /// What it takes.
    pub(super) const fn takes(self) -> Takes {
        match self {
            Self::OneOf | Self::HasAny | Self::HasAll => Takes::Several,
            Self::Null => Takes::Truth,
            _ => Takes::One,
        }
    }
}

/// The filter of a kind of column; none for ids.
pub(super) fn of(kind: Kind) -> Option<Filter> {
    let (name, doc, conditions): (Cow<'static, str>, _, _) = match kind {
        Kind::Id => return None,
        Kind::Text => ("TextFilter".into(), "Conditions on a text.", TEXT),
        Kind::Day => ("DateFilter".into(), "Conditions on a day.", DAY),
        Kind::Number | Kind::Count => ("IntFilter".into(), "Conditions on a number.", NUMBER),
        Kind::Truth => ("BooleanFilter".into(), "Conditions on a truth value.", TRUTH),
        Kind::Country => ("CountryFilter".into(), "Conditions on a country.", COUNTRY),
        Kind::Countries => ("CountryListFilter".into(), "Conditions on a list of countries.", COUNTRIES),
        Kind::Code(list) => (format!("{}Filter", list.graphql).into(), "Conditions on a value of a code list.", CODE),
        Kind::Codes(list) => {
            (format!("{}SetFilter", list.graphql).into(), "Conditions on a set of values of a code list.", CODES)
        }
    };
    Some(Filter { name, doc, conditions })
}

const fn condition(name: &'static str, doc: &'static str, test: Test) -> Condition {
    Condition { name, doc, test }
}

const NULL: Condition = condition("isNull", "Whether there is none, or none that you may see.", Test::Null);

const TEXT: &[Condition] = &[
    condition("eq", "Exactly this text.", Test::Equal),
    condition("in", "One of these texts.", Test::OneOf),
    condition(
        "contains",
        "A text with this one in it, whatever the case, the accents and the script of the letters.",
        Test::Contains,
    ),
    condition("startsWith", "A text that begins with this one, compared in the same way.", Test::StartsWith),
    NULL,
];

const DAY: &[Condition] = &[
    condition("eq", "This day.", Test::Equal),
    condition("from", "This day or a later one.", Test::From),
    condition("before", "A day before this one.", Test::Before),
    NULL,
];

const NUMBER: &[Condition] = &[
    condition("eq", "This number.", Test::Equal),
    condition("in", "One of these numbers.", Test::OneOf),
    condition("from", "This number or a larger one.", Test::From),
    condition("before", "A number below this one.", Test::Before),
    NULL,
];

const TRUTH: &[Condition] = &[condition("eq", "This value.", Test::Equal), NULL];

const COUNTRY: &[Condition] =
    &[condition("eq", "This country.", Test::Equal), condition("in", "One of these countries.", Test::OneOf), NULL];

const COUNTRIES: &[Condition] = &[
    condition("has", "This country is in the list.", Test::Has),
    condition("isNull", "Whether there is no list, or none that you may see.", Test::Null),
];

const CODE: &[Condition] =
    &[condition("eq", "This value.", Test::Equal), condition("in", "One of these values.", Test::OneOf), NULL];

const CODES: &[Condition] = &[
    condition("hasAny", "Any of these is in the set.", Test::HasAny),
    condition("hasAll", "All of these are in the set.", Test::HasAll),
];
