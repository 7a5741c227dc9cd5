//! Names are found by their own spelling, by their words in any order, and ordered in one way: on SQLite, and on PostgreSQL
//! whatever the locale of its database.

use causeway::access::migrations::{self, Reached};
use causeway::app::App;
use causeway::config::Secret;
use causeway_tests::{Client, Gateway, Result, TempDir, TestDatabase, both, gateway};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::records;

/// Given and family names, each with spellings of the same name that find it.
const PEOPLE: &[(&str, &str, &[&str])] = &[
    ("Олена", "Діденко", &["Діденко", "ДІДЕНКО", "діденко", "Didenko", "діденко олена"]),
    ("ΓΙΑΝΝΗΣ", "Παπαδόπουλος", &["ΓΙΑΝΝΗΣ", "Γιάννης", "γιαννης παπαδοπουλοσ", "Giannis", "ΠΑΠΑΔΌΠΟΥΛΟΣ"]),
    ("İbrahim", "Işık", &["İbrahim", "IBRAHIM", "ibrahim", "ışık", "IŞIK"]),
    ("Zoë", "Ångström", &["Zoë", "Zoe\u{0308}", "ZOË", "zoe", "angstrom ZOE"]),
    ("Zoe\u{0308}", "Brontë", &["Zoë", "Zoe\u{0308}", "Bronte\u{0308}"]),
    ("أحمد", "الحسن", &["أحمد", "احمد", "الحسن أحمد"]),
    ("გიორგი", "ბერიძე", &["გიორგი", "Giorgi", "ბერიძე გიორგი"]),
    ("שָׂרָה", "כהן", &["שרה", "שָׂרָה", "כהן"]),
    ("Արմեն", "Սարգսյան", &["Արմեն", "ԱՐՄԵՆ", "armen"]),
    ("李", "Ж", &["李", "Ж", "ж 李"]),
    ("Seán", "O’Brien", &["O’Brien", "O'Brien", "obrien sean"]),
    ("Layla", "Al-Hassan", &["Al-Hassan", "al hassan", "Hassan Layla"]),
    ("Myroslava", "Levchenko", &["Levchenko", "Myroslava Levchenko", "levchenko myroslava", "slava lev"]),
];

const LIST: &str = "query($search: String, $filter: IndividualFilter) { individuals(search: $search, filter: $filter, first: 100) { nodes { givenNames familyName } } }";

/// A gateway with these people in it, whom its supervisor sees.
async fn with_people(db: &TestDatabase) -> Result<(Gateway, Client)> {
    let gateway = Gateway::with_demo(db, 0).await?;
    let client = gateway.as_role("case_supervisor@UA")?;
    for (given, family, _) in PEOPLE {
        register(&client, json!({ "givenNames": given, "familyName": family })).await?;
    }
    Ok((gateway, client))
}

async fn register(client: &Client, individual: Value) -> Result {
    let consents = json!([{ "purpose": "DATA_MANAGEMENT", "decision": "GIVEN" }]);
    let input = json!({ "mission": "UA", "individual": individual, "consents": consents });
    client.register(input).await.map(drop)
}

/// Names that an answer shows.
async fn found(client: &Client, variables: Value) -> Result<Vec<(String, String)>> {
    let data = client.data(LIST, variables).await?;
    let text = |node: &Value, field: &str| node[field].as_str().unwrap_or_default().to_owned();
    let nodes = data["individuals"]["nodes"].as_array().ok_or("no nodes")?;
    Ok(nodes.iter().map(|node| (text(node, "givenNames"), text(node, "familyName"))).collect())
}

/// A name in the form in which it is stored.
fn stored(given: &str, family: &str) -> (String, String) {
    (causeway::text::stored(given), causeway::text::stored(family))
}

async fn each_is_found(db: &TestDatabase) -> Result {
    let (_gateway, client) = with_people(db).await?;
    for (given, family, spellings) in PEOPLE {
        let person = stored(given, family);
        for spelling in spellings.iter().chain([given, family]) {
            let people = found(&client, json!({ "search": spelling })).await?;
            assert!(people.contains(&person), "{spelling} does not find {given} {family}: {people:?}");
        }
        for (field, text) in [("givenNames", given), ("familyName", family)] {
            for comparison in ["eq", "contains", "startsWith"] {
                let filter = json!({ field: { comparison: text } });
                let people = found(&client, json!({ "filter": filter })).await?;
                assert!(people.contains(&person), "{field} {comparison} {text}: {people:?}");
            }
            let filter = json!({ field: { "in": [text] } });
            assert!(found(&client, json!({ "filter": filter })).await?.contains(&person), "{field} in {text}");
        }
    }
    // Whole texts are compared exactly, parts are not.
    let shouted = json!({ "filter": { "familyName": { "eq": "LEVCHENKO" } } });
    assert!(found(&client, shouted).await?.is_empty());
    let levchenko = stored("Myroslava", "Levchenko");
    assert_eq!(found(&client, json!({ "search": "Levchenko myroslava" })).await?, [levchenko]);
    // Each of the words, and not any of them.
    assert!(found(&client, json!({ "search": "Levchenko Zoe" })).await?.is_empty());
    assert!(found(&client, json!({ "search": "%" })).await?.is_empty());
    in_order(&client).await
}

/// Ordered by name, whatever the script, the same everywhere.
async fn in_order(client: &Client) -> Result {
    let query = "{ individuals(first: 100, orderBy: [{ field: FAMILY_NAME }, { field: GIVEN_NAMES }]) { nodes { familyName } } }";
    let data = client.data(query, Value::Null).await?;
    let names: Vec<&str> = data["individuals"]["nodes"]
        .as_array()
        .ok_or("no nodes")?
        .iter()
        .filter_map(|node| node["familyName"].as_str())
        .collect();
    let expected = [
        "Al-Hassan",
        "الحسن",
        "Ångström",
        "ბერიძე",
        "Brontë",
        "Діденко",
        "Işık",
        "כהן",
        "Levchenko",
        "O’Brien",
        "Παπαδόπουλος",
        "Սարգսյան",
        "Ж",
    ];
    assert_eq!(names, expected);
    // Cases by the name of their individual, page by page, and backwards.
    let page = "query($after: String) { cases(first: 4, after: $after, orderBy: [{ field: INDIVIDUAL_FAMILY_NAME, direction: DESC }, { field: INDIVIDUAL_GIVEN_NAMES }]) {
        pageInfo { hasNextPage endCursor } nodes { individual { familyName } } } }";
    let (mut names, mut after) = (Vec::new(), Value::Null);
    loop {
        let data = client.data(page, json!({ "after": after })).await?["cases"].clone();
        let nodes = data["nodes"].as_array().ok_or("no nodes")?;
        names.extend(nodes.iter().filter_map(|node| node["individual"]["familyName"].as_str()).map(str::to_owned));
        after = data["pageInfo"]["endCursor"].clone();
        if data["pageInfo"]["hasNextPage"] != json!(true) {
            break;
        }
    }
    names.reverse();
    assert_eq!(names, expected);
    Ok(())
}

both! {
    /// Whatever the script, the case, the accents and the form.
    async fn a_name_is_found_by_its_own_spelling(db: &TestDatabase) -> Result {
        each_is_found(db).await
    }

    /// Whose name a viewer may not see stands last, in the order of the records, however the name begins.
    async fn an_order_through_a_link_is_masked(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let (own, other) = (gateway.as_role("case_worker@UA")?, gateway.as_role("case_supervisor@UA")?);
        for (client, name) in [(&other, "Zeta"), (&own, "Midway"), (&other, "Alpha"), (&own, "Beta")] {
            register(client, json!({ "familyName": name })).await?;
        }
        for (direction, expected) in [("ASC", ["Beta", "Midway"]), ("DESC", ["Midway", "Beta"])] {
            let query = format!("{{ cases(orderBy: [{{ field: INDIVIDUAL_FAMILY_NAME, direction: {direction} }}]) {{ nodes {{ id individual {{ familyName }} }} }} }}");
            let nodes = own.data(&query, Value::Null).await?["cases"]["nodes"].clone();
            let names: Vec<&str> = (0..4).map(|at| nodes[at]["individual"]["familyName"].as_str().unwrap_or("-")).collect();
            assert_eq!(names, [expected[0], expected[1], "-", "-"], "{direction}");
            // The one that is called Zeta was registered first.
            let all = other.data("{ cases { nodes { id individual { familyName } } } }", Value::Null).await?["cases"]["nodes"].clone();
            let id = |name: &str| all.as_array().into_iter().flatten().find(|node| node["individual"]["familyName"] == name).map(|node| node["id"].clone());
            assert_eq!((Some(nodes[2]["id"].clone()), Some(nodes[3]["id"].clone())), (id("Zeta"), id("Alpha")), "{direction}");
        }
        let answer = gateway.as_role("hq_analyst@*")?.query("{ cases(orderBy: [{ field: INDIVIDUAL_FAMILY_NAME }]) { totalCount } }").await?;
        assert_eq!(answer.codes(), ["FORBIDDEN"], "{}", answer.body);
        Ok(())
    }

    /// As long as it may be, and with as many words as people have: given names and family name together.
    async fn a_long_name_is_found_by_its_own_spelling(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let (given, family) = ("María del Pilar Teresa Cayetana", "Fitz-James Stuart y de la Ñúñez Żółkiewska");
        let longest = "Zoë".repeat(166) + "éé";
        register(&client, json!({ "givenNames": given, "familyName": family })).await?;
        register(&client, json!({ "familyName": longest })).await?;
        let whole = format!("{given} {family}");
        assert_eq!(whole.split_whitespace().count(), 12);
        let cases = "query($search: String) { cases(search: $search) { totalCount } }";
        for (spelling, of) in [
            (whole.clone(), (given, family)),
            (format!("{family} {given}").to_uppercase(), (given, family)),
            (longest.clone(), ("", longest.as_str())),
            // The same text, and longer: each accent is a character of its own.
            (longest.replace('ë', "e\u{308}"), ("", longest.as_str())),
        ] {
            assert_eq!(found(&client, json!({ "search": spelling })).await?, [(of.0.to_owned(), of.1.to_owned())], "{spelling}");
            assert_eq!(client.data(cases, json!({ "search": spelling })).await?["cases"]["totalCount"], json!(1), "{spelling}");
        }
        assert_eq!(found(&client, json!({ "search": format!("{whole} nobody") })).await?, []);
        Ok(())
    }

    /// However long the name is where a page ends, the next one begins there.
    async fn a_long_name_does_not_stop_a_list(db: &TestDatabase) -> Result {
        let (_gateway, client) = with_people(db).await?;
        // One letter that is eighteen, as often as a name may have letters.
        let long = "\u{FDFA}".repeat(500);
        for given in ["Ab", "Bc"] {
            register(&client, json!({ "givenNames": given, "familyName": long })).await?;
        }
        let list = "query($after: String) { individuals(first: 1, after: $after, orderBy: [{ field: FAMILY_NAME, direction: ASC }, { field: GIVEN_NAMES, direction: ASC }]) { nodes { familyName } pageInfo { endCursor hasNextPage } } }";
        let (mut after, mut names) = (Value::Null, Vec::new());
        loop {
            let data = client.data(list, json!({ "after": after })).await?;
            let page = &data["individuals"];
            names.push(page["nodes"][0]["familyName"].clone());
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] != json!(true) {
                break;
            }
        }
        assert_eq!(names.len(), PEOPLE.len() + 2);
        assert_eq!(names.iter().filter(|name| **name == json!(causeway::text::stored(&long))).count(), 2);
        Ok(())
    }

    /// What cannot be looked for is refused, by name.
    async fn a_search_needs_a_word(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let many = "a b c d e f g h i j k l m n o p q r s t u";
        let long = "x".repeat(501);
        for text in ["", " ", "'", "-", many, long.as_str()] {
            let answer = client.run(LIST, json!({ "search": text })).await?;
            assert_eq!(answer.codes(), ["BAD_INPUT"], "{text:?}: {}", answer.body);
        }
        for most in [&many[..many.len() - 2], &long[..500]] {
            assert_eq!(found(&client, json!({ "search": most })).await?, []);
        }
        let answer = client.run(LIST, json!({ "filter": { "familyName": { "contains": "’" } } })).await?;
        assert_eq!(answer.codes(), ["BAD_INPUT"], "{}", answer.body);
        Ok(())
    }

    /// Texts that are no names are found by their parts in the same way; those without letters keep their signs.
    async fn other_texts_are_found_by_their_parts(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        register(&client, json!({ "familyName": "Kos", "email": "Kos.Ü@example.org", "phone": "+380441234567", "address": "вул. Хрещатик, 12-a" })).await?;
        let count = "query($filter: CaseFilter) { cases(filter: $filter) { totalCount } }";
        let month = causeway_tests::gateway::today().format("%Y-").to_string();
        for (field, contained, not) in [("email", "kos.u@EXAMPLE", "kosu"), ("phone", "+38044", "44-"), ("address", "ХРЕЩАТИК, 12 A", "12b")] {
            for (part, number) in [(contained, 1), (not, 0)] {
                let filter = json!({ "individual": { field: { "contains": part } } });
                assert_eq!(client.data(count, json!({ "filter": filter })).await?["cases"]["totalCount"], json!(number), "{field}: {part}");
            }
        }
        for filter in [json!({ "registrationMonth": { "startsWith": month } }), json!({ "caseNumber": { "startsWith": "ua-2" } }), json!({ "owner": { "contains": "SUPERVISOR" } })] {
            assert_eq!(client.data(count, json!({ "filter": filter })).await?["cases"]["totalCount"], json!(1), "{filter}");
        }
        Ok(())
    }

    /// A changed name is found by what it is now, and by nothing else.
    async fn a_key_follows_its_name(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        register(&client, json!({ "familyName": "Коваль" })).await?;
        let cases = client.data("{ cases { nodes { id } } }", Value::Null).await?;
        let update = "mutation($id: ID!, $name: String) { updateCase(input: { id: $id, individual: { familyName: $name } }) { userErrors { message } } }";
        for (name, finds, not) in [(json!("Лисенко"), Some("lisenko"), "koval"), (Value::Null, None, "lisenko")] {
            let data = client.data(update, json!({ "id": cases["cases"]["nodes"][0]["id"], "name": name })).await?;
            assert_eq!(data["updateCase"]["userErrors"], json!([]));
            assert!(found(&client, json!({ "search": not })).await?.is_empty());
            if let Some(finds) = finds {
                assert_eq!(found(&client, json!({ "search": finds })).await?.len(), 1);
            }
        }
        Ok(())
    }

    /// Rows from before there were keys: no gateway starts over them, `migrate up` makes the keys, and goes on where it was.
    async fn rows_without_keys_get_them(db: &TestDatabase) -> Result {
        let (_gateway, client) = with_people(db).await?;
        let before = found(&client, json!({ "search": "didenko" })).await?;
        assert_eq!(before.len(), 1);
        let rows = records::open(db).await?;
        rows.execute_unprepared("UPDATE individual SET family_name_key = NULL, given_names_key = NULL, family_name = family_name || 'e\u{0308}'").await?;
        rows.execute_unprepared("UPDATE consent SET recorded_by_key = NULL").await?;
        let folder = TempDir::create()?;
        let mut config = gateway::config(db, &folder)?;
        config.database.owner_url = Some(Secret::new(db.owner_url.as_str()));
        let Err(error) = App::start(config.clone()).await else { return Err("it starts without keys".into()) };
        assert!(error.to_string().contains("individual") && error.to_string().contains("causeway migrate up"), "{error}");
        let mut told = Vec::new();
        let applied = migrations::up_telling(&config.database, |reached| told.push(reached)).await?;
        assert!(applied.steps.is_empty());
        let people = PEOPLE.len();
        assert_eq!(applied.keyed, 2 * people);
        assert_eq!(told, [Reached::Steps(0, 0), Reached::Keys(people, 2 * people), Reached::Keys(2 * people, 2 * people)]);
        assert_eq!(migrations::up(&config.database).await?.keyed, 0);
        let gateway = Gateway::start(db).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        // Stored composed, found by either form.
        let people = found(&client, json!({ "search": "didenkoe" })).await?;
        assert_eq!(people, [("Олена".to_owned(), "Діденкоë".to_owned())]);
        assert_eq!(found(&client, json!({ "filter": { "familyName": { "eq": "Діденкоe\u{0308}" } } })).await?, people);
        Ok(())
    }
}

/// Locales that fold, or order, in ways of their own.
mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn with_a_locale_without_letters() -> Result {
        each_is_found(&TestDatabase::create_in("LC_COLLATE 'C' LC_CTYPE 'C'").await?).await
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn with_a_locale_of_code_points() -> Result {
        each_is_found(&TestDatabase::create_in("LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'").await?).await
    }

    /// In Estonian Z stands before T: pages over several missions would lose rows, so that no gateway starts.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn with_the_alphabet_of_estonia_nothing_starts() -> Result {
        let db = TestDatabase::create_in("LOCALE_PROVIDER icu ICU_LOCALE 'et-EE' LOCALE 'C.UTF-8'").await?;
        // Among its missions are ZA and UA.
        drop(Gateway::with_demo(&db, 0).await?);
        let Err(error) = Gateway::start(&db).await else { return Err("it starts".into()) };
        assert!(error.to_string().contains("LC_COLLATE"), "{error}");
        Ok(())
    }

    /// In Turkish the small letter of I is another one.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn with_the_locale_of_turkey() -> Result {
        each_is_found(&TestDatabase::create_in("LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR' LOCALE 'C.UTF-8'").await?).await
    }
}
