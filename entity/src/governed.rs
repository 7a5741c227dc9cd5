//! What policy has to know of a table: [`Governed`]. One column is one GraphQL leaf or link and one policy object of the same name.

use sea_orm::{EntityTrait, IdenStatic, Iterable};

/// How a row leads to the case file on which row scopes are decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CasePath {
    /// The row is the case file.
    Itself,
    /// The row carries the `case_id`.
    Child,
    /// The row is an individual: any of the individual's case files counts.
    Individual,
    /// The row is a trafficker: the case file of any episode in which the trafficker is involved counts.
    Trafficker,
}

/// A table whose columns are governed by policy.
pub trait Governed: EntityTrait<Column: Send + Sync + Copy> {
    /// The name of the GraphQL type.
    const TYPE_NAME: &'static str;
    /// How a row leads to its case file.
    const CASE_PATH: CasePath;
    /// Columns that hold a reference, each with the GraphQL field that follows it. The reference is governed under that field's name.
    const LINKS: &'static [(Self::Column, &'static str)];
    /// Matching keys: hidden columns by which text is searched and ordered, each with the column that it is made from. That
    /// column's policy object governs both, so that whoever may see a name may match its key, in the same rows.
    const KEYS: &'static [(Self::Column, Self::Column)] = &[];
    /// Columns that no client ever sees and no policy object governs.
    const HIDDEN: &'static [Self::Column] = &[];
    /// Columns that Causeway fills when a row is written, from others or from who writes it: nobody can say them. What policy
    /// grants of them is to write rows that have them.
    const DERIVED: &'static [Self::Column] = &[];
    /// The column of the mission.
    const MISSION_ID: Self::Column;
    /// The column of the id. Its policy object governs whether a row is there for a viewer at all.
    const ID: Self::Column;

    /// A leaf of a row by its GraphQL name; none where there is no such leaf. Declared by the macro `leaves`.
    fn leaf(model: &Self::Model, field: &str) -> Option<async_graphql::Value>;

    /// The matching key of a column, where it has one.
    #[must_use]
    fn key(column: Self::Column) -> Option<Self::Column> {
        Self::KEYS.iter().find(|(_, source)| source.as_str() == column.as_str()).map(|(key, _)| *key)
    }

    /// The column that a matching key is made from; any other column is its own.
    #[must_use]
    fn source(column: Self::Column) -> Self::Column {
        let made_from = Self::KEYS.iter().find(|(key, _)| key.as_str() == column.as_str());
        made_from.map_or(column, |(_, source)| *source)
    }

    /// The GraphQL field of a column: none for the mission, for matching keys and for hidden columns.
    #[must_use]
    fn field(column: Self::Column) -> Option<String> {
        let is_key = || Self::KEYS.iter().any(|(key, _)| key.as_str() == column.as_str());
        if column.as_str() == Self::MISSION_ID.as_str()
            || Self::HIDDEN.iter().any(|hidden| hidden.as_str() == column.as_str())
            || is_key()
        {
            return None;
        }
        let link = Self::LINKS.iter().find(|(linked, _)| linked.as_str() == column.as_str());
        Some(link.map_or_else(|| lower_camel(column.as_str()), |(_, field)| (*field).to_owned()))
    }

    /// Whether Causeway fills a column itself.
    #[must_use]
    fn is_derived(column: Self::Column) -> bool {
        Self::DERIVED.iter().any(|derived| derived.as_str() == column.as_str())
    }

    /// The policy object of a column, such as `Individual.familyName`; of a matching key, that of the column behind it.
    #[must_use]
    fn object(column: Self::Column) -> Option<String> {
        Self::field(Self::source(column)).map(|field| format!("{}.{field}", Self::TYPE_NAME))
    }

    /// The column behind a GraphQL field.
    #[must_use]
    fn column(field: &str) -> Option<Self::Column> {
        let link = Self::LINKS.iter().find(|(_, linked)| *linked == field).map(|(column, _)| *column);
        let named = || Self::Column::iter().find(|column| is_lower_camel(column.as_str(), field));
        link.or_else(named).filter(|column| Self::field(*column).as_deref() == Some(field))
    }

    /// Every policy object of the table.
    #[must_use]
    fn objects() -> Vec<String> {
        Self::Column::iter().filter(|column| Self::field(*column).is_some()).filter_map(Self::object).collect()
    }
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

/// Whether `name` is what [`lower_camel`] makes of `snake`, without making it.
fn is_lower_camel(snake: &str, name: &str) -> bool {
    let mut letters = name.chars();
    let mut starts_word = false;
    for letter in snake.chars() {
        if letter == '_' {
            starts_word = true;
        } else if letters.next() != Some(if starts_word { letter.to_ascii_uppercase() } else { letter }) {
            return false;
        } else {
            starts_word = false;
        }
    }
    letters.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::{is_lower_camel, lower_camel};

    #[test]
    fn a_name_is_told_without_being_made() {
        for snake in ["id", "case_number", "year_of_registration", "consents_in_force"] {
            assert!(is_lower_camel(snake, &lower_camel(snake)));
            assert!(!is_lower_camel(snake, &format!("{}s", lower_camel(snake))));
            assert!(!is_lower_camel(snake, &lower_camel(snake)[1..]));
        }
        assert!(!is_lower_camel("case_number", "case_number"));
        assert!(!is_lower_camel("case_number", "casenumber"));
    }
}
