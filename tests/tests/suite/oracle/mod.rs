//! What each caller ought to see, worked out without the gateway: the printed matrix for the policy, the raw rows for the
//! data, and row scopes evaluated here in plain Rust. It refuses to ask the code under test anything
//! but how ids are sealed and how text is folded, which has tests of its own.

mod masked;
mod matrix;
mod nodes;
mod records;
mod withheld;

pub use masked::{Condition, MaskedRow, Stored};
pub use matrix::Matrix;
pub use nodes::{first_difference, withheld_in};
pub use records::{Records, raw_url, run};
pub use withheld::WithheldOfRows;

use causeway::access::{RowId, Seal};
use causeway_tests::{Caller, Gateway, Result, TestDatabase};
use entity::CountryCode;
use entity::codes::{CaseStatus, ConsentPurpose, ReferralDirection, ReferralStatus};
use std::collections::BTreeSet;

/// The master key of the harness.
const MASTER_KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

/// Policy and data, as they are.
pub struct Oracle {
    /// Who may see what.
    pub matrix: Matrix,
    /// Every row.
    pub records: Records,
    seal: Seal,
}

/// What one caller ought to see.
pub struct Sight<'o> {
    /// Policy and data.
    pub oracle: &'o Oracle,
    /// Who looks.
    pub caller: Caller,
}

impl Oracle {
    /// A gateway over demo records, made sharper, and what ought to be seen of them.
    pub async fn over(db: &TestDatabase, cases: usize) -> Result<(Gateway, Self)> {
        let gateway = Gateway::with_demo(db, cases).await?;
        records::sharpen(db).await?;
        Ok((gateway, Self::read(db).await?))
    }

    /// Reads the matrix and every row.
    async fn read(db: &TestDatabase) -> Result<Self> {
        Ok(Self { matrix: Matrix::read()?, records: Records::read(db).await?, seal: Seal::new(MASTER_KEY) })
    }

    /// The sight of a caller.
    pub fn sight(&self, caller: Caller) -> Sight<'_> {
        Sight { oracle: self, caller }
    }

    /// The global id of a row.
    pub fn id(&self, of_type: &str, mission: CountryCode, id: uuid::Uuid) -> String {
        self.seal.id(of_type, RowId { mission, id })
    }
}

impl Sight<'_> {
    /// The scopes under which an object may be read in a mission.
    pub fn scopes(&self, mission: CountryCode, object: &str) -> BTreeSet<String> {
        let roles: Vec<&str> = self
            .caller
            .roles
            .iter()
            .filter_map(|membership| {
                let (role, place) = membership.split_once('@').expect("a membership has a place");
                let office = place.strip_prefix("region:");
                let held = place == "*"
                    || place == mission.as_str()
                    || office.is_some_and(|office| self.oracle.records.office(mission) == Some(office));
                held.then_some(role)
            })
            .collect();
        self.oracle.matrix.read_scopes(&roles, mission.as_str(), object)
    }

    /// Whether an object may be read in no row at all.
    pub fn never(&self, object: &str) -> bool {
        self.oracle.records.missions().all(|mission| self.scopes(mission, object).is_empty())
    }

    /// Whether an object may be read in a row that leads to these case files.
    pub fn sees(&self, mission: CountryCode, object: &str, cases: &[uuid::Uuid]) -> bool {
        let scopes = self.scopes(mission, object);
        // A row of the mission is one even where it leads to no case.
        scopes.contains("mission")
            || cases.iter().any(|case| scopes.iter().any(|scope| self.holds(scope, mission, *case)))
    }

    fn holds(&self, scope: &str, mission: CountryCode, id: uuid::Uuid) -> bool {
        let records = &self.oracle.records;
        let case = records.case(mission, id);
        let subject = Some(self.caller.subject.as_str());
        match scope {
            "own" => case.owner.as_deref() == subject,
            "team" => case.team.as_ref().is_some_and(|team| self.caller.teams.contains(team)),
            "registered" => {
                case.registered_by.as_deref() == subject
                    && matches!(case.status, Some(CaseStatus::Active | CaseStatus::FollowUp))
            }
            "referred" => self.is_referred(mission, id, false),
            "referred_consented" => self.is_referred(mission, id, true),
            "research_consented" => {
                case.consents_in_force.is_some_and(|given| given.contains(ConsentPurpose::ResearchAndStatistics))
            }
            other => panic!("the matrix names the scope {other}, which this test does not know"),
        }
    }

    fn is_referred(&self, mission: CountryCode, case: uuid::Uuid, consented: bool) -> bool {
        let Some(organisation) = self.caller.organisation.as_deref() else { return false };
        self.oracle.records.referrals_of(mission, case).any(|referral| {
            referral.organisation.as_deref() == Some(organisation)
                && referral.direction == Some(ReferralDirection::Outgoing)
                && referral.status == Some(ReferralStatus::Accepted)
                && referral.expires_on.is_some_and(|last| last >= causeway_tests::gateway::today_in(mission))
                && (!consented || referral.consent_in_force == Some(true))
        })
    }
}
