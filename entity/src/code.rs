//! What a code list is: [`Code`] for one value, [`CodeSet`] for several of them in one integer column.

use std::marker::PhantomData;

use sea_orm::{
    ColIdx, ColumnType, QueryResult, TryGetError, TryGetable, Value,
    sea_query::{ArrayType, Nullable, ValueType, ValueTypeErr},
};

use crate::table::CodeList;

/// One value of a code list, as data.
#[derive(Clone, Copy, Debug)]
pub struct CodeValue {
    /// How the value is stored, and its bit in a set. Never reused.
    pub number: i16,
    /// The value in its standard's own spelling.
    pub value: &'static str,
    /// The name of the GraphQL enumeration value.
    pub graphql: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// What it means; empty where the standard gives none.
    pub definition: &'static str,
    /// The standard or codebook it comes from.
    pub source: &'static str,
}

/// An enumeration generated from `codes/*.csv`.
pub trait Code: Copy + Eq + Send + Sync + 'static {
    /// The name of the list, as in `codeList(name:)`.
    const LIST: &'static str;
    /// Every value, by number.
    const ALL: &'static [Self];
    /// Every value with its texts, in the order of [`Code::ALL`].
    const VALUES: &'static [CodeValue];
    /// The list as data.
    const CODES: &'static CodeList;

    /// How the value is stored, and its bit in a set.
    fn number(self) -> i16;

    /// The value with this number.
    #[must_use]
    fn from_number(number: i16) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.number() == number)
    }

    /// The value spelt so in its standard.
    #[must_use]
    fn from_value(value: &str) -> Option<Self> {
        Self::VALUES.iter().find(|code| code.value == value).and_then(|code| Self::from_number(code.number))
    }

    /// The value with its texts.
    ///
    /// # Panics
    /// Never: the generator writes both lists from the same rows.
    #[must_use]
    fn described(self) -> &'static CodeValue {
        let at = Self::VALUES.iter().position(|code| code.number == self.number());
        &Self::VALUES[at.unwrap_or_default()]
    }
}

/// A set of values of one code list, stored as one integer with bit `number` set for each value.
/// In GraphQL it is a list, in the order of the numbers.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct CodeSet<T> {
    bits: i64,
    code: PhantomData<T>,
}

impl<T> Clone for CodeSet<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for CodeSet<T> {}

impl<T> Default for CodeSet<T> {
    fn default() -> Self {
        Self::from_bits(0)
    }
}

impl<T> CodeSet<T> {
    /// The set with these bits.
    #[must_use]
    pub const fn from_bits(bits: i64) -> Self {
        Self { bits, code: PhantomData }
    }

    /// The integer that is stored.
    #[must_use]
    pub const fn bits(self) -> i64 {
        self.bits
    }

    /// Whether no value is in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// What is in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self::from_bits(self.bits | other.bits)
    }
}

impl<T: Code> CodeSet<T> {
    /// Whether the value is in it.
    #[must_use]
    pub fn contains(self, code: T) -> bool {
        self.bits & (1 << code.number()) != 0
    }

    /// Adds a value.
    pub fn insert(&mut self, code: T) {
        self.bits |= 1 << code.number();
    }

    /// The values, by number.
    pub fn iter(self) -> impl Iterator<Item = T> {
        T::ALL.iter().copied().filter(move |&code| self.contains(code))
    }
}

impl<T: Code> FromIterator<T> for CodeSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(codes: I) -> Self {
        codes.into_iter().fold(Self::default(), |mut set, code| {
            set.insert(code);
            set
        })
    }
}

impl<T> From<CodeSet<T>> for Value {
    fn from(set: CodeSet<T>) -> Self {
        Self::BigInt(Some(set.bits))
    }
}

impl<T> Nullable for CodeSet<T> {
    fn null() -> Value {
        Value::BigInt(None)
    }
}

impl<T> ValueType for CodeSet<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <i64 as ValueType>::try_from(value).map(Self::from_bits)
    }

    fn type_name() -> String {
        "CodeSet".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::BigInt
    }

    fn column_type() -> ColumnType {
        ColumnType::BigInteger
    }
}

impl<T> TryGetable for CodeSet<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        i64::try_get_by(row, index).map(Self::from_bits)
    }
}
