//! Row scopes, as policy names them. Most say for which case files a grant holds, and every other row leads to its case file; some
//! look at the row itself. What they are in SQL stands in `standpoint`. It refuses to know anything of roles.

use entity::table::{CasePath, Table, Whose};

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
    /// Rows of the viewer's own organisation, whatever case they lead to.
    OwnOrganisation = 7,
}

/// What decides whether a row is in a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RestsOn {
    /// Nothing but the mission.
    Mission,
    /// The case file to which the row leads. Of rows that lead to none it never holds.
    Case,
    /// Whose the row itself is. Of tables that do not say it never holds.
    Row(Whose),
}

impl RowScope {
    /// Every scope.
    pub const ALL: [Self; 8] = [
        Self::Mission,
        Self::Own,
        Self::Team,
        Self::Registered,
        Self::Referred,
        Self::ReferredConsented,
        Self::ResearchConsented,
        Self::OwnOrganisation,
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
            Self::OwnOrganisation => "own_organisation",
        }
    }

    /// The scope with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// Whether any row of the table can be in the scope.
    #[must_use]
    pub fn fits(self, table: &Table) -> bool {
        match self.rests_on() {
            RestsOn::Mission => true,
            RestsOn::Case => table.path != CasePath::Mission,
            RestsOn::Row(whose) => table.whose(whose).is_some(),
        }
    }

    /// What decides whether a row is in it.
    pub(super) const fn rests_on(self) -> RestsOn {
        match self {
            Self::Mission => RestsOn::Mission,
            Self::Own
            | Self::Team
            | Self::Registered
            | Self::Referred
            | Self::ReferredConsented
            | Self::ResearchConsented => RestsOn::Case,
            Self::OwnOrganisation => RestsOn::Row(Whose::Organisation),
        }
    }
}

/// Several scopes, any of which suffices. `mission` among them makes the others needless.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeSet(u32);

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
