//! What was attempted and did not last: counted for each viewer, mission, command and outcome, in a transaction of its own, since
//! the one that it ends takes everything with it. It names no record: whether a number is taken is told to nobody by it.
//!
//! The counts are beside the chain of the audit, not in it: the chain is for ever, and whoever is refused a thousand times would
//! write a thousand entries into it, each waiting for the one before. Counted, they are one row a day.

use std::{collections::BTreeMap, error::Error as _, sync::Arc};

use chrono::{DateTime, SubsecRound, Utc};
use entity::{CountryCode, refusal};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{Iterable, ModelTrait};
use tokio::{runtime::Handle, sync::oneshot};
use tracing::Instrument;

use super::{
    Access,
    clearance::Clearance,
    command::Command,
    days::Days,
    identity::Viewer,
    session::{Purpose, Session},
};
use crate::clock;
use crate::error::{ClientError, Result};
use crate::telemetry::instruments;

/// A command, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The mission that it was for, where that is known.
    pub mission: Option<CountryCode>,
    /// The command.
    pub command: Command,
    /// The code of its error; none where it went through.
    pub refused: Option<&'static str>,
}

/// The code of a command that went through in an operation of which nothing lasts. It told the viewer as much as one that
/// was refused: that a number is free, for one.
const UNDONE: &str = "UNDONE";

impl Attempt {
    /// What is counted of it, if nothing of its operation lasts: what tells something of records. A wrong argument tells of
    /// itself, and a service that is away of nothing.
    fn counted(self) -> Option<&'static str> {
        let telling = [ClientError::CONFLICT, ClientError::FORBIDDEN, ClientError::NOT_FOUND];
        match self.refused {
            None => Some(UNDONE),
            Some(code) => telling.contains(&code).then_some(code),
        }
    }
}

/// Mission, command and outcome.
type Key = (CountryCode, &'static str, &'static str);

impl Access {
    /// Counts the attempts of an operation of which nothing lasts, and whose own transaction is over. It is done in a task of its
    /// own, which nobody cuts off by going away; what comes of it can be waited for. [`Access::close`] waits for it.
    #[must_use]
    pub fn count_refusals(&self, viewer: &Arc<Viewer>, attempts: Vec<Attempt>) -> oneshot::Receiver<Result<()>> {
        let (tell, told) = oneshot::channel();
        let (access, viewer) = (self.clone(), Arc::clone(viewer));
        let under_way = Arc::clone(&self.inner.counting).try_read_owned();
        let counting = async move {
            let outcome = access.count(&viewer, &attempts).await;
            if let Err(Err(unheard)) = tell.send(outcome) {
                let cause = unheard.source().map_or_else(|| unheard.to_string(), ToString::to_string);
                tracing::error!(%cause, "what was attempted could not be counted");
            }
            drop(under_way);
        };
        // Without a runtime the process ends.
        if let Ok(runtime) = Handle::try_current() {
            drop(runtime.spawn(counting.in_current_span()));
        }
        told
    }

    async fn count(&self, viewer: &Viewer, attempts: &[Attempt]) -> Result<()> {
        if attempts.iter().all(|attempt| attempt.counted().is_none()) {
            return Ok(());
        }
        let clearance = self.clearance(viewer).await?;
        let counts = by_key(&clearance, attempts);
        let missions: Vec<CountryCode> = counts.keys().map(|(mission, ..)| *mission).collect();
        if missions.is_empty() {
            return Ok(());
        }
        let session = Session::open(&self.inner.pool, Purpose::Write, &missions).await?;
        let now = clock::now().trunc_subsecs(6);
        let days = Days::at(now, clearance.zones());
        // In the order of their keys, so that two never wait for each other.
        for (key, times) in &counts {
            add(&session, row(viewer, *key, *times, now, &days)).await?;
        }
        session.commit().await?;
        for ((mission, _, code), times) in counts {
            instruments::refusals(mission.as_str(), viewer.kind().name(), code, times);
        }
        Ok(())
    }
}

/// How often each came. What was for somebody else's mission counts in the viewer's own first one; who has none, can learn of none.
fn by_key(clearance: &Clearance, attempts: &[Attempt]) -> BTreeMap<Key, u32> {
    let own = clearance.missions();
    let mut counts: BTreeMap<Key, u32> = BTreeMap::new();
    for attempt in attempts {
        let mission = attempt.mission.filter(|mission| own.contains(mission)).or_else(|| own.first().copied());
        if let (Some(mission), Some(code)) = (mission, attempt.counted()) {
            *counts.entry((mission, attempt.command.name(), code)).or_default() += 1;
        }
    }
    counts
}

/// What is counted in the row of a key. Its day is that of the mission.
fn row(viewer: &Viewer, (mission, action, code): Key, times: u32, now: DateTime<Utc>, days: &Days) -> refusal::Model {
    refusal::Model {
        mission_id: mission,
        day: days.today(mission),
        subject: viewer.actor().to_owned(),
        action: action.to_owned(),
        code: code.to_owned(),
        attempts: times.into(),
        first_at: now,
        last_at: now,
    }
}

async fn add(session: &Session, row: refusal::Model) -> Result<()> {
    use refusal::Column::{Action, Attempts, Code, Day, LastAt, MissionId, Subject};
    let more = OnConflict::columns([MissionId, Day, Subject, Action, Code])
        .value(Attempts, Expr::col((refusal::Entity, Attempts)).add(row.attempts))
        .value(LastAt, Expr::value(row.last_at))
        .to_owned();
    let mut statement = Query::insert();
    statement.into_table(refusal::Entity).columns(refusal::Column::iter());
    statement.values_panic(refusal::Column::iter().map(|column| Expr::value(row.get(column)))).on_conflict(more);
    session.execute(refusal::Entity, &statement).await.map(drop)
}
