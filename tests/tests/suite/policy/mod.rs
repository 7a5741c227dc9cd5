//! The policy that ships: what is compiled of it is what casbin decides, for every question there is.

mod commands;
pub(crate) mod folder;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use casbin::{CoreApi, Enforcer};
use causeway::access::policy::{
    Action, Decisions, DisclosureTier, Policy, add_role_set, enforcer, lost_scopes, matrix, role_set_name,
};
use causeway::access::{RowScope, ScopeSet};
use causeway_tests::{Desk, Result};
use entity::CountryCode;
use serde_json::{Value, json};

use crate::PROGRAM;

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies")
}

fn roles(policy: &Policy) -> Vec<String> {
    let mut roles: Vec<String> = policy.files().roles.iter().map(|row| row.role.clone()).collect();
    roles.sort();
    roles
}

/// The missions that any rule names, and one that none does.
fn missions(policy: &Policy) -> Vec<Option<CountryCode>> {
    policy.overlays().map(Some).chain([None]).collect()
}

/// Asks casbin, which knows every rule of every mission, the question that was compiled.
fn differs(policy: &Policy, casbin: &Enforcer, set: &[String], overlay: Option<CountryCode>) -> Result<usize> {
    let compiled: &Decisions = &*policy.compile_now(set, overlay)?;
    let subject = role_set_name(set);
    // A mission without rules of its own; casbin is asked about a real one.
    let mission = overlay.unwrap_or("FR".parse()?);
    assert!(overlay.is_some() || !policy.overlays().any(|other| other == mission));
    let says = |class: &str, action: Action, scope: &str| {
        casbin.enforce((subject.as_str(), mission.as_str(), class, action.name(), scope))
    };
    let mut asked = 0;
    for class in policy.classes().iter() {
        let name = policy.classes().name(class);
        for action in [Action::Read, Action::Write, Action::Run, Action::Ask] {
            let scopes = compiled.scopes(class, action);
            for scope in RowScope::ALL {
                let yes = says(name, action, scope.name())?;
                // Whoever has every row has those of each scope, so that is the only thing that is left out.
                let same = if scopes == ScopeSet::MISSION && scope != RowScope::Mission {
                    says(name, action, RowScope::Mission.name())?
                } else {
                    scopes.iter().any(|granted| granted == scope) == yes
                };
                assert!(same, "{set:?} {mission} {name} {action:?} {scope:?}: casbin says {yes}");
                asked += 1;
            }
        }
        assert!(!says(name, Action::Count, RowScope::Mission.name())?, "{set:?} may count {name}");
    }
    let mut exact = None;
    for tier in DisclosureTier::ALL {
        if says("statistics", Action::Count, tier.name())? {
            exact = exact.or(Some(tier));
        }
        asked += 1;
    }
    assert_eq!(compiled.tier(), exact, "{set:?} {mission}");
    Ok(asked)
}

fn casbin_for(policy: &Policy, sets: &[Vec<String>]) -> Result<Enforcer> {
    let rules: Vec<_> = policy.all_rules().collect();
    let mut casbin = enforcer(&policy.files().model, &rules)?;
    for set in sets {
        add_role_set(&mut casbin, set)?;
    }
    Ok(casbin)
}

#[test]
fn what_is_compiled_is_what_casbin_decides() -> Result {
    let policy = Policy::shipped()?;
    let roles = roles(&policy);
    let sets: Vec<Vec<String>> = roles.iter().map(|role| vec![role.clone()]).collect();
    let casbin = casbin_for(&policy, &sets)?;
    let mut asked = 0;
    for set in &sets {
        for overlay in missions(&policy) {
            asked += differs(&policy, &casbin, set, overlay)?;
        }
    }
    let classes = policy.classes().iter().count();
    assert_eq!(asked, roles.len() * missions(&policy).len() * (classes * 4 * RowScope::ALL.len() + 4));
    Ok(())
}

/// A denial of one role holds for whoever has another beside it. Each pair has an enforcer with every rule of its own,
/// because casbin walks all the sets that it knows.
#[test]
fn what_is_compiled_for_two_roles_is_what_casbin_decides() -> Result {
    let policy = Policy::shipped()?;
    let roles = roles(&policy);
    let pairs: Vec<Vec<String>> = roles
        .iter()
        .enumerate()
        .flat_map(|(at, one)| roles[at + 1..].iter().map(move |other| vec![one.clone(), other.clone()]))
        .collect();
    assert_eq!(pairs.len(), roles.len() * (roles.len() - 1) / 2);
    // Half of a million questions at some hundred rules each: on every processor.
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let policy = &policy;
    std::thread::scope(|scope| {
        let work = pairs.chunks(pairs.len().div_ceil(threads)).map(|pairs| {
            scope.spawn(move || -> Result {
                let casbin = casbin_for(policy, pairs)?;
                for pair in pairs {
                    for overlay in missions(policy) {
                        differs(policy, &casbin, pair, overlay)?;
                    }
                }
                Ok(())
            })
        });
        work.collect::<Vec<_>>().into_iter().try_for_each(|thread| thread.join().expect("a decision differs"))
    })
}

/// A denial in an overlay reaches a role that is held beside another, and that mission alone.
#[test]
fn a_denial_survives_another_role() -> Result {
    let policy = Policy::shipped()?;
    let class = policy.classes().by_name("passage.open").ok_or("no such class")?;
    let belarus = Some("BY".parse()?);
    let set = ["hq_analyst".to_owned(), "partner_researcher".to_owned()];
    assert!(policy.compile_now(&set, belarus)?.scopes(class, Action::Read).is_none());
    assert!(!policy.compile_now(&set, None)?.scopes(class, Action::Read).is_none());
    Ok(())
}

/// The example of `policies/README.md`: what a denial of one role takes from another one is said, with the rule.
#[test]
fn a_set_of_roles_is_explained() -> Result {
    let open = "NarrativePassage.text[OPEN]";
    let desk = Desk::new(PROGRAM)?;
    let said = |roles: &[&str], mission: &str, format: &str| {
        let roles: String = roles.iter().map(|role| format!(" --role {role}")).collect();
        desk.run(&format!("policy explain --field {open} --mission {mission} --format {format}{roles}"))
    };
    let of = |roles: &[&str], mission: &str, format: &str| -> Result<String> {
        Ok(said(roles, mission, format)?.has(true, &[]).output.clone())
    };
    let text = of(&["hq_analyst", "case_worker"], "BY", "text")?;
    let readme = std::fs::read_to_string(shipped().join("README.md"))?;
    let (example, rules) = text.split_once("rules:").ok_or("no rules")?;
    assert!(example.lines().all(|line| readme.contains(&format!("    {line}\n"))), "{example}");
    assert!(rules.contains("rules.csv: case_worker,passage.open,read,mission,allow"), "{rules}");
    let together: Value = serde_json::from_str(&of(&["hq_analyst", "case_worker"], "BY", "json")?)?;
    assert_eq!((&together["read"], &together["write"]), (&json!([]), &json!(["own"])), "{together}");
    assert_eq!(together["each"]["case_worker"], json!({ "read": ["mission"], "write": ["own"] }));
    let lost = json!([{
        "role": "case_worker", "action": "read", "scope": "mission",
        "by": ["missions/BY.csv: hq_analyst,passage.open,read,*,deny"],
    }]);
    assert_eq!(together["lost"], lost);
    // Alone, and where nothing is denied, nothing is lost; nor is what the whole mission includes.
    for (roles, mission) in [(&["case_worker"][..], "BY"), (&["case_worker", "hq_analyst"], "UA")] {
        let explained: Value = serde_json::from_str(&of(roles, mission, "json")?)?;
        assert_eq!((&explained["read"], &explained["lost"]), (&json!(["mission"]), &json!([])), "{explained}");
    }
    said(&["case_worker", "nobody"], "BY", "text")?.has(false, &["nobody"]);
    Ok(())
}

/// The matrix lists what each pair of roles loses, and nothing else: every pair is compared with casbin elsewhere.
#[test]
fn the_matrix_says_what_roles_lose_to_each_other() -> Result {
    let policy = Policy::shipped()?;
    let text = matrix(&policy)?;
    let (_, section) = text.split_once("## Held together in BY").ok_or("no section")?;
    let listed: BTreeSet<&str> = section.split("\n## ").next().unwrap_or_default().lines().skip(4).collect();
    assert!(
        listed.contains("| case_worker + hq_analyst | case_worker loses r: mission | passage.open |"),
        "{listed:?}"
    );
    let roles = roles(&policy);
    let mut expected = BTreeSet::new();
    for (at, one) in roles.iter().enumerate() {
        for other in &roles[at + 1..] {
            let pair = [one.clone(), other.clone()];
            for loss in lost_scopes(&policy, &pair, Some("BY".parse()?))? {
                let class = policy.classes().name(loss.class);
                let scope = loss.scope.name();
                assert_eq!(loss.action, Action::Read, "{loss:?}");
                expected.insert(format!("| {one} + {other} | {} loses r: {scope} | {class} |", loss.role));
            }
            assert_eq!(lost_scopes(&policy, &pair, None)?, [], "{pair:?}");
        }
    }
    assert_eq!(
        listed.into_iter().filter(|line| !line.is_empty()).collect::<BTreeSet<_>>(),
        expected.iter().map(String::as_str).collect()
    );
    Ok(())
}

#[test]
fn the_matrix_is_what_the_policy_says() -> Result {
    let committed = std::fs::read_to_string(shipped().join("MATRIX.md"))?;
    assert!(committed == matrix(&Policy::shipped()?)?, "policies/MATRIX.md is stale: run causeway policy matrix");
    Ok(())
}

/// Every role of the interface is there, and no role sees a name without a rule for its class.
#[test]
fn the_roles_are_those_of_the_interface() -> Result {
    let policy = Policy::shipped()?;
    let known: BTreeSet<String> = roles(&policy).into_iter().collect();
    let expected = [
        "case_worker",
        "case_supervisor",
        "data_entry",
        "mission_analyst",
        "mission_admin",
        "regional_analyst",
        "hq_analyst",
        "hq_protection",
        "data_protection_officer",
        "partner_provider",
        "partner_researcher",
    ];
    assert_eq!(known, expected.map(str::to_owned).into_iter().collect());
    let identity = ["individual.name", "individual.birth", "individual.document", "individual.contact"];
    let analysts = [
        "mission_analyst",
        "mission_admin",
        "regional_analyst",
        "hq_analyst",
        "data_protection_officer",
        "partner_researcher",
    ];
    for role in analysts {
        for class in identity {
            let id = policy.classes().by_name(class).ok_or("no such class")?;
            let decisions = policy.compile_now(&[role.to_owned()], None)?;
            assert!(decisions.scopes(id, Action::Read).is_none(), "{role} reads {class}");
            assert!(decisions.scopes(id, Action::Write).is_none(), "{role} writes {class}");
        }
    }
    Ok(())
}
