//! What each caller ought to see, worked out without the gateway: the printed matrix for the policy, the raw rows for the
//! data, and row scopes evaluated here in plain Rust. It refuses to ask the code under test anything
//! but how ids are sealed and how text is folded, which has tests of its own.

mod masked;
mod matrix;
mod records;
mod tree;
mod withheld;

pub use masked::{Condition, MaskedRow, asked, shown};
pub use matrix::{Matrix, Scopes};
pub use records::{Record, Records, Stored, raw_url, run};
pub use tree::{Tree, backs, first_difference, in_order};
pub use withheld::WithheldOfRows;

use causeway::access::{RowId, Seal};
use causeway_tests::{Caller, Gateway, Result, TestDatabase};
use entity::codes::{CaseStatus, ConsentPurpose, PassageClassification, ReferralDirection, ReferralStatus};
use entity::table::{Table, Whose};
use entity::{Code, CountryCode};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

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
    /// The scopes under which they read an object in a mission, where it was asked.
    scopes: RefCell<HashMap<CountryCode, HashMap<String, Rc<Scopes>>>>,
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
        Sight { oracle: self, caller, scopes: RefCell::default() }
    }

    /// The global id of a row.
    pub fn id(&self, of_type: &str, mission: CountryCode, id: uuid::Uuid) -> String {
        self.seal.id(of_type, RowId { mission, id })
    }
}

impl Sight<'_> {
    /// The scopes under which an object may be read in a mission.
    pub fn scopes(&self, mission: CountryCode, object: &str) -> Rc<Scopes> {
        // It is asked of every column of every row.
        let mut known = self.scopes.borrow_mut();
        let of_mission = known.entry(mission).or_default();
        if let Some(scopes) = of_mission.get(object) {
            return Rc::clone(scopes);
        }
        let scopes = Rc::new(self.read_scopes(mission, object));
        of_mission.insert(object.to_owned(), Rc::clone(&scopes));
        scopes
    }

    fn read_scopes(&self, mission: CountryCode, object: &str) -> Scopes {
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

    /// Whether an object may be read in no row at all; of a field with several classes, whether none of them may.
    pub fn never(&self, object: &str) -> bool {
        let objects = self.oracle.matrix.objects(object);
        let unseen =
            |object: &String| self.oracle.records.missions().all(|mission| self.scopes(mission, object).is_empty());
        objects.iter().all(unseen)
    }

    /// Whether an object may be read in a row that leads to these case files.
    fn sees(&self, mission: CountryCode, object: &str, cases: &[uuid::Uuid]) -> bool {
        let scopes = self.scopes(mission, object);
        // A row of the mission is one even where it leads to no case.
        scopes.contains("mission")
            || cases.iter().any(|case| scopes.iter().any(|scope| self.holds(scope, mission, *case)))
    }

    /// Whether a row is there for the caller.
    pub fn sees_row(&self, table: &Table, row: &Record) -> bool {
        self.sees_in(table, row, &format!("{}.id", table.name))
    }

    /// Whether an object may be read in a row: by the case files to which it leads, or because of whose it is.
    fn sees_in(&self, table: &Table, row: &Record, object: &str) -> bool {
        let whose = table.whose(Whose::Organisation).and_then(|column| row.text(column.name));
        let is_own = whose.is_some() && whose == self.caller.organisation.as_deref();
        (is_own && self.scopes(row.key.0, object).contains("own_organisation"))
            || self.sees(row.key.0, object, &self.oracle.records.cases_of(table, row))
    }

    fn holds(&self, scope: &str, mission: CountryCode, id: uuid::Uuid) -> bool {
        let case = self.oracle.records.case(mission, id);
        let subject = Some(self.caller.subject.as_str());
        match scope {
            "own" => case.text("owner") == subject,
            "team" => case.text("team").is_some_and(|team| self.caller.teams.iter().any(|mine| mine == team)),
            "registered" => {
                let is_open = [CaseStatus::Active, CaseStatus::FollowUp].iter().any(|open| case.is("status", *open));
                case.text("registered_by") == subject && is_open
            }
            "referred" => self.is_referred(case, false),
            "referred_consented" => self.is_referred(case, true),
            "research_consented" => {
                let bit = ConsentPurpose::ResearchAndStatistics.number();
                case.number("consents_in_force").is_some_and(|given| given >> bit & 1 == 1)
            }
            // Of the row itself: no case file is anybody's for that.
            "own_organisation" => false,
            other => panic!("the matrix names the scope {other}, which this test does not know"),
        }
    }

    fn is_referred(&self, case: &Record, consented: bool) -> bool {
        let Some(organisation) = self.caller.organisation.as_deref() else { return false };
        let today = causeway_tests::gateway::today_in(case.key.0).to_string();
        self.oracle.records.referring("Referral", "case_id", case.key).any(|referral| {
            referral.text("organisation") == Some(organisation)
                && referral.is("direction", ReferralDirection::Outgoing)
                && referral.is("status", ReferralStatus::Accepted)
                // Days in figures are in the order of days.
                && referral.text("expires_on").is_some_and(|last| last >= today.as_str())
                && (!consented || referral.is_true("consent_in_force"))
        })
    }
}

/// As what a classified value of a row counts, by the column that classifies it. What nobody classified counts as identifying,
/// whatever the declaration says.
fn classification(row: &Record, by: &str) -> &'static str {
    let number = row.number(by).and_then(|number| i16::try_from(number).ok());
    let code = number.and_then(PassageClassification::from_number).unwrap_or(PassageClassification::Identifying);
    code.described().graphql
}

/// The declared table of a type.
pub fn table(of_type: &str) -> &'static Table {
    entity::TABLES.iter().find(|table| table.name == of_type).unwrap_or_else(|| panic!("no table is a {of_type}"))
}

/// The tables with a list at the root, each with the name of the list.
pub fn lists() -> impl Iterator<Item = (&'static str, &'static Table)> {
    entity::TABLES.iter().filter_map(|table| table.list.map(|list| (list.name, *table)))
}
