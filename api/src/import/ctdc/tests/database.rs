//! Imports into a database: what is written, what a second import adds, and that a dry run writes nothing.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use entity::codes::{MissionStatus, UnRegion};
use entity::{CountryCode, Governed, case_file, fact};
use flate2::{Compression, write::GzEncoder};
use sea_orm::Value;
use uuid::Uuid;

use super::{Row, k_anonymised};
use crate::access::migrations;
use crate::access::policy::Policy;
use crate::access::{Access, Columns, FactQuestion, Question, Seal, Window, Writer};
use crate::config::{DatabaseConfig, Secret};
use crate::import::{ImportError, ImportOptions, ImportReport, import_ctdc};

/// A folder of its own with an empty database, gone with the test.
pub(super) struct Workplace {
    folder: PathBuf,
    pub(super) access: Access,
}

impl Workplace {
    pub(super) async fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("causeway-import-{}", Uuid::now_v7()));
        fs::create_dir(&folder).unwrap();
        let url = format!("sqlite://{}", folder.join("causeway.db").display());
        let config = DatabaseConfig { url: Secret::new(url), ..DatabaseConfig::default() };
        migrations::up(&config).await.unwrap();
        let policy = Policy::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies")).unwrap();
        let access = Access::open(&config, Arc::new(policy), Seal::new(&[7; 32])).await.unwrap();
        Self { folder, access }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(super) async fn import(&self, file: &Path, dry_run: bool) -> Result<ImportReport, ImportError> {
        import_ctdc(&self.access, file, ImportOptions { dry_run, batch: 2 }, &|_| {}).await
    }

    /// The case numbers of a mission.
    async fn case_numbers(&self, mission: CountryCode) -> Vec<String> {
        let number = entity::column::<case_file::Entity>(case_file::Column::CaseNumber);
        let question = Question {
            table: case_file::Entity::TABLE,
            missions: None,
            asked: Columns::NONE.with(number).into(),
            predicate: None,
            order: Vec::new(),
            window: Window { limit: 100, backwards: false, beyond: None },
            total: false,
            cursors: false,
        };
        let page = operator(&self.access, mission).page(&question).await.unwrap();
        let numbers = page.rows.iter().filter_map(|row| match row.value(number) {
            Value::String(number) => number.clone(),
            _ => None,
        });
        let mut numbers: Vec<String> = numbers.collect();
        numbers.sort();
        numbers
    }

    /// How many facts a mission has.
    pub(super) async fn facts(&self, mission: CountryCode) -> i64 {
        let writer = operator(&self.access, mission);
        let question = FactQuestion { group_by: vec![fact::Column::Gender], conditions: Vec::new() };
        let counts = writer.count_facts(&[mission], &question).await.unwrap();
        counts[&mission].iter().map(|(_, cases)| cases).sum()
    }
}

#[expect(clippy::disallowed_methods, reason = "the test looks at what an import wrote")]
fn operator(access: &Access, mission: CountryCode) -> Writer {
    access.everything_as_operator("test", vec![mission])
}

impl Drop for Workplace {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn five_rows() -> String {
    k_anonymised(&[
        &[("CountryOfExploitation", "NA"), ("gender", "Female"), ("isForcedLabour", "1")],
        &[("CountryOfExploitation", "NA"), ("gender", "Female"), ("isForcedLabour", "1")],
        &[("CountryOfExploitation", "UA"), ("gender", "Martian")],
        &[("gender", "Male"), ("RecruiterRelationship", "Other")],
        &[("CountryOfExploitation", "UA"), ("typeOfSexProstitution", "1")],
    ])
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn an_import_adds_cases_facts_missions_and_one_entry_a_mission_and_batch() {
    let place = Workplace::new().await;
    let (namibia, ukraine) = ("NA".parse().unwrap(), "UA".parse().unwrap());
    let report = place.import(&place.write("rows.csv", five_rows().as_bytes()), false).await.unwrap();
    assert_eq!((report.rows, report.imported, report.already_there, report.rejected_total), (5, 4, 0, 1));
    assert_eq!(report.rejected[0].line, 4);
    assert_eq!(report.by_mission, [(namibia, 2), (ukraine, 1), (CountryCode::UNALLOCATED, 1)].into());
    assert_eq!(report.left_behind[0].column, "RecruiterRelationship");
    assert_eq!(place.case_numbers(namibia).await, ["CTDC-kanon-2021-2", "CTDC-kanon-2021-3"]);
    assert_eq!((place.facts(namibia).await, place.facts(ukraine).await), (2, 1));
    let missions = place.access.missions().await.unwrap();
    let namibia = missions.iter().find(|mission| mission.id == namibia).unwrap();
    assert_eq!((namibia.un_region, namibia.status), (Some(UnRegion::Africa), MissionStatus::Active));
    assert_eq!(namibia.regional_office.as_deref(), Some("RO Pretoria"));
    // One for the mission that was set up, one for its cases.
    assert_eq!((namibia.data_version, namibia.audit_head.len()), (2, 64));
}

#[tokio::test]
async fn a_second_import_adds_nothing_compressed_or_not() {
    let place = Workplace::new().await;
    place.import(&place.write("rows.csv", five_rows().as_bytes()), false).await.unwrap();
    let before = place.access.missions().await.unwrap();
    let report = place.import(&place.write("named-wrongly.csv", &gzip(&five_rows())), false).await.unwrap();
    assert_eq!((report.imported, report.already_there, report.rejected_total), (0, 4, 1));
    assert!(report.by_mission.is_empty());
    assert_eq!(place.access.missions().await.unwrap(), before);
    let dry = place.import(&place.write("rows.csv", five_rows().as_bytes()), true).await.unwrap();
    assert_eq!((dry.imported, dry.already_there), (0, 4));
}

#[tokio::test]
async fn a_dry_run_finds_everything_out_and_writes_nothing() {
    let place = Workplace::new().await;
    let file = place.write("rows.csv.gz", &gzip(&five_rows()));
    let dry = place.import(&file, true).await.unwrap();
    assert_eq!(place.access.missions().await.unwrap(), []);
    assert_eq!(place.case_numbers(CountryCode::UNALLOCATED).await, Vec::<String>::new());
    let real = place.import(&file, false).await.unwrap();
    assert_eq!(ImportReport { dry_run: false, ..dry }, real);
}

#[tokio::test]
async fn a_file_that_is_cut_off_is_refused_before_a_row_is_written() {
    let place = Workplace::new().await;
    let whole = gzip(&five_rows());
    let cut = place.write("cut.csv.gz", &whole[..whole.len() - 8]);
    assert!(matches!(place.import(&cut, false).await, Err(ImportError::Read { .. })));
    assert_eq!(place.access.missions().await.unwrap(), []);
}

#[tokio::test]
async fn an_import_that_broke_off_is_taken_up_again() {
    let place = Workplace::new().await;
    let whole = five_rows();
    let first: String = whole.split_inclusive('\n').take(3).collect();
    assert_eq!(place.import(&place.write("first.csv", first.as_bytes()), false).await.unwrap().imported, 2);
    let report = place.import(&place.write("whole.csv", whole.as_bytes()), false).await.unwrap();
    assert_eq!((report.imported, report.already_there), (2, 2));
    assert_eq!(place.facts("NA".parse().unwrap()).await, 2);
}

#[tokio::test]
async fn what_can_be_read_only_once_is_refused_by_name() {
    let place = Workplace::new().await;
    let error = place.import(&place.folder.clone(), true).await.unwrap_err();
    assert!(error.to_string().contains("it is no regular file"), "{error}");
}

#[tokio::test]
async fn a_file_of_which_every_row_is_left_out_for_one_reason_says_so_once() {
    let place = Workplace::new().await;
    let yes: Row<'_> = &[("CountryOfExploitation", "UA"), ("isForcedLabour", "Yes")];
    let report = place.import(&place.write("yes.csv", k_anonymised(&[yes; 150]).as_bytes()), false).await.unwrap();
    assert_eq!(report.only_reason(), Some("isForcedLabour: neither 1 nor 0 nor empty"));
    assert_eq!((report.rows, report.rejected_total, report.rejected.len(), report.imported), (150, 150, 1, 0));
    // Two reasons are two, and one sound row is enough for the lines to matter.
    let other: Row<'_> = &[("gender", "Martian")];
    for more in [other, &[("gender", "Male")] as Row<'_>] {
        let report =
            place.import(&place.write("two.csv", k_anonymised(&[yes, yes, more]).as_bytes()), true).await.unwrap();
        assert_eq!(report.only_reason(), None);
        assert_eq!((report.reasons[0].count, report.rejected.len()), (2, report.rejected_total));
    }
}

#[tokio::test]
async fn the_release_of_2020_in_its_own_form_is_imported_whole() {
    let place = Workplace::new().await;
    let text = super::surveyed::of_2020();
    for (name, bytes) in [("2020.csv", text.clone().into_bytes()), ("2020.csv.gz", gzip(&text.replace('\n', "\r")))] {
        let report = place.import(&place.write(name, &bytes), false).await.unwrap();
        assert_eq!(report.release, "CTDC global k-anonymised, 14 April 2020");
        assert_eq!((report.rows, report.imported + report.already_there, report.rejected_total), (4, 4, 0));
    }
    assert_eq!(place.case_numbers("UA".parse().unwrap()).await, ["CTDC-kanon-2020-2", "CTDC-kanon-2020-3"]);
}

#[tokio::test]
async fn other_rows_under_the_same_numbers_are_refused_as_a_batch() {
    let place = Workplace::new().await;
    place.import(&place.write("rows.csv", five_rows().as_bytes()), false).await.unwrap();
    let other = five_rows().replace("Female", "Male");
    let error = place.import(&place.write("other.csv", other.as_bytes()), false).await.unwrap_err();
    assert!(matches!(error, ImportError::Collision { first: 2, last: 3 }), "{error}");
    assert_eq!(place.facts("NA".parse().unwrap()).await, 2);
}

#[tokio::test]
async fn progress_counts_rows_against_their_number_from_the_beginning() {
    let place = Workplace::new().await;
    let file = place.write("rows.csv.gz", &gzip(&five_rows()));
    let told = Mutex::new(Vec::new());
    let note = |progress: crate::import::Progress| told.lock().unwrap().push((progress.rows, progress.of_rows));
    import_ctdc(&place.access, &file, ImportOptions { dry_run: true, batch: 2 }, &note).await.unwrap();
    assert_eq!(told.into_inner().unwrap(), [(0, 5), (2, 5), (4, 5), (5, 5)]);
}
