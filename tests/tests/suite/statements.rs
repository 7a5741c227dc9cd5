//! The SQL that questions become: one statement a level however many rows, only columns that are asked for and permitted, and
//! the statements of typical questions as files, so that a reviewer sees one change. `UPDATE_GOLDEN=1` writes them anew.

use crate::oracle::Oracle;
use causeway_tests::golden::{GOLDEN, page_before_second};
use causeway_tests::{Backend, Client, Gateway, Result, TestDatabase};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use tracing::Dispatch;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Every statement of this thread, in order. Tests here run on one thread, so each sees its own.
#[derive(Clone, Default)]
pub struct Capture(Arc<Mutex<Vec<String>>>);

struct Statement<'c>(&'c Capture);

impl Visit for Statement<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "statement" {
            self.0.0.lock().expect("nobody panicked").push(format!("{value:?}"));
        }
    }
}

impl<S: tracing::Subscriber> Layer<S> for Capture {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "causeway::sql" {
            event.record(&mut Statement(self));
        }
    }
}

impl Capture {
    /// The answer, and the statements that it took.
    pub async fn of(&self, client: &Client, query: &str, variables: Value) -> Result<(Value, Vec<String>)> {
        // The first request of a caller also looks at missions and policy.
        client.data("{ viewer { missions } }", Value::Null).await?;
        self.0.lock().expect("nobody panicked").clear();
        let data = client.data(query, variables).await?;
        Ok((data, std::mem::take(&mut self.0.lock().expect("nobody panicked"))))
    }
}

/// One that lasts: while no subscriber is there, as between two tests, the library may decide that nobody ever listens.
pub static ALWAYS: LazyLock<Dispatch> =
    LazyLock::new(|| Dispatch::new(tracing_subscriber::registry().with(Capture::default())));

/// Makes two tests of one body, on one thread each, with what it is told of the SQL.
macro_rules! watched {
    ($($(#[$attribute:meta])* async fn $name:ident($db:ident, $capture:ident) $body:block)+) => {$(
        $(#[$attribute])*
        async fn $name($db: &TestDatabase, $capture: &Capture) -> Result $body

        mod $name {
            use super::*;

            async fn on(backend: Backend) -> Result {
                LazyLock::force(&ALWAYS);
                let capture = Capture::default();
                let _watching = tracing::subscriber::set_default(tracing_subscriber::registry().with(capture.clone()));
                super::$name(&TestDatabase::create(backend).await?, &capture).await
            }

            #[tokio::test]
            async fn sqlite() -> Result {
                on(Backend::Sqlite).await
            }

            #[tokio::test]
            async fn postgres() -> Result {
                on(Backend::Postgres).await
            }
        }
    )+};
}

watched! {
    /// A page of twenty costs as many statements as a page of five: one a level.
    async fn one_statement_with_all_that_hangs_below(db, capture) {
        let gateway = Gateway::with_demo(db, 300).await?;
        let query = "query($size: Int) { cases(first: $size) { totalCount nodes { caseNumber individual { familyName } episodes { totalCount nodes { number } } \
            exploitations { nodes { country } } narratives { nodes { kind passages { nodes { text } } } } } } }";
        for role in ["case_supervisor@UA", "case_worker@UA", "mission_analyst@UA", "hq_analyst@*"] {
            let client = gateway.as_role(role)?;
            let (few, of_few) = capture.of(&client, query, json!({ "size": 5 })).await?;
            let (many, of_many) = capture.of(&client, query, json!({ "size": 20 })).await?;
            let rows = |data: &Value| data["cases"]["nodes"].as_array().map_or(0, Vec::len);
            assert_eq!((rows(&few), rows(&many)), (5, 20), "{role}");
            // The page with all that hangs below it, and its total.
            assert_eq!((of_few.len(), of_many.len()), (2, 2), "{role}: {of_many:#?}");
            for table in ["individual", "trafficking_episode", "exploitation", "narrative", "narrative_passage"] {
                let reads = of_many.iter().filter(|statement| statement.contains(&format!("FROM \"{table}\""))).count();
                assert!(reads >= 1, "{role}: nothing reads {table}: {of_many:#?}");
            }
        }
        Ok(())
    }

    /// A column that is withheld, or that nobody asked for, stands nowhere in any statement.
    async fn only_columns_asked_for_and_permitted(db, capture) {
        let (gateway, _) = Oracle::over(db, 300).await?;
        let asked = "{ cases(first: 20) { nodes { caseNumber registeredOn owner status individual { familyName birthDate phone gender } \
            narratives { nodes { writtenOn kind passages { nodes { text } } } } } } }";
        let unasked = "{ cases(first: 20) { nodes { status individual { gender } } } }";
        let columns = ["family_name", "birth_date", "phone", "case_number", "registered_on", "written_on"];
        for (role, absent) in [
            ("hq_analyst@*", &columns[..]),
            ("mission_analyst@UA", &columns[..3]),
            ("partner_provider@UA", &["birth_date", "registered_on", "written_on"]),
            ("case_supervisor@UA", &[]),
        ] {
            let client = gateway.as_role(role)?;
            let (_, statements) = capture.of(&client, asked, Value::Null).await?;
            let text = statements.join("\n");
            for column in columns {
                assert_eq!(text.contains(&format!("\"{column}\"")), !absent.contains(&column), "{role}: {column} in\n{text}");
            }
            let (_, statements) = capture.of(&client, unasked, Value::Null).await?;
            let text = statements.join("\n");
            for column in columns.iter().chain(&["given_names", "identity_number", "email", "address", "record_key", "import_key", "text"]) {
                assert!(!text.contains(&format!("\"{column}\"")), "{role}: nobody asked for {column}:\n{text}");
            }
        }
        Ok(())
    }

    /// A scope-dependent column leaves the database only through its mask, and never beside it under another name.
    async fn half_visible_columns_leave_masked(db, capture) {
        let gateway = Gateway::with_demo(db, 300).await?;
        let client = gateway.as_role("case_worker@UA")?;
        let (_, statements) = capture.of(&client, "{ individuals(first: 20, orderBy: [{ field: FAMILY_NAME }]) { nodes { familyName givenNames } } }", Value::Null).await?;
        assert_eq!(statements.len(), 1, "{statements:#?}");
        let outer = statements[0].split(" FROM (").next().ok_or("no inner select")?;
        for column in ["family_name", "given_names"] {
            let masked = format!("THEN \"page\".\"{column}\" END) AS \"{column}\"");
            assert!(outer.contains(&masked), "{outer}");
            assert_eq!(outer.matches(&format!("\"{column}\"")).count(), 2, "{outer}");
        }
        // The same below another row; what the array is made of stands before the inner select.
        let (_, statements) = capture.of(&client, "{ cases(first: 20) { nodes { individual { familyName } } } }", Value::Null).await?;
        assert_eq!(statements.len(), 1, "{statements:#?}");
        let below = statements[0].split("_array(").nth(1).and_then(|below| below.split(" FROM (").next()).ok_or("no array")?;
        assert!(below.contains("THEN \"page1\".\"family_name\" END)"), "{below}");
        assert_eq!(below.matches("\"family_name\"").count(), 1, "{below}");
        Ok(())
    }

    /// What is withheld of a row costs the conditions of its columns, each once, in the statement that reads the row: no column,
    /// and no statement. Who does not ask has none of it.
    async fn what_is_withheld_costs_no_column(db, capture) {
        let gateway = Gateway::with_demo(db, 300).await?;
        let columns = ["family_name", "given_names", "birth_date", "identity_number", "phone", "email", "address"];
        for (role, conditions) in [("case_supervisor@UA", 0), ("case_worker@UA", 1), ("partner_provider@UA", 1), ("hq_analyst@*", 0)] {
            let client = gateway.as_role(role)?;
            for (selected, conditions) in [("gender", 0), ("gender withheld", conditions)] {
                let document = format!("{{ individuals(first: 20) {{ nodes {{ {selected} }} }} }}");
                let (_, statements) = capture.of(&client, &document, Value::Null).await?;
                assert_eq!(statements.len(), 1, "{role}: {statements:#?}");
                let text = &statements[0];
                for column in columns {
                    assert!(!text.contains(&format!("\"{column}\"")), "{role}: {column} in\n{text}");
                }
                assert_eq!(text.matches(" AS \"_g").count(), conditions, "{role}: {selected}: {text}");
            }
        }
        Ok(())
    }

    /// Typical questions and their SQL, as files.
    async fn golden(db, capture) {
        let gateway = Gateway::with_demo(db, 600).await?;
        let cursor = page_before_second(&gateway).await?;
        let mut stale = Vec::new();
        for (name, role, query) in GOLDEN {
            let client = gateway.as_role(role)?;
            let (_, statements) = capture.of(&client, query, json!({ "cursor": cursor })).await?;
            let dialect = if db.backend == Backend::Sqlite { "sqlite" } else { "postgres" };
            let text = format!("-- {role} asks:\n-- {query}\n\n{}\n", statements.iter().map(|one| laid_out(one)).collect::<Vec<_>>().join("\n\n"));
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("golden/{name}.{dialect}.sql"));
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                std::fs::create_dir_all(file.parent().ok_or("no folder")?)?;
                std::fs::write(&file, &text)?;
            }
            let golden = std::fs::read_to_string(&file).unwrap_or_default();
            if golden != text {
                let line = golden.lines().zip(text.lines()).position(|(old, new)| old != new).unwrap_or_default();
                let of = |text: &str| text.lines().nth(line).unwrap_or("nothing").to_owned();
                stale.push(format!("{}, line {}\n  was: {}\n  is:  {}", file.display(), line + 1, of(&golden), of(&text)));
            }
        }
        assert!(stale.is_empty(), "the SQL has changed. If that is meant, run again with UPDATE_GOLDEN=1, and read what changed:\n{}", stale.join("\n"));
        Ok(())
    }
}

/// One clause a line.
fn laid_out(statement: &str) -> String {
    let clauses = [" FROM ", " WHERE ", " ORDER BY ", " LIMIT ", " GROUP BY "];
    clauses.iter().fold(statement.to_owned(), |text, clause| text.replace(clause, &format!("\n{}", &clause[1..]))) + ";"
}
