//! The [`Clearance`]: the compiled policy for one viewer. It answers for which missions and under which row scopes a column
//! may be read or written. It holds no rows and asks casbin nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use chrono_tz::Tz;
use entity::CountryCode;
use entity::codes::MissionStatus;

use super::command::Command;
use super::identity::{Place, Viewer};
use super::policy::{Action, ClassId, Classes, Decisions, DisclosureTier, Policy};
use super::scope::ScopeSet;
use crate::clock;
use crate::error::{ClientError, Result};

/// What a clearance has to know of a mission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissionDetails {
    /// The mission.
    pub mission: CountryCode,
    /// The regional office that covers it.
    pub regional_office: Option<String>,
    /// Nobody reads or writes a suspended mission.
    pub status: MissionStatus,
    /// The time zone by which its days begin and end.
    pub zone: Tz,
}

/// Missions in which the viewer may do the same.
#[derive(Clone, Debug)]
pub struct Domain {
    missions: Vec<CountryCode>,
    decisions: Arc<Decisions>,
}

/// The compiled policy for one viewer, or for viewers with the same memberships.
#[derive(Clone, Debug)]
pub struct Clearance {
    policy: Arc<Policy>,
    domains: Vec<Domain>,
    missions: Vec<CountryCode>,
    zones: Vec<(CountryCode, Tz)>,
    /// Made where they are first asked for.
    permissions: OnceLock<BTreeMap<String, Vec<Permitted>>>,
}

/// Where policy gives the viewer an action on an object: in these missions, under these scopes.
#[derive(Clone, Debug)]
pub struct Permitted {
    /// To read or to write.
    pub action: Action,
    /// The missions, sorted.
    pub missions: Vec<CountryCode>,
    /// Any of these suffices.
    pub scopes: ScopeSet,
}

impl Domain {
    /// The missions, sorted.
    #[must_use]
    pub fn missions(&self) -> &[CountryCode] {
        &self.missions
    }

    /// What may be done in them.
    #[must_use]
    pub fn decisions(&self) -> &Decisions {
        &self.decisions
    }
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Policy")
    }
}

impl Clearance {
    /// Compiles what the viewer may do in each of the missions.
    ///
    /// # Errors
    /// `FORBIDDEN` where a role does not exist or may not be held in such a place: a token that says something
    /// impossible gives nothing at all.
    pub(super) async fn compile(policy: &Arc<Policy>, missions: &[MissionDetails], viewer: &Viewer) -> Result<Self> {
        for membership in viewer.memberships() {
            if policy.may_be_held(membership.role.as_str(), &membership.place) != Some(true) {
                return Err(ClientError::Forbidden(format!(
                    "{membership} is no role that policy knows in such a place"
                ))
                .into());
            }
        }
        let mut domains: Vec<Domain> = Vec::new();
        for details in missions.iter().filter(|mission| mission.status == MissionStatus::Active) {
            let roles = roles_in(viewer, details);
            if roles.is_empty() {
                continue;
            }
            let decisions = policy.decisions(roles, details.mission).await?;
            match domains.iter_mut().find(|domain| *domain.decisions == *decisions) {
                Some(domain) => domain.missions.push(details.mission),
                None => domains.push(Domain { missions: vec![details.mission], decisions }),
            }
        }
        domains.iter_mut().for_each(|domain| domain.missions.sort());
        Ok(Self::new(policy, domains, |mission| {
            let known = missions.iter().find(|details| details.mission == mission);
            known.map_or_else(|| clock::zone(mission, None), |details| details.zone)
        }))
    }

    /// Everything in these missions, for commands that the operator runs.
    pub(super) fn everything(policy: &Arc<Policy>, missions: Vec<CountryCode>) -> Self {
        let decisions = Arc::new(Decisions::everything(policy.classes()));
        Self::new(policy, vec![Domain { missions, decisions }], |mission| clock::zone(mission, None))
    }

    fn new(policy: &Arc<Policy>, domains: Vec<Domain>, zone: impl Fn(CountryCode) -> Tz) -> Self {
        let mut missions: Vec<CountryCode> =
            domains.iter().flat_map(|domain| domain.missions.iter().copied()).collect();
        missions.sort();
        missions.dedup();
        let zones = missions.iter().map(|mission| (*mission, zone(*mission))).collect();
        Self { policy: Arc::clone(policy), domains, missions, zones, permissions: OnceLock::new() }
    }

    /// The missions in which the viewer may do anything, sorted.
    #[must_use]
    pub fn missions(&self) -> &[CountryCode] {
        &self.missions
    }

    /// The time zone of each of these missions.
    #[must_use]
    pub fn zones(&self) -> &[(CountryCode, Tz)] {
        &self.zones
    }

    /// The groups of missions with the same decisions.
    #[must_use]
    pub fn domains(&self) -> &[Domain] {
        &self.domains
    }

    /// The classes of the policy in force.
    #[must_use]
    pub fn classes(&self) -> &Classes {
        self.policy.classes()
    }

    /// The rows for which an object may be read or written in a domain. An object without a class: none.
    #[must_use]
    pub fn scopes(&self, domain: &Domain, object: &str, action: Action) -> ScopeSet {
        self.classes().of(object).map_or(ScopeSet::NONE, |class| domain.decisions.scopes(class, action))
    }

    /// The cases for which a command may be run or asked for in a domain. What policy does not govern only the operator runs.
    #[must_use]
    pub fn of_command(&self, domain: &Domain, command: Command, action: Action) -> ScopeSet {
        match command.object() {
            Some(object) => self.scopes(domain, object, action),
            None if domain.decisions.is_operator() && action == Action::Run => ScopeSet::MISSION,
            None => ScopeSet::NONE,
        }
    }

    /// The domain of a mission; none for a mission in which the viewer may do nothing.
    #[must_use]
    pub fn domain(&self, mission: CountryCode) -> Option<&Domain> {
        self.domains.iter().find(|domain| domain.missions.contains(&mission))
    }

    /// How exact a mission's figures may be shown; none where they may not be asked for.
    #[must_use]
    pub fn tier(&self, mission: CountryCode) -> Option<DisclosureTier> {
        self.domain(mission).and_then(|domain| domain.decisions.tier())
    }

    /// The objects that policy lets the viewer read or write somewhere, each with the scopes by mission. To write an object that
    /// no input takes, such as an id, is to write rows that have it.
    #[must_use]
    pub fn permissions(&self) -> &BTreeMap<String, Vec<Permitted>> {
        self.permissions.get_or_init(|| self.permitted())
    }

    fn permitted(&self) -> BTreeMap<String, Vec<Permitted>> {
        let mut permissions: BTreeMap<String, Vec<_>> = BTreeMap::new();
        let of_fields = |class: &ClassId| self.classes().actions(*class) == Action::WITH_FIELDS;
        for class in self.classes().iter().filter(of_fields) {
            for object in self.classes().objects(class) {
                let grants = permissions.entry(object.to_owned()).or_default();
                for (domain, action) in
                    self.domains.iter().flat_map(|domain| [(domain, Action::Read), (domain, Action::Write)])
                {
                    let scopes = domain.decisions.scopes(class, action);
                    if !scopes.is_none() {
                        grants.push(Permitted { action, missions: domain.missions.clone(), scopes });
                    }
                }
            }
        }
        permissions
    }
}

fn roles_in(viewer: &Viewer, details: &MissionDetails) -> Vec<String> {
    let holds = viewer.memberships().iter().filter(|membership| match &membership.place {
        Place::Everywhere => true,
        Place::Mission(mission) => *mission == details.mission,
        Place::Region(office) => details.regional_office.as_ref() == Some(office),
    });
    let roles: BTreeSet<&str> = holds.map(|membership| membership.role.as_str()).collect();
    roles.into_iter().map(str::to_owned).collect()
}
