//! The commands as an operator runs them: what they refuse, what they name, what they say while it takes long.

use std::fs::{File, write};
use std::path::Path;
use std::process::Stdio;

use causeway_tests::process::free_port;
use causeway_tests::{Backend, Desk, Gateway, Result, Said, TestDatabase, both, data};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::PROGRAM;

fn desk() -> Result<Desk> {
    Desk::new(PROGRAM)
}

/// The steps that have run, the last one last.
fn steps(desk: &Desk) -> Result<Vec<String>> {
    let status = desk.run("migrate status")?;
    Ok(status.output.lines().filter_map(|line| Some(line.strip_prefix("applied ")?.to_owned())).collect())
}

/// A key set with the public key of RFC 7517, appendix A.1.
const KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}"#;

/// An issuer of which nothing is right but the form.
const ISSUER: &str = r#"
[http]
tls_certificate_file = "HERE/none.pem"
tls_key_file = "HERE/none.key"
[[identity.issuers]]
issuer = "https://a.example"
jwks_file = "HERE/keys.json"
missions = ["UA"]
[identity.issuers.role_mapping]
wizard = "case_wizard@UA"
analyst = "hq_analyst@UA"
"#;

both! {
    /// Whatever keeps a gateway from serving is told at once, each with its place, and `serve` refuses it alike.
    async fn everything_that_keeps_a_gateway_from_serving_is_told_at_once(db: &TestDatabase) -> Result {
        let desk = desk()?;
        desk.configure(&db.url, ISSUER)?;
        desk.allow("master.key", 0o644)?;
        let keys = desk.path("keys.json").display().to_string();
        desk.run("serve --check")?.has(false, &[&format!("issuer https://a.example: the key file {keys} cannot be read: ")]);
        write(&keys, "<html>")?;
        write(desk.path("none.key"), "")?;
        desk.allow("none.key", 0o644)?;
        let wanted = [
            "master key master.key: others than its owner have access to it; run: chmod 600 master.key",
            &format!("issuer https://a.example: the key file {keys}: not a JSON Web Key Set"),
            "causeway.toml, line 13: identity.issuers[0].role_mapping: \"wizard\" means case_wizard@UA: policy knows no such role",
            "\"analyst\" means hq_analyst@UA: policy does not let that role be held there",
            "causeway.toml, line 12: identity.issuers[0].missions: UA is not set up; run: causeway mission add UA",
            "cannot use the certificate ",
            "none.key: others than its owner have access to it; run: chmod 640 ",
            "(configuration: ",
        ];
        desk.run("serve --check")?.has(false, &wanted);
        desk.run("serve")?.has(false, &wanted);
        // One after the other is mended, and is not told any more.
        desk.allow("master.key", 0o600)?;
        write(desk.path("keys.json"), KEYS)?;
        let mended = ISSUER.replace("case_wizard", "case_worker").replace("hq_analyst@UA", "hq_analyst@*");
        let mended = mended.replace("missions = [\"UA\"]", "").replace("tls_", "# ");
        desk.configure(&db.url, &mended)?;
        desk.run("serve")?.has(false, &["and UA is not set up"]).lacks(&["policy", "master key", "certificate", "keys"]);
        desk.run("mission add UA")?.has(true, &["1 missions are set up"]);
        desk.run("serve --check")?.has(true, &["the gateway can serve", "causeway.toml"]);
        Ok(())
    }

    /// Without an issuer every token would be refused; commands that need none go on.
    async fn a_gateway_that_would_believe_nobody_does_not_serve(db: &TestDatabase) -> Result {
        let desk = desk()?;
        desk.configure(&db.url, "")?;
        for command in ["serve --check", "serve"] {
            desk.run(command)?.has(false, &["identity.issuers: none is configured"]);
        }
        desk.run("mission add UA")?.has(true, &[]);
        Ok(())
    }

    /// An issuer that does not answer now is told by the check, and keeps nobody out; one that answers with something else than
    /// keys does.
    async fn an_issuer_that_is_away_is_told_and_refuses_nothing(db: &TestDatabase) -> Result {
        let desk = desk()?;
        let issuer = format!("[[identity.issuers]]\nissuer = \"a\"\njwks_url = \"http://127.0.0.1:{}/keys\"\n", free_port()?);
        desk.configure(&db.url, &issuer)?;
        let wanted = ["the gateway would serve", "issuer a: the issuer's keys cannot be fetched now: "];
        desk.run("serve --check")?.has(false, &wanted);
        let answer = axum::Router::new().route("/keys", axum::routing::get(|| async { "<html>" }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        tokio::spawn(async move { axum::serve(listener, answer).await });
        desk.configure(&db.url, &format!("[[identity.issuers]]\nissuer = \"a\"\njwks_url = \"http://{address}/keys\"\n"))?;
        desk.run("serve")?.has(false, &["the gateway cannot serve", "issuer a: "]);
        Ok(())
    }

    async fn a_suspended_mission_is_resumed(db: &TestDatabase) -> Result {
        let desk = desk()?;
        desk.configure(&db.url, "")?;
        desk.run("mission add UA MD")?.has(true, &[]);
        desk.run("mission suspend UA")?.has(true, &["UA is suspended"]);
        desk.run("mission list")?.has(true, &["UA  Suspended", "MD  Active"]);
        // A gateway that starts now: one that runs remembers clearances for half a minute.
        let missions = async || -> Result<Value> {
            let gateway = Gateway::start(db).await?;
            let answer = gateway.as_role("case_worker@UA")?.query("{ viewer { missions } }").await?;
            Ok(answer.data()["viewer"]["missions"].clone())
        };
        assert_eq!(missions().await?, json!([]));
        desk.run("mission resume UA")?.has(true, &["UA is active"]);
        desk.run("mission list")?.has(true, &["UA  Active", "MD  Active"]);
        assert_eq!(missions().await?, json!(["UA"]));
        for command in ["mission resume PH", "mission suspend PH", "mission set PH --time-zone Asia/Manila"] {
            desk.run(command)?.has(false, &["PH is not set up; run: causeway mission add PH"]);
        }
        desk.run("mission set UA --time-zone Europe/Kyiv")?.has(true, &["UA keeps the time of Europe/Kyiv"]);
        Ok(())
    }

    /// Steps are undone only by who was told what goes and agreed.
    async fn undoing_steps_tells_the_rows_that_go_and_wants_a_yes(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 40).await?;
        gateway.app.access.close().await;
        let desk = desk()?;
        desk.configure(&db.url, &format!("owner_url = {:?}\n", db.owner_url))?;
        let all = ["to be undone: m20261101_000003_create_case_file", "lost: the table case_file with 40 rows", "lost: the table fact with 40 rows"];
        let refused = desk.run("migrate down --steps 1000")?;
        refused.has(false, &all).has(false, &["nothing was undone: there is no terminal to ask on; say --yes"]);
        desk.run("migrate status")?.has(true, &["applied m20261101_000001"]).lacks(&["pending"]);
        // Of columns in tables that stay only those with values go; an empty table goes all the same.
        let lost = ["lost: the column case_file.case_number_key with 40 values", "lost: the table refusal with 0 rows"];
        let since_keys = steps(&desk)?.iter().skip_while(|step| *step != "m20261127_000030_add_matching_keys").count();
        desk.run(&format!("migrate down --steps {since_keys}"))?.has(false, &lost).lacks(&["with 0 values"]);
        let gateway = Gateway::start(db).await?;
        let total = gateway.as_role("case_worker@UA")?.query("{ statistics(missions: [UA]) { total } }").await?;
        assert!(total.data()["statistics"]["total"].as_u64().is_some_and(|total| total > 0), "{:?}", total.body);
        gateway.app.access.close().await;
        desk.run("migrate down --steps 1000 --yes")?.has(true, &all).has(true, &["steps undone"]);
        desk.run("migrate down --yes")?.has(true, &["no step has run"]);
        desk.run("migrate status")?.has(true, &["pending m20261101_000001"]).lacks(&["applied"]);
        desk.run("migrate up")?.has(true, &["applied m20261101_000001"]);
        Ok(())
    }

    /// On a terminal it is asked, and nothing but a yes is one.
    async fn undoing_steps_asks_on_a_terminal(db: &TestDatabase) -> Result {
        if !data::has_program("operator::undoing_steps_asks_on_a_terminal", "script")? {
            return Ok(());
        }
        let desk = desk()?;
        desk.configure(&db.url, &format!("owner_url = {:?}\n", db.owner_url))?;
        let last = steps(&desk)?.pop().unwrap_or_default();
        let undone = format!("to be undone: {last}");
        let asked = [&*undone, "Type yes to go on: "];
        for answer in ["n", "y", ""] {
            let said = desk.at_terminal("migrate down", answer)?;
            said.has(false, &asked).has(false, &["nothing was undone"]);
        }
        desk.run("migrate status")?.lacks(&["pending"]);
        desk.at_terminal("migrate down", "yes")?.has(true, &asked).has(true, &["1 steps undone"]);
        desk.run("migrate status")?.has(true, &[&format!("pending {last}")]);
        Ok(())
    }

    /// The release of 2020 as it is published, with tabs and CR line ends besides: every row is a case, and how far it is stands
    /// in lines where there is no terminal.
    async fn a_release_in_its_own_form_is_imported_and_progress_is_told(db: &TestDatabase) -> Result {
        let desk = desk()?;
        desk.configure(&db.url, "")?;
        // So many that it takes longer than the first line of progress waits.
        let rows = 20_000;
        write(desk.path("2020.tsv"), of_2020(rows, "1").replace(',', "\t").replace('\n', "\r"))?;
        let imported = [
            "CTDC global k-anonymised, 14 April 2020: 20000 rows",
            "20000 imported, 0 there already, 0 left out",
            "importing: ",
            " of 20,000 rows, ",
        ];
        desk.run("import ctdc 2020.tsv")?.has(true, &imported);
        let gateway = Gateway::start(db).await?;
        let total = gateway.as_role("case_worker@UA")?.query("{ statistics(missions: [UA]) { total } }").await?;
        assert_eq!(total.data()["statistics"]["total"], json!(rows), "{:?}", total.body);
        desk.run("import ctdc 2020.tsv --dry-run")?.has(true, &["0 would be imported, 20000 there already, 0 left out"]);
        Ok(())
    }

    /// A file of which no row is understood, all for one reason, is told as what it was taken for, once.
    async fn a_file_that_is_refused_as_a_whole_is_told_once(db: &TestDatabase) -> Result {
        let desk = desk()?;
        desk.configure(&db.url, "")?;
        write(desk.path("other.csv"), of_2020(250, "Yes"))?;
        let said = desk.run("import ctdc other.csv")?;
        said.has(false, &["every row is left out for the same reason: isForcedLabour: neither 1 nor 0 nor empty", "14 April 2020"]);
        assert_eq!(said.lacks(&["line 2"]).text.matches("isForcedLabour").count(), 1, "{}", said.text);
        let json = desk.run("import ctdc other.csv --format json")?;
        let report: Value = serde_json::from_str(json.text.lines().next().unwrap_or_default())?;
        assert_eq!(report["reasons"][0]["count"], json!(250));
        assert_eq!((&report["rejected_total"], report["rejected"].as_array().map(Vec::len)), (&json!(250), Some(1)));
        Ok(())
    }
}

/// Made-up rows in the form of 14 April 2020: the headings of 2021, -99 for what is missing, 00 for an unknown country.
fn of_2020(rows: usize, labour: &str) -> String {
    const HEADINGS: &str = "yearOfRegistration,Datasource,gender,ageBroad,majorityStatus,majorityStatusAtExploit,majorityEntry,\
        citizenship,meansOfControlDebtBondage,meansOfControlTakesEarnings,meansOfControlRestrictsFinancialAccess,\
        meansOfControlThreats,meansOfControlPsychologicalAbuse,meansOfControlPhysicalAbuse,meansOfControlSexualAbuse,\
        meansOfControlFalsePromises,meansOfControlPsychoactiveSubstances,meansOfControlRestrictsMovement,\
        meansOfControlRestrictsMedicalCare,meansOfControlExcessiveWorkingHours,meansOfControlUsesChildren,\
        meansOfControlThreatOfLawEnforcement,meansOfControlWithholdsNecessities,meansOfControlWithholdsDocuments,\
        meansOfControlOther,meansOfControlNotSpecified,meansOfControlConcatenated,isForcedLabour,isSexualExploit,isOtherExploit,\
        isSexAndLabour,isForcedMarriage,isForcedMilitary,isOrganRemoval,isSlaveryAndPractices,typeOfExploitConcatenated,\
        typeOfLabourAgriculture,typeOfLabourAquafarming,typeOfLabourBegging,typeOfLabourConstruction,typeOfLabourDomesticWork,\
        typeOfLabourHospitality,typeOfLabourIllicitActivities,typeOfLabourManufacturing,typeOfLabourMiningOrDrilling,\
        typeOfLabourPeddling,typeOfLabourTransportation,typeOfLabourOther,typeOfLabourNotSpecified,typeOfLabourConcatenated,\
        typeOfSexProstitution,typeOfSexPornography,typeOfSexRemoteInteractiveServices,typeOfSexPrivateSexualServices,\
        typeOfSexConcatenated,isAbduction,RecruiterRelationship,CountryOfExploitation,recruiterRelationIntimatePartner,\
        recruiterRelationFriend,recruiterRelationFamily,recruiterRelationOther,recruiterRelationUnknown";
    let row = |at: usize| {
        let values = HEADINGS.split(',').map(|heading| match heading {
            "yearOfRegistration" if at.is_multiple_of(2) => "2016",
            "citizenship" => "00",
            "isForcedLabour" => labour,
            "CountryOfExploitation" => "UA",
            _ => "-99",
        });
        values.collect::<Vec<_>>().join(",")
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!("{HEADINGS}\n{}\n", rows.join("\n"))
}

/// A database that cannot be reached is named with its address, and its password nowhere.
#[test]
fn a_database_is_named_by_its_address_and_never_by_its_password() -> Result {
    let desk = desk()?;
    let port = free_port()?;
    desk.configure(
        &format!("postgres://login:geheim@127.0.0.1:{port}/causeway"),
        "[identity]\ndevelopment_issuer = true\n",
    )?;
    for command in ["serve --check", "mission list"] {
        desk.run(command)?.has(false, &[&format!("postgres://login@127.0.0.1:{port}/causeway")]).lacks(&["geheim"]);
    }
    for (password, wanted) in [("p/w", "/ is written %2F"), ("12#w", "# is written %23"), ("p%w", "% is written %25")] {
        desk.configure(&format!("postgres://login:{password}@127.0.0.1:{port}/causeway"), "")?;
        desk.run("mission list")?
            .has(false, &["causeway.toml, line 4: database.url: its password must be percent-encoded", wanted]);
    }
    Ok(())
}

/// Of a database that cannot be opened, steps say what the start says: its address once, why, and what can be done.
#[test]
fn steps_tell_a_database_that_cannot_be_opened_as_the_start_does() -> Result {
    let desk = desk()?;
    let place = format!("127.0.0.1:{}", free_port()?);
    desk.configure(&format!("postgres://login:geheim@{place}/causeway"), "")?;
    for command in ["migrate up", "migrate down --yes", "migrate status", "mission list"] {
        let said = desk.run(command)?;
        said.has(false, &[&format!("causeway: postgres://login@{place}/causeway: cannot open the database: ")]);
        said.lacks(&["geheim", "Custom", "because", "cannot be changed"]);
        assert_eq!(said.text.matches(&place).count(), 1, "{}", said.text);
    }
    let file = desk.path("none/causeway.db").display().to_string();
    desk.configure(&format!("sqlite://{file}"), "")?;
    for command in ["migrate up", "migrate down --yes", "migrate status"] {
        let said = desk.run(command)?;
        said.has(false, &[&format!("causeway: sqlite: {file}: cannot open the database: "), "is its folder there"]);
        said.lacks(&["because", "cannot be changed"]);
    }
    Ok(())
}

/// The key that the gateway shows to Redis is as private as its own.
#[test]
fn a_key_for_redis_that_others_can_read_is_refused() -> Result {
    let desk = desk()?;
    let redis = "[identity]\ndevelopment_issuer = true\n[redis]\nurl = \"rediss://127.0.0.1:9\"\n\
                 certificate_file = \"HERE/redis.pem\"\nkey_file = \"HERE/redis.key\"\n";
    desk.configure("sqlite://causeway.db", redis)?;
    write(desk.path("redis.key"), "")?;
    for (mode, is_told) in [(0o644, true), (0o660, true), (0o640, false), (0o600, false)] {
        desk.allow("redis.key", mode)?;
        let key = desk.path("redis.key").display().to_string();
        let told = format!("redis.key_file {key}: others than its owner have access to it; run: chmod 640 {key}");
        let said = desk.run("serve --check")?;
        assert_eq!(
            said.has(false, &["redis.certificate_file"]).text.contains(&told),
            is_told,
            "{mode:o}: {}",
            said.text
        );
    }
    Ok(())
}

/// A mistake in the configuration hides nothing of what else is wrong.
#[test]
fn a_mistake_in_the_configuration_hides_nothing_else() -> Result {
    let desk = desk()?;
    let url = format!("postgres://login@127.0.0.1:{}/causeway", free_port()?);
    desk.configure(
        &url,
        "max_connections = 1\n[redis]\nurl = \"cache.internal:6379\"\n[http]\nlisten = \"nowhere\"\n\
         tls_certificate_file = \"none.pem\"\ntls_key_file = \"none.key\"\n",
    )?;
    desk.allow("master.key", 0o644)?;
    let wanted = [
        "the gateway cannot serve:",
        "causeway.toml, line 5: database.max_connections must be 2 or more",
        "causeway.toml, line 7: redis.url begins with redis://",
        "causeway.toml, line 9: http.listen: ",
        "master key master.key: others than its owner have access to it",
        "policy_dir: there is no folder ",
        &url,
        "identity.issuers: none is configured",
        "cannot use the certificate none.pem",
        "(configuration: ",
    ];
    for command in ["serve --check", "serve"] {
        let said = desk.run_with(command, &[("CAUSEWAY_POLICY_DIR", "policies")])?;
        said.has(false, &wanted);
        assert_eq!(said.text.matches("\n  ").count() - said.text.matches("\n    ").count(), 8, "{}", said.text);
    }
    Ok(())
}

/// A default that stands in for a wrong value is no second mistake, and nothing is made or asked by it.
#[test]
fn a_default_for_a_wrong_value_is_no_second_mistake() -> Result {
    let desk = desk()?;
    let wrong = "[redis]\nurl = 1\n[identity]\nisuers = []\ndevelopment_key_file = 1\n";
    write(
        desk.path("causeway.toml"),
        format!("master_key_fil = \"none.key\"\n[database]\nurl = \"mysql://db\"\n{wrong}"),
    )?;
    let wanted = ["line 1: ", "line 3: database.url ", "line 5: redis.url: ", "line 7: ", "line 8: "];
    for command in ["serve --check", "serve"] {
        let said = desk.run(command)?;
        said.has(false, &wanted);
        assert_eq!(said.text.matches("causeway.toml, line ").count(), wanted.len(), "{}", said.text);
        said.lacks(&["none is configured", "master_key_file is", "cannot open", "missing"]);
    }
    assert_eq!(std::fs::read_dir(desk.folder())?.count(), 2, "the key and the configuration alone are there");
    // Whatever is wrong with its URL, PostgreSQL has no file beside which a key could be.
    write(desk.path("causeway.toml"), "[database]\nurl = \"postgres://login:p/w@db/causeway\"\n")?;
    desk.run("serve")?.has(false, &["/ is written %2F", "is required with PostgreSQL", "none is configured"]);
    // Of a file that cannot be read nothing else is said.
    let said = desk.run("--config none.toml serve --check")?;
    said.has(false, &["the file none.toml cannot be read: "]).lacks(&["none is configured", "master", "cannot open"]);
    Ok(())
}

/// What was looked for is named: the file of the configuration, the folder of the policy.
#[test]
fn what_was_looked_for_is_named() -> Result {
    let desk = desk()?;
    let here = desk.folder().to_string_lossy().into_owned();
    desk.run("--config none.toml policy check")?.has(false, &["the file none.toml cannot be read: "]);
    let nothing = format!("there is no causeway.toml in {here}");
    desk.run_with("policy check", &[("CAUSEWAY_HTTP__LISTEN", "nowhere")])?.has(false, &["http.listen: ", &nothing]);
    desk.run_with("policy check", &[("CAUSEWAY_POLICY_DIR", "policies")])?
        .has(false, &[&format!("policy_dir: there is no folder {here}/policies")]);
    std::fs::create_dir(desk.path("policies"))?;
    desk.run_with("policy check", &[("CAUSEWAY_POLICY_DIR", "policies")])?
        .has(false, &[&format!("in the folder {here}/policies:"), "rules.csv: "]);
    Ok(())
}

/// A token with a role that cannot be held there would be refused when it is used.
#[test]
fn a_token_is_minted_only_for_a_role_that_can_be_held_there() -> Result {
    let desk = desk()?;
    let issuer = "[identity]\ndevelopment_issuer = true\ndevelopment_key_file = \"development.key\"\n";
    desk.configure("sqlite://causeway.db", issuer)?;
    desk.run("token mint --role case_worker --mission UA")?.has(true, &["ey"]);
    desk.run("token mint --role case_worker --everywhere")?
        .has(false, &["case_worker@*: policy lets the role case_worker be held in: mission"]);
    desk.run("token mint --role hq_analyst --mission UA")?.has(false, &["hq_analyst@UA: policy lets the role"]);
    desk.run("token mint --role case_wizard --mission UA")?
        .has(false, &["policy knows no role case_wizard; it knows case_worker"]);
    Ok(())
}

/// A reader that has read enough ends a command quietly; a disk that is full does not.
#[test]
fn a_reader_that_goes_away_is_no_error() -> Result {
    let desk = desk()?;
    for arguments in ["schema print", "policy matrix", "policy check", "generate completions bash", "--help"] {
        let mut command = desk.command(&arguments.split(' ').collect::<Vec<_>>());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        drop(child.stdout.take());
        let said = Said::of(child.wait_with_output()?)?;
        assert_eq!((said.content, said.text.as_str()), (true, ""), "{arguments}");
    }
    if Path::new("/dev/full").exists() {
        let mut command = desk.command(&["schema", "print"]);
        let output = command.stdout(File::create("/dev/full")?).stderr(Stdio::piped()).output()?;
        Said::of(output)?.has(false, &["cannot write to standard output"]);
    }
    Ok(())
}

/// What only PostgreSQL has: an owner, and grants.
mod postgres {
    use super::*;

    #[tokio::test]
    async fn steps_by_a_login_that_owns_nothing_ask_for_the_owner() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let desk = desk()?;
        desk.configure(&db.url, "")?;
        for command in ["migrate up", "migrate down --yes"] {
            let wanted = [
                "causeway_gateway_test may not make or change tables: set database.owner_url (CAUSEWAY_DATABASE__OWNER_URL)",
            ];
            desk.run(command)?.has(false, &wanted);
        }
        desk.run("migrate status")?.has(true, &["applied m20261101_000001"]);
        desk.configure(&db.url, &format!("owner_url = {:?}\n", db.url))?;
        desk.run("migrate up")?.has(false, &["not the gateway's login"]);
        Ok(())
    }

    #[tokio::test]
    async fn steps_in_a_database_that_is_not_there_get_the_advice_of_the_start() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let mut url = url::Url::parse(&db.url)?;
        url.set_path("/nowhere");
        let desk = desk()?;
        desk.configure(url.as_str(), "")?;
        for command in ["migrate up", "migrate status", "mission list"] {
            desk.run(command)?
                .has(false, &["cannot open the database: ", "; make it, owned by the role of database.owner_url"])
                .lacks(&["because", "cannot be changed"]);
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_login_without_its_grant_is_told_the_statement_that_gives_it() -> Result {
        let db = TestDatabase::create(Backend::Postgres).await?;
        let login = format!("login_{}", &db.redis_prefix[5..25]);
        let mut owner = PgConnection::connect(&db.owner_url).await?;
        let mut url = url::Url::parse(&db.url)?;
        let password = url.password().unwrap_or_default().to_owned();
        owner.execute(AssertSqlSafe(format!("CREATE ROLE {login} LOGIN PASSWORD '{password}'"))).await?;
        url.set_username(&login).map_err(|()| "the URL takes no login")?;
        let desk = desk()?;
        desk.configure(url.as_str(), "[identity]\ndevelopment_issuer = true\n")?;
        let wanted = format!("GRANT causeway_gateway, causeway_statistics TO \"{login}\"");
        let said = [desk.run("serve --check")?, desk.run("mission list")?];
        owner.execute(AssertSqlSafe(format!("DROP ROLE {login}"))).await?;
        for said in said {
            said.has(false, &[&wanted]);
        }
        Ok(())
    }
}
