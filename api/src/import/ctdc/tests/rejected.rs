//! Rows that are left out: each by its line, with the column and the kind of problem, and without any value.

use super::{Row, k_anonymised, outcome};

/// The problem of a row, which stands on line 2 before 30 that are sound: one fault in them makes no other release.
fn problem(row: Row<'_>) -> String {
    let sound: Row<'_> = &[("gender", "Male")];
    let rows: Vec<Row<'_>> = std::iter::once(row).chain(std::iter::repeat_n(sound, 30)).collect();
    let outcome = outcome(k_anonymised(&rows)).unwrap();
    assert_eq!(outcome.cases.len(), 30);
    let [rejected] = outcome.rejected.as_slice() else { panic!("one row is rejected") };
    assert_eq!(rejected.line, 2);
    rejected.problem.clone()
}

#[test]
fn a_value_that_is_not_understood_is_named_by_its_column_alone() {
    let flag = "neither 1 nor 0 nor empty";
    let code = "a value that is in no code list";
    let year = "no year, or one that cannot be";
    let wrong = [
        ("isForcedLabour", "2", flag),
        ("isAbduction", "-99", flag),
        ("recruiterRelationOther", "Yes", flag),
        ("gender", "Femme", code),
        ("ageBroad", "18--21", code),
        ("citizenship", "XQ", code),
        ("citizenship", "0", code),
        ("CountryOfExploitation", "ZZ", code),
        ("CountryOfExploitation", "UKR", code),
        ("CountryOfExploitation", "ua", code),
        ("majorityEntry", "Child", code),
        ("Datasource", "Synthetic data", code),
        ("yearOfRegistration", "1989", year),
        ("yearOfRegistration", "2027", year),
        ("yearOfRegistration", "+999", year),
        ("yearOfRegistration", "2005-2013", year),
    ];
    for (column, value, kind) in wrong {
        assert_eq!(problem(&[(column, value)]), format!("{column}: {kind}"));
    }
}

#[test]
fn a_row_of_a_suspended_mission_is_rejected() {
    assert_eq!(problem(&[("CountryOfExploitation", "BY")]), "its mission is suspended");
}

#[test]
fn a_wrong_number_of_columns_is_no_end() {
    let sound = ",".repeat(62);
    let header = k_anonymised(&[]);
    let outcome = outcome(format!("{header}{sound}\n,,\n\n{sound},\n\"{sound}\n{sound}\n")).unwrap();
    assert_eq!(outcome.cases.len(), 2);
    let problems: Vec<_> = outcome.rejected.iter().map(|row| (row.line, row.problem.as_str())).collect();
    let expected = [(3, "3 columns, not 63"), (5, "64 columns, not 63"), (6, "1 columns, not 63")];
    assert_eq!(problems, expected);
}

#[test]
fn invalid_utf_8_is_named_by_its_column() {
    let mut text = k_anonymised(&[&[("gender", "Male")]]).into_bytes();
    let at = text.windows(4).position(|window| window == b"Male").unwrap();
    text[at] = 0xff;
    let outcome = outcome(text).unwrap();
    assert_eq!(outcome.rejected[0].problem, "gender: not UTF-8");
}

#[test]
fn an_endless_line_spoils_itself_alone() {
    let outcome = outcome(format!("{}{}\n{}", k_anonymised(&[]), "x".repeat(200_000), ",".repeat(62))).unwrap();
    assert_eq!(outcome.rejected[0].problem, "the line is far too long");
    assert_eq!((outcome.rejected.len(), outcome.cases.len()), (1, 1));
}

#[test]
fn a_rejected_row_leaves_nothing_behind() {
    let row = [("isForcedMarriage", "9"), ("RecruiterRelationship", "Other")];
    assert!(outcome(k_anonymised(&[&row])).unwrap().summary.left_behind.is_empty());
}
