//! The workloads, and who asks in each: a viewer who sees everything, one from whom about half of the rows are masked by
//! scope, and one from whom most is withheld.

use causeway_tests::Caller;
use entity::Code;
use entity::codes::{CaseStatus, TraffickingStatus};

use crate::tree::{Tree, case_line, case_nested, case_whole, case_with_name};

/// The page that stands for a deep one.
pub const DEEP_PAGE: usize = 10_000;

/// A mission whose own rules withhold the identity from teams, so that no list that begins with it is half masked. It is
/// left out of the lists that go through all missions.
pub const STRICT: &str = "BY";

/// How much a role sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Everything.
    All,
    /// About half of the rows with their conditional columns, the others without.
    Half,
    /// Hardly anything besides coded fields.
    Little,
}

impl Sight {
    /// All three.
    pub const ALL: [Self; 3] = [Self::All, Self::Half, Self::Little];

    /// As the report has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Half => "half",
            Self::Little => "little",
        }
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Whether the process lives.
    Health,
    /// Who asks.
    Viewer,
    /// A page of cases.
    Page(Box<Paged>),
    /// One case with everything below it.
    Whole(Box<Tree>),
    /// Counts that are remembered.
    Cached,
    /// Counts that nobody asked for before.
    Uncached,
    /// Counts of which those of one mission are no longer true.
    AfterWrite,
    /// A change.
    Mutation,
}

/// A page of cases.
#[derive(Clone, Debug)]
pub struct Paged {
    /// What is shown of each.
    pub tree: Tree,
    /// Arguments besides `first` and `after`.
    pub arguments: String,
    /// The same condition in SQL, on `t1`.
    pub condition: String,
    /// The same order in SQL.
    pub order: &'static str,
    /// Whether it is the deep page.
    pub deep: bool,
    /// Whether cases of every mission are listed.
    pub everywhere: bool,
}

/// One workload.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Its name.
    pub name: &'static str,
    /// What is asked.
    pub asked: Asked,
}

/// All workloads, those that write last.
pub fn all(missions: &[String]) -> Vec<Workload> {
    let open = [CaseStatus::Active, CaseStatus::FollowUp, CaseStatus::Closed].map(Code::number);
    let victim = [TraffickingStatus::ActualVictimOfTrafficking].map(Code::number);
    let filtered = format!(
        "t1.mission_id = 'UA' AND t1.status IN ({}, {}, {}) AND t1.trafficking_status = {} AND t1.year_of_registration >= 2015",
        open[0], open[1], open[2], victim[0]
    );
    let page = |name, tree, arguments: &str, condition: &str, order, deep, everywhere| Workload {
        name,
        asked: Asked::Page(Box::new(Paged {
            tree,
            arguments: arguments.to_owned(),
            condition: condition.to_owned(),
            order,
            deep,
            everywhere,
        })),
    };
    let (ua, by_id) = ("t1.mission_id = 'UA'", "t1.mission_id, t1.id");
    let in_ua = r#"missions: ["UA"]"#;
    let filter = r#"missions: ["UA"], filter: { status: { in: [ACTIVE, FOLLOW_UP, CLOSED] }, traffickingStatus: { eq: ACTUAL_VICTIM_OF_TRAFFICKING }, yearOfRegistration: { from: 2015 } }, orderBy: [{ field: YEAR_OF_REGISTRATION, direction: DESC }]"#;
    let quoted: Vec<String> =
        missions.iter().filter(|code| *code != STRICT).map(|code| format!("\"{code}\"")).collect();
    let everywhere = format!("missions: [{}]", quoted.join(", "));
    let everywhere_sql = format!("t1.mission_id <> '{STRICT}'");
    let by_year = "t1.year_of_registration DESC NULLS LAST, t1.mission_id, t1.id";
    vec![
        Workload { name: "health", asked: Asked::Health },
        Workload { name: "viewer", asked: Asked::Viewer },
        page("page", case_line(), in_ua, ua, by_id, false, false),
        page("page_nested", case_nested(), in_ua, ua, by_id, false, false),
        Workload { name: "case_whole", asked: Asked::Whole(Box::new(case_whole())) },
        page("page_filtered", case_with_name(), filter, &filtered, by_year, false, false),
        page("page_first", case_with_name(), &everywhere, &everywhere_sql, by_id, false, true),
        page("page_deep", case_with_name(), &everywhere, &everywhere_sql, by_id, true, true),
        Workload { name: "statistics_cached", asked: Asked::Cached },
        Workload { name: "statistics_uncached", asked: Asked::Uncached },
        Workload { name: "statistics_after_write", asked: Asked::AfterWrite },
        Workload { name: "mutation", asked: Asked::Mutation },
    ]
}

impl Workload {
    /// Who asks. Nobody does where the answer is the same for everybody.
    pub fn roles(&self) -> &'static [Sight] {
        if matches!(self.asked, Asked::Health) { &Sight::ALL[..1] } else { &Sight::ALL }
    }

    /// The caller. Teams are chosen so that a case worker sees the identity in about half of the cases; in mission UA the
    /// case worker owns cases besides those of the team.
    pub fn caller(&self, sight: Sight, missions: &[String]) -> Caller {
        let everywhere = match &self.asked {
            Asked::Page(page) => page.everywhere,
            Asked::Cached | Asked::Uncached | Asked::AfterWrite => true,
            _ => false,
        };
        match (&self.asked, sight, everywhere) {
            (Asked::Cached | Asked::Uncached | Asked::AfterWrite, Sight::Half, _) => Caller::of("hq_analyst@*"),
            (Asked::Cached | Asked::Uncached | Asked::AfterWrite, Sight::Little, _) => Caller {
                roles: missions.iter().map(|mission| format!("partner_researcher@{mission}")).collect(),
                ..Caller::of("partner_researcher@UA")
            },
            (Asked::Mutation, Sight::Little, _) => Caller::of("data_entry@UA"),
            (_, Sight::All, true) => Caller::of("hq_protection@*"),
            (_, Sight::All, false) => Caller::of("case_supervisor@UA"),
            (_, Sight::Half, true) => Caller {
                roles: missions.iter().map(|mission| format!("case_worker@{mission}")).collect(),
                teams: missions.iter().map(|mission| format!("{mission}/shelter")).collect(),
                ..Caller::of("case_worker@UA")
            },
            (_, Sight::Half, false) => Caller { teams: vec!["UA/shelter".to_owned()], ..Caller::of("case_worker@UA") },
            (_, Sight::Little, _) => Caller::of("hq_analyst@*"),
        }
    }
}
