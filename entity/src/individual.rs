//! `individual`: the person assisted: HTCDS Person in the victim context, identity and background.

use crate::codes::{Education, Gender, MaritalStatus};
use crate::leaf::leaves;
use crate::{CasePath, CountryCode, CountryList, Governed};
use async_graphql::SimpleObject;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// One row, with the leaves of its GraphQL type. What was not asked for or is withheld is `None`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "individual")]
#[graphql(name = "IndividualLeaves")]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    /// HTCDS prs_FirstName, prs_MiddleName.
    pub given_names: Option<String>,
    /// HTCDS prs_SecondName.
    pub family_name: Option<String>,
    /// HTCDS prs_Birthdate.
    pub birth_date: Option<NaiveDate>,
    /// HTCDS prs_IdentityNumber: the number of a national identity document.
    pub identity_number: Option<String>,
    /// HTCDS prs_MobilePhone, E.164.
    pub phone: Option<String>,
    /// HTCDS prs_Email.
    pub email: Option<String>,
    /// HTCDS prs_Mailing*: where the individual can be reached.
    pub address: Option<String>,
    /// HTCDS prs_Gender.
    pub gender: Option<Gender>,
    /// HTCDS prs_Citizenship; the first one reported comes first.
    pub citizenships: Option<CountryList>,
    /// Country of birth.
    pub country_of_birth: Option<CountryCode>,
    /// HTCDS prs_MaritalStatus.
    pub marital_status: Option<MaritalStatus>,
    /// HTCDS prs_HighestLevelOfEducation, ISCED 2011.
    pub education: Option<Education>,
    /// HTCDS prs_PrimaryLanguage, as a BCP 47 tag.
    pub primary_language: Option<String>,
    /// HTCDS prs_NumberOfChildren.
    pub number_of_children: Option<i16>,
    /// The matching key of `given_names`.
    #[graphql(skip)]
    pub given_names_key: Option<String>,
    /// The matching key of `family_name`.
    #[graphql(skip)]
    pub family_name_key: Option<String>,
    /// The matching key of `identity_number`.
    #[graphql(skip)]
    pub identity_number_key: Option<String>,
    /// The matching key of `email`.
    #[graphql(skip)]
    pub email_key: Option<String>,
    /// The matching key of `address`.
    #[graphql(skip)]
    pub address_key: Option<String>,
    /// The matching key of `primary_language`.
    #[graphql(skip)]
    pub primary_language_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Governed for Entity {
    const TYPE_NAME: &'static str = "Individual";
    const CASE_PATH: CasePath = CasePath::Individual;
    const LINKS: &'static [(Column, &'static str)] = &[];
    const KEYS: &'static [(Column, Column)] = &[
        (Column::GivenNamesKey, Column::GivenNames),
        (Column::FamilyNameKey, Column::FamilyName),
        (Column::IdentityNumberKey, Column::IdentityNumber),
        (Column::EmailKey, Column::Email),
        (Column::AddressKey, Column::Address),
        (Column::PrimaryLanguageKey, Column::PrimaryLanguage),
    ];
    const MISSION_ID: Column = Column::MissionId;
    const ID: Column = Column::Id;

    leaves! {
        "givenNames" => given_names,
        "familyName" => family_name,
        "birthDate" => birth_date,
        "identityNumber" => identity_number,
        "phone" => phone,
        "email" => email,
        "address" => address,
        "gender" => gender,
        "citizenships" => citizenships,
        "countryOfBirth" => country_of_birth,
        "maritalStatus" => marital_status,
        "education" => education,
        "primaryLanguage" => primary_language,
        "numberOfChildren" => number_of_children,
    }
}
