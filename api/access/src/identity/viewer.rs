//! The [`Viewer`]: who asks, in which roles, until when. Nothing outside `access` can make one, and nothing outside this
//! module can make one for a person: a viewer in hand means that a token was verified.

use std::fmt;

use base::membership::{Membership, Place};

/// The `iss` of the development issuer's tokens.
pub const DEVELOPMENT_ISSUER: &str = "causeway-development";
/// The issuer of viewers that are parts of Causeway itself. No configured issuer can have this name.
pub(super) const SYSTEM_ISSUER: &str = "causeway-system";

/// Which audience a viewer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViewerKind {
    /// Staff of missions: no role beyond single missions.
    Mission,
    /// Staff of headquarters or of a regional office: a role in a region or everywhere.
    Headquarters,
    /// A partner organisation: any role that begins with `partner_`, whatever else the viewer has.
    Partner,
}

impl ViewerKind {
    /// Every audience.
    pub const ALL: [Self; 3] = [Self::Mission, Self::Headquarters, Self::Partner];

    /// As operators are told of it, and as its schema is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mission => "mission",
            Self::Headquarters => "headquarters",
            Self::Partner => "partner",
        }
    }
}

/// A verified viewer. `Debug` shows neither person nor organisation nor teams.
#[derive(Clone, PartialEq, Eq)]
pub struct Viewer {
    subject: String,
    issuer: String,
    actor: String,
    kind: ViewerKind,
    memberships: Vec<Membership>,
    organisation: Option<String>,
    teams: Vec<String>,
    expires_at: u64,
}

/// What a verified token says of its bearer.
pub(super) struct Attributes {
    pub subject: String,
    pub issuer: String,
    pub memberships: Vec<Membership>,
    pub organisation: Option<String>,
    pub teams: Vec<String>,
    pub expires_at: u64,
}

impl Viewer {
    /// A viewer out of a verified token. Memberships and teams are sorted and each kept once, so that equal viewers are
    /// equal. An organisation is kept for a partner only: it widens what a partner sees, and means nothing elsewhere.
    pub(super) fn new(attributes: Attributes) -> Self {
        let Attributes { subject, issuer, mut memberships, organisation, mut teams, expires_at } = attributes;
        memberships.sort();
        memberships.dedup();
        teams.sort();
        teams.dedup();
        let kind = ViewerKind::of(&memberships);
        let organisation = organisation.filter(|_| kind == ViewerKind::Partner);
        let actor = actor(&issuer, &subject);
        Self { subject, issuer, actor, kind, memberships, organisation, teams, expires_at }
    }

    /// A part of Causeway that acts by itself, such as the importer. `name` is what the audit shows as the subject. It
    /// never expires, since no token stands behind it.
    pub(crate) fn system(name: &'static str, memberships: Vec<Membership>) -> Self {
        Self::new(Attributes {
            subject: name.to_owned(),
            issuer: SYSTEM_ISSUER.to_owned(),
            memberships,
            organisation: None,
            teams: Vec::new(),
            expires_at: u64::MAX,
        })
    }

    /// Somebody of an organisation, for tests that have no token.
    #[cfg(test)]
    pub(crate) fn of_organisation(memberships: Vec<Membership>, organisation: &str) -> Self {
        Self::new(Attributes {
            subject: "somebody".to_owned(),
            issuer: DEVELOPMENT_ISSUER.to_owned(),
            memberships,
            organisation: Some(organisation.to_owned()),
            teams: Vec::new(),
            expires_at: u64::MAX,
        })
    }

    /// The subject, unique within its issuer: 1 to 255 bytes.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Who vouches for the subject: the `iss` of the token, exactly.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Who acted, as owners, teams and the audit name a person: unique over all issuers. Two identity providers may give
    /// out the same subject, so it carries the issuer; only our own issuers, which no configured one can be, go without.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// Which audience the viewer belongs to.
    #[must_use]
    pub const fn kind(&self) -> ViewerKind {
        self.kind
    }

    /// Roles and places, sorted, each once.
    #[must_use]
    pub fn memberships(&self) -> &[Membership] {
        &self.memberships
    }

    /// The partner organisation that the viewer acts for. None for anybody but a partner, and for a partner whose token
    /// names none: such a viewer has no referred cases.
    #[must_use]
    pub fn organisation(&self) -> Option<&str> {
        self.organisation.as_deref()
    }

    /// The teams that the viewer belongs to, sorted, each once.
    #[must_use]
    pub fn teams(&self) -> &[String] {
        &self.teams
    }

    /// When the token expires, in seconds since 1970. Long-lived answers, such as subscriptions, end here.
    #[must_use]
    pub const fn expires_at(&self) -> u64 {
        self.expires_at
    }
}

fn actor(issuer: &str, subject: &str) -> String {
    match issuer {
        SYSTEM_ISSUER | DEVELOPMENT_ISSUER => subject.to_owned(),
        issuer => format!("{issuer}|{subject}"),
    }
}

impl ViewerKind {
    /// The audience of who holds these roles.
    #[must_use]
    pub fn of(memberships: &[Membership]) -> Self {
        if memberships.iter().any(|membership| membership.role.is_partner()) {
            return Self::Partner;
        }
        let wide = |membership: &Membership| matches!(membership.place, Place::Everywhere | Place::Region(_));
        if memberships.iter().any(wide) { Self::Headquarters } else { Self::Mission }
    }
}

impl fmt::Debug for Viewer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Viewer")
            .field("kind", &self.kind)
            .field("memberships", &self.memberships)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
