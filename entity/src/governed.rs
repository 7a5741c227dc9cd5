//! What ties an entity to its table as data: [`Governed`].

use sea_orm::{EntityTrait, Iterable};

use crate::table::{CasePath, Column, Role, Table};

/// An entity whose table is governed by policy. `derive(Table)` says the first four lines.
pub trait Governed: EntityTrait<Column: Send + Sync + Copy> {
    /// The table.
    const TABLE: &'static Table;
    /// The column of the mission.
    const MISSION_ID: Self::Column;
    /// The column of the id. Its policy object governs whether a row is there for a viewer at all.
    const ID: Self::Column;

    /// The place of a column in [`Table::columns`].
    fn index(column: Self::Column) -> usize;

    /// The name of the GraphQL type.
    const TYPE_NAME: &'static str = Self::TABLE.name;
    /// How a row leads to its case file.
    const CASE_PATH: CasePath = Self::TABLE.path;

    /// The column of the entity behind a column of data; none for a column of another table.
    #[must_use]
    fn typed(column: &Column) -> Option<Self::Column> {
        if column.table == Self::TABLE { Self::Column::iter().nth(column.at.into()) } else { None }
    }

    /// Columns that hold a reference, each with the field that follows it.
    #[must_use]
    fn links() -> Vec<(Self::Column, &'static str)> {
        let links = Self::TABLE.columns.iter().filter(|column| matches!(column.role, Role::Link(_)));
        links.filter_map(|link| Some((Self::typed(link)?, link.field?))).collect()
    }

    /// Matching keys, each with the column that it is made from.
    #[must_use]
    fn keys() -> Vec<(Self::Column, Self::Column)> {
        Self::TABLE.keys().filter_map(|(key, of)| Some((Self::typed(key)?, Self::typed(of)?))).collect()
    }

    /// The matching key of a column, where it has one.
    #[must_use]
    fn key(column: Self::Column) -> Option<Self::Column> {
        self::column::<Self>(column).key().and_then(Self::typed)
    }

    /// The column that a matching key is made from; any other column is its own.
    #[must_use]
    fn source(column: Self::Column) -> Self::Column {
        Self::typed(self::column::<Self>(column).source()).unwrap_or(column)
    }

    /// The GraphQL field of a column: none for the mission, for matching keys and for hidden columns.
    #[must_use]
    fn field(column: Self::Column) -> Option<String> {
        self::column::<Self>(column).field.map(str::to_owned)
    }

    /// Whether Causeway fills a column itself.
    #[must_use]
    fn is_derived(column: Self::Column) -> bool {
        self::column::<Self>(column).derived
    }

    /// The policy object of a column, such as `Individual.familyName`; of a matching key, that of the column behind it.
    #[must_use]
    fn object(column: Self::Column) -> Option<String> {
        self::column::<Self>(column).object.map(str::to_owned)
    }

    /// The column behind a GraphQL field.
    #[must_use]
    fn column(field: &str) -> Option<Self::Column> {
        Self::TABLE.field(field).and_then(Self::typed)
    }
}

/// A column of an entity as data.
#[must_use]
pub fn column<E: Governed>(column: E::Column) -> &'static Column {
    &E::TABLE.columns[E::index(column)]
}

/// `family_name` becomes `familyName`.
#[must_use]
pub fn lower_camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        name + &letters.next().map(|letter| letter.to_uppercase().collect::<String>()).unwrap_or_default()
            + letters.as_str()
    })
}
