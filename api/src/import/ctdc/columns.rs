//! The columns of each release that is understood, and what each of them becomes. Names and meanings are those of the
//! publisher's codebooks; a column that is not listed here does not exist.

use entity::codes::{
    ExploitationType as Type, ForcedLabourIndustry as Industry, MeansOfControl as Means, RecruiterRelation as Relation,
    RoleInProcess as Role, SexExploitationType as Sex,
};

/// What a column becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// `Case.yearOfRegistration`.
    Year,
    /// The same, or a band of several years, which has no place.
    YearOrBand,
    /// `Case.dataSource`.
    DataSource,
    /// `Individual.gender`.
    Gender,
    /// `Case.ageBand`.
    Age,
    /// `Case.majorityStatus`: at registration.
    Majority,
    /// `TraffickingEpisode.majorityAtEntry`.
    MajorityAtEntry,
    /// `TraffickingEpisode.majorityAtExploitation`.
    MajorityAtExploitation,
    /// `TraffickingEpisode.durationBand`.
    Duration,
    /// `Individual.citizenships`.
    Citizenship,
    /// The mission that holds the case, and `Exploitation.country`.
    Country,
    /// `TraffickingEpisode.abduction`.
    Abduction,
    /// A flag of `TraffickingEpisode.meansOfControl`.
    Means(Means),
    /// A flag: an exploitation of this type.
    Type(Type),
    /// A flag of `Exploitation.forcedLabourIndustries`.
    Industry(Industry),
    /// A flag of `Exploitation.sexExploitationTypes`.
    Sex(Sex),
    /// A flag of `TraffickingEpisode.recruiterRelations`.
    Relation(Relation),
    /// A flag of `TraffickerInvolvement.roles`.
    TraffickerRole(Role),
    /// One trafficker for each value.
    TraffickerGender,
    /// `Trafficker.ageBand`.
    TraffickerAge,
    /// `TraffickerInvolvement.relationship`.
    TraffickerRelation,
    /// Says that there is a trafficker, and more that has no place.
    TraffickerLeftBehind(&'static str),
    /// Has no place, for this reason.
    LeftBehind(&'static str),
}

/// The columns of a release with what they become.
pub(super) type Columns = &'static [(&'static str, Field)];

const REPEATS: &str = "repeats in words what the flags say; where the two differ the flags count";
const REGION: &str = "a region; Causeway knows countries";

/// The 63 columns of the k-anonymised files of 14 April 2020 and 15 July 2021.
pub(super) const K_ANONYMISED_2021: Columns = &[
    ("yearOfRegistration", Field::Year),
    ("Datasource", Field::DataSource),
    ("gender", Field::Gender),
    ("ageBroad", Field::Age),
    ("majorityStatus", Field::Majority),
    ("majorityStatusAtExploit", Field::MajorityAtExploitation),
    ("majorityEntry", Field::MajorityAtEntry),
    ("citizenship", Field::Citizenship),
    ("meansOfControlDebtBondage", Field::Means(Means::DebtBondage)),
    ("meansOfControlTakesEarnings", Field::Means(Means::TakesEarnings)),
    ("meansOfControlRestrictsFinancialAccess", Field::Means(Means::RestrictsFinancialAccess)),
    ("meansOfControlThreats", Field::Means(Means::PhysicalThreats)),
    ("meansOfControlPsychologicalAbuse", Field::Means(Means::PsychologicalAbuse)),
    ("meansOfControlPhysicalAbuse", Field::Means(Means::PhysicalAbuse)),
    ("meansOfControlSexualAbuse", Field::Means(Means::SexualAbuse)),
    ("meansOfControlFalsePromises", Field::Means(Means::FalsePromises)),
    ("meansOfControlPsychoactiveSubstances", Field::Means(Means::PsychoactiveSubstance)),
    ("meansOfControlRestrictsMovement", Field::Means(Means::RestrictsMovement)),
    ("meansOfControlRestrictsMedicalCare", Field::Means(Means::RestrictsMedicalCare)),
    ("meansOfControlExcessiveWorkingHours", Field::Means(Means::ExcessiveWorkingHours)),
    ("meansOfControlUsesChildren", Field::Means(Means::ThreatensChildrenFamily)),
    ("meansOfControlThreatOfLawEnforcement", Field::Means(Means::ThreatsLawEnforcement)),
    ("meansOfControlWithholdsNecessities", Field::Means(Means::WithholdsNecessities)),
    ("meansOfControlWithholdsDocuments", Field::Means(Means::WithholdsDocuments)),
    ("meansOfControlOther", Field::Means(Means::Other)),
    ("meansOfControlNotSpecified", Field::Means(Means::NotSpecified)),
    ("meansOfControlConcatenated", Field::LeftBehind(REPEATS)),
    ("isForcedLabour", Field::Type(Type::ForcedLabour)),
    ("isSexualExploit", Field::Type(Type::SexualExploitation)),
    ("isOtherExploit", Field::Type(Type::Other)),
    ("isSexAndLabour", Field::Type(Type::CombinedSexualAndLabour)),
    ("isForcedMarriage", Field::Type(Type::ForcedMarriage)),
    ("isForcedMilitary", Field::Type(Type::ForcedMilitaryByNonStateActors)),
    ("isOrganRemoval", Field::Type(Type::OrganRemoval)),
    ("isSlaveryAndPractices", Field::Type(Type::Servitude)),
    ("typeOfExploitConcatenated", Field::LeftBehind(REPEATS)),
    ("typeOfLabourAgriculture", Field::Industry(Industry::AgricultureForestryAndFishing)),
    ("typeOfLabourAquafarming", Field::Industry(Industry::Aquafarming)),
    ("typeOfLabourBegging", Field::Industry(Industry::Begging)),
    ("typeOfLabourConstruction", Field::Industry(Industry::Construction)),
    ("typeOfLabourDomesticWork", Field::Industry(Industry::ActivitiesOfHouseholdsAsEmployers)),
    ("typeOfLabourHospitality", Field::Industry(Industry::AccommodationAndFoodServiceActivities)),
    ("typeOfLabourIllicitActivities", Field::Industry(Industry::IllicitActivities)),
    ("typeOfLabourManufacturing", Field::Industry(Industry::Manufacturing)),
    ("typeOfLabourMiningOrDrilling", Field::Industry(Industry::MiningAndQuarrying)),
    ("typeOfLabourPeddling", Field::Industry(Industry::Peddling)),
    ("typeOfLabourTransportation", Field::Industry(Industry::TransportationAndStorage)),
    ("typeOfLabourOther", Field::Industry(Industry::OtherIndustry)),
    ("typeOfLabourNotSpecified", Field::Industry(Industry::NotSpecified)),
    ("typeOfLabourConcatenated", Field::LeftBehind(REPEATS)),
    ("typeOfSexProstitution", Field::Sex(Sex::Prostitution)),
    ("typeOfSexPornography", Field::Sex(Sex::Pornography)),
    ("typeOfSexRemoteInteractiveServices", Field::Sex(Sex::RemoteInteractiveServices)),
    ("typeOfSexPrivateSexualServices", Field::Sex(Sex::PrivateSexualServices)),
    ("typeOfSexConcatenated", Field::LeftBehind(REPEATS)),
    ("isAbduction", Field::Abduction),
    ("RecruiterRelationship", Field::LeftBehind(REPEATS)),
    ("CountryOfExploitation", Field::Country),
    ("recruiterRelationIntimatePartner", Field::Relation(Relation::IntimatePartner)),
    ("recruiterRelationFriend", Field::Relation(Relation::Friend)),
    ("recruiterRelationFamily", Field::Relation(Relation::Family)),
    ("recruiterRelationOther", Field::Relation(Relation::Other)),
    ("recruiterRelationUnknown", Field::Relation(Relation::Unknown)),
];

/// The seven columns in which the k-anonymised file of 14 April 2020 circulates.
pub(super) const K_ANONYMISED_2020_CORE: Columns = &[
    ("yearOfRegistration", Field::Year),
    ("gender", Field::Gender),
    ("ageBroad", Field::Age),
    ("citizenship", Field::Citizenship),
    ("isForcedLabour", Field::Type(Type::ForcedLabour)),
    ("isSexualExploit", Field::Type(Type::SexualExploitation)),
    ("CountryOfExploitation", Field::Country),
];

/// The 37 columns of the global synthetic file of 25 August 2021.
pub(super) const SYNTHETIC_2021: Columns = &[
    ("yearOfRegistration", Field::Year),
    ("gender", Field::Gender),
    ("ageBroad", Field::Age),
    ("majorityStatusAtExploit", Field::MajorityAtExploitation),
    ("traffickMonths", Field::Duration),
    ("citizenship", Field::Citizenship),
    ("CountryOfExploitation", Field::Country),
    ("meansOfControlDebtBondage", Field::Means(Means::DebtBondage)),
    ("meansOfControlTakesEarnings", Field::Means(Means::TakesEarnings)),
    ("meansOfControlThreats", Field::Means(Means::PhysicalThreats)),
    ("meansOfControlPsychologicalAbuse", Field::Means(Means::PsychologicalAbuse)),
    ("meansOfControlPhysicalAbuse", Field::Means(Means::PhysicalAbuse)),
    ("meansOfControlSexualAbuse", Field::Means(Means::SexualAbuse)),
    ("meansOfControlFalsePromises", Field::Means(Means::FalsePromises)),
    ("meansOfControlPsychoactiveSubstances", Field::Means(Means::PsychoactiveSubstance)),
    ("meansOfControlRestrictsMovement", Field::Means(Means::RestrictsMovement)),
    ("meansOfControlRestrictsMedicalCare", Field::Means(Means::RestrictsMedicalCare)),
    ("meansOfControlExcessiveWorkingHours", Field::Means(Means::ExcessiveWorkingHours)),
    ("meansOfControlThreatOfLawEnforcement", Field::Means(Means::ThreatsLawEnforcement)),
    ("meansOfControlWithholdsNecessities", Field::Means(Means::WithholdsNecessities)),
    ("meansOfControlWithholdsDocuments", Field::Means(Means::WithholdsDocuments)),
    ("meansOfControlOther", Field::Means(Means::Other)),
    ("isForcedLabour", Field::Type(Type::ForcedLabour)),
    ("isSexualExploit", Field::Type(Type::SexualExploitation)),
    ("isOtherExploit", Field::Type(Type::Other)),
    ("typeOfLabourAgriculture", Field::Industry(Industry::AgricultureForestryAndFishing)),
    ("typeOfLabourConstruction", Field::Industry(Industry::Construction)),
    ("typeOfLabourDomesticWork", Field::Industry(Industry::ActivitiesOfHouseholdsAsEmployers)),
    ("typeOfLabourHospitality", Field::Industry(Industry::AccommodationAndFoodServiceActivities)),
    ("typeOfLabourOther", Field::Industry(Industry::OtherIndustry)),
    ("typeOfSexProstitution", Field::Sex(Sex::Prostitution)),
    ("typeOfSexPornography", Field::Sex(Sex::Pornography)),
    ("typeOfSexOther", Field::Sex(Sex::Other)),
    ("recruiterRelationIntimatePartner", Field::Relation(Relation::IntimatePartner)),
    ("recruiterRelationFriend", Field::Relation(Relation::Friend)),
    ("recruiterRelationFamily", Field::Relation(Relation::Family)),
    ("recruiterRelationOther", Field::Relation(Relation::Other)),
];

/// The 16 columns of the victim-perpetrator synthetic file of 1 December 2022.
///
/// The last two merge roles that HTCDS keeps apart. *Transaction process* is whoever transported, transferred, harboured,
/// sold, bought or received: the transfer is what these have in common. *Control, abuse, kidnapping* is kept as the abuser.
pub(super) const VICTIM_PERPETRATOR_2022: Columns = &[
    ("yearRegister", Field::YearOrBand),
    ("gender", Field::Gender),
    ("majorityStatus", Field::Majority),
    ("isForcedLabour", Field::Type(Type::ForcedLabour)),
    ("isSexualExploit", Field::Type(Type::SexualExploitation)),
    ("UN_COO_Region", Field::LeftBehind(REGION)),
    ("UN_COE_Region", Field::LeftBehind(REGION)),
    ("IP_Exploiter", Field::TraffickerRole(Role::Exploiter)),
    ("IP_Gender", Field::TraffickerGender),
    ("IP_ageBroad", Field::TraffickerAge),
    ("IP_citizen_UNRegion", Field::TraffickerLeftBehind(REGION)),
    ("IP_Relation", Field::TraffickerRelation),
    ("IP_PayMoney", Field::TraffickerLeftBehind("HTCDS has no field for it")),
    ("IP_RecruiterBroker", Field::TraffickerRole(Role::RecruiterOrIntermediary)),
    ("IP_TransactionProcess", Field::TraffickerRole(Role::TransferredIndividual)),
    ("IP_ControlAbuseKidnap", Field::TraffickerRole(Role::Abuser)),
];
