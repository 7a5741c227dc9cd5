//! Every row of every declared table as it is stored, read beside the gateway: on PostgreSQL as the superuser, whom row-level
//! security does not bind. It is read by column, with statements of its own, so that a new table is here without a line.

use causeway_tests::{Backend, Result, TestDatabase, servers};
use entity::table::{CasePath, Column, Kind, Role, Table};
use entity::{Code, CountryCode, mission};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, EntityTrait, QueryResult, Statement};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Mission and id, which is the order of lists.
pub type Key = (CountryCode, Uuid);

/// By type and column: the rows that refer to each row, in order.
type References = HashMap<(&'static str, &'static str), HashMap<Key, Vec<Key>>>;

/// A value as it is stored, comparable as it is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stored {
    /// A code, a number, a truth value, a set of bits.
    Number(i64),
    /// A text, a country, several countries, a day, an id.
    Text(String),
}

/// One row.
#[derive(Debug)]
pub struct Record {
    /// Its place.
    pub key: Key,
    /// By the names of the columns in the database.
    values: BTreeMap<&'static str, Stored>,
}

/// The tables, by the names of their types.
pub struct Records {
    tables: BTreeMap<&'static str, BTreeMap<Key, Record>>,
    references: References,
    missions: BTreeMap<CountryCode, mission::Model>,
}

/// The URL under which every row can be read.
pub fn raw_url(db: &TestDatabase) -> Result<String> {
    if db.backend == Backend::Sqlite {
        return Ok(db.owner_url.clone());
    }
    let mut url = servers::postgres()?;
    url.set_path(url::Url::parse(&db.owner_url)?.path());
    Ok(url.into())
}

/// Runs a statement beside the gateway.
pub async fn run(db: &TestDatabase, statement: String) -> Result {
    let url = raw_url(db)?;
    if url.starts_with("sqlite") {
        SqliteConnection::connect(&url).await?.execute(AssertSqlSafe(statement)).await?;
    } else {
        PgConnection::connect(&url).await?.execute(AssertSqlSafe(statement)).await?;
    }
    Ok(())
}

/// Adds to the demo records what a few hundred of them lack: more cases that `data_entry` registered, an individual with two
/// cases of which the case worker owns one, passages without a label, referrals that end today and that ended yesterday.
pub async fn sharpen(db: &TestDatabase) -> Result {
    let today = causeway_tests::gateway::today();
    let yesterday = today.pred_opt().ok_or("no yesterday")?;
    let one_case = |which: &str| format!("FROM case_file WHERE mission_id = 'UA' AND {which} ORDER BY id LIMIT 1");
    let (own, other) = (one_case("owner = 'case_worker'"), one_case("team <> 'UA/intake'"));
    let ends = |last, offset| {
        format!(
            "UPDATE referral SET expires_on = '{last}' WHERE mission_id = 'UA' AND id = (SELECT id FROM referral WHERE \
             mission_id = 'UA' AND organisation = 'safe-harbour' AND consent_in_force AND expires_on > '{today}' ORDER BY id LIMIT 1 OFFSET {offset})"
        )
    };
    for statement in [
        "UPDATE case_file SET registered_by = 'data_entry', registered_by_key = 'data_entry' WHERE mission_id = 'UA' AND case_number LIKE '%3'"
            .to_owned(),
        format!(
            "UPDATE case_file SET individual_id = (SELECT individual_id {own}) WHERE mission_id = 'UA' AND id = (SELECT id {other})"
        ),
        "UPDATE narrative_passage SET classification = NULL WHERE position = 2 AND mission_id IN ('UA', 'MD')"
            .to_owned(),
        ends(yesterday, 1),
        ends(today, 0),
    ] {
        run(db, statement).await?;
    }
    Ok(())
}

impl Records {
    /// Reads all tables.
    pub async fn read(db: &TestDatabase) -> Result<Self> {
        let rows: DatabaseConnection = Database::connect(raw_url(db)?).await?;
        let missions = mission::Entity::find().all(&rows).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut tables = BTreeMap::new();
        for table in entity::TABLES {
            let statement = Statement::from_string(rows.get_database_backend(), select(table, db.backend));
            let read = rows.query_all_raw(statement).await?;
            let records = read.iter().map(|row| record(table, row).map(|record| (record.key, record)));
            tables.insert(table.name, records.collect::<Result<BTreeMap<_, _>>>()?);
        }
        rows.close().await?;
        let references = references(&tables);
        let records = Self { tables, references, missions };
        // Where there is no row, nothing is compared.
        for table in entity::TABLES {
            assert!(!records.of(table).is_empty(), "the demo has no row of {}", table.name);
        }
        Ok(records)
    }

    /// The rows of a table, in order.
    pub fn of(&self, table: &Table) -> &BTreeMap<Key, Record> {
        &self.tables[table.name]
    }

    /// The cases, in order.
    pub fn cases(&self) -> impl Iterator<Item = &Record> {
        self.tables["Case"].values()
    }

    /// The missions.
    pub fn missions(&self) -> impl Iterator<Item = CountryCode> + '_ {
        self.missions.keys().copied()
    }

    /// The regional office of a mission.
    pub fn office(&self, mission: CountryCode) -> Option<&str> {
        self.missions.get(&mission)?.regional_office.as_deref()
    }

    /// One case.
    pub fn case(&self, mission: CountryCode, id: Uuid) -> &Record {
        &self.tables["Case"][&(mission, id)]
    }

    /// The rows of a mission that refer to one row by a column, in order.
    pub fn referring(&self, of_type: &str, column: &str, to: Key) -> impl Iterator<Item = &Record> {
        let table = super::table(of_type);
        let column = table.column(column).unwrap_or_else(|| panic!("{of_type} has no column {column}"));
        let keys = self.references[&(table.name, column.name)].get(&to);
        keys.into_iter().flatten().map(|key| &self.tables[table.name][key])
    }

    /// The case files to which a row leads.
    pub fn cases_of(&self, table: &Table, row: &Record) -> Vec<Uuid> {
        match table.path {
            CasePath::Itself => vec![row.key.1],
            CasePath::Child => row.id_in("case_id").into_iter().collect(),
            CasePath::Individual => self.referring("Case", "individual_id", row.key).map(|case| case.key.1).collect(),
            CasePath::Trafficker => {
                let involved = self.referring("TraffickerInvolvement", "trafficker_id", row.key);
                involved.filter_map(|one| one.id_in("case_id")).collect()
            }
            CasePath::Mission => Vec::new(),
        }
    }
}

impl Record {
    /// A value by the name of its column.
    pub fn value(&self, column: &str) -> Option<&Stored> {
        self.values.get(column)
    }

    /// A text.
    pub fn text(&self, column: &str) -> Option<&str> {
        match self.value(column)? {
            Stored::Text(text) => Some(text),
            Stored::Number(_) => panic!("{column} is no text"),
        }
    }

    /// A number.
    pub fn number(&self, column: &str) -> Option<i64> {
        match self.value(column)? {
            Stored::Number(number) => Some(*number),
            Stored::Text(_) => panic!("{column} is no number"),
        }
    }

    /// Whether it is this code.
    pub fn is<T: Code>(&self, column: &str, code: T) -> bool {
        self.number(column) == Some(code.number().into())
    }

    /// Whether it holds yes.
    pub fn is_true(&self, column: &str) -> bool {
        self.number(column) == Some(1)
    }

    /// The id of another row.
    pub fn id_in(&self, column: &str) -> Option<Uuid> {
        self.text(column).map(|id| id.parse().expect("an id"))
    }
}

fn references(tables: &BTreeMap<&'static str, BTreeMap<Key, Record>>) -> References {
    let mut all = HashMap::new();
    for table in entity::TABLES {
        for link in table.columns.iter().filter(|column| column.leads_to().is_some()) {
            let of_link: &mut HashMap<Key, Vec<Key>> = all.entry((table.name, link.name)).or_default();
            for row in tables[table.name].values() {
                if let Some(id) = row.id_in(link.name) {
                    of_link.entry((row.key.0, id)).or_default().push(row.key);
                }
            }
        }
    }
    all
}

/// All columns of a table, as texts.
fn select(table: &Table, backend: Backend) -> String {
    let columns: Vec<String> = table.columns.iter().map(|column| as_text(column, backend)).collect();
    format!("SELECT {} FROM {}", columns.join(", "), table.table)
}

fn as_text(column: &Column, backend: Backend) -> String {
    let name = column.name;
    match (column.kind, backend) {
        // Bytes, in SQLite.
        (Kind::Id, Backend::Sqlite) => format!("hex({name})"),
        (Kind::Truth, _) => format!("CAST(CAST({name} AS INTEGER) AS TEXT)"),
        _ => format!("CAST({name} AS TEXT)"),
    }
}

fn record(table: &Table, row: &QueryResult) -> Result<Record> {
    let (mut values, mut mission, mut id) = (BTreeMap::new(), None, None);
    for (at, column) in table.columns.iter().enumerate() {
        let text: Option<String> = row.try_get_by_index(at)?;
        let Some(value) = text.map(|text| stored(column, text)).transpose()?.flatten() else { continue };
        match (&column.role, &value) {
            (Role::Mission, Stored::Text(code)) => mission = Some(code.parse()?),
            (Role::Id, Stored::Text(text)) => id = Some(text.parse()?),
            _ => {}
        }
        values.insert(column.name, value);
    }
    let key = (mission.ok_or("a row without a mission")?, id.ok_or("a row without an id")?);
    Ok(Record { key, values })
}

/// A value out of its text; none where SQLite makes an empty text of no id.
fn stored(column: &Column, text: String) -> Result<Option<Stored>> {
    Ok(match column.kind {
        Kind::Id if text.is_empty() => None,
        Kind::Id => Some(Stored::Text(text.parse::<Uuid>()?.to_string())),
        Kind::Text | Kind::Day | Kind::Country | Kind::Countries => Some(Stored::Text(text)),
        Kind::Number | Kind::Count | Kind::Truth | Kind::Code(_) | Kind::Codes(_) => {
            Some(Stored::Number(text.parse()?))
        }
    })
}
