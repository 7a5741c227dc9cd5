//! The [`OpenBatch`]: the door for rows by the thousand, which the operator brings in on the machine itself. They are new,
//! so nothing was before them; what is written of them is checked by nobody's policy.

use std::collections::BTreeSet;

use entity::{CountryCode, Governed, case_file, fact};
use futures::future::BoxFuture;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{Iterable, ModelTrait, Value};

use super::{
    command::Command,
    entries::Event,
    insert::{MOST_PARAMETERS, inserts},
    keys,
    writer::{Writer, Writing},
};
use crate::error::{ClientError, Result};

/// A mission, opened for one batch of the operator.
pub struct OpenBatch<'w> {
    writer: &'w Writer,
    writing: Writing<'w>,
    mission: CountryCode,
    command: Command,
}

impl OpenBatch<'_> {
    /// Adds rows, with their matching keys.
    ///
    /// # Errors
    /// `NOT_FOUND` for a row of another mission; those of the database.
    pub async fn add<E: Governed>(&self, mut models: Vec<E::Model>) -> Result<()> {
        if models.iter().any(|model| model.get(E::MISSION_ID) != Value::from(self.mission)) {
            return Err(ClientError::NotFound.into());
        }
        models.iter_mut().for_each(keys::fill::<E>);
        let columns = present::<E>(&models);
        for statement in inserts::<E>(&columns, &models) {
            self.writer.session().await?.execute(E::default(), &statement).await?;
        }
        Ok(())
    }

    /// Adds or replaces facts.
    ///
    /// # Errors
    /// `NOT_FOUND` for a fact of another mission; those of the database.
    pub fn put_facts(&self, facts: Vec<fact::Model>) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            if facts.iter().any(|fact| fact.mission_id != self.mission) {
                return Err(ClientError::NotFound.into());
            }
            self.writer.put_facts(facts).await
        })
    }

    /// Notes the batch. Without it nothing of the transaction lasts.
    pub fn close(self, cases: usize) {
        let Self { writing, mission, command, .. } = self;
        let detail = format!("{cases} cases");
        writing.end([Event { mission, command, object_id: None, detail, changed: true, fields: Vec::new() }]);
    }
}

impl Writer {
    /// Opens a mission for a batch.
    ///
    /// # Errors
    /// `NOT_FOUND` for a mission that is not the writer's; `FORBIDDEN` for anybody but the operator, and for a command about one case.
    pub fn open_batch(&self, command: Command, mission: CountryCode) -> Result<OpenBatch<'_>> {
        let domain = self.clearance.domain(mission).ok_or(ClientError::NotFound)?;
        if !domain.decisions().is_operator() || command.object().is_some() {
            return Err(ClientError::Forbidden("only the operator writes whole batches".to_owned()).into());
        }
        Ok(OpenBatch { writer: self, writing: self.begin_to_write(), mission, command })
    }

    /// Which of these import keys a mission has already.
    ///
    /// # Errors
    /// `FORBIDDEN` for anybody but the operator; those of the database.
    pub fn import_keys_there_as_operator<'a>(
        &'a self,
        keys: &'a [(CountryCode, String)],
    ) -> BoxFuture<'a, Result<BTreeSet<(CountryCode, String)>>> {
        Box::pin(async move {
            if !self.clearance.domains().iter().all(|domain| domain.decisions().is_operator()) {
                return Err(ClientError::Forbidden("only the operator imports".to_owned()).into());
            }
            let mut there = BTreeSet::new();
            for chunk in keys.chunks(MOST_PARAMETERS / 2) {
                let rows = self.session().await?.query(case_file::Entity, &with_import_keys(chunk)).await?;
                for row in &rows {
                    there.insert((row.try_get("", "mission_id")?, row.try_get("", "import_key")?));
                }
            }
            Ok(there)
        })
    }
}

/// Cases with these import keys. A join, so that each key is one look into the index; a list of thousands of parameters
/// would be compared with every row of the mission.
fn with_import_keys(keys: &[(CountryCode, String)]) -> SelectStatement {
    let case = |column: case_file::Column| (case_file::Entity, column);
    // Both databases name the columns of a list of values so.
    let wanted = |column: &'static str| (Alias::new("wanted"), Alias::new(column));
    let same = Expr::col(case(case_file::Column::MissionId))
        .equals(wanted("column1"))
        .and(Expr::col(case(case_file::Column::ImportKey)).equals(wanted("column2")));
    let mut statement = Query::select();
    statement
        .columns([case(case_file::Column::MissionId), case(case_file::Column::ImportKey)])
        .from_values(keys.iter().map(|(mission, key)| (mission.as_str(), key.as_str())), Alias::new("wanted"))
        .inner_join(case_file::Entity, same);
    statement
}

/// The columns that any of the models has a value for.
fn present<E: Governed>(models: &[E::Model]) -> Vec<E::Column> {
    let is_null = |value: Value| value == value.as_null();
    E::Column::iter().filter(|column| models.iter().any(|model| !is_null(model.get(*column)))).collect()
}
