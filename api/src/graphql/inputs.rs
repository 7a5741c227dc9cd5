//! Input objects of the mutations. What is left out stays as it is; null makes a value unknown; what cannot be read is a mistake
//! beside all the others.

use std::{collections::BTreeSet, sync::LazyLock};

use async_graphql::{InputObject, MaybeUndefined};
use chrono::NaiveDate;
use entity::codes::{
    CaseStatus, ConsentDecision, ConsentMethod, ConsentPurpose, DataSource, DecisionMakingOrganisation, Education,
    Gender, MaritalStatus, RiskLevel, TraffickingStatus,
};
use entity::{CountryCode, CountryList, Governed, case_file, consent, individual, lower_camel};
use sea_orm::Value;
use sea_orm::sea_query::Nullable;

use super::tried::{Readable, Tried};
use crate::casework::{mistakes::Mistakes, register_case::NewConsent};

/// Declares an input object whose fields are columns of one table.
macro_rules! columns {
    ($(#[$doc:meta])* $name:ident of $table:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty => $column:ident $(as $stored:ident)?,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, InputObject)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: MaybeUndefined<$kind>,)*
        }

        impl $name {
            /// The columns that it sets, with their values. `at` is where it stands in the input.
            #[must_use]
            pub fn values(self, at: &str, mistakes: &mut Mistakes) -> Vec<($table::Column, Value)> {
                let mut values = Vec::new();
                $(
                    let given = read(self.$field, at, stringify!($field), mistakes);
                    values.extend(value(given$(.map_value($stored))?).map(|value| ($table::Column::$column, value)));
                )*
                values
            }

            /// The columns that it can set.
            fn columns() -> Vec<$table::Column> {
                vec![$($table::Column::$column,)*]
            }
        }
    };
}

/// Reads a field; what cannot be read is noted, and counts as left out.
fn read<T: Readable>(
    given: MaybeUndefined<T>,
    at: &str,
    field: &str,
    mistakes: &mut Mistakes,
) -> MaybeUndefined<T::Read> {
    match given {
        MaybeUndefined::Undefined => MaybeUndefined::Undefined,
        MaybeUndefined::Null => MaybeUndefined::Null,
        MaybeUndefined::Value(value) => value
            .read(&format!("{at}.{}", lower_camel(field)), mistakes)
            .map_or(MaybeUndefined::Undefined, MaybeUndefined::Value),
    }
}

fn value<T: Into<Value> + Nullable>(given: MaybeUndefined<T>) -> Option<Value> {
    match given {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(T::null()),
        MaybeUndefined::Value(value) => Some(value.into()),
    }
}

columns! {
    /// What is known of an individual.
    IndividualInput of individual {
        /// Given names.
        given_names: String => GivenNames,
        /// Family name.
        family_name: String => FamilyName,
        /// Birth date.
        birth_date: Tried<NaiveDate> => BirthDate,
        /// Number of a national identity document.
        identity_number: String => IdentityNumber,
        /// Telephone number, E.164.
        phone: String => Phone,
        /// Mail address.
        email: String => Email,
        /// Where the individual can be reached.
        address: String => Address,
        /// Gender.
        gender: Gender => Gender,
        /// Citizenships, the first one reported first.
        citizenships: Vec<Tried<CountryCode>> => Citizenships as CountryList,
        /// Country of birth.
        country_of_birth: Tried<CountryCode> => CountryOfBirth,
        /// Marital status.
        marital_status: MaritalStatus => MaritalStatus,
        /// Highest level of education.
        education: Education => Education,
        /// BCP 47 tag.
        primary_language: String => PrimaryLanguage,
        /// How many children.
        number_of_children: Tried<i16> => NumberOfChildren,
    }
}

columns! {
    /// What is known of a case.
    CaseInput of case_file {
        /// What the mission calls it; made up where nothing is said.
        case_number: String => CaseNumber,
        /// Status.
        status: CaseStatus => Status,
        /// Status as a victim of trafficking.
        trafficking_status: TraffickingStatus => TraffickingStatus,
        /// Who decided that.
        trafficking_status_decided_by: DecisionMakingOrganisation => TraffickingStatusDecidedBy,
        /// Served in person or remotely.
        data_source: DataSource => DataSource,
        /// Day of registration; today in the mission where nothing is said.
        registered_on: Tried<NaiveDate> => RegisteredOn,
        /// Who manages the case; you, where nothing is said and you may.
        owner: String => Owner,
        /// Who may act for the owner.
        team: String => Team,
        /// Risk of harm.
        risk_level: RiskLevel => RiskLevel,
        /// Day of closure.
        closed_on: Tried<NaiveDate> => ClosedOn,
        /// Why it was closed.
        closure_reason: String => ClosureReason,
    }
}

/// A decision about consent: an entry of the ledger.
#[derive(Clone, Debug, InputObject)]
pub struct ConsentInput {
    /// For what.
    pub purpose: ConsentPurpose,
    /// Given, refused or withdrawn.
    pub decision: ConsentDecision,
    /// How it was expressed.
    pub method: Option<ConsentMethod>,
    /// When; today in the mission where nothing is said.
    pub decided_on: Option<Tried<NaiveDate>>,
    /// The organisation that a consent to referral names.
    pub organisation: Option<String>,
}

impl ConsentInput {
    /// The entry; `at` is where it stands in the input.
    #[must_use]
    pub fn read(self, at: &str, mistakes: &mut Mistakes) -> NewConsent {
        let Self { purpose, decision, method, decided_on, organisation } = self;
        let decided_on = decided_on.and_then(|day| day.read(&format!("{at}.decidedOn"), mistakes));
        NewConsent { purpose, decision, method, decided_on, organisation }
    }

    /// The columns that it can set.
    fn columns() -> Vec<consent::Column> {
        use consent::Column::{DecidedOn, Decision, Method, Organisation, Purpose};
        vec![Purpose, Decision, Method, DecidedOn, Organisation]
    }
}

/// Whether an input takes a value of a policy object. What none takes is Causeway's to fill, whatever policy gives: ids, links, and
/// what is derived; and nobody's where no mutation writes its table.
pub(super) fn take(object: &str) -> bool {
    static TAKEN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let individual = IndividualInput::columns().into_iter().filter_map(individual::Entity::object);
        let case = CaseInput::columns().into_iter().filter_map(case_file::Entity::object);
        let consent = ConsentInput::columns().into_iter().filter_map(consent::Entity::object);
        individual.chain(case).chain(consent).collect()
    });
    TAKEN.contains(object)
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::{
        parse_schema,
        types::{TypeKind, TypeSystemDefinition},
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
        let inputs = [("IndividualInput", "Individual"), ("CaseInput", "Case"), ("ConsentInput", "Consent")];
        let said: BTreeSet<String> = inputs.into_iter().flat_map(|(input, of_type)| fields(input, of_type)).collect();
        let objects = access::policy::governed_objects().into_iter();
        assert_eq!(objects.filter(|object| take(object)).collect::<BTreeSet<_>>(), said);
    }

    /// What Causeway fills itself nobody can say, and everything else of these tables is not called derived by mistake.
    #[test]
    fn no_input_sets_what_is_derived() {
        assert!(IndividualInput::columns().into_iter().all(|column| !individual::Entity::is_derived(column)));
        assert!(CaseInput::columns().into_iter().all(|column| !case_file::Entity::is_derived(column)));
        let derived = case_file::TABLE.fields().filter(|column| column.derived);
        let said = CaseInput::columns().len() + derived.count();
        let leaves = case_file::TABLE.fields().count();
        // The id and the link to the individual are neither.
        assert_eq!(said + 2, leaves, "a column of a case is written by clients or by Causeway");
    }
}
