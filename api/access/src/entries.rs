//! What a transaction leaves behind beside its rows: entries of the audit's chain and of the change log, and the before-images.
//!
//! The chain and the state of the data are two numbers. An entry of the audit that tells of no change of data leaves the mission's
//! data version as it is, so that what is remembered of it stays good, and does not wait for whoever is changing the mission.

use std::borrow::Borrow;

use chrono::{DateTime, SubsecRound, Utc};
use entity::{CountryCode, audit_chain, audit_entry, change, field_change, mission};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Order, Query};
use sea_orm::{EntityTrait, Iterable};
use uuid::Uuid;

use super::{command::Command, field_change::FieldChange, insert::inserts, session::Session};
use crate::audit;
use crate::clock;
use crate::error::{ClientError, Error, Result};

/// What a command did, for the audit and the change log.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// The mission that it is about.
    pub(super) mission: CountryCode,
    /// The command.
    pub(super) command: Command,
    /// The object; none for a batch.
    pub(super) object_id: Option<Uuid>,
    /// Policy objects touched, or the size of a batch. It never has a value.
    pub(super) detail: String,
    /// Whether any data changed.
    pub(super) changed: bool,
    /// What the fields that changed were before.
    pub(super) fields: Vec<FieldChange>,
}

/// The end of a mission's chain.
struct End {
    sequence: i64,
    head: String,
}

/// Appends events of one mission. Writers of one mission take turns here.
///
/// # Errors
/// `NOT_FOUND` for a mission that is not set up; those of the database.
pub(super) async fn append(session: &Session, mission: CountryCode, subject: &str, events: Vec<Event>) -> Result<()> {
    let at: DateTime<Utc> = clock::now().trunc_subsecs(6);
    let changes = events.iter().filter(|event| event.changed).count();
    let mut version = match changes {
        0 => 0,
        _ => take_turn(session, mission, i64::try_from(changes).unwrap_or(i64::MAX)).await?,
    };
    let End { mut sequence, mut head } = end_of_chain(session, mission).await?;
    let mut data_head = None;
    for event in events {
        sequence += 1;
        let entry = audit::chain(mission, sequence, at, subject, &event, &head);
        head.clone_from(&entry.hash);
        insert::<audit_entry::Entity>(session, &[&entry]).await.map_err(|error| met_another(session, error))?;
        if event.changed {
            version += 1;
            data_head = Some(entry.hash.clone());
            insert::<change::Entity>(session, &[change_of(&entry, version, event.command.kind())]).await?;
        }
        let fields: Vec<_> = event.fields.into_iter().map(|field| field.row(mission, at, &entry)).collect();
        insert::<field_change::Entity>(session, &fields).await?;
    }
    end_chain(session, mission, &End { sequence, head }).await?;
    match data_head {
        Some(head) => note_state(session, mission, head).await,
        None => Ok(()),
    }
}

/// Raises the data version of a mission; what it was before. Who comes second waits for who is first.
async fn take_turn(session: &Session, mission: CountryCode, changes: i64) -> Result<i64> {
    let raised = Expr::col(mission::Column::DataVersion).add(changes);
    let mut turn = Query::update();
    turn.table(mission::Entity).value(mission::Column::DataVersion, raised);
    turn.and_where(Expr::col(mission::Column::Id).eq(mission));
    turn.returning(Query::returning().columns([mission::Column::DataVersion]));
    let rows = session.query(mission::Entity, &turn).await?;
    let row = rows.first().ok_or(ClientError::NotFound)?;
    Ok(row.try_get::<i64>("", "data_version")? - changes)
}

/// The end of the chain, locked until the transaction ends; made where there is none.
async fn end_of_chain(session: &Session, mission: CountryCode) -> Result<End> {
    use audit_chain::Column::{Head, MissionId, Sequence};
    let mut turn = Query::insert();
    turn.into_table(audit_chain::Entity).columns([MissionId, Sequence, Head]);
    turn.values_panic([Expr::value(mission), Expr::value(0_i64), Expr::value("")]);
    let sequence = Expr::col((audit_chain::Entity, Sequence));
    turn.on_conflict(OnConflict::column(MissionId).value(Sequence, sequence).to_owned());
    turn.returning(Query::returning().columns([Sequence, Head]));
    let rows = session.query(audit_chain::Entity, &turn).await?;
    let row = rows.first().ok_or(ClientError::NotFound)?;
    let end = End { sequence: row.try_get("", "sequence")?, head: row.try_get("", "head")? };
    Ok(last_entry(session, mission).await?.filter(|last| last.sequence > end.sequence).unwrap_or(end))
}

/// The last entry of a mission. A gateway of a release that knew no [`audit_chain`] appends behind the end that is noted there, as
/// long as it serves beside this one.
async fn last_entry(session: &Session, mission: CountryCode) -> Result<Option<End>> {
    use audit_entry::Column::{Hash, MissionId, Sequence};
    let mut last = Query::select();
    last.columns([Sequence, Hash]).from(audit_entry::Entity).and_where(Expr::col(MissionId).eq(mission));
    let rows = session.query(audit_entry::Entity, last.order_by(Sequence, Order::Desc).limit(1)).await?;
    rows.first()
        .map(|row| Ok(End { sequence: row.try_get("", "sequence")?, head: row.try_get("", "hash")? }))
        .transpose()
}

/// Who meets an entry of this number has met such a gateway: the same goes through behind it.
fn met_another(session: &Session, error: Error) -> Error {
    match error {
        Error::Client(ClientError::Conflict { .. }) => session.lost_to_others(),
        other => other,
    }
}

async fn end_chain(session: &Session, mission: CountryCode, end: &End) -> Result<()> {
    use audit_chain::Column::{Head, MissionId, Sequence};
    let mut link = Query::update();
    link.table(audit_chain::Entity).value(Sequence, end.sequence).value(Head, end.head.as_str());
    link.and_where(Expr::col(MissionId).eq(mission));
    session.execute(audit_chain::Entity, &link).await.map(drop)
}

/// The hash of the entry that tells of the latest change names the state of the data, together with the version: a database
/// that was set back comes to the same version by other changes.
async fn note_state(session: &Session, mission: CountryCode, head: String) -> Result<()> {
    let mut state = Query::update();
    state.table(mission::Entity).value(mission::Column::AuditHead, head);
    state.and_where(Expr::col(mission::Column::Id).eq(mission));
    session.execute(mission::Entity, &state).await.map(drop)
}

fn change_of(entry: &audit_entry::Model, data_version: i64, kind: &str) -> change::Model {
    change::Model {
        mission_id: entry.mission_id,
        data_version,
        at: entry.at,
        object_type: entry.object_type.clone(),
        object_id: entry.object_id,
        kind: kind.to_owned(),
    }
}

async fn insert<E: EntityTrait>(session: &Session, models: &[impl Borrow<E::Model>]) -> Result<()> {
    let columns: Vec<E::Column> = E::Column::iter().collect();
    for statement in inserts::<E>(&columns, models) {
        session.execute(E::default(), &statement).await?;
    }
    Ok(())
}
