//! Row scopes as SQL, from where a viewer stands: on which day, in which missions, of which database. A scope is a condition on
//! the case file to which a row leads, or on the row itself.

use entity::codes::{CaseStatus, ConsentPurpose, ReferralDirection, ReferralStatus};
use entity::table::{CASE_ID, CasePath, ID, MISSION_ID, Table, Whose};
use entity::{Code, CountryCode, case_file, episode_trafficker, referral};
use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

use super::days::Days;
use super::identity::Viewer;
use super::one_of::one_of;
use super::scope::{RestsOn, RowScope, ScopeSet};

/// The name under which a scope's sub-select knows the case file; no statement uses it for anything else.
const CASE: &str = "scope_case";

/// From where scopes are seen: who asks, on which day, about which rows.
#[derive(Clone, Copy)]
pub(super) struct Standpoint<'a> {
    /// Who asks.
    pub(super) viewer: &'a Viewer,
    /// The days on which a referral has to be in force, mission by mission.
    pub(super) days: &'a Days,
    /// The missions of the rows. A scope looks for case files in these and in no other.
    pub(super) missions: &'a [CountryCode],
    /// The database that is asked.
    pub(super) backend: DbBackend,
    /// How it decides.
    pub(super) decide: Decide,
}

/// How a database decides whether a row is in a scope.
///
/// | | few rows that are known already | all rows of a mission |
/// |---|---|---|
/// | PostgreSQL | of each row: a look into an index | a set, which is made once: a tenth of the work |
/// | SQLite | a set | a set |
///
/// SQLite does as it is told and plans without looking at the data: asked of each row it took another index than one would,
/// and read half a table for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decide {
    /// Of each row, by `EXISTS`. As a condition of a whole statement PostgreSQL makes a join of it, whichever way it is put.
    RowByRow,
    /// Whether the row is in a set.
    AsSet,
}

/// The condition that any of the scopes holds for a row of the table. No condition where every row of the mission does.
pub(super) fn condition(table: &'static Table, scopes: ScopeSet, at: Standpoint<'_>) -> Option<Expr> {
    if scopes.covers(ScopeSet::MISSION) {
        return None;
    }
    let of_row = scopes.iter().filter_map(|scope| at.is_of_viewer(table, scope));
    let any = at.about(scopes).in_case_of(table, scopes).into_iter().chain(of_row).reduce(ExprTrait::or);
    Some(any.unwrap_or_else(|| Expr::value(false)))
}

impl Standpoint<'_> {
    /// How these scopes are asked about. PostgreSQL looks a set through from its beginning for each row where it would not fit
    /// into its memory; of consents to research there may be any number, in all missions.
    fn about(self, scopes: ScopeSet) -> Self {
        let decide = match self.backend {
            DbBackend::Postgres if scopes.iter().any(|scope| scope == RowScope::ResearchConsented) => Decide::RowByRow,
            DbBackend::Postgres => self.decide,
            _ => Decide::AsSet,
        };
        Self { decide, ..self }
    }

    /// The row leads to a case file that is in any of those scopes that rest on one. No condition where there can be no such row.
    fn in_case_of(&self, table: &'static Table, scopes: ScopeSet) -> Option<Expr> {
        let case = if table.path == CasePath::Itself { table.table } else { CASE };
        let of_case = scopes.iter().filter(|scope| scope.rests_on() == RestsOn::Case);
        let any = of_case.map(|scope| self.holds(case, scope)).reduce(ExprTrait::or)?;
        self.leads_to_case(table, case, any)
    }

    /// The row leads to a case file that meets the condition. No condition where it leads to none.
    fn leads_to_case(&self, table: &'static Table, case: &'static str, condition: Expr) -> Option<Expr> {
        if table.path == CasePath::Itself {
            return Some(condition);
        }
        let of_case = |column: case_file::Column| Expr::col((case, column));
        let of_row = |key: &'static str| [Expr::col((table.table, MISSION_ID)), Expr::col((table.table, key))];
        let mission = of_case(case_file::Column::MissionId);
        let mut cases = Query::select();
        cases.from_as(case_file::Entity, case).and_where_option(self.in_missions(mission.clone())).and_where(condition);
        match table.path {
            CasePath::Itself | CasePath::Mission => None,
            CasePath::Child => Some(self.among(of_row(CASE_ID), cases, [mission, of_case(case_file::Column::Id)])),
            CasePath::Individual => {
                Some(self.among(of_row(ID), cases, [mission, of_case(case_file::Column::IndividualId)]))
            }
            CasePath::Trafficker => {
                use episode_trafficker::Column::{CaseId, MissionId, TraffickerId};
                let of = |column| Expr::col((episode_trafficker::Entity, column));
                let of_such_a_case =
                    self.among([of(MissionId), of(CaseId)], cases, [mission, of_case(case_file::Column::Id)]);
                let mut involvements = Query::select();
                involvements.from(episode_trafficker::Entity).and_where_option(self.in_missions(of(MissionId)));
                involvements.and_where(of_such_a_case);
                Some(self.among(of_row(ID), involvements, [of(MissionId), of(TraffickerId)]))
            }
        }
    }

    /// The row itself is the viewer's in such a scope. No condition where the scope does not rest on the row, or the table does not
    /// say whose its rows are.
    fn is_of_viewer(&self, table: &'static Table, scope: RowScope) -> Option<Expr> {
        let RestsOn::Row(whose) = scope.rests_on() else { return None };
        let column = table.whose(whose)?;
        let own = match whose {
            Whose::Organisation => self.viewer.organisation()?,
        };
        Some(Expr::col((table.table, column.name)).eq(own))
    }

    /// Mission and key of a row are among those that a select finds.
    fn among(&self, row: [Expr; 2], mut select: SelectStatement, found: [Expr; 2]) -> Expr {
        if self.decide == Decide::RowByRow {
            for (found, row) in found.into_iter().zip(row) {
                select.and_where(found.eq(row));
            }
            return Expr::exists(select.expr(Expr::value(1)).take());
        }
        let [mission, key] = found;
        // A set without nulls: with one in it, whether a row is missing from the set would be unknown.
        select.and_where(key.clone().is_not_null()).expr(mission).expr(key);
        Expr::tuple(row).in_subquery(select)
    }

    /// The case file is one of the scope.
    fn holds(&self, case: &'static str, scope: RowScope) -> Expr {
        let column = |column: case_file::Column| Expr::col((case, column));
        let open = [CaseStatus::Active.number(), CaseStatus::FollowUp.number()];
        match scope {
            RowScope::Own => column(case_file::Column::Owner).eq(self.viewer.actor()),
            RowScope::Team => column(case_file::Column::Team).is_in(self.viewer.teams().iter().map(String::as_str)),
            RowScope::Registered => column(case_file::Column::RegisteredBy)
                .eq(self.viewer.actor())
                .and(column(case_file::Column::Status).is_in(open)),
            RowScope::Referred => self.referred(case, false),
            RowScope::ReferredConsented => self.referred(case, true),
            RowScope::ResearchConsented => column(case_file::Column::ConsentsInForce)
                .bit_and(1_i64 << ConsentPurpose::ResearchAndStatistics.number())
                .ne(0),
            // These rest on no case.
            RowScope::Mission | RowScope::OwnOrganisation => Expr::value(false),
        }
    }

    /// An accepted outgoing referral to the viewer's organisation that has not expired: it lasts to the end of its last day in its
    /// mission. A referral without an end is none.
    fn referred(&self, case: &'static str, consented: bool) -> Expr {
        let Some(organisation) = self.viewer.organisation() else {
            return Expr::value(false);
        };
        let column = |column: referral::Column| Expr::col((referral::Entity, column));
        let of_case = |column: case_file::Column| Expr::col((case, column));
        let today = self.days.within(self.missions, self.backend);
        let mut referrals = Query::select();
        referrals
            .from(referral::Entity)
            .and_where_option(self.in_missions(column(referral::Column::MissionId)))
            .and_where(column(referral::Column::Organisation).eq(organisation))
            .and_where(column(referral::Column::Direction).eq(ReferralDirection::Outgoing.number()))
            .and_where(column(referral::Column::Status).eq(ReferralStatus::Accepted.number()))
            .and_where(today.or_later(&column(referral::Column::MissionId), &column(referral::Column::ExpiresOn)));
        if consented {
            referrals.and_where(column(referral::Column::ConsentInForce).eq(true));
        }
        self.among(
            [of_case(case_file::Column::MissionId), of_case(case_file::Column::Id)],
            referrals,
            [column(referral::Column::MissionId), column(referral::Column::CaseId)],
        )
    }

    /// The mission of a row of a set is one of those that are looked at. What is asked about one row is asked about its mission.
    fn in_missions(&self, mission: Expr) -> Option<Expr> {
        match (self.decide, self.missions) {
            (Decide::RowByRow, _) => None,
            (Decide::AsSet, [one]) => Some(mission.eq(one.as_str())),
            (Decide::AsSet, several) => Some(one_of(self.backend, mission, several.iter().copied())),
        }
    }
}
