//! The filter and the order of each table: which of its columns can be named, each under the name of its leaf.

use async_graphql::{Enum, InputObject, MaybeUndefined};
use entity::codes::{
    AgeBand, CaseStatus, ConsentDecision, ConsentMethod, ConsentPurpose, DataSource, DecisionMakingOrganisation,
    Education, Gender, MajorityStatus, MaritalStatus, NarrativeKind, ReferralDirection, ReferralReason, ReferralStatus,
    RiskLevel, TraffickingStatus,
};
use entity::{case_file, consent, individual, lower_camel, narrative, referral, trafficker};
use std::sync::Arc;

use super::{
    BooleanFilter, CodeFilter, CodeSetFilter, CountryFilter, CountryListFilter, DateFilter, IntFilter, TextFilter,
    each, given, on,
};
use crate::access::{Direction, LinkedTo, OrderKey, Predicate};
use crate::error::ClientError;

/// Declares the filter of a table: fields of columns, then links to other tables' filters.
macro_rules! filter {
    ($(#[$doc:meta])* $name:ident of $table:ident {
        $($field:ident: $kind:ty => $column:ident,)*
    } $(links { $($link:ident: $linked:ident of $there:ident => $link_column:ident,)* })?) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, InputObject)]
        pub struct $name {
            $(#[doc = concat!("On the leaf of this name, as you see it.")] pub $field: MaybeUndefined<$kind>,)*
            $($(#[doc = concat!("On the row that this leads to, as you see it.")] pub $link: MaybeUndefined<$linked>,)*)?
            /// Each of these.
            pub and: MaybeUndefined<Vec<$name>>,
            /// At least one of these.
            pub or: MaybeUndefined<Vec<$name>>,
            /// Not this one. A row whose value is unknown or withheld meets neither a condition nor its contrary.
            pub not: MaybeUndefined<Box<$name>>,
        }

        impl TryFrom<$name> for Predicate<$table::Entity> {
            type Error = ClientError;

            fn try_from(filter: $name) -> Result<Self, ClientError> {
                let mut all = Vec::new();
                $(all.extend(on::<$table::Entity>($table::Column::$column, filter.$field, stringify!($field))?);)*
                $($(if let Some(linked) = given(filter.$link, &lower_camel(stringify!($link)))? {
                    all.push(Self::Linked(Arc::new(LinkedTo::<$table::Entity, $there::Entity> {
                        link: $table::Column::$link_column,
                        predicate: Predicate::try_from(linked).map_err(|error| error.within(&lower_camel(stringify!($link))))?,
                    })));
                })*)?
                if let Some(parts) = given(filter.and, "and")? {
                    all.extend(each::<$table::Entity, $name>(parts, "and")?);
                }
                if let Some(parts) = given(filter.or, "or")? {
                    all.push(Self::Any(each::<$table::Entity, $name>(parts, "or")?));
                }
                if let Some(inner) = given(filter.not, "not")? {
                    all.push(Self::Not(Box::new(Self::try_from(*inner).map_err(|error| error.within("not"))?)));
                }
                Ok(Self::All(all))
            }
        }
    };
}

/// Declares the order of a table: the columns that can be ordered by, then columns of rows that links lead to.
macro_rules! order {
    ($(#[$doc:meta])* $name:ident, $field:ident of $table:ident { $($column:ident,)* }
        $(links { $($linked:ident: $there_column:ident of $there:ident => $link:ident,)* })?) => {
        #[doc = concat!("What can be ordered by: the leaves of these names, as you see them.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
        pub enum $field { $($column,)* $($($linked,)*)? }

        $(#[$doc])*
        #[derive(Clone, Debug, InputObject)]
        pub struct $name {
            /// By what.
            pub field: $field,
            /// Which way. Rows without a value, or with one that is withheld, come last either way.
            #[graphql(default_with = "Direction::Asc")]
            pub direction: Direction,
        }

        impl From<$name> for OrderKey<$table::Entity> {
            fn from(order: $name) -> Self {
                match order.field {
                    $($field::$column => Self::by($table::Column::$column, order.direction),)*
                    $($($field::$linked => Self::through::<$there::Entity>(
                        $table::Column::$link, $there::Column::$there_column, order.direction,
                    ),)*)?
                }
            }
        }
    };
}

filter! {
    /// Which individuals. All conditions hold.
    IndividualFilter of individual {
        given_names: TextFilter => GivenNames,
        family_name: TextFilter => FamilyName,
        birth_date: DateFilter => BirthDate,
        identity_number: TextFilter => IdentityNumber,
        phone: TextFilter => Phone,
        email: TextFilter => Email,
        address: TextFilter => Address,
        gender: CodeFilter<Gender> => Gender,
        citizenships: CountryListFilter => Citizenships,
        country_of_birth: CountryFilter => CountryOfBirth,
        marital_status: CodeFilter<MaritalStatus> => MaritalStatus,
        education: CodeFilter<Education> => Education,
        primary_language: TextFilter => PrimaryLanguage,
        number_of_children: IntFilter => NumberOfChildren,
    }
}

order! {
    /// One key of the order of individuals.
    IndividualOrder, IndividualOrderField of individual {
        GivenNames, FamilyName, BirthDate, Gender, CountryOfBirth, MaritalStatus, Education, NumberOfChildren,
    }
}

filter! {
    /// Which cases. All conditions hold.
    CaseFilter of case_file {
        case_number: TextFilter => CaseNumber,
        status: CodeFilter<CaseStatus> => Status,
        trafficking_status: CodeFilter<TraffickingStatus> => TraffickingStatus,
        trafficking_status_decided_by: CodeFilter<DecisionMakingOrganisation> => TraffickingStatusDecidedBy,
        data_source: CodeFilter<DataSource> => DataSource,
        registered_on: DateFilter => RegisteredOn,
        registration_month: TextFilter => RegistrationMonth,
        year_of_registration: IntFilter => YearOfRegistration,
        registered_by: TextFilter => RegisteredBy,
        owner: TextFilter => Owner,
        team: TextFilter => Team,
        risk_level: CodeFilter<RiskLevel> => RiskLevel,
        closed_on: DateFilter => ClosedOn,
        age_band: CodeFilter<AgeBand> => AgeBand,
        majority_status: CodeFilter<MajorityStatus> => MajorityStatus,
        consents_in_force: CodeSetFilter<ConsentPurpose> => ConsentsInForce,
    } links {
        individual: IndividualFilter of individual => IndividualId,
    }
}

order! {
    /// One key of the order of cases.
    CaseOrder, CaseOrderField of case_file {
        CaseNumber, Status, TraffickingStatus, DataSource, RegisteredOn, RegistrationMonth, YearOfRegistration, RegisteredBy,
        Owner, Team, RiskLevel, ClosedOn, AgeBand, MajorityStatus,
    } links {
        IndividualFamilyName: FamilyName of individual => IndividualId,
        IndividualGivenNames: GivenNames of individual => IndividualId,
    }
}

filter! {
    /// Which traffickers. All conditions hold.
    TraffickerFilter of trafficker {
        given_names: TextFilter => GivenNames,
        family_name: TextFilter => FamilyName,
        alias: TextFilter => Alias,
        gender: CodeFilter<Gender> => Gender,
        citizenship: CountryFilter => Citizenship,
        age_band: CodeFilter<AgeBand> => AgeBand,
    }
}

order! {
    /// One key of the order of traffickers.
    TraffickerOrder, TraffickerOrderField of trafficker { GivenNames, FamilyName, Alias, Gender, Citizenship, AgeBand, }
}

filter! {
    /// Which narratives. All conditions hold.
    NarrativeFilter of narrative {
        kind: CodeFilter<NarrativeKind> => Kind,
        language: TextFilter => Language,
        written_on: DateFilter => WrittenOn,
    } links {
        case: CaseFilter of case_file => CaseId,
    }
}

order! {
    /// One key of the order of narratives.
    NarrativeOrder, NarrativeOrderField of narrative { Kind, Language, WrittenOn, }
}

filter! {
    /// Which referrals. All conditions hold.
    ReferralFilter of referral {
        direction: CodeFilter<ReferralDirection> => Direction,
        status: CodeFilter<ReferralStatus> => Status,
        organisation: TextFilter => Organisation,
        reason: CodeFilter<ReferralReason> => Reason,
        referred_on: DateFilter => ReferredOn,
        accepted_on: DateFilter => AcceptedOn,
        expires_on: DateFilter => ExpiresOn,
        consent_in_force: BooleanFilter => ConsentInForce,
    } links {
        case: CaseFilter of case_file => CaseId,
    }
}

order! {
    /// One key of the order of referrals.
    ReferralOrder, ReferralOrderField of referral { Direction, Status, Organisation, ReferredOn, AcceptedOn, ExpiresOn, }
}

filter! {
    /// Which entries of the consent ledger. All conditions hold.
    ConsentFilter of consent {
        purpose: CodeFilter<ConsentPurpose> => Purpose,
        decision: CodeFilter<ConsentDecision> => Decision,
        method: CodeFilter<ConsentMethod> => Method,
        decided_on: DateFilter => DecidedOn,
        organisation: TextFilter => Organisation,
        recorded_by: TextFilter => RecordedBy,
    }
}
