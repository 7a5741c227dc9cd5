//! Which headers are recognised, and what is said of those that are not.

use super::super::header::recognise;
use super::{HeaderProblem, Release, outcome};
use crate::import::ImportError;

fn names(release: Release) -> Vec<String> {
    release.columns().iter().map(|(name, _)| (*name).to_owned()).collect()
}

fn cut(names: Vec<String>) -> Vec<String> {
    names.into_iter().map(|name| name.chars().take(32).collect()).collect()
}

#[test]
fn each_release_is_recognised_by_its_header() {
    for (release, columns) in Release::ALL.into_iter().zip([63, 63, 7, 37, 16]) {
        let header = recognise(&names(release)).unwrap();
        // Of the two with the same headings the later one, until the values tell.
        let recognised = if release == Release::KAnonymised2020 { Release::KAnonymised2021 } else { release };
        assert_eq!((header.release, header.columns.len()), (recognised, columns));
    }
}

#[test]
fn names_cut_at_32_characters_are_recognised() {
    let cut = cut(names(Release::Synthetic2021));
    for name in
        ["meansOfControlThreatOfLawEnforce", "meansOfControlPsychoactiveSubsta", "meansOfControlWithholdsNecessiti"]
    {
        assert!(cut.iter().any(|own| own == name));
    }
    assert_eq!(recognise(&cut).unwrap().columns, Release::Synthetic2021.columns());
}

#[test]
fn the_order_of_the_columns_and_the_terms_of_use_do_not_matter() {
    let mut names = names(Release::KAnonymised2021);
    names.reverse();
    names.insert(0, "\u{feff}By using this data you agree to the Terms of Use: somewhere".to_owned());
    let header = recognise(&names).unwrap();
    assert_eq!((header.release, header.columns.len()), (Release::KAnonymised2021, 64));
}

#[test]
fn what_is_missing_unknown_or_repeated_is_named() {
    let mut names = names(Release::VictimPerpetrator2022);
    names[1] = "genre".to_owned();
    names[2] = "IP_Relation".to_owned();
    let problem = recognise(&names).unwrap_err();
    let text = problem.to_string();
    assert!(text.contains("missing: gender, majorityStatus; unknown: genre; more than once: IP_Relation"), "{text}");
}

#[test]
fn a_row_in_the_place_of_the_header_is_not_repeated() {
    for text in ["1999,Secret,Male\n", "yearOfRegistration;gender;ageBroad\n", "", "\n\n"] {
        let Err(ImportError::Header(problem)) = outcome(text).map(|_| ()) else { panic!("not refused") };
        assert_eq!(problem, HeaderProblem::NoHeader);
        assert!(!problem.to_string().contains("Secret"));
    }
}
