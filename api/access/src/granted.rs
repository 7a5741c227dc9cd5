//! The rows of one table for which policy gives a viewer an action: in which missions, under which row scopes. Where rows are
//! read, and where they are locked to be written, it is this condition that says which.

use entity::CountryCode;
use entity::table::{MISSION_ID, Table};
use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, ExprTrait};

use super::{
    clearance::Domain,
    command::Command,
    mask_source::MaskSource,
    one_of::one_of,
    policy::Action,
    scope::ScopeSet,
    standpoint::{Decide, Standpoint, condition},
};

/// The rows of one table that are granted, over the missions that one question covers.
pub(super) struct Granted<'a> {
    pub(super) table: &'static Table,
    pub(super) source: MaskSource<'a>,
    /// The domains in which any row is.
    pub(super) domains: Vec<GrantedIn<'a>>,
}

/// The rows that are granted in one domain.
pub(super) struct GrantedIn<'a> {
    pub(super) domain: &'a Domain,
    /// Those of its missions that the question covers.
    pub(super) missions: Vec<CountryCode>,
    pub(super) scopes: ScopeSet,
}

impl<'a> Granted<'a> {
    /// The rows on which the viewer has an action.
    pub(super) fn new(table: &'static Table, source: MaskSource<'a>, action: Action) -> Self {
        let rows = source.clearance.classes().of_rows(table);
        Self::by(table, source, |domain| rows.map(|class| domain.decisions().scopes(class, action)).unwrap_or_default())
    }

    /// The rows on which any of the commands, which are about rows of the table, may be run.
    pub(super) fn to_run(table: &'static Table, commands: &[Command], source: MaskSource<'a>) -> Self {
        let clearance = source.clearance;
        let of = |domain: &Domain, command: &Command| clearance.of_command(domain, *command, Action::Run);
        let scopes = |domain: &Domain| commands.iter().flat_map(|command| of(domain, command).iter()).collect();
        Self::by(table, source, scopes)
    }

    /// The rows that are in these scopes of each domain.
    pub(super) fn by(table: &'static Table, source: MaskSource<'a>, scopes_in: impl Fn(&Domain) -> ScopeSet) -> Self {
        let domains = source.clearance.domains().iter().filter_map(|domain| {
            let asked = |mission: &CountryCode| source.missions.is_none_or(|missions| missions.contains(mission));
            let missions: Vec<CountryCode> = domain.missions().iter().copied().filter(asked).collect();
            let scopes = scopes_in(domain);
            (!missions.is_empty() && !scopes.is_none()).then_some(GrantedIn { domain, missions, scopes })
        });
        let domains = domains.collect();
        Self { table, source, domains }
    }

    /// The condition that a row is one of them; none where there can be no such row.
    pub(super) fn condition(&self, decide: Decide) -> Option<Expr> {
        let arms = self.domains.iter().map(|GrantedIn { missions, scopes, .. }| {
            let in_missions = (!self.are_of(missions)).then(|| self.in_missions(missions));
            let conditions = in_missions.into_iter().chain(self.under(*scopes, missions, decide));
            conditions.reduce(ExprTrait::and).unwrap_or_else(|| Expr::value(true))
        });
        arms.reduce(ExprTrait::or)
    }

    /// Whether the rows are known to be of these missions: they hang below others, and these are all that the question covers.
    fn are_of(&self, missions: &[CountryCode]) -> bool {
        let covered = self.source.missions.unwrap_or_else(|| self.source.clearance.missions());
        self.source.below && covered.iter().all(|mission| missions.contains(mission))
    }

    /// The condition that scopes hold for a row of these missions; none where every row is in them.
    pub(super) fn under(&self, scopes: ScopeSet, missions: &[CountryCode], decide: Decide) -> Option<Expr> {
        let MaskSource { viewer, days, backend, .. } = self.source;
        condition(self.table, scopes, Standpoint { viewer, days, missions, backend, decide })
    }

    /// Rows of these missions.
    pub(super) fn in_missions(&self, missions: &[CountryCode]) -> Expr {
        in_missions(self.table, self.source.backend, missions)
    }
}

/// Rows of these missions.
pub(super) fn in_missions(table: &Table, backend: DbBackend, missions: &[CountryCode]) -> Expr {
    let column = Expr::col((table.table, MISSION_ID));
    match missions {
        [mission] => column.eq(mission.as_str()),
        missions => one_of(backend, column, missions.iter().copied()),
    }
}
