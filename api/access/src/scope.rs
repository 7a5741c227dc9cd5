//! Row scopes: named in policy, defined here as SQL. A scope says for which case files a grant holds; every other row leads
//! to its case file. It refuses to know anything of roles.

use entity::codes::{CaseStatus, ConsentPurpose, ReferralDirection, ReferralStatus};
use entity::{CasePath, Code, CountryCode, Governed, case_file, episode_trafficker, referral};
use sea_orm::DbBackend;
use sea_orm::sea_query::{Alias, DynIden, Expr, ExprTrait, IntoIden, Query, SelectStatement};

use super::days::Days;
use super::identity::Viewer;
use super::one_of::one_of;

/// For which rows a grant holds. The numbers are bits of a [`ScopeSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RowScope {
    /// Every row of the mission.
    Mission = 0,
    /// Cases that the viewer owns.
    Own = 1,
    /// Cases of a team that the viewer belongs to.
    Team = 2,
    /// Cases that the viewer registered, while they are open.
    Registered = 3,
    /// Cases referred to the viewer's organisation and accepted, the referral not expired.
    Referred = 4,
    /// The same, and the individual's consent to that referral is in force.
    ReferredConsented = 5,
    /// Cases whose individual consents to research and statistics.
    ResearchConsented = 6,
}

impl RowScope {
    /// Every scope.
    pub const ALL: [Self; 7] = [
        Self::Mission,
        Self::Own,
        Self::Team,
        Self::Registered,
        Self::Referred,
        Self::ReferredConsented,
        Self::ResearchConsented,
    ];

    /// The name in the policy files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mission => "mission",
            Self::Own => "own",
            Self::Team => "team",
            Self::Registered => "registered",
            Self::Referred => "referred",
            Self::ReferredConsented => "referred_consented",
            Self::ResearchConsented => "research_consented",
        }
    }

    /// The scope with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// Several scopes, any of which suffices. `mission` among them makes the others needless.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeSet(u8);

impl ScopeSet {
    /// No row.
    pub const NONE: Self = Self(0);
    /// Every row of the mission.
    pub const MISSION: Self = Self(1);

    /// The set with one scope more.
    #[must_use]
    pub const fn with(self, scope: RowScope) -> Self {
        let bits = self.0 | 1 << scope as u8;
        if bits & 1 == 1 { Self::MISSION } else { Self(bits) }
    }

    /// Whether no row is in it.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether it surely holds wherever the other does.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.0 & 1 == 1 || other.0 & !self.0 == 0
    }

    /// The scopes that both name, as names. Rows may satisfy more: see [`ScopeSet::covers`].
    #[must_use]
    pub const fn in_common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The scopes in it.
    pub fn iter(self) -> impl Iterator<Item = RowScope> {
        RowScope::ALL.into_iter().filter(move |scope| self.0 & 1 << *scope as u8 != 0)
    }
}

impl FromIterator<RowScope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = RowScope>>(scopes: I) -> Self {
        scopes.into_iter().fold(Self::NONE, Self::with)
    }
}

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
    /// How it is asked.
    pub(super) asked: Asked,
}

/// How a database is asked whether a row is in a scope.
///
/// | | few rows that are known already | all rows of a mission |
/// |---|---|---|
/// | PostgreSQL | of each row: a look into an index | a set, which is made once: a tenth of the work |
/// | SQLite | a set | a set |
///
/// SQLite does as it is told and plans without looking at the data: asked of each row it took another index than one would,
/// and read half a table for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Of each row, by `EXISTS`. As a condition of a whole statement PostgreSQL makes a join of it, whichever way it is put.
    OfEach,
    /// Whether the row is in a set.
    OfAll,
}

/// The condition that any of the scopes holds for a row of `E`. No condition where every row of the mission does.
pub(super) fn condition<E: Governed>(scopes: ScopeSet, at: Standpoint<'_>) -> Option<Expr> {
    if scopes.covers(ScopeSet::MISSION) {
        return None;
    }
    let at = at.about(scopes);
    let itself = E::CASE_PATH == CasePath::Itself;
    let case = if itself { E::default().into_iden() } else { Alias::new(CASE).into_iden() };
    let any = scopes.iter().map(|scope| at.holds(&case, scope)).reduce(ExprTrait::or);
    let any = any.unwrap_or_else(|| Expr::value(false));
    Some(if itself { any } else { at.leads_to_case::<E>(case, any) })
}

impl Standpoint<'_> {
    /// How these scopes are asked about. PostgreSQL looks a set through from its beginning for each row where it would not fit
    /// into its memory; of consents to research there may be any number, in all missions.
    fn about(self, scopes: ScopeSet) -> Self {
        let asked = match self.backend {
            DbBackend::Postgres if scopes.iter().any(|scope| scope == RowScope::ResearchConsented) => Asked::OfEach,
            DbBackend::Postgres => self.asked,
            _ => Asked::OfAll,
        };
        Self { asked, ..self }
    }

    /// The row leads to a case file that meets the condition.
    fn leads_to_case<E: Governed>(&self, case: DynIden, condition: Expr) -> Expr {
        let of_case = |column: case_file::Column| Expr::col((case.clone(), column));
        let of_row = |key: DynIden| [Expr::col((E::default(), E::MISSION_ID)), Expr::col((E::default(), key))];
        let id = || E::ID.into_iden();
        let mission = of_case(case_file::Column::MissionId);
        let mut cases = Query::select();
        cases.from_as(case_file::Entity, case.clone()).and_where(self.in_missions(mission.clone()));
        cases.and_where(condition);
        match E::CASE_PATH {
            CasePath::Individual => {
                self.among(of_row(id()), cases, [mission, of_case(case_file::Column::IndividualId)])
            }
            CasePath::Trafficker => {
                use episode_trafficker::Column::{CaseId, MissionId, TraffickerId};
                let of = |column| Expr::col((episode_trafficker::Entity, column));
                let of_such_a_case =
                    self.among([of(MissionId), of(CaseId)], cases, [mission, of_case(case_file::Column::Id)]);
                let mut involvements = Query::select();
                involvements.from(episode_trafficker::Entity).and_where(self.in_missions(of(MissionId)));
                involvements.and_where(of_such_a_case);
                self.among(of_row(id()), involvements, [of(MissionId), of(TraffickerId)])
            }
            CasePath::Mission => Expr::value(false),
            CasePath::Child | CasePath::Itself => {
                let case_id = Alias::new("case_id").into_iden();
                self.among(of_row(case_id), cases, [mission, of_case(case_file::Column::Id)])
            }
        }
    }

    /// Mission and key of a row are among those that a select finds.
    fn among(&self, row: [Expr; 2], mut select: SelectStatement, found: [Expr; 2]) -> Expr {
        if self.asked == Asked::OfEach {
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
    fn holds(&self, case: &DynIden, scope: RowScope) -> Expr {
        let column = |column: case_file::Column| Expr::col((case.clone(), column));
        let open = [CaseStatus::Active.number(), CaseStatus::FollowUp.number()];
        match scope {
            RowScope::Mission => Expr::value(true),
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
        }
    }

    /// An accepted outgoing referral to the viewer's organisation that has not expired: it lasts to the end of its last day in its
    /// mission. A referral without an end is none.
    fn referred(&self, case: &DynIden, consented: bool) -> Expr {
        let Some(organisation) = self.viewer.organisation() else {
            return Expr::value(false);
        };
        let column = |column: referral::Column| Expr::col((referral::Entity, column));
        let of_case = |column: case_file::Column| Expr::col((case.clone(), column));
        let today = self.days.within(self.missions, self.backend);
        let mut referrals = Query::select();
        referrals
            .from(referral::Entity)
            .and_where(self.in_missions(column(referral::Column::MissionId)))
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

    fn in_missions(&self, mission: Expr) -> Expr {
        match self.missions {
            [one] => mission.eq(one.as_str()),
            several => one_of(self.backend, mission, several.iter().copied()),
        }
    }
}
