//! Whose turn it is: operations that are about the same cases lock them in one order, so that none waits for another crosswise.

use std::collections::BTreeSet;

use entity::table::ID;
use entity::{CountryCode, Governed, case_file, episode_trafficker};
use futures::future::BoxFuture;
use sea_orm::DbBackend;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement, UnionType};
use uuid::Uuid;

use super::{
    command::Command, granted::Granted, one_of::one_of, opening::Shared, sealing::RowId, standpoint::Decide,
    writer::Writer,
};
use crate::error::Result;

impl Writer {
    /// Locks the cases that an operation is about, in one order for all operations: two that change the same cases, each in an
    /// order of its own, would wait for each other until the database ends one of them. What is not the viewer's to change is
    /// left alone, and nobody is told of it. SQLite has one writer.
    ///
    /// # Errors
    /// Those of the database.
    pub fn take_turns<'a>(&'a self, cases: &'a [RowId]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if cases.len() < 2 || self.inner.pool.backend() == DbBackend::Sqlite {
                return Ok(());
            }
            // What the commands that there are change beside a case.
            let shared = Shared { individual: true, traffickers: false };
            self.lock_with_sharing(&Command::CHANGING_A_CASE, cases, shared).await.map(drop)
        })
    }

    /// Locks the cases that share what will be changed with this one, itself included; their ids, in order. None where the viewer may
    /// not run the command on this one.
    pub(super) async fn take_turns_of_sharing(
        &self,
        command: Command,
        case: RowId,
        shared: Shared,
    ) -> Result<Vec<Uuid>> {
        self.lock_with_sharing(&[command], &[case], shared).await
    }

    /// Locks those of the cases on which the viewer may run any of the commands, and with each of them all that share what will be
    /// changed, whoever may change these: what is derived in them follows it.
    async fn lock_with_sharing(&self, commands: &[Command], cases: &[RowId], shared: Shared) -> Result<Vec<Uuid>> {
        use case_file::Column::{Id, MissionId};
        let Some(writable) = self.cases_to_change(commands) else { return Ok(Vec::new()) };
        let own = |column| {
            let mut own = Query::select();
            own.columns([(case_file::Entity, MissionId), (case_file::Entity, column)])
                .from(case_file::Entity)
                .and_where(self.source(None).masks(case_file::Entity::TABLE).rows())
                .and_where(self.refers_to(case_file::Entity::TABLE, ID, cases))
                .and_where(writable.clone());
            own
        };
        let mut sharing = own(Id);
        if shared.individual {
            sharing.union(UnionType::Distinct, of_individuals(own(case_file::Column::IndividualId)));
        }
        if shared.traffickers {
            sharing.union(UnionType::Distinct, of_traffickers(own(Id)));
        }
        let file = |column| Expr::col((case_file::Entity, column));
        let missions: BTreeSet<CountryCode> = cases.iter().map(|case| case.mission).collect();
        let mut statement = Query::select();
        statement
            .column((case_file::Entity, Id))
            .from(case_file::Entity)
            .and_where(one_of(self.inner.pool.backend(), file(MissionId), missions))
            .and_where(Expr::tuple([file(MissionId), file(Id)]).in_subquery(sharing))
            .order_by((case_file::Entity, MissionId), Order::Asc)
            .order_by((case_file::Entity, Id), Order::Asc)
            .lock_exclusive();
        let rows = self.session().await?.query(case_file::Entity, &statement).await?;
        rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
    }

    /// The condition that the viewer may run any of the commands on a case; none where there can be no such case. Only such cases
    /// are locked: whoever may only read must not keep others from their work.
    fn cases_to_change(&self, commands: &[Command]) -> Option<Expr> {
        Granted::to_run(case_file::Entity::TABLE, commands, self.source(None)).condition(Decide::RowByRow)
    }
}

/// The cases of these individuals.
fn of_individuals(individuals: SelectStatement) -> SelectStatement {
    use case_file::Column::{Id, IndividualId, MissionId};
    let sharing = |column| (Alias::new("sharing"), column);
    let individual = Expr::tuple([Expr::col(sharing(MissionId)), Expr::col(sharing(IndividualId))]);
    let mut cases = Query::select();
    cases
        .columns([sharing(MissionId), sharing(Id)])
        .from_as(case_file::Entity, Alias::new("sharing"))
        .and_where(individual.in_subquery(individuals));
    cases
}

/// The cases in which anybody is involved who is involved in one of these.
fn of_traffickers(cases: SelectStatement) -> SelectStatement {
    use episode_trafficker::Column::{CaseId, MissionId, TraffickerId};
    let pair = |alias: &'static str, column| {
        Expr::tuple([MissionId, column].map(|column| Expr::col((Alias::new(alias), column))))
    };
    let mut traffickers = Query::select();
    traffickers
        .columns([MissionId, TraffickerId].map(|column| (Alias::new("involved"), column)))
        .from_as(episode_trafficker::Entity, Alias::new("involved"))
        .and_where(pair("involved", CaseId).in_subquery(cases));
    let mut sharing = Query::select();
    sharing
        .columns([MissionId, CaseId].map(|column| (Alias::new("sharing"), column)))
        .from_as(episode_trafficker::Entity, Alias::new("sharing"))
        .and_where(pair("sharing", TraffickerId).in_subquery(traffickers));
    sharing
}
