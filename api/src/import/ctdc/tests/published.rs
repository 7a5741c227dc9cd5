//! The published files themselves, where they are on this machine: counted column by column against the publisher's own
//! counts, and imported twice. Nothing of their rows is written down here.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use entity::{CountryCode, codes::DataSource};

use super::super::{columns::Field, open};
use super::database::Workplace;
use super::{CaseBundle, Release, Rules, read, survey};
use crate::import::{ImportOptions, import_ctdc};

const FILES: [(Release, &str); 4] = [
    (Release::KAnonymised2021, "ctdc_kanon_2021-07-15"),
    (Release::KAnonymised2020Core, "ctdc_kanon_2020-04-14_core7"),
    (Release::Synthetic2021, "ctdc_global_synthetic_20210825"),
    (Release::VictimPerpetrator2022, "ctdc_victim_perpetrator_synthetic_20221201"),
];

/// A published file: in `CAUSEWAY_SHARED_DATA`, or beside the project. Where it is not, the test says that it was skipped.
fn published(name: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let path = std::env::var_os("CAUSEWAY_SHARED_DATA").map_or_else(beside, PathBuf::from).join("ctdc").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: no ctdc/{name} here; CAUSEWAY_SHARED_DATA names the folder that it is looked for in");
    None
}

/// What the publisher counted in a column.
struct Published {
    rows: usize,
    missing: usize,
    yes: usize,
    no: usize,
}

/// The counts of one data set, by column.
fn counted(data_set: &str) -> BTreeMap<String, Published> {
    let mut reader =
        csv::Reader::from_path(published("columns.csv").expect("columns.csv lies beside the files")).unwrap();
    let rows = reader.records().map(Result::unwrap).filter(|row| &row[0] == data_set);
    rows.map(|row| {
        let of = |value: &str| {
            let counts = row[7].split(' ').filter_map(|count| count.split_once('='));
            counts.filter(|(own, _)| *own == value).map(|(_, count)| count.parse::<usize>().unwrap()).sum()
        };
        let counts =
            Published { rows: row[3].parse().unwrap(), missing: row[4].parse().unwrap(), yes: of("1"), no: of("0") };
        (row[2].to_owned(), counts)
    })
    .collect()
}

/// What a case says in a flag.
fn flag(case: &CaseBundle, field: Field) -> Option<bool> {
    let episode = &case.episodes[0];
    let (present, excluded) = match field {
        Field::Abduction => return episode.abduction,
        Field::Means(code) => (
            episode.means_of_control.is_some_and(|set| set.contains(code)),
            episode.means_of_control_excluded.is_some_and(|set| set.contains(code)),
        ),
        Field::Type(code) => (
            case.exploitations.iter().any(|row| row.exploitation_type == Some(code)),
            episode.exploitation_types_excluded.is_some_and(|set| set.contains(code)),
        ),
        Field::Industry(code) => (
            case.exploitations.iter().any(|row| row.forced_labour_industries.is_some_and(|set| set.contains(code))),
            episode.forced_labour_industries_excluded.is_some_and(|set| set.contains(code)),
        ),
        Field::Sex(code) => (
            case.exploitations.iter().any(|row| row.sex_exploitation_types.is_some_and(|set| set.contains(code))),
            episode.sex_exploitation_types_excluded.is_some_and(|set| set.contains(code)),
        ),
        Field::Relation(code) => (
            episode.recruiter_relations.is_some_and(|set| set.contains(code)),
            episode.recruiter_relations_excluded.is_some_and(|set| set.contains(code)),
        ),
        Field::TraffickerRole(code) => {
            (case.involvements.iter().any(|row| row.roles.is_some_and(|set| set.contains(code))), false)
        }
        _ => return None,
    };
    assert!(!(present && excluded), "a flag is in both sets");
    (present || excluded).then_some(present)
}

/// Whether a case has a value for a column that is no flag.
fn has_value(case: &CaseBundle, field: Field) -> bool {
    let (row, episode) = (&case.case, &case.episodes[0]);
    match field {
        Field::Year | Field::YearOrBand => row.year_of_registration.is_some(),
        Field::DataSource => row.data_source.is_some_and(|source| source != DataSource::SyntheticData),
        Field::Gender => case.individual.gender.is_some(),
        Field::Age => row.age_band.is_some(),
        Field::Majority => row.majority_status.is_some(),
        Field::MajorityAtEntry => episode.majority_at_entry.is_some(),
        Field::MajorityAtExploitation => episode.majority_at_exploitation.is_some(),
        Field::Duration => episode.duration_band.is_some(),
        Field::Citizenship => case.individual.citizenships.is_some(),
        Field::Country => case.exploitations.iter().any(|row| row.country == Some(row.mission_id)),
        Field::TraffickerGender => case.traffickers.iter().any(|trafficker| trafficker.gender.is_some()),
        Field::TraffickerAge => case.traffickers.iter().any(|trafficker| trafficker.age_band.is_some()),
        Field::TraffickerRelation => case.involvements.iter().any(|row| row.relationship.is_some()),
        _ => false,
    }
}

/// How often our cases say something of a column.
#[derive(Clone, Copy, Default)]
struct Said {
    yes: usize,
    no: usize,
    values: usize,
}

impl Said {
    fn hear(&mut self, case: &CaseBundle, field: Field) {
        match flag(case, field) {
            Some(true) => self.yes += 1,
            Some(false) => self.no += 1,
            None => self.values += usize::from(has_value(case, field)),
        }
    }
}

fn check(release: Release, name: &str, path: &Path) {
    let columns = release.columns();
    let mut said = vec![Said::default(); columns.len()];
    let rules = Rules { batch: 2_000, this_year: 2026, suspended: [].into() };
    let survey = survey(open(path).unwrap()).unwrap();
    assert_eq!(survey.header.release, release);
    let summary = read(open(path).unwrap(), &survey, &rules, |batch| {
        assert_eq!(batch.rejected, []);
        for case in &batch.cases {
            said.iter_mut().zip(columns).for_each(|(said, (_, field))| said.hear(case, *field));
        }
        true
    });
    let (summary, counted) = (summary.unwrap(), counted(name));
    assert!(counted.values().all(|counts| counts.rows == survey.rows), "{name}: rows");
    for ((column, field), said) in columns.iter().zip(said) {
        let counts = counted.get(*column).unwrap_or_else(|| &counted[&column[..32]]);
        let left =
            summary.left_behind.iter().filter(|left| left.column == *column).map(|left| left.count).sum::<usize>();
        // Of several relationships the first is kept and the others are left behind: such a row counts in both.
        let left = if *field == Field::TraffickerRelation { 0 } else { left };
        assert_eq!((said.yes, said.no), (counts.yes, counts.no), "{name} {column}: yes, no");
        assert_eq!(said.yes + said.no + said.values + left, counts.rows - counts.missing, "{name} {column}: any value");
    }
}

#[test]
fn every_column_says_as_often_what_the_publisher_counted() {
    for (release, name) in FILES {
        if let Some(path) = published(&format!("{name}.csv.gz")) {
            check(release, name, &path);
        }
    }
}

#[tokio::test]
async fn the_k_anonymised_file_is_imported_once() {
    let Some(path) = published("ctdc_kanon_2021-07-15.csv.gz") else { return };
    let place = Workplace::new().await;
    let options = ImportOptions::default();
    let report = import_ctdc(&place.access, &path, options, &|_| {}).await.unwrap();
    assert_eq!((report.rows, report.imported, report.rejected_total), (97_750, 97_750, 0));
    assert_eq!(report.by_mission.len(), 78, "77 countries and the rows without one");
    assert_eq!(report.by_mission[&CountryCode::UNALLOCATED], 24_258);
    for (mission, cases) in &report.by_mission {
        assert_eq!(place.facts(*mission).await, i64::try_from(*cases).unwrap());
    }
    let again = import_ctdc(&place.access, &path, options, &|_| {}).await.unwrap();
    assert_eq!((again.imported, again.already_there), (0, 97_750));
}
