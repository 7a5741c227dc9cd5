//! What a row becomes.

use entity::codes::{
    AgeBand, CaseStatus, DataSource, DurationBand, ExploitationType, ForcedLabourIndustry, Gender, MajorityStatus,
    MeansOfControl, RecruiterRelation, SexExploitationType,
};
use entity::{CodeSet, CountryCode, CountryList};

use super::{Release, file, k_anonymised, left_behind, only, outcome};

fn country(code: &str) -> CountryCode {
    code.parse().unwrap()
}

#[test]
fn na_is_namibia() {
    let case = only(&k_anonymised(&[&[("citizenship", "NA"), ("CountryOfExploitation", "NA")]]));
    assert_eq!(case.case.mission_id, country("NA"));
    assert_eq!(case.individual.citizenships, Some(CountryList(vec![country("NA")])));
    assert_eq!(case.exploitations[0].country, Some(country("NA")));
}

#[test]
fn a_row_without_a_country_is_unallocated() {
    let case = only(&k_anonymised(&[&[("gender", "Male")]]));
    assert_eq!(case.case.mission_id, CountryCode::UNALLOCATED);
    assert_eq!(case.exploitations, []);
    assert_eq!(case.fact().country_of_exploitation, None);
}

#[test]
fn what_is_said_of_the_case_and_the_individual_is_kept() {
    let row = [
        ("yearOfRegistration", "1999"),
        ("Datasource", "Hotline"),
        ("gender", "Transgender/NonConforming"),
        ("ageBroad", "48+"),
        ("majorityStatus", "Adult"),
        ("majorityStatusAtExploit", "Minor"),
        ("majorityEntry", "Minor"),
        ("isAbduction", "0"),
    ];
    let bundle = only(&k_anonymised(&[&row]));
    let (case, episode) = (&bundle.case, &bundle.episodes[0]);
    assert_eq!((case.year_of_registration, case.registered_on), (Some(1999), None));
    assert_eq!((case.data_source, case.status), (Some(DataSource::Hotline), Some(CaseStatus::Closed)));
    assert_eq!(case.trafficking_status, None);
    assert_eq!(bundle.individual.gender, Some(Gender::NonConforming));
    assert_eq!((case.age_band, case.majority_status), (Some(AgeBand::Age48Plus), Some(MajorityStatus::Adult)));
    assert_eq!(episode.majority_at_exploitation, Some(MajorityStatus::Minor));
    assert_eq!(episode.majority_at_entry, Some(MajorityStatus::Minor));
    assert_eq!(episode.abduction, Some(false));
    assert_eq!(case.consents_in_force, Some(CodeSet::default()));
}

#[test]
fn nothing_is_claimed_about_re_trafficking() {
    let bundle = only(&k_anonymised(&[&[("gender", "Male")]]));
    assert_eq!(bundle.episodes[0].re_trafficking, None);
    assert_eq!(bundle.fact().re_trafficked, None);
}

#[test]
fn flags_keep_their_three_values() {
    let row = [
        ("meansOfControlThreats", "1"),
        ("meansOfControlUsesChildren", "0"),
        ("recruiterRelationUnknown", "0"),
        ("isOrganRemoval", "0"),
        ("typeOfLabourPeddling", "0"),
    ];
    let bundle = only(&k_anonymised(&[&row]));
    let episode = &bundle.episodes[0];
    let (means, excluded) = (episode.means_of_control.unwrap(), episode.means_of_control_excluded.unwrap());
    assert_eq!(means.iter().collect::<Vec<_>>(), [MeansOfControl::PhysicalThreats]);
    assert_eq!(excluded.iter().collect::<Vec<_>>(), [MeansOfControl::ThreatensChildrenFamily]);
    assert_eq!(episode.recruiter_relations, Some(CodeSet::default()));
    assert_eq!(episode.recruiter_relations_excluded, Some([RecruiterRelation::Unknown].into_iter().collect()));
    assert_eq!(episode.exploitation_types_excluded, Some([ExploitationType::OrganRemoval].into_iter().collect()));
    let peddling = [ForcedLabourIndustry::Peddling].into_iter().collect();
    assert_eq!(episode.forced_labour_industries_excluded, Some(peddling));
    assert_eq!(episode.sex_exploitation_types_excluded, None);
}

#[test]
fn each_type_is_one_exploitation_with_what_belongs_to_it() {
    let row = [
        ("CountryOfExploitation", "UA"),
        ("isForcedLabour", "1"),
        ("isSexualExploit", "1"),
        ("isSexAndLabour", "1"),
        ("typeOfLabourDomesticWork", "1"),
        ("typeOfSexPornography", "1"),
    ];
    let rows = only(&k_anonymised(&[&row])).exploitations;
    let types: Vec<_> = rows.iter().filter_map(|row| row.exploitation_type).collect();
    let [labour, sexual, both] = rows.as_slice() else { panic!("three rows, not {}", rows.len()) };
    assert_eq!(
        types,
        [
            ExploitationType::ForcedLabour,
            ExploitationType::SexualExploitation,
            ExploitationType::CombinedSexualAndLabour
        ]
    );
    let domestic = [ForcedLabourIndustry::ActivitiesOfHouseholdsAsEmployers].into_iter().collect();
    assert_eq!((labour.forced_labour_industries, labour.sex_exploitation_types), (Some(domestic), None));
    let pornography = [SexExploitationType::Pornography].into_iter().collect();
    assert_eq!((sexual.forced_labour_industries, sexual.sex_exploitation_types), (None, Some(pornography)));
    assert_eq!((both.forced_labour_industries, both.sex_exploitation_types), (None, None));
    assert!(rows.iter().all(|row| row.country == Some(country("UA"))));
}

#[test]
fn an_industry_without_forced_labour_goes_on_a_row_without_a_type() {
    let row = [("isSexualExploit", "1"), ("isForcedLabour", "0"), ("typeOfLabourHospitality", "1")];
    let bundle = only(&k_anonymised(&[&row]));
    let [sexual, untyped] = bundle.exploitations.as_slice() else { panic!("two rows") };
    assert_eq!(sexual.forced_labour_industries, None);
    assert_eq!(untyped.exploitation_type, None);
    let hospitality = [ForcedLabourIndustry::AccommodationAndFoodServiceActivities].into_iter().collect();
    assert_eq!(untyped.forced_labour_industries, Some(hospitality));
    assert_eq!(bundle.fact().forced_labour_industries, hospitality);
}

#[test]
fn a_country_alone_is_an_exploitation_without_a_type() {
    let rows = only(&k_anonymised(&[&[("CountryOfExploitation", "MD")]])).exploitations;
    let [row] = rows.as_slice() else { panic!("one row") };
    assert_eq!((row.exploitation_type, row.country), (None, Some(country("MD"))));
}

#[test]
fn synthetic_rows_have_alpha_3_countries_and_ages_with_a_zero() {
    let row = [
        ("ageBroad", "09--17"),
        ("citizenship", "NAM"),
        ("CountryOfExploitation", "UKR"),
        ("traffickMonths", "61+ (5+ yrs)"),
        ("typeOfSexOther", "1"),
    ];
    let bundle = only(&file(Release::Synthetic2021, &[&row]));
    assert_eq!(bundle.case.age_band, Some(AgeBand::Age9To17));
    assert_eq!(bundle.case.mission_id, country("UA"));
    assert_eq!(bundle.individual.citizenships, Some(CountryList(vec![country("NA")])));
    assert_eq!(bundle.episodes[0].duration_band, Some(DurationBand::Months61Plus));
    assert_eq!(bundle.case.data_source, Some(DataSource::SyntheticData));
    let other = [SexExploitationType::Other].into_iter().collect();
    assert_eq!(bundle.exploitations[0].sex_exploitation_types, Some(other));
}

#[test]
fn in_the_release_of_2020_zero_is_an_unknown_country() {
    let rows: [&[(&str, &str)]; 2] = [&[("citizenship", "0"), ("CountryOfExploitation", "00")], &[("gender", "-99")]];
    let outcome = outcome(file(Release::KAnonymised2020Core, &rows)).unwrap();
    assert_eq!(outcome.rejected, []);
    assert!(outcome.cases.iter().all(|case| case.case.mission_id == CountryCode::UNALLOCATED));
    assert_eq!(left_behind(&outcome), [("citizenship", 1), ("CountryOfExploitation", 1)]);
}

#[test]
fn the_flags_count_and_the_texts_are_left_behind() {
    let row = [("isSexualExploit", "0"), ("typeOfExploitConcatenated", "Forced marriage;Other")];
    let outcome = outcome(k_anonymised(&[&row])).unwrap();
    assert_eq!(outcome.cases[0].exploitations, []);
    assert_eq!(left_behind(&outcome), [("typeOfExploitConcatenated", 1)]);
}

#[test]
fn equal_rows_are_different_cases() {
    let row: &[(&str, &str)] = &[("gender", "Female")];
    let cases = outcome(k_anonymised(&[row, row])).unwrap().cases;
    let [one, other] = cases.as_slice() else { panic!("two cases") };
    assert_eq!(one.case.case_number.as_deref(), Some("CTDC-kanon-2021-2"));
    assert_eq!(other.case.case_number.as_deref(), Some("CTDC-kanon-2021-3"));
    assert_ne!(one.case.import_key, other.case.import_key);
    assert_ne!(one.case.record_key, other.case.record_key);
}

#[test]
fn line_ends_and_quotation_marks_do_not_change_the_key() {
    let plain = k_anonymised(&[&[("gender", "Female")]]);
    let quoted = plain.replace("Female", "\"Female\"").replace('\n', "\r\n");
    let keys = [plain, quoted].map(|text| only(&text).case.import_key);
    assert_eq!(keys[0], keys[1]);
}
