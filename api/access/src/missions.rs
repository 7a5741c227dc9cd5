//! The operator's commands about missions: setting them up, and changing them. Each leaves an entry in the audit, unless
//! nothing changed. No viewer comes here.

use chrono_tz::Tz;
use entity::codes::MissionStatus;
use entity::{Code, CountryCode, mission};
use futures::future::BoxFuture;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{Iterable, ModelTrait, Value};

use super::{
    Access,
    command::Command,
    entries::{Event, append},
    session::{Purpose, Session},
};
use crate::error::{ClientError, Result};

/// Who runs commands on the machine itself, as the audit names them.
const OPERATOR: &str = "operator";

impl Access {
    /// Sets up missions that are not there yet, before anybody has a role in them.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_up_missions_as_operator(&self, missions: Vec<mission::Model>) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let codes: Vec<CountryCode> = missions.iter().map(|mission| mission.id).collect();
            let session = Session::open(&self.inner.pool, Purpose::Write, &codes).await?;
            for mission in &missions {
                let mut statement = Query::insert();
                statement.into_table(mission::Entity).columns(mission::Column::iter());
                statement.values_panic(mission::Column::iter().map(|column| Expr::value(mission.get(column))));
                statement.on_conflict(OnConflict::column(mission::Column::Id).do_nothing().to_owned());
                if session.execute(mission::Entity, &statement).await? > 0 {
                    note(&session, mission.id, Command::SetUpMission).await?;
                }
            }
            session.commit().await?;
            self.clearances.forget();
            Ok(())
        })
    }

    /// Lets the days of a mission begin and end by another time zone. Clearances that are in use end within
    /// [`CLEARANCE_LIFE`](super::CLEARANCE_LIFE).
    ///
    /// # Errors
    /// `NOT_FOUND` for a mission that is not set up; those of the database.
    pub fn set_time_zone_as_operator(&self, mission: CountryCode, zone: Tz) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.change(mission, mission::Column::TimeZone, zone.name().into(), Command::SetMission).await
        })
    }

    /// Lets nobody read or write a mission from now on. Clearances that are in use end within
    /// [`CLEARANCE_LIFE`](super::CLEARANCE_LIFE).
    ///
    /// # Errors
    /// `NOT_FOUND` for a mission that is not set up; those of the database.
    pub fn suspend_mission_as_operator(&self, mission: CountryCode) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.set_status(mission, MissionStatus::Suspended, Command::SuspendMission).await })
    }

    /// Undoes [`Access::suspend_mission_as_operator`].
    ///
    /// # Errors
    /// `NOT_FOUND` for a mission that is not set up; those of the database.
    pub fn resume_mission_as_operator(&self, mission: CountryCode) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.set_status(mission, MissionStatus::Active, Command::ResumeMission).await })
    }

    async fn set_status(&self, mission: CountryCode, status: MissionStatus, command: Command) -> Result<()> {
        self.change(mission, mission::Column::Status, status.number().into(), command).await
    }

    /// Gives a column of a mission's row another value. Where it has that value already, nothing is done and nothing noted: what
    /// is remembered of the mission stays good.
    async fn change(
        &self,
        mission: CountryCode,
        column: mission::Column,
        value: Value,
        command: Command,
    ) -> Result<()> {
        let session = Session::open(&self.inner.pool, Purpose::Write, &[mission]).await?;
        let is_mission = Expr::col(mission::Column::Id).eq(mission);
        let is_other = Expr::col(column).is_null().or(Expr::col(column).ne(value.clone()));
        let mut change = Query::update();
        change.table(mission::Entity).value(column, value).and_where(is_mission.clone()).and_where(is_other);
        if session.execute(mission::Entity, &change).await? > 0 {
            note(&session, mission, command).await?;
            session.commit().await?;
            self.clearances.forget();
            return Ok(());
        }
        let mut known = Query::select();
        known.column(mission::Column::Id).from(mission::Entity).and_where(is_mission);
        let is_there = !session.query(mission::Entity, &known).await?.is_empty();
        if is_there { Ok(()) } else { Err(ClientError::NotFound.into()) }
    }
}

/// Adds what was done with a mission to its audit and its change log.
async fn note(session: &Session, mission: CountryCode, command: Command) -> Result<()> {
    let (detail, fields) = (String::new(), Vec::new());
    let event = Event { mission, command, object_id: None, detail, changed: true, fields };
    append(session, mission, OPERATOR, vec![event]).await
}
