//! What rows ought to say is withheld of them: by policy and row alone, whatever an operation asks for.

use super::records::Record;
use super::{Sight, asked};
use entity::table::{Role, Table};
use std::collections::HashMap;

/// What is withheld of each row that the caller sees, by the global id of the row.
pub type WithheldOfRows = HashMap<String, Vec<String>>;

impl Sight<'_> {
    /// The fields of a row that the caller may not see, sorted.
    pub fn withheld(&self, table: &'static Table, row: &Record) -> Vec<String> {
        // The matrix says what is governed; the declaration only which column that is.
        let governed = self.oracle.matrix.fields(table.name);
        let hidden = governed.iter().filter(|field| {
            let column = table.field(field).unwrap_or_else(|| panic!("{} has no {field}", table.name));
            !matches!(column.role, Role::Id) && !self.sees_column(table, row, column)
        });
        let mut withheld: Vec<String> = hidden.cloned().collect();
        withheld.sort_unstable();
        withheld
    }

    /// Whether a field is a link by which a list leaves out rows: in some row that is there the caller does not see it, or in some
    /// mission they see not it, or none of the rows.
    pub fn withholds_link(&self, table: &'static Table, field: &str) -> bool {
        let Some(link) = table.field(field).filter(|column| column.leads_to().is_some()) else { return false };
        let shut = |mission, field: &str| self.scopes(mission, &format!("{}.{field}", table.name)).is_empty();
        let mut rows = self.oracle.records.of(table).values().filter(|row| self.sees_row(table, row));
        self.oracle.records.missions().any(|mission| shut(mission, field) || shut(mission, "id"))
            || rows.any(|row| !self.sees_column(table, row, link))
    }

    /// What is withheld of every row of every type.
    pub fn withheld_of_rows(&self) -> WithheldOfRows {
        let mut all = WithheldOfRows::new();
        for table in entity::TABLES {
            for row in self.oracle.records.of(table).values().filter(|row| self.sees_row(table, row)) {
                all.insert(self.oracle.id(table.name, row.key.0, row.key.1), self.withheld(table, row));
            }
        }
        all
    }
}

/// What is declared is what policy governs, and named after its column: a field that leads to another column would be compared
/// with that one.
#[test]
fn declarations_are_what_policy_governs() -> causeway_tests::Result {
    let matrix = super::Matrix::read()?;
    for table in entity::TABLES {
        let declared = table.fields().filter_map(|column| column.field).map(str::to_owned).collect();
        assert_eq!(matrix.fields(table.name), &declared, "{}", table.name);
        for (field, column) in asked(table) {
            let named = match column.role {
                Role::Link(_) => column.name.strip_suffix("_id").unwrap_or(column.name),
                _ => column.name,
            };
            assert_eq!(field, entity::lower_camel(named), "{}.{}", table.name, column.name);
        }
    }
    Ok(())
}
