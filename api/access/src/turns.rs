//! Whose turn it is: operations that are about the same cases lock them in one order, so that none waits for another crosswise.

use entity::table::ID;
use entity::{Governed, case_file};
use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, Order, Query};

use super::{granted::Granted, policy::Action, sealing::RowId, standpoint::Decide, writer::Writer};
use crate::error::Result;

impl Writer {
    /// Locks the cases that an operation is about, in one order for all operations: two that change the same cases, each in an
    /// order of its own, would wait for each other until the database ends one of them. What is not the viewer's to write is
    /// left alone, and nobody is told of it. SQLite has one writer.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn take_turns(&self, cases: &[RowId]) -> Result<()> {
        if cases.len() < 2 || self.inner.pool.backend() == DbBackend::Sqlite {
            return Ok(());
        }
        let Some(writable) = self.writable_cases() else { return Ok(()) };
        let mut statement = Query::select();
        statement
            .column((case_file::Entity, case_file::Column::Id))
            .from(case_file::Entity)
            .and_where(self.source(None).masks(case_file::Entity::TABLE).rows())
            .and_where(self.refers_to(case_file::Entity::TABLE, ID, cases))
            .and_where(writable)
            .order_by((case_file::Entity, case_file::Column::MissionId), Order::Asc)
            .order_by((case_file::Entity, case_file::Column::Id), Order::Asc)
            .lock_exclusive();
        self.session().await?.query(case_file::Entity, &statement).await.map(drop)
    }

    /// The condition that the viewer may write a case at all; none where there can be no such case. Only such cases are locked:
    /// whoever may only read must not keep others from their work.
    pub(super) fn writable_cases(&self) -> Option<Expr> {
        Granted::new(case_file::Entity::TABLE, self.source(None), Action::Write).condition(Decide::RowByRow)
    }
}
