//! What ties an entity to its table as data: [`Governed`].

use sea_orm::{EntityTrait, Iterable};

use crate::table::{Column, Table};

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

    /// The column of the entity behind a column of data; none for a column of another table.
    #[must_use]
    fn typed(column: &Column) -> Option<Self::Column> {
        if column.table == Self::TABLE { Self::Column::iter().nth(column.at.into()) } else { None }
    }

    /// The GraphQL field of a column: none for the mission, for matching keys and for hidden columns.
    #[must_use]
    fn field(column: Self::Column) -> Option<String> {
        self::column::<Self>(column).field.map(str::to_owned)
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
