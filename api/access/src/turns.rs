//! Whose turn it is: operations that are about the same cases lock them in one order, so that none waits for another crosswise.

use std::collections::BTreeSet;

use entity::table::ID;
use entity::{CountryCode, Governed, case_file};
use futures::future::BoxFuture;
use sea_orm::DbBackend;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query};
use uuid::Uuid;

use super::{command::Command, granted::Granted, one_of::one_of, sealing::RowId, standpoint::Decide, writer::Writer};
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
            self.lock_with_sharing(&Command::CHANGING_A_CASE, cases).await.map(drop)
        })
    }

    /// Locks the cases that share the individual of this one, itself included; their ids, in order. None where the viewer may not run
    /// the command on this one.
    pub(super) async fn take_turns_of_individual(&self, command: Command, case: RowId) -> Result<Vec<Uuid>> {
        self.lock_with_sharing(&[command], &[case]).await
    }

    /// Locks those of the cases on which the viewer may run any of the commands, and with each of them all that share its individual,
    /// whoever may change these: what is derived in them follows the individual.
    async fn lock_with_sharing(&self, commands: &[Command], cases: &[RowId]) -> Result<Vec<Uuid>> {
        use case_file::Column::{Id, IndividualId, MissionId};
        let Some(writable) = self.cases_to_change(commands) else { return Ok(Vec::new()) };
        let mut individuals = Query::select();
        individuals
            .columns([(case_file::Entity, MissionId), (case_file::Entity, IndividualId)])
            .from(case_file::Entity)
            .and_where(self.source(None).masks(case_file::Entity::TABLE).rows())
            .and_where(self.refers_to(case_file::Entity::TABLE, ID, cases))
            .and_where(writable);
        let sharing = |column| (Alias::new("sharing"), column);
        let individual = Expr::tuple([Expr::col(sharing(MissionId)), Expr::col(sharing(IndividualId))]);
        let missions: BTreeSet<CountryCode> = cases.iter().map(|case| case.mission).collect();
        let mut statement = Query::select();
        statement
            .column(sharing(Id))
            .from_as(case_file::Entity, Alias::new("sharing"))
            .and_where(one_of(self.inner.pool.backend(), Expr::col(sharing(MissionId)), missions))
            .and_where(individual.in_subquery(individuals))
            .order_by(sharing(MissionId), Order::Asc)
            .order_by(sharing(Id), Order::Asc)
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
