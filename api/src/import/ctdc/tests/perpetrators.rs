//! What a row of the victim-perpetrator release becomes.

use entity::CodeSet;
use entity::codes::{AgeBand, Gender, RelationshipToTrafficker, RoleInProcess};

use super::{Outcome, Release, Row, file, left_behind, outcome};

fn read(row: Row<'_>) -> Outcome {
    let outcome = outcome(file(Release::VictimPerpetrator2022, &[row])).unwrap();
    assert_eq!(outcome.rejected, []);
    outcome
}

#[test]
fn each_gender_is_one_trafficker_with_the_roles_of_the_row() {
    let row = [
        ("IP_Gender", "Female;Male"),
        ("IP_ageBroad", "30--38"),
        ("IP_Relation", "FriendAcquaintance"),
        ("IP_Exploiter", "1"),
        ("IP_RecruiterBroker", "1"),
        ("IP_ControlAbuseKidnap", "1"),
    ];
    let case = &read(&row).cases[0];
    let genders: Vec<_> = case.traffickers.iter().map(|trafficker| trafficker.gender).collect();
    assert_eq!(genders, [Some(Gender::Feminine), Some(Gender::Masculine)]);
    assert!(case.traffickers.iter().all(|trafficker| trafficker.age_band == Some(AgeBand::Age30To38)));
    let roles: CodeSet<_> =
        [RoleInProcess::Exploiter, RoleInProcess::RecruiterOrIntermediary, RoleInProcess::Abuser].into_iter().collect();
    for (involvement, trafficker) in case.involvements.iter().zip(&case.traffickers) {
        assert_eq!(involvement.trafficker_id, Some(trafficker.id));
        assert_eq!(involvement.roles, Some(roles));
        assert_eq!(involvement.relationship, Some(RelationshipToTrafficker::Acquainted));
    }
    assert_eq!(case.fact().trafficker_roles, roles);
}

#[test]
fn a_trafficker_without_a_gender_is_one_trafficker() {
    let outcome = read(&[("IP_PayMoney", "No;Yes")]);
    let [trafficker] = outcome.cases[0].traffickers.as_slice() else { panic!("one trafficker") };
    assert_eq!((trafficker.gender, outcome.cases[0].involvements.len()), (None, 1));
    assert_eq!(left_behind(&outcome), [("IP_PayMoney", 1)]);
}

#[test]
fn a_row_that_says_nothing_of_perpetrators_has_none() {
    let case = &read(&[("gender", "Male")]).cases[0];
    assert!(case.traffickers.is_empty() && case.involvements.is_empty());
}

#[test]
fn what_has_no_place_is_counted() {
    let row = [
        ("yearRegister", "1995-1999"),
        ("UN_COO_Region", "Asia"),
        ("IP_ageBroad", "0--29;48+"),
        ("IP_citizen_UNRegion", "Africa;Asia"),
        ("IP_Relation", "FamilyIntimatePartner; StrangerUnknownOther"),
    ];
    let outcome = read(&row);
    let case = &outcome.cases[0];
    assert_eq!((case.case.year_of_registration, case.traffickers[0].age_band), (None, None));
    assert_eq!(case.involvements[0].relationship, Some(RelationshipToTrafficker::Familial));
    let expected = ["yearRegister", "UN_COO_Region", "IP_ageBroad", "IP_citizen_UNRegion", "IP_Relation"];
    assert_eq!(left_behind(&outcome), expected.map(|column| (column, 1)));
}

#[test]
fn a_single_year_is_kept() {
    assert_eq!(read(&[("yearRegister", "1999")]).cases[0].case.year_of_registration, Some(1999));
}
