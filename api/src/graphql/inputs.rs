//! Input objects of the mutations: columns of a table, with values. What is left out stays as it is; null makes a value unknown;
//! what cannot be read is a mistake beside all the others.

use std::{borrow::Cow, marker::PhantomData};

use async_graphql::{
    InputType, InputValueError, InputValueResult, Name, Value as Sent, indexmap::IndexMap, registry::Registry,
};
use entity::{
    Governed, TABLES,
    table::{Column, Kind, Table},
};
use sea_orm::Value;

use super::{
    column_values::{stored, unknown},
    registered,
    tables::{input_name, written},
    tried,
};
use crate::casework::mistakes::Mistakes;

/// The columns of a table that somebody writes. Each table has one: what its declaration says that clients write.
#[derive(Debug)]
pub struct Written<E> {
    sent: IndexMap<Name, Sent>,
    table: PhantomData<fn() -> E>,
}

impl<E> Default for Written<E> {
    fn default() -> Self {
        Self { sent: IndexMap::new(), table: PhantomData }
    }
}

impl<E> Clone for Written<E> {
    fn clone(&self) -> Self {
        Self { sent: self.sent.clone(), table: PhantomData }
    }
}

impl<E: Governed> Written<E> {
    /// The columns that it sets, with their values. `at` is where it stands in the input.
    #[must_use]
    pub fn values(&self, at: &str, mistakes: &mut Mistakes) -> Vec<(E::Column, Value)> {
        let read = read(E::TABLE, &self.sent, at, mistakes);
        read.into_iter().filter_map(|(column, value)| Some((E::typed(column)?, value))).collect()
    }
}

/// The values of columns, in the order of the table.
fn read(
    table: &'static Table,
    sent: &IndexMap<Name, Sent>,
    at: &str,
    mistakes: &mut Mistakes,
) -> Vec<(&'static Column, Value)> {
    let given = written(table).filter_map(|(column, field)| Some((column, field, sent.get(field)?)));
    let read = given.filter_map(|(column, field, sent)| {
        Some((column, value(column.kind, sent, &format!("{at}.{field}"), mistakes)?))
    });
    read.collect()
}

/// The most items of a list: there are not as many countries, and no code list is as long. Each mistake is looked for among all.
const MOST_ITEMS: usize = 250;

/// A value; none where something of it is a mistake, which is noted. Of a list every item is read, so that all are found.
fn value(kind: Kind, sent: &Sent, at: &str, mistakes: &mut Mistakes) -> Option<Value> {
    if *sent == Sent::Null {
        return Some(unknown(kind));
    }
    if matches!(sent, Sent::List(items) if items.len() > MOST_ITEMS) {
        mistakes.note(at, format!("a list has at most {MOST_ITEMS} items"));
        return None;
    }
    let read = stored(kind, sent);
    if read.is_none() {
        match sent {
            Sent::List(items) => {
                let items = items.iter().enumerate().filter(|(_, item)| stored(kind, item).is_none());
                items.for_each(|(place, _)| mistakes.note(format!("{at}.{place}"), tried::right(kind)));
            }
            _ => mistakes.note(at, tried::right(kind)),
        }
    }
    read
}

impl<E: Governed> InputType for Written<E> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        input_name(E::TABLE).into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registered::input(registry, E::TABLE);
        Self::qualified_type_name()
    }

    fn parse(value: Option<Sent>) -> InputValueResult<Self> {
        match value.unwrap_or_default() {
            Sent::Object(sent) => Ok(Self { sent, table: PhantomData }),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Sent {
        Sent::Object(self.sent.clone())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// Whether an input takes a value of a policy object. What none takes is Causeway's to fill, whatever policy gives: ids, links, and
/// what is derived; and nobody's where no mutation writes its table.
pub(super) fn take(object: &str) -> bool {
    TABLES.iter().any(|table| written(table).any(|(column, _)| column.object == Some(object)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use async_graphql::parser::{
        parse_schema,
        types::{TypeKind, TypeSystemDefinition},
    };
    use entity::{
        case_file, individual,
        table::{Role, Write},
    };

    use super::*;

    /// The fields of an input object in the schema, as policy objects of a type.
    fn fields(input: &str, of_type: &str) -> BTreeSet<String> {
        let definitions = parse_schema(crate::graphql::schema::running().sdl()).unwrap().definitions;
        let fields = definitions.into_iter().find_map(|definition| match definition {
            TypeSystemDefinition::Type(ty) if ty.node.name.node == input => match ty.node.kind {
                TypeKind::InputObject(object) => Some(object.fields),
                _ => None,
            },
            _ => None,
        });
        fields.unwrap().iter().map(|field| format!("{of_type}.{}", field.node.name.node)).collect()
    }

    /// What is called writable is what the schema has places for.
    #[test]
    fn what_inputs_take_is_what_the_schema_says() {
        let inputs = [
            ("IndividualInput", "Individual"),
            ("CaseInput", "Case"),
            ("ConsentInput", "Consent"),
            ("OrganisationInput", "Organisation"),
        ];
        let said: BTreeSet<String> = inputs.into_iter().flat_map(|(input, of_type)| fields(input, of_type)).collect();
        let objects = access::policy::governed_objects().into_iter();
        assert_eq!(objects.filter(|object| take(object)).collect::<BTreeSet<_>>(), said);
    }

    /// What Causeway fills itself nobody can say.
    #[test]
    fn no_input_sets_what_is_derived() {
        for table in TABLES {
            assert!(written(table).all(|(column, _)| !column.derived), "{}", table.name);
        }
        for column in case_file::TABLE.fields().filter(|column| matches!(column.role, Role::Leaf)) {
            assert!(
                column.derived || column.write != Write::No,
                "{} is neither written by clients nor by Causeway",
                column.name
            );
        }
    }

    fn sent(members: serde_json::Value) -> Sent {
        Sent::from_json(members).unwrap()
    }

    #[test]
    fn what_is_left_out_stays_and_null_makes_unknown() {
        let input = sent(serde_json::json!({ "familyName": "Koval", "birthDate": null, "numberOfChildren": 2 }));
        let input = Written::<individual::Entity>::parse(Some(input)).unwrap();
        let mut mistakes = Mistakes::default();
        let values = input.values("individual", &mut mistakes);
        let names: Vec<String> =
            values.iter().map(|(column, _)| sea_orm::IdenStatic::as_str(column).to_owned()).collect();
        assert_eq!(names, ["family_name", "birth_date", "number_of_children"]);
        assert_eq!(values[1].1, Value::ChronoDate(None));
        assert_eq!(values[2].1, Value::SmallInt(Some(2)));
        assert!(mistakes.is_empty());
    }

    #[test]
    fn every_mistake_is_found_where_it_stands() {
        let input = sent(serde_json::json!({
            "birthDate": "2019-02-29", "citizenships": ["UA", "XX", "MD", "YY"], "countryOfBirth": "XX", "numberOfChildren": 40_000,
        }));
        let input = Written::<individual::Entity>::parse(Some(input)).unwrap();
        let mut mistakes = Mistakes::default();
        assert!(input.values("individual", &mut mistakes).is_empty());
        let fields: Vec<String> = mistakes.into_iter().map(|mistake| mistake.field).collect();
        let expected = ["birthDate", "citizenships.1", "citizenships.3", "countryOfBirth", "numberOfChildren"];
        assert_eq!(fields, expected.map(|field| format!("individual.{field}")));
        let case = Written::<case_file::Entity>::parse(Some(sent(serde_json::json!({ "status": "CLOSED" })))).unwrap();
        let values = case.values("case", &mut Mistakes::default());
        assert_eq!(values.len(), 1);
    }
}
