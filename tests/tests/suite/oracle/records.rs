//! Every row as it is stored, read beside the gateway: on PostgreSQL as the superuser, whom row-level security does not bind.

use causeway_tests::{Backend, Result, TestDatabase, servers};
use entity::{
    CountryCode, case_file, consent, episode_trafficker, exploitation, individual, mission, narrative,
    narrative_passage, referral, trafficker, trafficking_episode,
};
use sea_orm::{Database, DatabaseConnection, EntityTrait};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use std::collections::BTreeMap;
use uuid::Uuid;

type Key = (CountryCode, Uuid);

/// The tables, each by mission and id, which is the order of lists.
pub struct Records {
    /// Cases.
    pub cases: BTreeMap<Key, case_file::Model>,
    /// Individuals.
    pub individuals: BTreeMap<Key, individual::Model>,
    /// Entries of the consent ledger.
    pub consents: BTreeMap<Key, consent::Model>,
    /// Episodes.
    pub episodes: BTreeMap<Key, trafficking_episode::Model>,
    /// Exploitations.
    pub exploitations: BTreeMap<Key, exploitation::Model>,
    /// Narratives.
    pub narratives: BTreeMap<Key, narrative::Model>,
    /// Passages.
    pub passages: BTreeMap<Key, narrative_passage::Model>,
    /// Referrals.
    pub referrals: BTreeMap<Key, referral::Model>,
    /// Traffickers.
    pub traffickers: BTreeMap<Key, trafficker::Model>,
    /// What traffickers did.
    pub involvements: BTreeMap<Key, episode_trafficker::Model>,
    missions: BTreeMap<CountryCode, mission::Model>,
}

macro_rules! read {
    ($db:expr, $table:ident) => {
        $table::Entity::find().all(&$db).await?.into_iter().map(|row| ((row.mission_id, row.id), row)).collect()
    };
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
        let db: DatabaseConnection = Database::connect(raw_url(db)?).await?;
        let missions = mission::Entity::find().all(&db).await?.into_iter().map(|row| (row.id, row)).collect();
        let records = Self {
            cases: read!(db, case_file),
            individuals: read!(db, individual),
            consents: read!(db, consent),
            episodes: read!(db, trafficking_episode),
            exploitations: read!(db, exploitation),
            narratives: read!(db, narrative),
            passages: read!(db, narrative_passage),
            referrals: read!(db, referral),
            traffickers: read!(db, trafficker),
            involvements: read!(db, episode_trafficker),
            missions,
        };
        db.close().await?;
        assert!(!records.cases.is_empty(), "there is nothing to leak");
        Ok(records)
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
    pub fn case(&self, mission: CountryCode, id: Uuid) -> &case_file::Model {
        &self.cases[&(mission, id)]
    }

    /// The cases of an individual.
    pub fn cases_of(&self, mission: CountryCode, individual: Uuid) -> Vec<Uuid> {
        let of =
            self.cases.values().filter(|case| case.mission_id == mission && case.individual_id == Some(individual));
        of.map(|case| case.id).collect()
    }

    /// The cases in which a trafficker was involved.
    pub fn cases_with(&self, mission: CountryCode, trafficker: Uuid) -> Vec<Uuid> {
        let with =
            self.involvements.values().filter(|one| one.mission_id == mission && one.trafficker_id == Some(trafficker));
        with.filter_map(|one| one.case_id).collect()
    }

    /// The referrals of a case.
    pub fn referrals_of(&self, mission: CountryCode, case: Uuid) -> impl Iterator<Item = &referral::Model> {
        self.referrals.values().filter(move |row| row.mission_id == mission && row.case_id == Some(case))
    }
}
