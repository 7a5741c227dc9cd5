//! `individual`: the person assisted: HTCDS Person in the victim context, identity and background.

use crate::codes::{Education, Gender, MaritalStatus};
use crate::{CountryCode, CountryList};
use causeway_derive::Table;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// The person assisted: identity and background.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Table)]
#[sea_orm(table_name = "individual")]
#[table(
    name = "Individual", plural = "individuals", path = Individual,
    list(individuals, "Individuals."),
    one(individual, "One individual by its global id; null where there is none for you."),
    input = "What is known of an individual."
)]
pub struct Model {
    /// The mission that holds the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mission_id: CountryCode,
    /// UUIDv7; opaque to clients.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// How often the row was changed, from 1; by what is derived it is not.
    pub version: Option<i32>,
    /// HTCDS prs_FirstName, prs_MiddleName.
    #[column(filter, order, search, write, htcds = "prs_FirstName, prs_MiddleName", input = "Given names.")]
    pub given_names: Option<String>,
    /// HTCDS prs_SecondName.
    #[column(filter, order, search, write, htcds = "prs_SecondName", input = "Family name.")]
    pub family_name: Option<String>,
    /// HTCDS prs_Birthdate.
    #[column(filter, order, write, htcds = "prs_Birthdate", input = "Birth date.")]
    pub birth_date: Option<NaiveDate>,
    /// HTCDS prs_IdentityNumber: the number of a national identity document.
    #[column(filter, search, write, htcds = "prs_IdentityNumber", input = "Number of a national identity document.")]
    pub identity_number: Option<String>,
    /// HTCDS prs_MobilePhone, E.164.
    #[column(filter, write, htcds = "prs_MobilePhone", input = "Telephone number, E.164.")]
    pub phone: Option<String>,
    /// HTCDS prs_Email.
    #[column(filter, write, htcds = "prs_Email", input = "Mail address.")]
    pub email: Option<String>,
    /// HTCDS prs_Mailing*: where the individual can be reached.
    #[column(filter, write, htcds = "prs_Mailing*", input = "Where the individual can be reached.")]
    pub address: Option<String>,
    /// HTCDS prs_Gender.
    #[column(filter, order, write, htcds = "prs_Gender", input = "Gender.")]
    pub gender: Option<Gender>,
    /// HTCDS prs_Citizenship; the first one reported comes first.
    #[column(filter, write, htcds = "prs_Citizenship", input = "Citizenships, the first one reported first.")]
    pub citizenships: Option<CountryList>,
    /// Country of birth.
    #[column(filter, order, write)]
    pub country_of_birth: Option<CountryCode>,
    /// HTCDS prs_MaritalStatus.
    #[column(filter, order, write, htcds = "prs_MaritalStatus", input = "Marital status.")]
    pub marital_status: Option<MaritalStatus>,
    /// HTCDS prs_HighestLevelOfEducation, ISCED 2011.
    #[column(filter, order, write, htcds = "prs_HighestLevelOfEducation", input = "Highest level of education.")]
    pub education: Option<Education>,
    /// HTCDS prs_PrimaryLanguage, as a BCP 47 tag.
    #[column(filter, write, htcds = "prs_PrimaryLanguage", input = "BCP 47 tag.")]
    pub primary_language: Option<String>,
    /// HTCDS prs_NumberOfChildren.
    #[column(filter, order, write, htcds = "prs_NumberOfChildren", input = "How many children.")]
    pub number_of_children: Option<i16>,
    /// The matching key of `given_names`.
    #[key(given_names)]
    pub given_names_key: Option<String>,
    /// The matching key of `family_name`.
    #[key(family_name)]
    pub family_name_key: Option<String>,
    /// The matching key of `identity_number`.
    #[key(identity_number)]
    pub identity_number_key: Option<String>,
    /// The matching key of `email`.
    #[key(email)]
    pub email_key: Option<String>,
    /// The matching key of `address`.
    #[key(address)]
    pub address_key: Option<String>,
    /// The matching key of `primary_language`.
    #[key(primary_language)]
    pub primary_language_key: Option<String>,
}

/// Relations are resolved by the reader, never by the entity.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
