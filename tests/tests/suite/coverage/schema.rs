//! What there is to ask for.

use super::walk::Found;
use apollo_compiler::schema::{ExtendedType, InputValueDefinition};
use apollo_compiler::{Node, Schema, validation::Valid};
use causeway_tests::Result;
use std::collections::BTreeSet;
use std::path::Path;

/// The schema, and what of it has to be tested.
pub struct Wanted {
    /// The schema that runs.
    pub schema: Valid<Schema>,
}

impl Wanted {
    /// Reads the schema that runs.
    pub fn read() -> Result<Self> {
        let printed = causeway::graphql::schema::print(&causeway::graphql::schema::running());
        let schema = Schema::parse_and_validate(printed, "schema").map_err(|wrong| wrong.errors.to_string())?;
        Ok(Self { schema })
    }

    /// The names of what was not found: `Case.status`, `Query.cases(first:)`, `CaseFilter.status`, `CaseOrderField.STATUS`, and
    /// `Case.status by hq_analyst` where that role never asked.
    pub fn names(&self, found: &Found) -> Result<BTreeSet<String>> {
        let roles = roles()?;
        let (choices, mut missing) = (self.choices(), BTreeSet::new());
        for (name, ty) in self.schema.types.iter().filter(|(name, ty)| !name.starts_with("__") && !ty.is_built_in()) {
            let mut miss = |name: String| {
                if !found.has(&name) {
                    missing.insert(name);
                }
            };
            match ty {
                ExtendedType::Object(object) => {
                    let table = entity::TABLES.iter().find(|table| table.name == name.as_str());
                    for (field, definition) in &object.fields {
                        miss(format!("{name}.{field}"));
                        definition.arguments.iter().for_each(|one| miss(format!("{name}.{field}({}:)", one.name)));
                        // What policy governs is asked for by every role.
                        if table.is_some_and(|table| table.field(field).is_some()) {
                            roles.iter().for_each(|role| miss(format!("{name}.{field} by {role}")));
                        }
                    }
                }
                ExtendedType::InputObject(input) => {
                    input.fields.keys().for_each(|field| miss(format!("{name}.{field}")));
                }
                ExtendedType::Enum(choice) if choices.contains(name.as_str()) => {
                    choice.values.keys().for_each(|value| miss(format!("{name}.{value}")));
                }
                _ => {}
            }
        }
        Ok(missing)
    }

    /// The enumerations that clients choose from, but for code lists, which are data.
    fn choices(&self) -> BTreeSet<&str> {
        let lists: BTreeSet<String> = entity::codes::ALL_LISTS.iter().map(|(list, _)| list.replace('_', "")).collect();
        let inputs = |ty: &'_ ExtendedType| -> Vec<Node<InputValueDefinition>> {
            match ty {
                ExtendedType::Object(object) => {
                    object.fields.values().flat_map(|field| field.arguments.clone()).collect()
                }
                ExtendedType::InputObject(input) => input.fields.values().map(|field| field.node.clone()).collect(),
                _ => Vec::new(),
            }
        };
        let named: BTreeSet<String> =
            self.schema.types.values().flat_map(inputs).map(|input| input.ty.inner_named_type().to_string()).collect();
        let types = self.schema.types.iter().filter(|(name, ty)| ty.is_enum() && named.contains(name.as_str()));
        types.map(|(name, _)| name.as_str()).filter(|name| !lists.contains(&name.to_lowercase())).collect()
    }
}

/// The roles that ship.
fn roles() -> Result<Vec<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/roles.csv");
    let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(file)?;
    let roles = rows.records().map(|row| Ok(row?[0].to_owned())).collect::<Result<Vec<_>>>()?;
    assert!(roles.len() > 5, "the roles were not read");
    Ok(roles)
}
