//! What the first pass finds out: the release by its values where headings do not tell, what separates fields, how many rows
//! there are, and that none of them is lost without a word.

use super::super::{Tally, Written};
use super::{Outcome, Release, Row, file, k_anonymised, outcome};
use crate::import::{ImportError, RejectedRow};

/// A made-up file in the form of 14 April 2020: the headings of 2021, -99 for what is missing, 00 for an unknown country.
pub(super) fn of_2020() -> String {
    let rows: [Row<'_>; 4] = [
        &[
            ("yearOfRegistration", "2016"),
            ("gender", "Female"),
            ("isForcedLabour", "1"),
            ("CountryOfExploitation", "UA"),
        ],
        &[
            ("yearOfRegistration", "2018"),
            ("citizenship", "00"),
            ("isSexualExploit", "0"),
            ("CountryOfExploitation", "UA"),
        ],
        &[("yearOfRegistration", "2019"), ("gender", "Male"), ("CountryOfExploitation", "00")],
        &[("yearOfRegistration", "2002"), ("citizenship", "NA"), ("isAbduction", "1")],
    ];
    let text = file(Release::KAnonymised2020, &rows);
    let (header, rows) = text.split_once('\n').unwrap();
    let filled = |row: &str| {
        let values = row.split(',').map(|value| if value.is_empty() { "-99" } else { value });
        values.collect::<Vec<_>>().join(",")
    };
    let rows: Vec<String> = rows.lines().map(filled).collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

fn release(text: &str) -> Release {
    outcome(text).unwrap().survey.header.release
}

/// What has to be the same, however a file is written: ids are made anew each time.
fn told(outcome: &Outcome) -> Vec<String> {
    let cases = outcome.cases.iter();
    cases
        .map(|case| format!("{:?} {:?} {:?}", case.case.case_number, case.case.import_key, case.individual.gender))
        .collect()
}

#[test]
fn the_release_of_2020_is_told_by_its_values() {
    let outcome = outcome(of_2020()).unwrap();
    assert_eq!(outcome.survey.header.release, Release::KAnonymised2020);
    assert_eq!((outcome.rejected.as_slice(), outcome.cases.len()), (&[] as &[RejectedRow], 4));
    let [first, second, third, fourth] = outcome.cases.as_slice() else { panic!("four cases") };
    assert_eq!(first.case.case_number.as_deref(), Some("CTDC-kanon-2020-2"));
    assert_eq!((first.case.age_band, first.case.data_source, first.episodes[0].abduction), (None, None, None));
    assert_eq!(second.individual.citizenships, None);
    assert_eq!(third.case.mission_id, entity::CountryCode::UNALLOCATED);
    assert_eq!(fourth.episodes[0].abduction, Some(true));
    assert!(fourth.individual.citizenships.is_some(), "NA is Namibia");
    assert_eq!(super::left_behind(&outcome), [("citizenship", 1), ("CountryOfExploitation", 1)]);
}

#[test]
fn copies_of_the_release_of_2020_in_which_what_is_missing_was_emptied_are_known_by_their_countries() {
    assert_eq!(release(&of_2020().replace("-99", "")), Release::KAnonymised2020);
    assert_eq!(release(&of_2020().replace("-99", "").replace(",00", ",0")), Release::KAnonymised2020);
}

#[test]
fn a_few_faults_make_no_other_release() {
    let fault: Row<'_> = &[("isAbduction", "-99")];
    let sound: Row<'_> = &[("isAbduction", "0"), ("gender", "Male")];
    for (faults, wanted) in
        [(0, Release::KAnonymised2021), (5, Release::KAnonymised2021), (6, Release::KAnonymised2020)]
    {
        let rows: Vec<Row<'_>> = (0..101).map(|at| if at < faults { fault } else { sound }).collect();
        assert_eq!(release(&k_anonymised(&rows)), wanted, "{faults}");
    }
}

#[test]
fn in_quoted_rows_a_country_is_looked_for_in_its_own_column() {
    let row: Row<'_> = &[("gender", "\"Male\""), ("RecruiterRelationship", "\"0,0,0\""), ("isAbduction", "0")];
    assert_eq!(release(&k_anonymised(&[row])), Release::KAnonymised2021);
}

#[test]
fn a_file_with_tabs_or_other_ends_of_lines_is_the_same_file() {
    let rows: [Row<'_>; 3] = [
        &[("gender", "Female"), ("citizenship", "UKR"), ("ageBroad", "09--17")],
        &[("gender", "Male"), ("CountryOfExploitation", "PHL")],
        &[("gender", "Female"), ("isForcedLabour", "1")],
    ];
    let commas = file(Release::Synthetic2021, &rows);
    let wanted = told(&outcome(&commas).unwrap());
    assert_eq!(wanted.len(), 3);
    for end in ["\n", "\r\n", "\r"] {
        for text in [commas.clone(), commas.replace(',', "\t")] {
            assert_eq!(told(&outcome(text.replace('\n', end)).unwrap()), wanted, "{end:?}");
        }
    }
}

#[test]
fn a_row_that_is_lost_is_an_error() {
    let summary = || outcome(of_2020()).unwrap().summary;
    let written = || Written { added: [(entity::CountryCode::UNALLOCATED, 2)].into(), already_there: 1 };
    let left_out = || vec![RejectedRow { line: 5, problem: "gender: a value that is in no code list".to_owned() }];
    let tally = || {
        let mut tally = Tally::default();
        tally.add(written(), left_out());
        tally
    };
    assert_eq!(tally().report(summary(), 4, false).unwrap().rows, 4);
    for in_file in [3, 5] {
        let error = tally().report(summary(), in_file, false).unwrap_err();
        assert!(matches!(error, ImportError::Unaccounted { accounted: 4, .. }), "{error}");
    }
}
