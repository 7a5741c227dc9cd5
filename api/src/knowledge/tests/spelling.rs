//! Questions: what is accepted, what is refused with which words, and which spellings are one question.

use super::*;
use crate::knowledge::{Condition, Dimension};

fn only(dimension: Dimension, values: &[Option<&str>]) -> Condition {
    Condition { dimension, any_of: values.iter().map(|value| value.map(str::to_owned)).collect() }
}

fn refusal(result: Result<Tabulation, ClientError>) -> (String, String) {
    match result {
        Err(ClientError::BadInput { field, message }) => (field, message),
        other => panic!("{other:?}"),
    }
}

#[test]
fn spellings_of_one_question_share_a_key() {
    use Dimension::{AgeBand, Citizenship, Gender, MeansOfControl, Mission};
    let key = |group_by: &[Dimension], filter: &[Condition]| {
        Tabulation::new(group_by.to_vec(), filter.to_vec()).unwrap().facts().fingerprint("state")
    };
    let ukrainian = only(Citizenship, &[Some("UA")]);
    let controlled = only(MeansOfControl, &[Some("PHYSICAL_THREATS"), None]);
    let one = key(&[Gender, AgeBand], &[ukrainian.clone(), controlled.clone()]);
    assert_eq!(one, key(&[AgeBand, Gender], &[controlled.clone(), ukrainian.clone()]));
    assert_eq!(one, key(&[AgeBand, Gender], &[controlled.clone(), ukrainian.clone(), controlled.clone()]));
    let again = only(MeansOfControl, &[None, Some("PHYSICAL_THREATS"), None]);
    assert_eq!(one, key(&[Gender, AgeBand], &[again, ukrainian.clone()]));
    // The mission is not asked of the mission.
    let chosen = only(Mission, &[Some("UA")]);
    assert_eq!(one, key(&[Gender, Mission, AgeBand], &[chosen, ukrainian.clone(), controlled.clone()]));

    let others = [
        key(&[Gender], &[ukrainian.clone(), controlled.clone()]),
        key(&[Gender, AgeBand], std::slice::from_ref(&ukrainian)),
        key(&[Gender, AgeBand], &[only(Citizenship, &[Some("UA"), None]), controlled.clone()]),
        key(&[Gender, AgeBand], &[only(Citizenship, &[Some("MD")]), controlled.clone()]),
        key(&[Gender, AgeBand], &[only(Dimension::TraffickerCitizenship, &[Some("UA")]), controlled.clone()]),
        Tabulation::new(vec![Gender, AgeBand], vec![ukrainian, controlled]).unwrap().facts().fingerprint("other state"),
    ];
    assert!(others.iter().all(|other| *other != one));
}

#[test]
fn the_canonical_text_does_not_change_from_release_to_release() {
    let filter = vec![only(Dimension::Citizenship, &[Some("UA"), None]), only(Dimension::Abduction, &[Some("YES")])];
    let question = Tabulation::new(vec![Dimension::AgeBand, Dimension::Gender], filter).unwrap();
    // Raise the format of the shared cache where this must change.
    assert_eq!(question.facts().canonical(), "GENDER,AGE_BAND|CITIZENSHIP=?,21825&ABDUCTION=1");
}

#[test]
fn names_are_those_of_the_schema() {
    let names: Vec<&str> = facts::dimensions().into_iter().map(Dimension::name).collect();
    let expected = "MISSION REGION REGIONAL_OFFICE YEAR_OF_REGISTRATION DATA_SOURCE CASE_STATUS TRAFFICKING_STATUS GENDER AGE_BAND \
        MAJORITY_STATUS MAJORITY_AT_ENTRY MAJORITY_AT_EXPLOITATION CITIZENSHIP COUNTRY_OF_EXPLOITATION EXPLOITATION_TYPE \
        FORCED_LABOUR_INDUSTRY SEX_EXPLOITATION_TYPE MEANS_OF_CONTROL RECRUITER_RELATION RECRUITMENT_METHOD ABDUCTION \
        DURATION_BAND RE_TRAFFICKED TRAFFICKER_ROLE TRAFFICKER_GENDER TRAFFICKER_CITIZENSHIP";
    assert_eq!(names, expected.split_ascii_whitespace().collect::<Vec<_>>());
}

#[test]
fn sets_are_the_columns_that_hold_sets() {
    use sea_orm::{ColumnTrait, ColumnType};
    for dimension in facts::dimensions() {
        let of_type = dimension.column().map(|column| column.def().get_column_type().clone());
        assert_eq!(dimension.is_multi_valued(), of_type == Some(ColumnType::BigInteger), "{dimension:?}");
    }
}

#[test]
fn what_no_question_can_be_is_refused_with_what_would_be_right() {
    use Dimension::{AgeBand, Citizenship, Gender, Mission, ReTrafficked, RegionalOffice, YearOfRegistration};
    let grouped = |group_by: &[Dimension]| refusal(Tabulation::new(group_by.to_vec(), Vec::new()));
    assert_eq!(grouped(&[Gender, AgeBand, Citizenship, Mission]), ("groupBy".into(), "at most 3 dimensions".into()));
    assert_eq!(grouped(&[Gender, Mission, Gender]), ("groupBy".into(), "each dimension once".into()));
    let filtered = |condition| {
        let (field, message) = refusal(Tabulation::new(Vec::new(), vec![condition]));
        assert_eq!(field, "filter");
        message
    };
    let majority = filtered(only(Dimension::MajorityStatus, &[Some("minor")]));
    assert_eq!(majority, "a value of MAJORITY_STATUS is one of: MINOR, ADULT; null for unknown");
    assert_eq!(
        filtered(only(ReTrafficked, &[Some("true")])),
        "a value of RE_TRAFFICKED is one of: YES, NO; null for unknown"
    );
    for wrong in ["ua", "UKR", "XX", ""] {
        assert!(filtered(only(Citizenship, &[Some(wrong)])).contains("ISO 3166-1"));
        assert!(filtered(only(Mission, &[Some(wrong)])).contains("ISO 3166-1"));
    }
    for wrong in ["19", "+999", "2019-01", "02019", "1899"] {
        assert!(filtered(only(YearOfRegistration, &[Some(wrong)])).contains("a year from 1900 to 2200"), "{wrong}");
    }
    assert!(filtered(only(RegionalOffice, &[Some("")])).contains("regional office"));
    assert_eq!(filtered(only(Gender, &[])), "GENDER names no value");
    let many = vec![only(Gender, &[None]); 33];
    assert_eq!(refusal(Tabulation::new(Vec::new(), many)), ("filter".into(), "at most 32 conditions".into()));
    assert_eq!(refusal(Tabulation::flows(Gender, Gender, Vec::new())).0, "to");
}

#[tokio::test]
async fn flows_are_a_question_by_two_dimensions() {
    let world = World::with_missions(&["UA"]).await;
    let seed = &mut rand::SeedableRng::seed_from_u64(5);
    world.put("UA", facts::random(seed, "UA", 30)).await;
    let knowledge = Knowledge::open(None);
    let flows = Tabulation::flows(Dimension::CountryOfExploitation, Dimension::Citizenship, Vec::new()).unwrap();
    let flows = world.exact(&knowledge, flows).await;
    let pairs = Tabulation::new(vec![Dimension::Citizenship, Dimension::CountryOfExploitation], Vec::new()).unwrap();
    let pairs = world.exact(&knowledge, pairs).await;
    assert_eq!(flows.cells.len(), pairs.cells.len());
    for cell in flows.cells.iter() {
        let turned: Vec<_> = cell.keys.iter().rev().cloned().collect();
        assert_eq!(pairs.cells.iter().find(|pair| pair.keys == turned).unwrap().count, cell.count);
    }
}
