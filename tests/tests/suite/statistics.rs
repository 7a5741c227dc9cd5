//! Figures against a count that is made here, straight from the published file; and what each tier may see of them.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use causeway::import::{ImportOptions, import_ctdc};
use causeway_tests::{Backend, Caller, Client, Gateway, Result, TestDatabase, both, data};
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};
use tokio::task::JoinSet;

const FILE: &str = "ctdc/ctdc_kanon_2021-07-15.csv.gz";

/// How many cases there are under each combination of keys.
type Counts = BTreeMap<Vec<Option<String>>, i64>;
/// How a value of the file reads here; `None`: the file says nothing.
type Reading = fn(&str) -> Option<&str>;

/// Where a dimension stands in the file.
enum Source {
    /// In one column.
    Column(&'static str, Reading),
    /// In one column of yes and no for each value.
    Flags(&'static [(&'static str, &'static str)]),
}

fn as_it_is(value: &str) -> Option<&str> {
    Some(value)
}

fn data_source(value: &str) -> Option<&str> {
    Some(match value {
        "Hotline" => "HOTLINE",
        "Case Management" => "CASE_MANAGEMENT",
        other => panic!("a data source of {} letters", other.len()),
    })
}

fn gender(value: &str) -> Option<&str> {
    Some(match value {
        "Female" => "FEMININE",
        "Male" => "MASCULINE",
        "Transgender/NonConforming" => "NON_CONFORMING",
        other => panic!("a gender of {} letters", other.len()),
    })
}

fn age(value: &str) -> Option<&str> {
    Some(match value {
        "0--8" => "AGE_0_TO_8",
        "9--17" => "AGE_9_TO_17",
        "18--20" => "AGE_18_TO_20",
        "21--23" => "AGE_21_TO_23",
        "24--26" => "AGE_24_TO_26",
        "27--29" => "AGE_27_TO_29",
        "30--38" => "AGE_30_TO_38",
        "39--47" => "AGE_39_TO_47",
        "48+" => "AGE_48_PLUS",
        other => panic!("an age of {} letters", other.len()),
    })
}

fn majority(value: &str) -> Option<&str> {
    Some(match value {
        "Adult" => "ADULT",
        "Minor" => "MINOR",
        other => panic!("a majority of {} letters", other.len()),
    })
}

fn truth(value: &str) -> Option<&str> {
    Some(if value == "1" { "YES" } else { "NO" })
}

/// Every dimension that the file feeds.
const DIMENSIONS: [(&str, Source); 17] = [
    ("YEAR_OF_REGISTRATION", Source::Column("yearOfRegistration", as_it_is)),
    ("DATA_SOURCE", Source::Column("Datasource", data_source)),
    ("GENDER", Source::Column("gender", gender)),
    ("AGE_BAND", Source::Column("ageBroad", age)),
    ("MAJORITY_STATUS", Source::Column("majorityStatus", majority)),
    ("MAJORITY_AT_EXPLOITATION", Source::Column("majorityStatusAtExploit", majority)),
    ("MAJORITY_AT_ENTRY", Source::Column("majorityEntry", majority)),
    ("CITIZENSHIP", Source::Column("citizenship", as_it_is)),
    ("COUNTRY_OF_EXPLOITATION", Source::Column("CountryOfExploitation", as_it_is)),
    ("ABDUCTION", Source::Column("isAbduction", truth)),
    ("EXPLOITATION_TYPE", Source::Flags(&TYPES)),
    ("FORCED_LABOUR_INDUSTRY", Source::Flags(&INDUSTRIES)),
    ("SEX_EXPLOITATION_TYPE", Source::Flags(&SEXES)),
    ("MEANS_OF_CONTROL", Source::Flags(&MEANS)),
    ("RECRUITER_RELATION", Source::Flags(&RELATIONS)),
    ("MISSION", Source::Column("CountryOfExploitation", as_it_is)),
    // Nothing in the file feeds this one: all cases are under unknown.
    ("DURATION_BAND", Source::Flags(&[])),
];

const TYPES: [(&str, &str); 8] = [
    ("isForcedLabour", "FORCED_LABOUR"),
    ("isSexualExploit", "SEXUAL_EXPLOITATION"),
    ("isOtherExploit", "OTHER"),
    ("isSexAndLabour", "COMBINED_SEXUAL_AND_LABOUR"),
    ("isForcedMarriage", "FORCED_MARRIAGE"),
    ("isForcedMilitary", "FORCED_MILITARY_BY_NON_STATE_ACTORS"),
    ("isOrganRemoval", "ORGAN_REMOVAL"),
    ("isSlaveryAndPractices", "SERVITUDE"),
];

const INDUSTRIES: [(&str, &str); 13] = [
    ("typeOfLabourAgriculture", "AGRICULTURE_FORESTRY_AND_FISHING"),
    ("typeOfLabourAquafarming", "AQUAFARMING"),
    ("typeOfLabourBegging", "BEGGING"),
    ("typeOfLabourConstruction", "CONSTRUCTION"),
    ("typeOfLabourDomesticWork", "ACTIVITIES_OF_HOUSEHOLDS_AS_EMPLOYERS"),
    ("typeOfLabourHospitality", "ACCOMMODATION_AND_FOOD_SERVICE_ACTIVITIES"),
    ("typeOfLabourIllicitActivities", "ILLICIT_ACTIVITIES"),
    ("typeOfLabourManufacturing", "MANUFACTURING"),
    ("typeOfLabourMiningOrDrilling", "MINING_AND_QUARRYING"),
    ("typeOfLabourPeddling", "PEDDLING"),
    ("typeOfLabourTransportation", "TRANSPORTATION_AND_STORAGE"),
    ("typeOfLabourOther", "OTHER_INDUSTRY"),
    ("typeOfLabourNotSpecified", "NOT_SPECIFIED"),
];

const SEXES: [(&str, &str); 4] = [
    ("typeOfSexProstitution", "PROSTITUTION"),
    ("typeOfSexPornography", "PORNOGRAPHY"),
    ("typeOfSexRemoteInteractiveServices", "REMOTE_INTERACTIVE_SERVICES"),
    ("typeOfSexPrivateSexualServices", "PRIVATE_SEXUAL_SERVICES"),
];

const MEANS: [(&str, &str); 18] = [
    ("meansOfControlDebtBondage", "DEBT_BONDAGE"),
    ("meansOfControlTakesEarnings", "TAKES_EARNINGS"),
    ("meansOfControlRestrictsFinancialAccess", "RESTRICTS_FINANCIAL_ACCESS"),
    ("meansOfControlThreats", "PHYSICAL_THREATS"),
    ("meansOfControlPsychologicalAbuse", "PSYCHOLOGICAL_ABUSE"),
    ("meansOfControlPhysicalAbuse", "PHYSICAL_ABUSE"),
    ("meansOfControlSexualAbuse", "SEXUAL_ABUSE"),
    ("meansOfControlFalsePromises", "FALSE_PROMISES"),
    ("meansOfControlPsychoactiveSubstances", "PSYCHOACTIVE_SUBSTANCE"),
    ("meansOfControlRestrictsMovement", "RESTRICTS_MOVEMENT"),
    ("meansOfControlRestrictsMedicalCare", "RESTRICTS_MEDICAL_CARE"),
    ("meansOfControlExcessiveWorkingHours", "EXCESSIVE_WORKING_HOURS"),
    ("meansOfControlUsesChildren", "THREATENS_CHILDREN_FAMILY"),
    ("meansOfControlThreatOfLawEnforcement", "THREATS_LAW_ENFORCEMENT"),
    ("meansOfControlWithholdsNecessities", "WITHHOLDS_NECESSITIES"),
    ("meansOfControlWithholdsDocuments", "WITHHOLDS_DOCUMENTS"),
    ("meansOfControlOther", "OTHER"),
    ("meansOfControlNotSpecified", "NOT_SPECIFIED"),
];

const RELATIONS: [(&str, &str); 5] = [
    ("recruiterRelationIntimatePartner", "INTIMATE_PARTNER"),
    ("recruiterRelationFriend", "FRIEND"),
    ("recruiterRelationFamily", "FAMILY"),
    ("recruiterRelationOther", "OTHER"),
    ("recruiterRelationUnknown", "UNKNOWN"),
];

/// The rows of the file by the names of their columns.
struct Published {
    columns: BTreeMap<String, usize>,
    rows: Vec<csv::StringRecord>,
}

impl Published {
    fn read(file: &Path) -> Result<Self> {
        let mut bytes = Vec::new();
        flate2::read::MultiGzDecoder::new(std::fs::File::open(file)?).read_to_end(&mut bytes)?;
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let columns = reader.headers()?.iter().enumerate().map(|(at, name)| (name.to_owned(), at)).collect();
        Ok(Self { columns, rows: reader.records().collect::<std::result::Result<_, _>>()? })
    }

    fn value<'a>(&self, row: &'a csv::StringRecord, column: &str) -> Option<&'a str> {
        let value = &row[self.columns[column]];
        (!["", "-99"].contains(&value)).then_some(value)
    }

    /// The keys under which a row counts.
    fn keys(&self, row: &csv::StringRecord, (name, source): &(&str, Source)) -> Vec<Option<String>> {
        match source {
            Source::Column(column, reading) => {
                let key = self.value(row, column).and_then(reading).map(str::to_owned);
                // A case without a country is held by no mission.
                vec![if *name == "MISSION" { key.or_else(|| Some("ZZ".to_owned())) } else { key }]
            }
            Source::Flags(flags) => {
                let yes = flags.iter().filter(|(column, _)| self.value(row, column) == Some("1"));
                let keys: Vec<Option<String>> = yes.map(|(_, key)| Some((*key).to_owned())).collect();
                if keys.is_empty() { vec![None] } else { keys }
            }
        }
    }

    fn counts(&self, dimensions: &[&(&str, Source)]) -> Counts {
        let mut counts = Counts::new();
        for row in &self.rows {
            let mut groups = vec![Vec::new()];
            for dimension in dimensions {
                let keys = self.keys(row, dimension);
                groups = groups
                    .iter()
                    .flat_map(|group| keys.iter().map(|key| [group.clone(), vec![key.clone()]].concat()))
                    .collect();
            }
            groups.into_iter().for_each(|group| *counts.entry(group).or_default() += 1);
        }
        counts
    }
}

/// What a client is told: the cells with their counts, and everything else.
async fn asked(
    client: &Client,
    dimensions: &[&str],
    missions: Option<&[&str]>,
) -> Result<(BTreeMap<Vec<Option<String>>, Option<i64>>, Value)> {
    let document = "query($by: [Dimension!]!, $in: [CountryCode!]) { statistics(groupBy: $by, missions: $in) {
        cells { keys count share suppressed } total tier threshold suppressedCells missions } }";
    let data = client.data(document, json!({ "by": dimensions, "in": missions })).await?;
    let statistics = data["statistics"].clone();
    let mut cells = BTreeMap::new();
    for cell in statistics["cells"].as_array().ok_or("no cells")? {
        let keys =
            cell["keys"].as_array().ok_or("no keys")?.iter().map(|key| key.as_str().map(str::to_owned)).collect();
        assert_eq!(cell["suppressed"].as_bool(), Some(cell["count"].is_null()));
        assert!(cells.insert(keys, cell["count"].as_i64()).is_none(), "a cell stands there twice");
    }
    Ok((cells, statistics))
}

/// Does what autovacuum does in production and the tests' server has turned off: without it PostgreSQL goes on checking
/// foreign keys as if the tables were still empty, which takes ten times as long.
async fn keep_planner_informed(db: &TestDatabase) -> Result<JoinSet<()>> {
    let mut task = JoinSet::new();
    if db.backend == Backend::Postgres {
        let owner = Database::connect(&db.owner_url).await?;
        task.spawn(async move {
            while owner.execute_unprepared("ANALYZE").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
        });
    }
    Ok(task)
}

both! {
    /// Every figure that the published file feeds, over all missions, for the two kinds of viewer that see exact ones.
    async fn every_dimension_equals_a_count_of_the_file(db: &TestDatabase) -> Result {
        let test = "statistics::every_dimension_equals_a_count_of_the_file";
        let Some(file) = data::file(test, FILE)? else { return Ok(()) };
        let published = Published::read(&file)?;
        let gateway = Gateway::start(db).await?;
        let statistics = keep_planner_informed(db).await?;
        let report = import_ctdc(&gateway.app.access, &file, ImportOptions::default(), &|_| ()).await?;
        drop(statistics);
        let rows = published.rows.len();
        assert_eq!((report.rows, report.imported, report.rejected_total), (rows, rows, 0));

        let missions: Vec<String> = report.by_mission.keys().map(ToString::to_string).collect();
        let roles = missions.iter().map(|mission| format!("case_supervisor@{mission}")).collect();
        let supervisor = gateway.as_caller(&Caller { roles, ..Caller::of("case_supervisor@UA") })?;
        for (viewer, client) in [("hq_protection", gateway.as_role("hq_protection@*")?), ("case_supervisor", supervisor)] {
            for dimension in &DIMENSIONS {
                let (cells, statistics) = asked(&client, &[dimension.0], None).await?;
                let expected: BTreeMap<_, _> =
                    published.counts(&[dimension]).into_iter().map(|(keys, count)| (keys, Some(count))).collect();
                assert!(cells == expected, "{viewer} by {} differs from the file", dimension.0);
                assert_eq!(statistics["tier"], "EXACT");
                assert_eq!((&statistics["threshold"], &statistics["suppressedCells"]), (&json!(0), &json!(0)));
                assert_eq!(statistics["total"], json!(rows));
                assert_eq!(statistics["missions"], json!(missions));
            }
        }
        // Two and three at once, one of them with several values a case.
        let client = gateway.as_role("hq_protection@*")?;
        let named = |name: &str| DIMENSIONS.iter().find(|(known, _)| *known == name).expect("a dimension");
        for names in [&["GENDER", "AGE_BAND"][..], &["MEANS_OF_CONTROL", "CITIZENSHIP"], &["EXPLOITATION_TYPE", "GENDER", "MISSION"]] {
            let dimensions: Vec<_> = names.iter().map(|name| named(name)).collect();
            let expected: BTreeMap<_, _> =
                published.counts(&dimensions).into_iter().map(|(keys, count)| (keys, Some(count))).collect();
            assert!(asked(&client, names, None).await?.0 == expected, "{names:?} differ from the file");
        }

        let again = import_ctdc(&gateway.app.access, &file, ImportOptions::default(), &|_| ()).await?;
        assert_eq!((again.imported, again.already_there), (0, rows));
        assert_eq!(asked(&client, &[], None).await?.1["total"], json!(rows));
        Ok(())
    }

    /// Less exact tiers show what the exact one shows, or nothing; and nothing can be had by subtraction.
    async fn each_tier_sees_what_it_may(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 400).await?;
        let exact = gateway.as_role("case_supervisor@UA")?;
        for (role, tier) in [("mission_analyst@UA", "MISSION"), ("mission_admin@UA", "MISSION"), ("partner_researcher@UA", "EXTERNAL")] {
            let client = gateway.as_role(role)?;
            let mut suppressed = 0;
            for dimension in ["CITIZENSHIP", "AGE_BAND", "GENDER", "COUNTRY_OF_EXPLOITATION", "YEAR_OF_REGISTRATION", "DATA_SOURCE"] {
                let (truth, _) = asked(&exact, &[dimension], None).await?;
                let (cells, statistics) = asked(&client, &[dimension], None).await?;
                assert_eq!((&statistics["tier"], &statistics["threshold"]), (&json!(tier), &json!(11)), "{role}");
                assert!(cells.keys().eq(truth.keys()), "{role} {dimension}");
                let hidden: Vec<i64> = cells.iter().filter(|(_, count)| count.is_none()).filter_map(|(keys, _)| truth[keys]).collect();
                assert_eq!(statistics["suppressedCells"], json!(hidden.len()));
                for (keys, count) in &cells {
                    assert!(count.is_none() || *count == truth[keys] && *count >= Some(11), "{role} {dimension}");
                }
                let alone = hidden.len() == 1 || (1..11).contains(&hidden.iter().sum::<i64>());
                assert!(hidden.len() == cells.len() || !alone, "{role} {dimension}: subtraction shows a cell");
                suppressed += hidden.len();
            }
            assert!(suppressed > 0, "{role}: nothing was small enough to be suppressed");
        }
        let total = asked(&exact, &[], None).await?.1["total"].clone();
        let analyst = gateway.as_role("mission_analyst@UA")?;
        assert_eq!(asked(&analyst, &[], None).await?.1["total"], total);
        for (role, tier) in [("hq_analyst@*", "HEADQUARTERS"), ("regional_analyst@region:RO Vienna", "HEADQUARTERS"), ("hq_protection@*", "EXACT"), ("case_worker@UA", "EXACT")] {
            assert_eq!(asked(&gateway.as_role(role)?, &["GENDER"], None).await?.1["tier"], tier, "{role}");
        }
        for role in ["data_entry@UA", "partner_provider@UA", "data_protection_officer@*", "data_protection_officer@UA"] {
            let answer = gateway.as_role(role)?.query("{ statistics { total } }").await?;
            assert_eq!(answer.codes(), ["FORBIDDEN"], "{role}: {}", answer.body);
        }
        // A total that is too small is withheld.
        let few = "{ statistics(filter: { ageBand: { eq: \"AGE_0_TO_8\" }, gender: { eq: \"MASCULINE\" }, citizenship: { eq: \"MD\" } }) { total cells { count } } }";
        let exactly = exact.data(few, Value::Null).await?["statistics"]["total"].as_i64().ok_or("no total")?;
        assert!(exactly < 11, "choose a smaller group");
        assert_eq!(analyst.data(few, Value::Null).await?["statistics"]["total"], Value::Null);
        Ok(())
    }

    /// Missions by argument and by filter, and the least exact tier among them.
    async fn missions_narrow_the_figures(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 400).await?;
        let everywhere = gateway.as_role("hq_protection@*")?;
        let (by_mission, statistics) = asked(&everywhere, &["MISSION"], None).await?;
        assert_eq!(statistics["total"], json!(400));
        let of = |mission: &str| by_mission[&vec![Some(mission.to_owned())]].unwrap_or_default();
        let (_, two) = asked(&everywhere, &["GENDER"], Some(&["UA", "MD"])).await?;
        assert_eq!((&two["total"], &two["missions"]), (&json!(of("UA") + of("MD")), &json!(["MD", "UA"])));
        let filtered = "{ statistics(filter: { mission: { in: [\"UA\", \"MD\"] } }) { total missions } }";
        let filtered = everywhere.data(filtered, Value::Null).await?;
        assert_eq!((&filtered["statistics"]["total"], &filtered["statistics"]["missions"]), (&two["total"], &two["missions"]));
        let (_, own) = asked(&gateway.as_role("case_supervisor@UA")?, &[], None).await?;
        assert_eq!((&own["total"], &own["missions"]), (&json!(of("UA")), &json!(["UA"])));
        let beyond = "{ statistics(filter: { mission: { eq: \"MD\" } }) { total cells { count } missions } }";
        let beyond = gateway.as_role("case_supervisor@UA")?.data(beyond, Value::Null).await?;
        assert_eq!(beyond["statistics"]["missions"], json!([]), "{beyond}");
        assert!([json!(0), Value::Null].contains(&beyond["statistics"]["total"]), "{beyond}");

        let roles = vec!["case_supervisor@UA".to_owned(), "mission_analyst@MD".to_owned()];
        let both = gateway.as_caller(&Caller { roles, ..Caller::of("case_supervisor@UA") })?;
        assert_eq!(asked(&both, &["AGE_BAND"], Some(&["UA"])).await?.1["tier"], "EXACT");
        assert_eq!(asked(&both, &["AGE_BAND"], Some(&["MD"])).await?.1["tier"], "MISSION");
        assert_eq!(asked(&both, &["AGE_BAND"], None).await?.1["tier"], "MISSION");
        let answer = both.query("{ statistics(missions: [UA, PL]) { total } }").await?;
        assert_eq!(answer.codes(), ["FORBIDDEN"]);
        Ok(())
    }
}
