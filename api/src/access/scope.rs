//! Row scopes: named in policy, defined here as SQL. A scope says for which case files a grant holds; every other row leads
//! to its case file. It refuses to know anything of roles.

use entity::codes::{CaseStatus, ConsentPurpose, ReferralDirection, ReferralStatus};
use entity::{CasePath, Code, Governed, case_file, episode_trafficker, referral};
use sea_orm::sea_query::{Alias, DynIden, Expr, ExprTrait, IntoIden, Query};

use super::days::Today;
use super::identity::Viewer;

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

/// The condition that any of the scopes holds for a row of `E`. No condition where every row of the mission does.
pub(super) fn condition<E: Governed>(scopes: ScopeSet, viewer: &Viewer, today: Today<'_>) -> Option<Expr> {
    if scopes.covers(ScopeSet::MISSION) {
        return None;
    }
    let case = if E::CASE_PATH == CasePath::Itself { E::default().into_iden() } else { Alias::new(CASE).into_iden() };
    let any = scopes.iter().map(|scope| case_condition(&case, scope, viewer, today)).reduce(ExprTrait::or);
    let any = any.unwrap_or_else(|| Expr::value(false));
    Some(match E::CASE_PATH {
        CasePath::Itself => any,
        path => leads_to_case::<E>(path, &case, any),
    })
}

/// `EXISTS` a case file that the row leads to and that meets the condition.
fn leads_to_case<E: Governed>(path: CasePath, case: &DynIden, condition: Expr) -> Expr {
    let of_case = |column: case_file::Column| Expr::col((case.clone(), column));
    let of_row = |column: E::Column| Expr::col((E::default(), column));
    let mut cases = Query::select();
    cases
        .expr(Expr::value(1))
        .from_as(case_file::Entity, case.clone())
        .and_where(of_case(case_file::Column::MissionId).equals((E::default(), E::MISSION_ID)));
    match path {
        CasePath::Itself => {}
        CasePath::Child => {
            cases.and_where(of_case(case_file::Column::Id).equals((E::default(), Alias::new("case_id"))));
        }
        CasePath::Individual => {
            cases.and_where(of_case(case_file::Column::IndividualId).equals((E::default(), E::ID)));
        }
        CasePath::Trafficker => {
            let involvement = episode_trafficker::Entity;
            let episodes = Query::select()
                .column((involvement, episode_trafficker::Column::CaseId))
                .from(involvement)
                .and_where(of_row(E::MISSION_ID).equals((involvement, episode_trafficker::Column::MissionId)))
                .and_where(of_row(E::ID).equals((involvement, episode_trafficker::Column::TraffickerId)))
                .take();
            cases.and_where(of_case(case_file::Column::Id).in_subquery(episodes));
        }
    }
    Expr::exists(cases.and_where(condition).take())
}

fn case_condition(case: &DynIden, scope: RowScope, viewer: &Viewer, today: Today<'_>) -> Expr {
    let column = |column: case_file::Column| Expr::col((case.clone(), column));
    match scope {
        RowScope::Mission => Expr::value(true),
        RowScope::Own => column(case_file::Column::Owner).eq(viewer.actor()),
        RowScope::Team => column(case_file::Column::Team).is_in(viewer.teams().iter().map(String::as_str)),
        RowScope::Registered => column(case_file::Column::RegisteredBy)
            .eq(viewer.actor())
            .and(column(case_file::Column::Status).is_in([CaseStatus::Active.number(), CaseStatus::FollowUp.number()])),
        RowScope::Referred => referred(case, viewer, today, false),
        RowScope::ReferredConsented => referred(case, viewer, today, true),
        RowScope::ResearchConsented => column(case_file::Column::ConsentsInForce)
            .bit_and(1_i64 << ConsentPurpose::ResearchAndStatistics.number())
            .ne(0),
    }
}

/// An accepted outgoing referral to the viewer's organisation that has not expired: it lasts to the end of its last day in its mission. A referral without an end is none.
fn referred(case: &DynIden, viewer: &Viewer, today: Today<'_>, consented: bool) -> Expr {
    let Some(organisation) = viewer.organisation() else {
        return Expr::value(false);
    };
    let column = |column: referral::Column| Expr::col((referral::Entity, column));
    let mut referrals = Query::select();
    referrals
        .expr(Expr::value(1))
        .from(referral::Entity)
        .and_where(column(referral::Column::MissionId).equals((case.clone(), case_file::Column::MissionId)))
        .and_where(column(referral::Column::CaseId).equals((case.clone(), case_file::Column::Id)))
        .and_where(column(referral::Column::Organisation).eq(organisation))
        .and_where(column(referral::Column::Direction).eq(ReferralDirection::Outgoing.number()))
        .and_where(column(referral::Column::Status).eq(ReferralStatus::Accepted.number()))
        .and_where(today.or_later(&column(referral::Column::MissionId), &column(referral::Column::ExpiresOn)));
    if consented {
        referrals.and_where(column(referral::Column::ConsentInForce).eq(true));
    }
    Expr::exists(referrals)
}
